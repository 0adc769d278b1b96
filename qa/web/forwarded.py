"""What a reverse proxy tells of the requests that it passes on: believed of those that were named, of nobody else."""

import ipaddress
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

PASSED_ON: Final = "cable_qa.passed_on"  # under which a scope says whether a proxy stood between
_TOLD: Final = (b"x-forwarded-", b"forwarded", b"x-real-ip", b"via", b"x-original-", b"x-rewrite-")


class Forwarded:
    """ASGI middleware: takes address, scheme and host from a trusted proxy, and the path's prefix off.

    What anybody else says of that is taken out, so that nothing behind believes it: Gradio makes addresses of it.
    """

    def __init__(self, app: ASGIApp, *, root_path: str = "", trusted: Sequence[str] = ()) -> None:
        self._root, self._app = root_path, app
        inner: Any = self._inside  # uvicorn has types of its own for the same
        self._reading: Any = ProxyHeadersMiddleware(inner, list(trusted))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        peer = (scope.get("client") or ("", 0))[0]
        passed_on = any(name.lower().startswith(_TOLD) for name, _ in scope["headers"])
        headers = scope["headers"]
        if peer in self._reading.trusted_hosts:
            told = [value for name, value in headers if name.lower() == b"x-forwarded-host"]
            if told:
                host = told[-1].rpartition(b",")[2].strip()  # of the nearest proxy, which is the trusted one
                headers = [
                    *((name, value) for name, value in headers if name.lower() != b"host"),
                    (b"host", host),
                ]
        await self._reading({**scope, "headers": headers, PASSED_ON: passed_on}, receive, send)

    async def _inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [pair for pair in scope["headers"] if not pair[0].lower().startswith(_TOLD)]
        scope = {**scope, "headers": headers}
        path = scope["path"]
        if self._root and path == self._root:  # links on the page begin at its last slash
            query = scope.get("query_string", b"").decode("latin-1")
            there = f"{self._root}/" + (f"?{query}" if query else "")
            await RedirectResponse(there, 308)(scope, receive, send)
            return
        if self._root and path.startswith(f"{self._root}/"):  # this proxy leaves it in
            path = path.removeprefix(self._root)
            scope |= {"path": path, "raw_path": quote(path).encode()}
        await self._app(scope, receive, send)


def from_this_machine(scope: Scope) -> bool:
    """Whether the request was made on this machine, as far as can be told: no proxy says that it passed it on."""
    try:
        address = ipaddress.ip_address((scope.get("client") or ("", 0))[0])
    except ValueError:
        return False
    return address.is_loopback and not scope.get(PASSED_ON, False)
