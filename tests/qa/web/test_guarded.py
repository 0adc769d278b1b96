"""A real server with people, behind a small proxy under a prefix: who gets in, what they may, and what is noted."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from urllib.parse import urlencode, urlsplit

import pytest
from gradio_client import Client

import corpus
import index
from qa.web import people
from qa.web.door import COOKIE
from tests.qa.web.proxy import proxy
from tests.qa.web.running import Running, running

SECRET = "seven grain trains"
DEPORTED = "How many migrants were deported in 2008?"
WITH_MCP = find_spec("mcp_types") is not None


class Guarded:
    """The server, and what its people hold."""

    def __init__(self, server: Running, tokens: Mapping[str, str]) -> None:
        self.server, self.tokens = server, tokens
        self.keys: dict[str, str] = {}

    def request(
        self,
        method: str,
        path: str,
        body: str | bytes | None = None,
        *,
        by: str = "",
        at: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and body of an answer; `by`: whose token is shown, or whose session with "@" before it."""
        where = urlsplit(at or self.server.address)
        sent = {"Content-Type": "application/json"} | dict(headers or {})
        if by.startswith("@"):
            sent["Cookie"] = f"{COOKIE}={self.key(by[1:])}"
        elif by:
            sent["Authorization"] = f"Bearer {self.tokens[by]}"
        connection = HTTPConnection(where.netloc, timeout=60)
        connection.request(method, where.path + path, body, sent)
        response = connection.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        text = response.read().decode()
        connection.close()
        return response.status, told, text

    def log_in(
        self, name: str, *, at: str = "", after: str = "/", password: str = SECRET
    ) -> tuple[int, dict[str, str], str]:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        fields = {"name": name, "password": password, "next": after}
        return self.request("POST", "/login", urlencode(fields), at=at, headers=form)

    def key(self, name: str) -> str:
        if name not in self.keys:
            _, headers, _ = self.log_in(name)
            found = re.match(rf"{COOKIE}=([\w-]+);", headers["set-cookie"])
            assert found
            self.keys[name] = found[1]
        return self.keys[name]

    def event(self, name: str, values: list[object], *, by: str, how: str = "run") -> tuple[int, str]:
        """What comes of an event of the page, called by hand."""
        _, _, told = self.request("GET", "/config", by=by)
        (number,) = (each["id"] for each in json.loads(told)["dependencies"] if each["api_name"] == name)
        call = {"fn_index": number, "data": values, "session_hash": "byhand", "trigger_id": None}
        path = "/gradio_api/run/predict" if how == "run" else "/gradio_api/queue/join"
        status, _, text = self.request("POST", path, json.dumps(call), by=by)
        if how == "queue":
            sleep(0.5)  # it is done in the background; what it told would come by a stream that stays open
        return status, text


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    file = folder / "people"
    people.put(file, "ada", password=SECRET, role="build")
    people.put(file, "bob", password=SECRET)
    tokens = {name: people.give_token(file, name) for name in ("ada", "bob")}
    options = ["--users", str(file), "--root-path", "/cables", "--trust-proxy", "127.0.0.1"]
    options += ["--allow-host", "cables.example", "--log", "json", *(["--mcp"] if WITH_MCP else [])]
    with running(folder, options) as server:
        yield Guarded(server, tokens)


@pytest.fixture(scope="module")
def proxied(guarded: Guarded) -> Iterator[str]:
    """The address of a proxy that takes the prefix off."""
    with proxy(guarded.server.address, prefix="/cables", strips=True, host="cables.example") as address:
        yield address


GRADIO = [
    "/",
    "/config",
    "/config/",
    "/theme.css",
    "/manifest.json",
    "/favicon.ico",
    "/robots.txt",
    "/assets/index.js",
    "/static/img/logo.svg",
    "/cables.csv",
    "/metrics",
    "/gradio_api/info",
    "/gradio_api/app_id",
    "/gradio_api/queue/data?session_hash=x",
    "/gradio_api/queue/status",
    "/gradio_api/heartbeat/x",
    "/gradio_api/call/ask/x",
    "/gradio_api/startup-events",
    "/gradio_api/upload_progress?upload_id=x",
    "/gradio_api/mcp/",
    "/cables/config",
]


@pytest.mark.parametrize("path", GRADIO)
def test_strangers_get_nothing_of_gradio_nor_of_ours(guarded: Guarded, path: str) -> None:
    assert guarded.request("GET", path, headers={"X-Forwarded-For": "192.0.2.7"})[0] == 401


@pytest.mark.parametrize(
    "path",
    ["call/ask", "call/v2/ask", "run/ask", "api/ask", "queue/join", "upload", "cancel", "reset", "mcp/"],
)
def test_strangers_send_nothing(guarded: Guarded, path: str) -> None:
    assert guarded.request("POST", f"/gradio_api/{path}", '{"data": ["who?"]}')[0] == 401


def test_strangers_are_told_that_it_lives_and_no_more(guarded: Guarded) -> None:
    assert guarded.request("GET", "/healthz")[::2] == (200, '{"ok":true}')
    assert guarded.request("GET", "/healthz/live")[::2] == (200, '{"ok":true}')
    status, headers, page = guarded.request("GET", "/login")
    assert status == 200
    assert "09ASTANA" not in page
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("strips", [True, False])
def test_a_program_asks_with_a_token_through_a_proxy_under_a_prefix(guarded: Guarded, strips: bool) -> None:
    with proxy(guarded.server.address, prefix="/cables", strips=strips, host="cables.example") as address:
        netloc = urlsplit(address).netloc
        assert guarded.request("GET", "/config", by="bob", at=address)[0] == 200
        # The address that the proxy told of; a client on this machine would not find it, so that is left out here.
        assert json.loads(guarded.request("GET", "/config", by="bob", at=address)[2])["root"] == (
            "http://cables.example/cables"
        )
    with proxy(guarded.server.address, prefix="/cables", strips=strips, host="127.0.0.1") as address:
        netloc = urlsplit(address).netloc
    with proxy(guarded.server.address, prefix="/cables", strips=strips, host=netloc) as address:
        status, _, text = guarded.request(
            "POST", "/gradio_api/call/ask", json.dumps({"data": [DEPORTED]}), by="bob", at=address
        )
        assert status == 200
        _, _, told = guarded.request(
            "GET", f"/gradio_api/call/ask/{json.loads(text)['event_id']}", by="bob", at=address
        )
        assert '"short": "17,000"' in told


def test_the_python_client_asks_with_a_token(guarded: Guarded) -> None:
    headers = {"Authorization": f"Bearer {guarded.tokens['bob']}"}
    client = Client(guarded.server.address, headers=headers, verbose=False, analytics_enabled=False)
    assert client.predict(DEPORTED, api_name="/ask")["short"] == "17,000"
    client.close()


@pytest.mark.skipif(not WITH_MCP, reason="Get it: pip install 'mcp>=2'")
def test_mcp_wants_a_token_too(guarded: Guarded, proxied: str) -> None:
    listing = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}'
    accept = {"Accept": "application/json, text/event-stream"}
    for at in ("", proxied):
        sent = {"headers": accept, "at": at}
        assert guarded.request("POST", "/gradio_api/mcp/", listing, **sent)[0] == 401  # type: ignore[arg-type]
        status, _, text = guarded.request("POST", "/gradio_api/mcp/", listing, by="bob", **sent)  # type: ignore[arg-type]
        assert (status, len(json.loads(text)["result"]["tools"])) == (200, 3)


def test_a_person_logs_in_under_the_prefix_and_comes_back_to_the_link(guarded: Guarded, proxied: str) -> None:
    page = {"Accept": "text/html"}
    status, headers, _ = guarded.request("GET", "/?cable=09ASTANA368&p=7", at=proxied, headers=page)
    assert status == 303
    assert headers["location"] == "/cables/login?next=%2F%3Fcable%3D09ASTANA368%26p%3D7"
    status, headers, _ = guarded.log_in("bob", at=proxied, after="/?cable=09ASTANA368&p=7")
    assert (status, headers["location"]) == (303, "/cables/?cable=09ASTANA368&p=7")
    assert "; Path=/cables" in headers["set-cookie"]
    assert "Secure" not in headers["set-cookie"]
    status, headers, text = guarded.request("GET", "/cables.csv", by="@bob", at=proxied)
    assert (status, headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert "09ASTANA368" in text


def test_behind_https_the_cookie_is_for_https_alone(guarded: Guarded) -> None:
    server = guarded.server.address
    with proxy(server, prefix="/cables", strips=True, host="cables.example", proto="https") as address:
        assert "; Secure" in guarded.log_in("bob", at=address)[1]["set-cookie"]
        root = json.loads(guarded.request("GET", "/config", by="bob", at=address)[2])["root"]
        assert root == "https://cables.example/cables"


def test_it_answers_to_its_names_alone(guarded: Guarded) -> None:
    for host, status in (("cables.example", 200), ("localhost", 200), ("evil.example", 403)):
        assert guarded.request("GET", "/healthz", headers={"Host": host})[0] == status


def test_a_page_of_another_site_uses_no_session(guarded: Guarded) -> None:
    call = json.dumps({"data": [DEPORTED]})
    for origin in ("https://evil.example", "null"):
        sent = {"Origin": origin}
        assert guarded.request("POST", "/gradio_api/call/ask", call, by="@bob", headers=sent)[0] == 403
        assert guarded.request("POST", "/logout", by="@bob", headers=sent)[0] == 403
        assert guarded.request("GET", "/cables.csv", by="@bob", headers=sent)[0] == 403
    assert guarded.request("GET", "/cables.csv", by="@bob")[0] == 200


def upload(guarded: Guarded, by: str) -> tuple[int, str]:
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="new.txt"\r\n\r\nno cable\r\n--x--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    status, _, text = guarded.request("POST", "/gradio_api/upload", body, by=by, headers=kind)
    return status, text


@pytest.mark.parametrize("how", ["run", "queue"])
@pytest.mark.parametrize("by", ["bob", "@bob"])
def test_who_may_only_ask_changes_nothing(guarded: Guarded, by: str, how: str) -> None:
    assert upload(guarded, by)[0] == 403
    _, told = guarded.event("start", ["", False], by=by, how=how)
    assert how == "queue" or "You may ask and read here, but not add files or change the index." in told
    file = {"path": str(guarded.server.outside.parent / "people"), "meta": {"_type": "gradio.FileData"}}
    guarded.event("add", [[file]], by=by, how=how)
    assert not (guarded.server.outside.parent / "index" / "cables").exists()


def test_who_may_only_ask_is_not_told_where_things_lie(guarded: Guarded) -> None:
    assert "Where they came from" in guarded.event("whole", [], by="ada")[1]
    told = guarded.event("whole", [], by="bob")[1]
    assert "<b>1</b> cable" in told
    assert "Where they came from" not in told


def test_who_may_build_adds_files_and_builds_but_names_none_of_the_server(guarded: Guarded) -> None:
    status, text = upload(guarded, "ada")
    assert status == 200
    file = {"path": json.loads(text)[0], "meta": {"_type": "gradio.FileData"}, "orig_name": "new.txt"}
    assert "1 file is kept" in guarded.event("add", [[file]], by="ada")[1]
    kept = guarded.server.outside.parent / "index" / "cables"
    assert [each.name for each in kept.iterdir()] == ["new.txt"]
    secret = {"path": str(guarded.server.outside.parent / "people"), "meta": {"_type": "gradio.FileData"}}
    guarded.event("add", [[secret]], by="ada")
    assert [each.name for each in kept.iterdir()] == ["new.txt"]
    # A folder of the server cannot be typed in where others come in: it is read by nobody.
    guarded.event("start", [str(guarded.server.outside.parent), False], by="ada")
    end = monotonic() + 60
    while "Working" in (told := guarded.event("whole", [], by="ada")[1]) and monotonic() < end:
        sleep(0.2)
    assert "new.txt" in told
    assert "people" not in told


class _Noting(BaseHTTPRequestHandler):
    came: list[str] = []  # noqa: RUF012 - of one test

    def do_GET(self) -> None:
        self.came.append(self.path)
        self.send_response(200)
        self.end_headers()

    do_POST = do_HEAD = do_GET  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def elsewhere() -> Iterator[str]:
    """The address of a server that notes who comes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Noting)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_a_request_that_names_an_address_causes_no_connection(guarded: Guarded) -> None:
    with elsewhere() as address:
        for path in (f"file={address}/x", f"file/{address}/x", f"proxy={address}/x", f"file=//{address}/x"):
            assert guarded.request("GET", f"/gradio_api/{path}", by="ada")[0] == 403
            assert guarded.request("HEAD", f"/gradio_api/{path}", by="ada")[0] == 403
        for file in (
            {"path": f"{address}/x.txt"},
            {"path": f" {address}/x.txt", "url": f"{address}/x.txt"},
            {"url": f"{address}/x.txt"},
            {"path": "x.txt", "url": f"{address}/x.txt", "is_stream": True},
        ):
            told = {**file, "meta": {"_type": "gradio.FileData"}}
            for how in ("run", "queue"):
                guarded.event("add", [[told]], by="ada", how=how)
            for kind in ("multipart/form-data", "application/json; a=multipart/form-data"):
                call = json.dumps({"fn_index": 1, "data": [[told]], "session_hash": "x"})
                sent = {"Content-Type": kind}
                guarded.request("POST", "/gradio_api/run/predict", call, by="ada", headers=sent)
        sent = {"X-Forwarded-Host": urlsplit(address).netloc, "X-Forwarded-Proto": "http"}
        guarded.request(
            "POST", "/gradio_api/call/ask", json.dumps({"data": ["who?"]}), by="ada", headers=sent
        )
        if WITH_MCP:
            listing = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}'
            guarded.request("POST", "/gradio_api/mcp/", listing, by="ada", headers=sent)
        sleep(0.5)
        assert _Noting.came == []
    assert not guarded.server.outside.exists()


def test_files_of_the_server_are_handed_to_nobody(guarded: Guarded) -> None:
    for file in ("/etc/passwd", guarded.server.outside.parent / "people", "people"):
        assert guarded.request("GET", f"/gradio_api/file={file}", by="ada")[0] == 403


def test_the_figures_want_a_token_behind_a_proxy(guarded: Guarded, proxied: str) -> None:
    assert guarded.request("GET", "/metrics", at=proxied)[0] == 401
    assert guarded.request("GET", "/metrics")[0] == 401
    status, headers, text = guarded.request("GET", "/metrics", by="bob", at=proxied)
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert re.search(
        r'^cable_qa_questions_total\{by="program",kind="ask",outcome="answered"\} [1-9]', text, re.M
    )
    assert re.search(r'^cable_qa_stage_seconds_count\{stage="search"\} [1-9]', text, re.M)
    assert 'cable_qa_index{what="cables"} 1.0' in text
    assert (
        "cable_qa_sessions 1.0" in text or "cable_qa_sessions 2.0" in text or "cable_qa_sessions 3.0" in text
    )


def test_a_wrong_password_waits(guarded: Guarded) -> None:
    statuses = [guarded.log_in("eve", password="wrong wrong wrong")[0] for _ in range(8)]
    assert statuses[:3] == [401] * 3
    assert 429 in statuses  # not each time: a slow machine takes as long as the first waiting


def test_told_to_end_it_ends_soon_and_in_good_order_and_the_log_tells_no_secret(guarded: Guarded) -> None:
    """Last of this server: a page is open, and everything above was noted."""
    where = urlsplit(guarded.server.address)
    connection = HTTPConnection(where.netloc, timeout=60)
    token = {"Authorization": f"Bearer {guarded.tokens['bob']}"}
    connection.request("GET", "/gradio_api/heartbeat/open", headers=token)
    response = connection.getresponse()
    begun = monotonic()
    assert guarded.server.end() == 0
    assert monotonic() - begun < 15
    response.close()
    connection.close()
    sleep(0.5)
    assert [line for line in guarded.server.output if not line.startswith("{")] == []
    lines = [json.loads(line) for line in guarded.server.output]
    assert [line["message"] + line.get("traceback", "") for line in lines if line["event"] == "log"] == []
    assert {line["event"] for line in lines} <= {"request", "question", "build"}
    assert {line["person"] for line in lines if line["event"] == "request"} <= {"", "ada", "bob"}
    questions = [line for line in lines if line["event"] == "question" and line["outcome"] == "answered"]
    assert questions
    assert {"understand", "search", "read", "rank", "decide", "cite", "total"} <= questions[0]["took"].keys()
    whole = "".join(guarded.server.output)
    for secret in (
        "deported",
        SECRET,
        "wrong wrong",
        *guarded.tokens.values(),
        *guarded.keys.values(),
    ):
        assert secret not in whole
    assert not re.search(r"[0-9a-f]{32}", whole)  # the numbers of calls


def test_others_are_let_in_only_where_something_is_said_of_passwords(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from qa.cli import main

    assert main(["serve", "--host", "0.0.0.0", "--index", str(tmp_path / "index")]) == 1
    told = capfd.readouterr().err
    assert told.startswith("0.0.0.0 can be reached by others, who could read the cables. Say who may: ")
    assert not (tmp_path / "index").exists()
    with running(tmp_path, ["--host", "0.0.0.0", "--no-password"]) as server:
        warning = "Warning: whoever reaches this server may read, ask, add files and build.\n"
        assert warning in server.before


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM")
def test_a_build_is_stopped_and_kept_when_the_server_ends(tmp_path: Path) -> None:
    archive = tmp_path / "many"
    archive.mkdir()
    (shipped,) = corpus.shipped_cables().iterdir()
    text = shipped.read_text("utf-8")
    for number in range(200):
        (archive / f"{number}.txt").write_text(text.replace("368", f"{number + 1000}"))
    with running(tmp_path, []) as server:
        where = urlsplit(server.address)

        def event(name: str, values: list[object]) -> str:
            connection = HTTPConnection(where.netloc, timeout=60)
            connection.request("GET", "/config")
            told = json.loads(connection.getresponse().read())
            (number,) = (each["id"] for each in told["dependencies"] if each["api_name"] == name)
            call = json.dumps({"fn_index": number, "data": values, "session_hash": "x"})
            connection.request("POST", "/gradio_api/run/predict", call, {"Content-Type": "application/json"})
            text = connection.getresponse().read().decode()
            connection.close()
            return text

        event("start", [str(archive), False])
        end = monotonic() + 60
        while "Learning" not in event("whole", []) and monotonic() < end:
            sleep(0.1)
        begun = monotonic()
        assert server.end() == 0
        assert monotonic() - begun < 15
        sleep(0.3)
        assert server.output == []
    with index.open(tmp_path / "index") as opened:
        stats = opened.stats()
        assert stats["cables"] > 1
        assert stats["embedded"] < stats["paragraphs"]  # it had more to do
