"""What stands between the page and the network: security headers, whose requests are taken, and no fetching."""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from starlette.formparsers import MultiPartException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Mapping[str, str] = {
    # Gradio runs inline scripts and compiles js_on_load, hence the two unsafe ones; on*= stays dead.
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "script-src-attr 'none'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    # The address holds the question. With no-referrer a browser would not say either that a form is our own.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

# All that is offered. Gradio has more: it fetches for others, hands out files, and can run code that it is sent.
_PARTS: Final = r"/(assets|static)/.+"
_READ: Final = re.compile(
    rf"/|{_PARTS}"
    r"|/(cables\.csv|healthz(/live)?|login|login\.css|logout|metrics)"
    r"|/(config|favicon\.ico|manifest\.json|robots\.txt|theme\.css)/?"
    r"|/gradio_api/(app_id|config|info|queue/data|queue/status|startup-events|theme\.css|upload_progress)/?"
    r"|/gradio_api/(call|call/v2)/\w+/\w+|/gradio_api/heartbeat/\w+|/gradio_api/mcp/?"
)
_SENT: Final = re.compile(
    r"/login|/logout|/gradio_api/(call|call/v2|run|api)/\w+/?"
    r"|/gradio_api/(cancel|mcp|queue/join|reset|upload)/?"
)
_PARTS_PATH: Final = re.compile(_PARTS)
_UPLOAD: Final = re.compile(r"/gradio_api/upload/?")

# Gradio proxies what follows file= when it is an address; /proxy= does the same for Spaces.
_FETCHES = re.compile(r"/(file|proxy)[=/]", re.IGNORECASE)
MAX_JSON = 8 * 1024 * 1024  # bytes of an event
MEGABYTE: Final = 1_000_000
SPARE: Final = 500 * MEGABYTE  # bytes that stay free on the disk


class Guard:
    """ASGI middleware: takes the requests of its own pages and of programs, for what is offered, with `HEADERS`.

    Where `hosts` are given, requests must also name one of them in their Host, so that a web page whose name was made
    to point to 127.0.0.1 (DNS rebinding) cannot read the cables.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str] | None) -> None:
        self._app = app
        self._names = (
            None if hosts is None else {_host(f"[{each}]" if "::" in each else each) for each in hosts}
        )
        self._origins = {each.lower() for each in hosts or ()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request."""
        if scope["type"] == "websocket":  # nothing here speaks so, and nothing below would check it
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kept = _PARTS_PATH.fullmatch(scope["path"]) is not None

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                wanted = HEADERS if kept else {**HEADERS, "Cache-Control": "no-store"}
                extra = [(name.lower().encode(), value.encode()) for name, value in wanted.items()]
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in extra if pair[0] not in present),
                ]
            await send(message)

        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        refusal = self._refusal(scope["method"], scope["path"], headers)
        await (refusal or self._app)(scope, receive, send_with_headers)

    def _refusal(self, method: str, path: str, headers: Mapping[str, str]) -> Response | None:
        host = headers.get("host", "")
        if self._names is not None and _host(host) not in self._names:
            return PlainTextResponse("This page answers only to this machine's own name, localhost.", 403)
        if _is_foreign(method, headers, {host.lower(), *self._origins}):
            return PlainTextResponse("This request comes from a page of another site.", 403)
        if _FETCHES.search(path):
            return PlainTextResponse("This server fetches nothing, and hands out no files.", 403)
        offered = {"GET": _READ, "HEAD": _READ, "POST": _SENT}.get(method)
        if offered is None or not offered.fullmatch(path):
            known = _READ.fullmatch(path) or _SENT.fullmatch(path)
            return PlainTextResponse("There is nothing here.", 405 if known else 404)
        return None


class Bodies:
    """ASGI middleware: what is sent names no file but those that were uploaded, and is not too long.

    Gradio would fetch a file that is named by an address, and take any of the folder in which the server was started,
    and any of /tmp, for one that was uploaded.

    Args:
        uploads: Where Gradio puts what is uploaded.
        max_upload: Bytes of the files that are added at one time.
        room: How many bytes are free where they are kept.
    """

    def __init__(self, app: ASGIApp, *, uploads: Path, max_upload: int, room: Callable[[], int]) -> None:
        self._app, self._max_upload, self._room = app, max_upload, room
        self._uploads = uploads.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        refusal: Response | None = None
        if _UPLOAD.fullmatch(scope["path"]):
            refusal = self._no_room(scope)
            receive = self._counted(receive)
        else:
            body = await read_body(receive)
            if body is None:
                refusal = PlainTextResponse("This request is too long.", 413)
            elif any(not self._uploaded(path) for path in paths(body)):
                refusal = PlainTextResponse("Files are uploaded; none is taken from elsewhere.", 403)
            else:
                receive = replayed(body, receive)
        await (refusal or self._app)(scope, receive, send)

    def _no_room(self, scope: Scope) -> Response | None:
        length = dict(scope["headers"]).get(b"content-length", b"")
        expected = int(length) if length.isdigit() else 0
        if expected > self._max_upload:
            return PlainTextResponse(self._too_long, 413)
        if expected > self._room() - SPARE:
            return PlainTextResponse("There is no room on the disk of the server for these files.", 507)
        return None

    def _uploaded(self, path: str) -> bool:
        try:
            return Path(path).is_absolute() and Path(path).resolve().is_relative_to(self._uploads)
        except (OSError, ValueError):  # no file has such a name
            return False

    @property
    def _too_long(self) -> str:
        # Gradio answers 413 where an error of its parser names the "maximum allowed size".
        return (
            f"These files are longer than the maximum allowed size, {self._max_upload // MEGABYTE:,} MB at a time. "
            "Add fewer at a time, or have the server take more: cable-qa serve --max-upload MB"
        )

    def _counted(self, receive: Receive) -> Receive:
        """The same, which ends the request where more comes than was said, or than may."""
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self._max_upload:
                raise MultiPartException(self._too_long)
            return message

        return counted


def _is_foreign(method: str, headers: Mapping[str, str], ours: Collection[str]) -> bool:
    """Whether a web page of another site had the browser send it; to follow a link from there is allowed.

    Browsers say where a request comes from: in Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/), which no page
    can change, and in Origin. Programs say neither.
    """
    site = headers.get("sec-fetch-site", "")
    if site in ("same-origin", "none"):
        return False
    if site:
        goes_there = (
            headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        )
        return method not in ("GET", "HEAD") or not goes_there
    origin = headers.get("origin")
    return origin is not None and origin.lower().partition("://")[2] not in ours


def paths(body: bytes) -> Iterator[str]:
    """The paths of files that a JSON body names, in whatever place; "" for one that has an address alone."""
    try:
        waiting = [json.loads(body)]
    except (ValueError, RecursionError):
        return  # Gradio refuses it as well
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            path = value.get("path")  # the "url" beside it is the browser's own, and not fetched
            if isinstance(path, str):
                yield path
            elif "url" in value:
                yield ""
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _host(header: str) -> str:
    """The name in a Host header without its port: "[::1]:7860" gives "::1"."""
    return re.sub(r":\d*$", "", header).strip("[]").lower()


async def read_body(receive: Receive, *, most: int = MAX_JSON) -> bytes | None:
    """The whole body, or None where it is longer than `most` bytes."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > most:
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
