"""A server that is told to stop answers what it can, and closes the streams that pages hold open."""

import asyncio
from contextlib import suppress
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE_S: Final = 1.0  # for answers that are being made


class Ending:
    """ASGI middleware: once `begin` was called, no request takes longer than `PATIENCE_S`."""

    def __init__(self, app: ASGIApp, *, patience_s: float = PATIENCE_S) -> None:
        self._app, self._patience_s = app, patience_s
        self._begun = asyncio.Event()

    def begin(self) -> None:
        """From now on nothing is waited for; called in the event loop."""
        self._begun.set()

    @property
    def begun(self) -> bool:
        """Whether the server is about to stop."""
        return self._begun.is_set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = complete = False

        async def noting(message: Message) -> None:
            nonlocal started, complete
            started = True
            complete = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        answering = asyncio.ensure_future(self._app(scope, receive, noting))
        ending = asyncio.ensure_future(self._begun.wait())
        try:
            await asyncio.wait({answering, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                await asyncio.wait({answering}, timeout=self._patience_s)
            if answering.done():
                answering.result()
                return
        finally:
            ending.cancel()
            answering.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait({answering}, timeout=0.5)
        if complete:  # what still ran was to be done after it
            return
        if started:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await PlainTextResponse("The server is being stopped.", 503)(scope, receive, send)
