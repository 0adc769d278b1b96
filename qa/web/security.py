"""What stands between the page and the network: security headers, and no fetching on anybody's behalf."""

import json
import re
from collections.abc import Mapping

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "::1")

HEADERS: Mapping[str, str] = {
    # Gradio runs inline scripts and compiles js_on_load, hence the two unsafe ones; on*= stays dead.
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "script-src-attr 'none'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",  # the address holds the question
    "X-Content-Type-Options": "nosniff",
}

# Gradio proxies what follows file= when it is an address; /proxy= does the same for Spaces.
_FETCHES = re.compile(r"/gradio_api/(file|proxy)=\s*/*[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_IS_ADDRESS = re.compile(r"\s*[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
MAX_JSON = 8 * 1024 * 1024  # bytes of an event; uploads are not JSON and know no limit


class Guard:
    """ASGI middleware: refuses what would make the server fetch an address, and sets `HEADERS` everywhere.

    With `local`, requests must also name this machine in their Host, so that a web page whose name was made
    to point to 127.0.0.1 (DNS rebinding) cannot read the cables.
    """

    def __init__(self, app: ASGIApp, *, local: bool) -> None:
        self._app = app
        self._local = local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                extra = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in extra if pair[0] not in present),
                ]
            await send(message)

        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope["path"], headers)
        if refusal is None and _is_event(scope["method"], headers):
            body = await read_body(receive)
            if body is None:
                refusal = PlainTextResponse("This request is too long.", 413)
            elif names_an_address(body):
                refusal = PlainTextResponse("Files are uploaded, not fetched from an address.", 403)
            else:
                receive = replayed(body, receive)
        await (refusal or self._app)(scope, receive, send_with_headers)

    def _refusal(self, path: str, headers: Mapping[str, str]) -> Response | None:
        if self._local and _host(headers.get("host", "")) not in LOOPBACK:
            return PlainTextResponse("This page answers only to this machine's own name, localhost.", 403)
        if _FETCHES.search(path):
            return PlainTextResponse("This server fetches nothing.", 403)
        return None


def names_an_address(body: bytes) -> bool:
    """Whether a JSON body holds a file whose path is an address, which Gradio would fetch."""
    try:
        waiting = [json.loads(body)]
    except ValueError:
        return False  # Gradio refuses it as well
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if _is_address(value.get("path")):  # its "url" is the browser's own, and not fetched
                return True
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return False


def _is_address(value: object) -> bool:
    return isinstance(value, str) and _IS_ADDRESS.match(value) is not None


def _host(header: str) -> str:
    """The name in a Host header without its port: "[::1]:7860" gives "::1"."""
    return re.sub(r":\d*$", "", header).strip("[]").lower()


def _is_event(method: str, headers: Mapping[str, str]) -> bool:
    # Not by path: every route of Gradio that takes files by path takes JSON.
    return method in ("POST", "PUT", "PATCH") and "multipart/" not in headers.get("content-type", "").lower()


async def read_body(receive: Receive) -> bytes | None:
    """The whole body, or None where it is longer than `MAX_JSON`."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > MAX_JSON:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once more, then waits for the client as before."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
