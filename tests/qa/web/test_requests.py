import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from qa.web.requests import NOTES, Request, Requests, route


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/", "/"),
        ("/cables.csv", "/cables.csv"),
        ("/assets/index-1a.js", "/assets"),
        ("/gradio_api/call/ask/0f3a", "/gradio_api/call/ask"),
        ("/gradio_api/call/v2/ask", "/gradio_api/call/v2/ask"),
        ("/gradio_api/call/secret/0f3a", "/gradio_api/call"),
        ("/gradio_api/heartbeat/0f3a", "/gradio_api/heartbeat"),
        ("/gradio_api/queue/join", "/gradio_api/queue/join"),
        ("/who was deported", "other"),
        ("/cables.csvx", "other"),
    ],
)
def test_a_route_tells_nothing_that_is_particular(path: str, told: str) -> None:
    assert route(path) == told


def test_each_request_is_noted_even_one_that_fails() -> None:
    noted: list[Request] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope[NOTES]["person"] = "ada"
        if scope["path"] == "/login":
            raise RuntimeError
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        pass

    watched = Requests(app, notes=[noted.append])
    asyncio.run(watched({"type": "http", "method": "GET", "path": "/"}, receive, send))
    with pytest.raises(RuntimeError):
        asyncio.run(watched({"type": "http", "method": "BREW", "path": "/login"}, receive, send))
    assert [(each.method, each.route, each.status, each.person) for each in noted] == [
        ("GET", "/", 204, "ada"),
        ("other", "/login", 500, "ada"),
    ]
