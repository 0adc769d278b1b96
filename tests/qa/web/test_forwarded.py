import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from qa.web.forwarded import Forwarded, from_this_machine

TOLD = {
    "x-forwarded-for": "6.6.6.6, 203.0.113.9",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "cables.example",
}


def passed_on(
    path: str = "/",
    *,
    headers: dict[str, str],
    peer: str = "127.0.0.1",
    trusted: Sequence[str] = (),
    root_path: str = "",
) -> Any:  # noqa: ANN401 - a scope, or the first message of the answer
    """The scope that reaches the application, or how the answer begins where none does."""
    reached: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        reached.append(message)

    scope = {
        "type": "http",
        "scheme": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"a=1",
        "client": (peer, 1234),
        "headers": [(name.encode(), value.encode()) for name, value in ({"host": "x"} | headers).items()],
    }
    asyncio.run(Forwarded(app, root_path=root_path, trusted=trusted)(scope, receive, send))
    return reached[0]


def test_nobody_is_believed_unless_named() -> None:
    for trusted in ((), ("10.0.0.0/8",)):
        scope = passed_on(headers=TOLD, trusted=trusted)
        assert (scope["scheme"], scope["client"][0]) == ("http", "127.0.0.1")
        assert scope["headers"] == [(b"host", b"x")]  # nor does anybody behind see what was said


def test_a_proxy_that_is_trusted_is_believed_of_the_last_step_alone() -> None:
    scope = passed_on(headers=TOLD, trusted=("127.0.0.0/8",))
    assert (scope["scheme"], scope["client"][0]) == ("https", "203.0.113.9")
    assert scope["headers"] == [(b"host", b"cables.example")]


@pytest.mark.parametrize("header", [*TOLD, "x-real-ip", "forwarded", "via"])
def test_what_a_proxy_passed_on_is_not_from_this_machine(header: str) -> None:
    assert from_this_machine(passed_on(headers={}))
    assert not from_this_machine(passed_on(headers={header: "127.0.0.1"}))
    assert not from_this_machine(passed_on(headers={}, peer="192.0.2.1"))


def test_the_prefix_is_taken_off_where_the_proxy_left_it() -> None:
    for path, inside in (("/cables/config", "/config"), ("/cables/", "/"), ("/config", "/config")):
        scope = passed_on(path, headers={}, root_path="/cables")
        assert (scope["path"], scope["raw_path"]) == (inside, inside.encode())
    assert passed_on("/cablesx", headers={}, root_path="/cables")["path"] == "/cablesx"
    start = passed_on("/cables", headers={}, root_path="/cables")
    assert (start["status"], dict(start["headers"])[b"location"]) == (308, b"/cables/?a=1")
