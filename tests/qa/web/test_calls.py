"""Calls over HTTP get what they leave out, and are told what does not fit."""

import asyncio
import json

import pytest
from starlette.types import Message, Receive, Scope, Send

from qa.errors import BadArgument
from qa.web.arguments import Limit, Posts, Words
from qa.web.calls import Calls, complete


def search(words: Words, limit: Limit = 10, posts: Posts = None) -> None:
    """Find."""


def answered(path: str, body: object, method: str = "POST") -> tuple[int, object]:
    """The status, and the body that reached the application; where none did, that of the answer."""
    reached: list[object] = []
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        got = (await receive())["body"]
        assert dict(scope["headers"])[b"content-length"] == str(len(got)).encode()
        reached.append(json.loads(got))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    written = json.dumps(body).encode()

    async def receive() -> Message:
        return {"type": "http.request", "body": written, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-length", str(len(written)).encode())]
    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    asyncio.run(Calls(app, functions=[search])(scope, receive, send))
    return sent[0]["status"], reached[0] if reached else json.loads(sent[1]["body"])


@pytest.mark.parametrize("how", ["call", "run", "api"])
def test_values_left_out_at_the_end_are_the_defaults(how: str) -> None:
    path = f"/gradio_api/{how}/search"
    given = {"data": ["deported"], "session_hash": "x"}
    assert answered(path, given) == (200, {"data": ["deported", 10, None], "session_hash": "x"})
    assert answered(f"{path}/", {"data": ["a", 3, ["B"]]}) == (200, {"data": ["a", 3, ["B"]]})


def test_a_call_that_does_not_fit_is_told_in_a_sentence() -> None:
    names = "words, limit, posts"
    missing = {"detail": "words is missing. What to look for, in plain words; at most 5,000 characters."}
    assert answered("/gradio_api/call/search", {"data": []}) == (422, missing)
    assert answered("/gradio_api/call/v2/search", {"limit": 3}) == (422, missing)
    assert answered("/gradio_api/call/v2/search", {"words": "a", "k": 3}) == (
        422,
        {"detail": f'There is no "k" here: give {names}.'},
    )
    with pytest.raises(BadArgument, match=f"^search takes 3 values and got 4: {names}\\.$"):
        complete(search, b'{"data": [1, 2, 3, 4]}', named=False)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/gradio_api/call/v2/search", {"words": "a"}),
        ("/gradio_api/call/search", {"data": "a"}),
        ("/gradio_api/call/search", ["a"]),
        ("/gradio_api/run/other", {"data": []}),
        ("/gradio_api/queue/join", {"data": []}),
    ],
)
def test_other_bodies_arrive_as_they_are(path: str, body: object) -> None:
    assert answered(path, body) == (200, body)


def test_what_is_no_json_is_left_to_gradio() -> None:
    assert complete(search, b"data=1", named=False) == b"data=1"


def test_while_the_line_is_full_calls_that_would_wait_are_told_at_once() -> None:
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("It came through.")

    async def receive() -> Message:
        return {"type": "http.request", "body": b'{"data": ["a"]}', "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/gradio_api/call/search", "headers": []}
    asyncio.run(Calls(app, functions=[search], full=lambda: True)(scope, receive, send))
    assert sent[0]["status"] == 503
    assert (b"retry-after", b"5") in sent[0]["headers"]
    assert json.loads(sent[1]["body"])["detail"].startswith("The server is busy with other questions.")


def test_a_function_that_is_not_there_and_a_body_that_is_too_deep_are_told() -> None:
    for how in ("call", "call/v2"):
        assert answered(f"/gradio_api/{how}/nosuch", {"data": []}) == (
            404,
            {"detail": "There is no nosuch to call; there are: search."},
        )
    assert answered("/gradio_api/run/predict", {"data": []}) == (200, {"data": []})  # the page's own
    with pytest.raises(BadArgument, match="so deep"):
        complete(search, b"[" * 100_000, named=False)
