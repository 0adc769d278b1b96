"""Who gets through the door, and how. The application behind it says who came."""

import asyncio
import threading
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode

import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from qa.web import door as doors
from qa.web import people
from qa.web.access import ONLY_ASK, PERSON
from qa.web.attempts import Attempts
from qa.web.door import COOKIE, Door
from qa.web.people import People
from qa.web.sessions import IDLE_S, Sessions

SECRET = "seven grain trains"
PAGE = {"accept": "text/html"}


class Clock:
    now = 10_000.0

    def __call__(self) -> float:
        return self.now


class House:
    """A door with people, and requests to it."""

    def __init__(self, file: Path, *, root_path: str = "", proxied: bool = False) -> None:
        self.file, self.clock = file, Clock()
        self.sessions = Sessions(self.clock)
        self.door = Door(
            self._inside,
            people=People(file),
            sessions=self.sessions,
            root_path=root_path,
            proxied=proxied,
            attempts=Attempts(self.clock),
        )

    @staticmethod
    async def _inside(scope: Scope, receive: Receive, send: Send) -> None:
        person = scope.get(PERSON)
        await PlainTextResponse(f"Hello {person.name if person else 'stranger'}")(scope, receive, send)

    def request(
        self,
        method: str,
        path: str,
        *,
        form: dict[str, str] | None = None,
        key: str = "",
        peer: str = "192.0.2.1",
        scheme: str = "http",
        headers: dict[str, str] | None = None,
    ) -> Response:
        sent = dict(headers or {}) | ({"cookie": f"other=1; {COOKIE}={key}"} if key else {})

        async def run() -> Response:
            transport = ASGITransport(self.door, client=(peer, 1))
            async with AsyncClient(transport=transport, base_url=f"{scheme}://cables.example") as client:
                return await client.request(method, path, data=form, headers=sent)

        return asyncio.run(run())

    def get(self, path: str = "/", **more: object) -> Response:
        return self.request("GET", path, **more)  # type: ignore[arg-type]

    def log_in(
        self, name: str = "ada", password: str = SECRET, *, after: str = "/", **more: object
    ) -> Response:
        form = {"name": name, "password": password, "next": after}
        return self.request("POST", "/login", form=form, **more)  # type: ignore[arg-type]

    def key(self, **more: object) -> str:
        return self.log_in(**more).cookies[COOKIE]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("people") / "people"
    people.put(file, "ada", password=SECRET, role="build")
    people.put(file, "bob", password=SECRET)
    return file.read_text()


@pytest.fixture
def file(tmp_path: Path, written: str) -> Path:
    (tmp_path / "people").write_text(written)
    return tmp_path / "people"


@pytest.fixture
def house(file: Path) -> House:
    return House(file)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/cables.csv",
        "/config",
        "/gradio_api/info",
        "/gradio_api/queue/data?session_hash=x",
        "/gradio_api/call/ask/1f",
        "/gradio_api/mcp/",
        "/assets/index.js",
        "/static/img/logo.svg",
        "/theme.css",
        "/manifest.json",
        "/metrics",
        "/healthzz",
        "/login/../config",
        "/login.css/",
    ],
)
def test_nothing_is_told_to_strangers(house: House, path: str) -> None:
    answer = house.get(path)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json() == {"detail": doors.FIRST}
    assert house.request("POST", path).status_code == 401


def test_health_and_the_way_in_are_open(house: House) -> None:
    assert house.get("/healthz").text == "Hello stranger"
    assert house.get("/healthz/live").status_code == 200
    assert house.get("/login.css").headers["content-type"].startswith("text/css")
    page = house.get("/login?next=/?cable=09ASTANA368")
    assert page.status_code == 200
    assert 'value="/?cable=09ASTANA368"' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_person_is_led_to_the_login_and_back_to_what_was_asked_for(house: House) -> None:
    sent = house.get("/?q=how+many&post=ASTANA", headers=PAGE)
    assert sent.status_code == 303
    assert sent.headers["location"] == "/login?" + urlencode({"next": "/?q=how+many&post=ASTANA"})
    assert house.get("/", headers=PAGE).headers["location"] == "/login"
    answer = house.log_in(after="/?q=how+many&post=ASTANA")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?q=how+many&post=ASTANA")
    assert house.get("/", key=answer.cookies[COOKIE]).text == "Hello ada"
    assert house.get("/login", key=answer.cookies[COOKIE]).headers["location"] == "/"


def test_nobody_is_led_elsewhere(house: House) -> None:
    for evil in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        assert house.log_in(after=evil).headers["location"] == "/"
        assert "evil" not in house.get(f"/login?{urlencode({'next': evil})}").text


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_on_https_to_it(house: House) -> None:
    told = house.log_in().headers["set-cookie"]
    assert "; HttpOnly" in told
    assert "; SameSite=lax" in told
    assert "; Path=/" in told
    assert "Secure" not in told
    assert "; Secure" in house.log_in(scheme="https").headers["set-cookie"]


def test_a_login_begins_a_new_session_and_ends_the_one_before(house: House) -> None:
    fixed = house.key()
    fresh = house.log_in(key=fixed).cookies[COOKIE]
    assert fresh != fixed
    assert house.get(key=fixed).status_code == 401
    assert house.get(key=fresh).status_code == 200


def test_logging_out_ends_the_session_and_a_link_cannot_do_it(house: House) -> None:
    key = house.key()
    assert house.get("/logout", key=key).status_code == 405
    answer = house.request("POST", "/logout", key=key)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert house.get(key=key).status_code == 401


def test_a_session_that_is_not_used_is_over(house: House) -> None:
    key = house.key()
    house.clock.now += IDLE_S + 1
    assert house.get(key=key).status_code == 401


@pytest.mark.parametrize("change", ["removed", "password", "role", "gone"])
def test_whoever_is_changed_in_the_file_is_out_at_once(house: House, change: str) -> None:
    key = house.key()
    assert house.get(key=key).status_code == 200
    if change == "removed":
        people.remove(house.file, "ada")
    elif change == "gone":
        house.file.unlink()
    elif change == "role":
        house.file.write_text(house.file.read_text().replace(":build:", ":ask:"))
    else:
        people.put(house.file, "ada", password="another long one")
    assert house.get(key=key).status_code == 401


def test_wrong_and_unknown_are_told_the_same(house: House) -> None:
    wrong, unknown = house.log_in("ada", "wrong"), house.log_in("eve", "wrong")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace("ada", "eve") == unknown.text
    assert doors.WRONG in wrong.text
    assert 'role="alert"' in wrong.text
    assert "set-cookie" not in wrong.headers


def test_who_is_wrong_too_often_waits_even_with_the_right_password(house: House) -> None:
    for _ in range(3):
        assert house.log_in("bob", "wrong").status_code == 401
    answer = house.log_in("bob")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert "That was wrong too often. Please wait 1 seconds." in answer.text
    assert house.log_in("bob", peer="192.0.2.2").status_code == 429
    assert house.log_in("eve", "wrong").status_code == 429  # from the same address
    house.clock.now += 2
    assert house.log_in("bob").status_code == 303
    assert house.log_in("bob", "wrong").status_code == 401  # it begins anew


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "application/json"}, b'{"name": "ada"}'),
        ({"content-type": "application/x-www-form-urlencoded"}, b"name=" + b"a" * 20_000),
        ({"content-type": "application/x-www-form-urlencoded"}, b"&".join([b"a=1"] * 100)),
        ({"content-type": "application/x-www-form-urlencoded"}, b"name=%ff"),
    ],
)
def test_what_is_no_form_of_the_page_is_refused(house: House, headers: dict[str, str], body: bytes) -> None:
    async def run() -> Response:
        async with AsyncClient(transport=ASGITransport(house.door), base_url="http://x") as client:
            return await client.post("/login", content=body, headers=headers)

    assert asyncio.run(run()).status_code == 400


def test_programs_show_a_token(house: House) -> None:
    token = people.give_token(house.file, "bob")

    def shown(value: str, **more: object) -> Response:
        return house.get("/gradio_api/info", headers={"authorization": value}, **more)

    assert shown(f"Bearer {token}").text == "Hello bob"
    assert shown(f"bearer {token}").status_code == 200
    for wrong in (f"Bearer {token}x", f"Basic {token}", token, "Bearer", ""):
        assert shown(wrong).status_code == 401
    assert shown("Bearer wrong", key=house.key()).status_code == 401  # judged by what it shows
    people.give_token(house.file, "bob")
    assert shown(f"Bearer {token}").status_code == 401


def test_who_may_only_ask_adds_no_files(house: House) -> None:
    asks, builds = house.key(name="bob"), house.key()
    for path in ("/gradio_api/upload", "/gradio_api/upload/"):
        answer = house.request("POST", path, key=asks)
        assert (answer.status_code, answer.json()) == (403, {"detail": ONLY_ASK})
        assert house.request("POST", path, key=builds).status_code == 200


def test_the_figures_are_open_to_this_machine_alone(file: Path) -> None:
    house = House(file)
    assert house.get("/metrics", peer="127.0.0.1").status_code == 200
    assert house.get("/metrics", peer="192.0.2.1").status_code == 401
    assert house.get("/metrics", peer="127.0.0.1", headers={"authorization": "Bearer x"}).status_code == 401
    assert house.get("/", peer="127.0.0.1").status_code == 401
    # Behind a proxy on this machine everybody seems to be here.
    assert House(file, proxied=True).get("/metrics", peer="127.0.0.1").status_code == 401
    token = people.give_token(file, "bob")
    assert house.get("/metrics", headers={"authorization": f"Bearer {token}"}).status_code == 200


def test_all_addresses_stand_under_the_prefix(file: Path) -> None:
    house = House(file, root_path="/cables")
    assert house.get("/?q=a", headers=PAGE).headers["location"] == "/cables/login?next=%2F%3Fq%3Da"
    assert 'action="/cables/login"' in house.get("/login").text
    answer = house.log_in(after="/?q=a")
    assert answer.headers["location"] == "/cables/?q=a"
    assert "; Path=/cables" in answer.headers["set-cookie"]


def test_passwords_are_checked_few_at_a_time_and_the_others_are_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check takes 32 MiB: a flood of logins must not fill the memory, nor keep anybody waiting for ever."""
    at_once, most, lock, go = 0, 0, threading.Lock(), threading.Event()

    def slow(name: str, password: str) -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        go.wait(5)
        with lock:
            at_once -= 1

    monkeypatch.setattr(house.door._people, "of_password", slow)

    async def run() -> list[int]:
        async def log_in(number: int) -> int:
            transport = ASGITransport(house.door, client=(f"192.0.2.{number}", 1))
            async with AsyncClient(transport=transport, base_url="http://x") as client:
                form = {"name": f"name{number}", "password": "wrong"}
                return (await client.post("/login", data=form)).status_code

        begun = monotonic()
        waiting = [asyncio.create_task(log_in(number)) for number in range(doors.CHECKS_WAITING + 5)]
        while monotonic() - begun < 5 and (
            sum(each.done() for each in waiting) < 5 or most < doors.CHECKED_AT_ONCE
        ):
            await asyncio.sleep(0.01)
        go.set()
        return list(await asyncio.gather(*waiting))

    statuses = asyncio.run(run())
    assert (statuses.count(503), statuses.count(401)) == (5, doors.CHECKS_WAITING)
    assert most == doors.CHECKED_AT_ONCE
