import asyncio
import json

import pytest
from starlette.types import Message, Receive, Scope, Send

from qa.web.security import Guard, names_an_address


def answered(
    path: str = "/",
    *,
    host: str = "localhost:7860",
    body: bytes = b"",
    method: str = "GET",
    local: bool = True,
) -> tuple[int, dict[str, str], bytes]:
    """Status and headers of the answer through a guard, and the body that reached the application."""
    reached: list[bytes] = []
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append((await receive())["body"])
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"referrer-policy", b"origin")]}
        )
        await send({"type": "http.response.body", "body": b"ok"})

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [(b"host", host.encode())]}
    asyncio.run(Guard(app, local=local)(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(reached)


def test_every_answer_carries_the_headers_and_the_applications_own_win() -> None:
    for path in ("/", "/gradio_api/file=http://example.com/"):
        _, headers, _ = answered(path)
        assert "frame-ancestors 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert answered()[1]["referrer-policy"] == "origin"


@pytest.mark.parametrize(
    "path",
    [
        "file=https://a.example/x",
        "file=HTTP://a.example",
        "file=ftp://a",
        "proxy=https://a",
        "file=//http://a",
    ],
)
def test_an_address_is_not_fetched(path: str) -> None:
    assert answered(f"/gradio_api/{path}")[0] == 403


def test_a_file_of_this_machine_is_passed_on() -> None:
    assert answered("/gradio_api/file=/tmp/gradio/a.txt")[0] == 200


@pytest.mark.parametrize(
    ("host", "local", "status"),
    [
        ("127.0.0.1:7860", True, 200),
        ("[::1]:7860", True, 200),
        ("LOCALHOST", True, 200),
        ("cables.example:7860", True, 403),
        ("", True, 403),
        ("cables.example", False, 200),
    ],
)
def test_only_this_machines_names_reach_a_page_that_is_only_for_it(
    host: str, local: bool, status: int
) -> None:
    assert answered(host=host, local=local)[0] == status


def test_a_file_by_address_is_refused_and_other_bodies_arrive_whole() -> None:
    bad = json.dumps({"data": [{"a": [{"path": "https://a.example/x"}]}]}).encode()
    assert answered("/gradio_api/queue/join", method="POST", body=bad)[::2] == (403, b"")
    good = json.dumps({"data": ["see https://a.example", {"path": "/tmp/x", "url": "http://here"}]}).encode()
    assert answered("/gradio_api/queue/join", method="POST", body=good)[::2] == (200, good)


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"path": 3}', b'{"path": "C:/cables"}'])
def test_what_names_no_address_is_let_through(body: bytes) -> None:
    assert not names_an_address(body)
