"""Notes each request as it ends, with nothing in it that was asked or that lets anybody in."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTES: Final = "cable_qa.notes"  # under which a scope holds a dict, in which the door writes "person"

# What stands for a path: the numbers of calls and pages in it would let in whoever reads them.
_ROUTES: Final = re.compile(
    r"/(?:assets|static)(?=/)|/gradio_api/(?:call/v2|call|run|api)/(?:ask|search|read_cable)\b"
    r"|/gradio_api/(?:call/v2|call|run|api|heartbeat|queue/join|queue/data|upload_progress|upload|info|mcp|cancel)\b"
    r"|/(?:cables\.csv|config|healthz|login\.css|login|logout|metrics|theme\.css)(?=/|$)|/$"
)
_METHODS: Final = ("GET", "HEAD", "POST")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request and what came of it."""

    method: str
    route: str  # the path without what is particular to this request; "other" for what is not offered
    status: int
    took_s: float
    person: str  # the name; "" where nobody had to log in, or had


class Requests:
    """ASGI middleware: tells `notes` of each request."""

    def __init__(self, app: ASGIApp, *, notes: Sequence[Callable[[Request], None]]) -> None:
        self._app, self._notes = app, notes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status, told = time.monotonic(), 500, dict[str, Any]()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app({**scope, NOTES: told}, receive, noting)
        finally:
            request = Request(
                method=scope["method"] if scope["method"] in _METHODS else "other",
                route=route(scope["path"]),
                status=status,
                took_s=time.monotonic() - begun,
                person=told.get("person", ""),
            )
            for note in self._notes:
                note(request)


def route(path: str) -> str:
    """The part of a path that tells what was wanted, and nothing of who wanted it."""
    found = _ROUTES.match(path)
    return found[0] if found else "other"
