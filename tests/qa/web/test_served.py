"""What programs get from a real server on the shipped cable: the examples of docs/API.md, errors, and MCP."""

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

import qa.web.server
from qa.errors import McpNotInstalled
from qa.web import serve
from qa.web.arguments import MAX_CHARACTERS, MAX_HITS, MAX_TURNS
from qa.web.results import AnswerResult, CableResult, CitationResult, HitResult, ParagraphResult

HOUSE = Path(__file__).parents[3]
MANUAL = (HOUSE / "docs/API.md").read_text(encoding="utf-8")
SHOWN = "http://127.0.0.1:7860"  # the server of the examples
DEPORTED = "How many migrants were deported in 2008?"
WITH_MCP = find_spec("mcp_types") is not None
needs_mcp = pytest.mark.skipif(
    not WITH_MCP and os.environ.get("CI") != "true", reason="Get it: pip install 'mcp>=2'"
)


@dataclass
class Served:
    """A running server."""

    index_path: Path
    outside: Path  # where it notes which other machines it turned to
    address: str = ""
    output: list[str] = field(default_factory=list)

    def request(
        self, method: str, path: str, body: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and body of the answer to one request."""
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        connection.request(method, path, body, {"Content-Type": "application/json"} | headers)
        response = connection.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        text = response.read().decode()
        connection.close()
        return response.status, told, text

    def called(self, name: str, call: object, *, how: str = "call") -> tuple[str, Any]:
        """The event and its data, by the two steps."""
        _, _, number = self.request("POST", f"/gradio_api/{how}/{name}", json.dumps(call))
        return self.result(f"/gradio_api/call/{name}/{json.loads(number)['event_id']}")

    def result(self, path: str) -> tuple[str, Any]:
        """The event and its data that stand at the address of a call."""
        _, _, text = self.request("GET", path)
        found = re.fullmatch(r"event: (\w+)\ndata: (.*)\n\n", text)
        assert found, text
        return found[1], json.loads(found[2])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    server = Served(folder / "index", folder / "outside.txt")
    environment = os.environ | {
        "CABLE_QA_OUTSIDE": str(server.outside),
        "PYTHONPATH": str(HOUSE / "tests/browser/loopback_only"),
        "GRADIO_TEMP_DIR": str(folder / "uploads"),
    }
    mcp = ["--mcp"] if WITH_MCP else []
    with subprocess.Popen(
        [sys.executable, HOUSE / "app.py", "--index", server.index_path, "--port", "0", *mcp],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Ready: "):
                server.address = line.removeprefix("Ready: ").strip()
                break
            server.output.append(line)
        assert server.address, "".join(server.output)
        del server.output[:]
        reading = Thread(target=lambda lines=process.stdout: server.output.extend(lines), daemon=True)
        reading.start()
        yield server
        process.terminate()
        process.wait(20)
        reading.join(5)


def examples(language: str, heading: str) -> str:
    """The code of the manual in a language under a heading, with nothing between the blocks."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", MANUAL, re.M | re.S)
    assert section, heading
    blocks = re.findall(rf"^```{language}\n(.*?)^```", section[1], re.M | re.S)
    assert blocks, f"{heading} has no {language}"
    return "\n".join(blocks)


def test_the_python_example_runs(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    code = examples("python", "From Python").replace(SHOWN, served.address)
    code = code.replace(f'Client("{served.address}")', f'Client("{served.address}", verbose=False)')
    names: dict[str, Any] = {}
    exec(compile(code, "docs/API.md", "exec"), names)
    names["client"].close()
    lines = capsys.readouterr().out.splitlines()
    sentence = "In 2008, Kazakhstan deported 17,000 labor migrants for violations of migration law."
    assert lines[:2] == [f"17,000 {sentence}", f"09ASTANA368 7 {sentence}"]
    assert lines[-5] == "How many migrants were deported in 2007?"
    assert [line[:11] for line in lines[-4:-1]] == ["09ASTANA368"] * 3
    assert lines[-1] == "KAZAKHSTAN: MEDIA REPORTS ON HUMAN TRAFFICKING CASES FOR JANUARY 2009"


def test_the_curl_examples_give_what_the_manual_says(served: Served) -> None:
    commands = [shlex.split(line) for line in examples("sh", "Over HTTP").replace("\\\n", "").splitlines()]
    commands = [command for command in commands if command]
    assert [command[0] for command in commands] == ["curl"] * 4
    results = []
    for post, get in zip(commands[::2], commands[1::2], strict=True):
        url, call = (next(word for word in post if word.startswith(sign)) for sign in (SHOWN, "{"))
        assert post[post.index("-X") + 1] == "POST"
        status, _, text = served.request("POST", url.removeprefix(SHOWN), call)
        assert status == 200
        path = next(word for word in get if word.startswith(SHOWN)).removeprefix(SHOWN)
        event, (result,) = served.result(path.replace("EVENT_ID", json.loads(text)["event_id"]))
        assert event == "complete"
        results.append(result)
    answer, hits = results
    assert answer["short"] == "17,000"
    assert [hit["cable_id"] for hit in hits] == ["09ASTANA368"] * 3


def test_the_example_without_a_server_runs(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    code = examples("python", "Without a server").replace('"my-index"', repr(str(served.index_path)))
    exec(compile(code, "docs/API.md", "exec"), {})
    assert capsys.readouterr().out == "17,000 09ASTANA368\n"


def test_the_manual_names_each_parameter_field_and_limit() -> None:
    kinds = (AnswerResult, CitationResult, HitResult, CableResult, ParagraphResult)
    names = {name for kind in kinds for name in kind.__annotations__}
    assert sorted(name for name in names if f"`{name}`" not in MANUAL) == []
    assert f"{MAX_CHARACTERS:,} characters" in MANUAL
    assert f"at most {MAX_TURNS} |" in MANUAL
    assert f"1 to {MAX_HITS};" in MANUAL


def test_the_three_are_all_that_is_offered_and_are_described(served: Served) -> None:
    _, _, text = served.request("GET", "/gradio_api/info")
    told = json.loads(text)
    assert told["named_endpoints"].keys() == {"/ask", "/search", "/read_cable"}
    assert told["unnamed_endpoints"] == {}
    ask = told["named_endpoints"]["/ask"]
    for parameter in ask["parameters"]:
        assert f"\n{parameter['parameter_name']}: " in ask["description"]
        assert f"`{parameter['parameter_name']}`" in MANUAL
    assert ask["parameters"][5]["python_type"]["type"] == "None | list[int]"
    (returns,) = ask["returns"]
    assert returns["type"]["properties"].keys() == AnswerResult.__annotations__.keys()
    citation = returns["type"]["properties"]["citations"]["items"]["properties"]
    assert citation["span"] == {"type": "array", "items": {"type": "integer"}}


def test_health_is_told(served: Served) -> None:
    status, _, text = served.request("GET", "/healthz")
    assert (status, json.loads(text)) == (200, {"ok": True, "cables": 1})


@pytest.mark.parametrize(
    ("name", "call", "sentence"),
    [
        ("ask", {"question": "who?", "since": "spring"}, "since: “spring” is no date. "),
        ("ask", {"question": "who?", "history": [["who?"]]}, 'Turn 1 of history is ["who?"]: '),
        ("ask", {"question": 7}, "question is 7, which is no text."),
        ("ask", {"question": " "}, "The question holds no word."),
        ("search", {"words": "deported", "limit": 101}, "limit is 101: "),
        ("read_cable", {"cable_id": "09PARIS1"}, "The index holds no cable 09PARIS1."),
    ],
)
def test_a_wrong_call_gets_a_sentence(served: Served, name: str, call: object, sentence: str) -> None:
    event, told = served.called(name, call, how="call/v2")
    assert event == "error"
    assert told["error"].startswith(sentence)


def test_the_python_client_raises_the_sentence(served: Served) -> None:
    client = Client(served.address, verbose=False, analytics_enabled=False)
    with pytest.raises(AppError, match=r"^The index holds no cable 09PARIS1\. "):
        client.predict("09PARIS1", api_name="/read_cable")
    client.close()


def test_a_call_that_does_not_fit_is_refused_at_once(served: Served) -> None:
    status, _, text = served.request("POST", "/gradio_api/call/v2/ask", '{"q": "who?"}')
    assert (status, json.loads(text)["detail"][:30]) == (422, 'There is no "q" here: give que')


def test_without_the_extra_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qa.web.server, "find_spec", lambda name: None)
    with pytest.raises(McpNotInstalled, match=r"^MCP needs a package of that name: pip install 'mcp>=2'$"):
        serve(tmp_path, mcp=True)


Session = Callable[[Any], Coroutine[Any, Any, None]]


def with_client(served: Served, session: Session, mode: str = "auto") -> None:
    """Runs a session of a client at the address that the manual gives."""
    from mcp.client import Client

    (server,) = json.loads(examples("json", "Over MCP"))["mcpServers"].values()

    async def run() -> None:
        async with Client(server["url"].replace(SHOWN, served.address), mode=mode) as client:
            await session(client)

    asyncio.run(run())


@needs_mcp
@pytest.mark.parametrize("mode", ["auto", "legacy"])  # the protocol of today, and that with a handshake
def test_mcp_lists_the_tools_and_answers(served: Served, mode: str) -> None:
    async def session(client: Any) -> None:  # noqa: ANN401 - a client, where it is installed
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["ask", "search", "read_cable"]
        for tool in tools:
            assert all(len(each["description"]) > 20 for each in tool.input_schema["properties"].values())
            assert tool.annotations.read_only_hint
        answer = tools[0].output_schema
        assert answer["properties"].keys() == AnswerResult.__annotations__.keys()
        citation = answer["$defs"]["CitationResult"]["properties"]
        assert citation["quote"]["description"] == "The sentence, word for word from the paragraph."

        result = await client.call_tool("ask", {"question": DEPORTED, "posts": ["ASTANA"]})
        assert (result.is_error, result.structured_content["short"]) == (False, "17,000")
        assert json.loads(result.content[0].text) == result.structured_content
        result = await client.call_tool("search", {"words": "deported migrants", "limit": 2})
        assert [hit["cable_id"] for hit in result.structured_content["hits"]] == ["09ASTANA368"] * 2
        result = await client.call_tool("read_cable", {"cable_id": "09ASTANA368"})
        assert result.structured_content["post"] == "ASTANA"

    with_client(served, session, mode)


@needs_mcp
def test_mcp_tells_errors_in_sentences(served: Served) -> None:
    async def session(client: Any) -> None:  # noqa: ANN401 - a client, where it is installed
        for tool, given, sentence in (
            ("ask", {"question": "who?", "since": "spring"}, "since: “spring” is no date. "),
            ("ask", {}, "question is missing. "),
            ("search", {"words": "a", "k": 3}, 'There is no "k" here: give words, limit, '),
            ("read_cable", {"cable_id": "09PARIS1"}, "The index holds no cable 09PARIS1. "),
            ("delete", {}, 'There is no tool "delete": there are ask, search, read_cable.'),
        ):
            result = await client.call_tool(tool, given)
            assert result.is_error
            assert result.content[0].text.startswith(sentence)

    with_client(served, session)


@needs_mcp
def test_the_mcp_example_runs(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    code = examples("python", "Over MCP").replace(SHOWN, served.address)
    exec(compile(code, "docs/API.md", "exec"), {})
    assert capsys.readouterr().out == "['ask', 'search', 'read_cable']\n17,000\n"


@needs_mcp
def test_mcp_is_guarded_like_the_page(served: Served) -> None:
    path = "/gradio_api/mcp/"
    listing = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}'
    accept = {"Accept": "application/json, text/event-stream"}
    status, headers, _ = served.request("POST", path, listing, **accept)
    assert status == 200
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert served.request("POST", path.rstrip("/"), listing, **accept)[0] == 200
    assert served.request("POST", path, listing, **accept, Host="cables.example")[0] == 403
    assert served.request("POST", path, listing, **accept, Origin="http://cables.example")[0] == 403
    assert served.request("POST", path, listing, **accept | {"Content-Type": "text/plain"})[0] == 400
    assert served.request("GET", path)[0] == 405
    # Whoever sits behind a proxy is of no concern: the tools turn to no address.
    assert served.request("POST", path, listing, **accept, **{"X-Forwarded-Host": "cables.example"})[0] == 200


def test_nothing_left_this_machine_and_nothing_was_logged(served: Served) -> None:
    """Last: it looks back on all that the tests above did."""
    assert not served.outside.exists()
    assert served.output == []
