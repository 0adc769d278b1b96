"""Calls over HTTP, made complete before Gradio has them: it wants every value of a call, and does not say which."""

import inspect
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.errors import BadArgument, Busy
from qa.web import arguments
from qa.web.api import WAITED_FOR, Endpoint
from qa.web.security import read_body, replayed

# Calls by the order of the values, and by their names.
_CALL: Final = re.compile(r"/gradio_api/(?P<how>call/v2|call|run|api)/(?P<name>\w+)/?")
_LONGEST_NAME: Final = 100  # that is said again


class Calls:
    """ASGI middleware: a call that leaves out values gets their defaults, and one that does not fit a sentence."""

    def __init__(
        self, app: ASGIApp, *, functions: Sequence[Endpoint], full: Callable[[], bool] = lambda: False
    ) -> None:
        """Completes calls of `functions`; while the line is `full`, those that would wait in it are refused."""
        self._app, self._full = app, full
        self._functions: Mapping[str, Endpoint] = {function.__name__: function for function in functions}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request."""
        called = _CALL.fullmatch(scope["path"]) if scope["type"] == "http" else None
        function = self._functions.get(called["name"]) if called else None
        if (
            called is None
            or scope["method"] != "POST"
            or (function is None and called["how"] in ("run", "api"))
        ):
            await self._app(scope, receive, send)
            return
        if function is None:
            known = ", ".join(self._functions)
            unknown = f"There is no {called['name'][:_LONGEST_NAME]} to call; there are: {known}."
            await JSONResponse({"detail": unknown}, 404)(scope, receive, send)
            return
        if called["name"] in WAITED_FOR and self._full():
            busy = JSONResponse({"detail": str(Busy())}, 503, {"Retry-After": "5"})
            await busy(scope, receive, send)
            return
        body = await read_body(receive)
        if body is None:
            await PlainTextResponse("This request is too long.", 413)(scope, receive, send)
            return
        try:
            body = complete(function, body, named=called["how"] == "call/v2")
        except BadArgument as error:
            await JSONResponse({"detail": str(error)}, 422)(scope, receive, send)
            return
        others = [(name, value) for name, value in scope["headers"] if name.lower() != b"content-length"]
        headers = [*others, (b"content-length", str(len(body)).encode())]
        await self._app({**scope, "headers": headers}, replayed(body, receive), send)


def complete(function: Endpoint, body: bytes, *, named: bool) -> bytes:
    """The body of a call with all its values. What is no call at all is left to Gradio; raises BadArgument."""
    try:
        call = json.loads(body)
    except ValueError:
        return body
    except RecursionError as error:
        raise BadArgument("Lists in lists in lists: nothing is called so deep.") from error
    if not isinstance(call, dict):
        return body
    if named:
        arguments.fitting(function, call)
        return body
    values = call.get("data")
    if not isinstance(values, list):
        return body
    parameters = inspect.signature(function).parameters
    if len(values) > len(parameters):
        raise BadArgument(
            f"{function.__name__} takes {len(parameters)} values and got {len(values):,}: {', '.join(parameters)}."
        )
    arguments.fitting(function, dict(zip(parameters, values, strict=False)))
    left_out = list(parameters.values())[len(values) :]
    return json.dumps({**call, "data": [*values, *(each.default for each in left_out)]}).encode()
