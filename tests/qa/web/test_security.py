import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from starlette.formparsers import MultiPartException
from starlette.types import Message, Receive, Scope, Send

from qa.web.access import LOOPBACK
from qa.web.security import MAX_JSON, MEGABYTE, SPARE, Bodies, Guard, paths


def answered(
    path: str = "/",
    *,
    method: str = "GET",
    hosts: Sequence[str] | None = LOOPBACK,
    body: bytes = b"",
    upload: int = MEGABYTE,
    room: int = 10 * SPARE,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, str], bytes]:
    """Status and headers of the answer through both guards, and the body that reached the application."""
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

    named = {"host": "localhost:7860"} | dict(headers or {})
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }
    guarded = Guard(
        Bodies(app, uploads=Path("/srv/uploads"), max_upload=upload, room=lambda: room), hosts=hosts
    )
    asyncio.run(guarded(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(reached)


def test_every_answer_carries_the_headers_and_the_applications_own_win() -> None:
    for path in ("/", "/gradio_api/file=http://example.com/"):
        _, headers, _ = answered(path)
        policy = headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "frame-ancestors 'none'", "script-src-attr 'none'"} <= set(policy)
        assert not [each for each in policy if "http:" in each or "https:" in each or "*" in each]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["permissions-policy"].startswith("camera=()")
        assert headers["cache-control"] == "no-store"
    assert answered()[1]["referrer-policy"] == "origin"
    assert answered("/healthz", headers={"host": "elsewhere"})[1]["referrer-policy"] == "same-origin"
    assert "cache-control" not in answered("/assets/index-1a.js")[1]  # nothing of the cables is in it


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=https://a.example/x",
        "/gradio_api/file=HTTP://a.example",
        "/gradio_api/file=//http://a",
        "/gradio_api/FILE=ftp://a",
        "/gradio_api/proxy=https://a",
        "/file=https://a.example/x",
        "/gradio_api/file/https://a.example/x",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=/tmp/gradio/a.txt",
    ],
)
def test_no_address_is_fetched_and_no_file_handed_out(path: str) -> None:
    for method in ("GET", "HEAD"):
        assert answered(path, method=method)[::2] == (403, b"")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/cables.csv", 200),
        ("GET", "/gradio_api/call/ask/1f", 200),
        ("POST", "/gradio_api/call/v2/ask", 200),
        ("POST", "/gradio_api/mcp/", 200),
        ("POST", "/", 405),
        ("PUT", "/", 405),
        ("OPTIONS", "/gradio_api/queue/join", 405),
        ("POST", "/gradio_api/vibe-code", 404),
        ("GET", "/gradio_api/deep_link", 404),
        ("GET", "/gradio_api/runs", 404),
        ("POST", "/gradio_api/component_server", 404),
        ("POST", "/gradio_api/process_recording", 404),
        ("GET", "/monitoring/summary", 404),
        ("GET", "/gradio_api/openapi.json", 404),
        ("GET", "/../etc/passwd", 404),
    ],
)
def test_only_what_is_offered_is_reached(method: str, path: str, status: int) -> None:
    assert answered(path, method=method)[0] == status


@pytest.mark.parametrize(
    ("host", "hosts", "status"),
    [
        ("127.0.0.1:7860", LOOPBACK, 200),
        ("[::1]:7860", LOOPBACK, 200),
        ("LOCALHOST", LOOPBACK, 200),
        ("cables.example:7860", LOOPBACK, 403),
        ("", LOOPBACK, 403),
        ("cables.example", (*LOOPBACK, "cables.example"), 200),
        ("evil.example", (*LOOPBACK, "cables.example"), 403),
        ("cables.example", None, 200),
    ],
)
def test_only_its_own_names_reach_it(host: str, hosts: Sequence[str] | None, status: int) -> None:
    assert answered(headers={"host": host}, hosts=hosts)[0] == status


FOLLOWED = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@pytest.mark.parametrize(
    ("headers", "get", "post"),
    [
        ({}, 200, 200),  # a program
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 200, 200),
        ({"sec-fetch-site": "none"}, 200, 200),
        ({"sec-fetch-site": "cross-site"}, 403, 403),
        ({"sec-fetch-site": "same-site"}, 403, 403),
        (FOLLOWED, 200, 403),  # a link is followed; a form is not sent
        (FOLLOWED | {"sec-fetch-dest": "iframe"}, 403, 403),
        ({"origin": "http://localhost:7860"}, 200, 200),  # browsers that say no more
        ({"origin": "http://localhost:9999"}, 403, 403),
        ({"origin": "http://evil.example"}, 403, 403),
        ({"origin": "null"}, 403, 403),
    ],
)
def test_pages_of_other_sites_send_and_read_nothing(headers: dict[str, str], get: int, post: int) -> None:
    assert answered("/cables.csv", headers=headers)[0] == get
    assert answered("/gradio_api/queue/join", method="POST", headers=headers)[0] == post
    assert answered("/logout", method="POST", headers=headers)[0] == post


def test_a_name_that_is_allowed_is_an_origin_too() -> None:
    hosts = (*LOOPBACK, "cables.example")
    for origin, status in (("https://cables.example", 200), ("https://a.cables.example", 403)):
        headers = {"host": "127.0.0.1:7860", "origin": origin}
        assert answered("/logout", method="POST", hosts=hosts, headers=headers)[0] == status


def test_nothing_speaks_over_a_websocket() -> None:
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("It came through.")

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Guard(app, hosts=None)({"type": "websocket", "path": "/", "headers": []}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; a=multipart/form-data", "multipart/form-data", ""]
)
@pytest.mark.parametrize(
    "path",
    [
        "https://a.example/x",
        " HTTP://a.example/x",
        "/etc/passwd",
        "/srv/uploads/../people",
        "/srv/uploadsx/people",
        "people",
        "",
        "/srv/uploads/\0",
    ],
)
def test_no_file_is_taken_but_those_that_were_uploaded_whatever_the_body_is_said_to_be(
    kind: str, path: str
) -> None:
    bad = json.dumps({"data": [{"a": [{"path": path}]}]}).encode()
    good = {"data": ["see https://a.example", {"path": "/srv/uploads/1f/x", "url": "http://here"}]}
    for body, expected in ((bad, (403, b"")), (json.dumps(good).encode(), (200, json.dumps(good).encode()))):
        told = answered("/gradio_api/queue/join", method="POST", body=body, headers={"content-type": kind})
        assert told[::2] == expected


def test_a_call_that_is_too_long_is_refused() -> None:
    assert answered("/gradio_api/queue/join", method="POST", body=b" " * (MAX_JSON + 1))[::2] == (413, b"")


def test_files_that_are_too_long_are_refused_before_they_come_and_as_they_come() -> None:
    def sent(body: bytes, length: int) -> tuple[int, bytes]:
        headers = {"content-type": "multipart/form-data", "content-length": str(length)}
        return answered("/gradio_api/upload", method="POST", body=body, headers=headers)[::2]

    assert sent(b"abc", 3) == (200, b"abc")
    assert sent(b"", MEGABYTE + 1) == (413, b"")
    with pytest.raises(
        MultiPartException, match=r"^These files are longer than the maximum allowed size, 1 MB "
    ):
        sent(b" " * (MEGABYTE + 1), 3)


def test_files_for_which_there_is_no_room_are_refused() -> None:
    headers = {"content-length": "1000"}
    assert answered("/gradio_api/upload", method="POST", headers=headers, room=SPARE + 999)[0] == 507
    assert answered("/gradio_api/upload", method="POST", headers=headers, room=SPARE + 1000)[0] == 200


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"path": 3}', b"[" * 100_000])
def test_what_names_no_file_is_let_through(body: bytes) -> None:
    assert list(paths(body)) == []
