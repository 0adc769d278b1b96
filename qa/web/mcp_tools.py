"""`ask`, `search` and `read_cable` as tools of the Model Context Protocol, over streamable HTTP.

Gradio has such a server too. It gives results as Python writes them, without a schema, and connects to whatever host
a request names in X-Forwarded-Host, so that questions could leave the machine. This one calls the functions itself.
"""

import logging
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from typing import Any, Final

import mcp_types as types
from anyio import CapacityLimiter, to_thread
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import TypeAdapter
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from corpus import CableQAError
from qa import printed
from qa.web import arguments
from qa.web.api import Endpoint
from qa.web.results import AnswerResult, CableResult, HitsResult

PATH: Final = "/gradio_api/mcp/"
SAME_TIME: Final = 8  # calls that are answered at once

_GIVES: Final = {"ask": AnswerResult, "search": HitsResult, "read_cable": CableResult}

_log = logging.getLogger(__name__)


def sessions(functions: Sequence[Endpoint], *, local: bool) -> StreamableHTTPSessionManager:
    """Answers requests while its `run()` is held open.

    Args:
        functions: Those of `api.functions`.
        local: Whether only this machine's own names are right; pages from elsewhere are refused then.
    """
    by_name = {function.__name__: function for function in functions}
    tools = [_tool(function) for function in functions]
    limiter = CapacityLimiter(SAME_TIME)

    async def list_tools(_: object, __: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def call_tool(_: object, params: types.CallToolRequestParams) -> types.CallToolResult:
        function, given = by_name.get(params.name), params.arguments or {}
        if function is None:
            return _told(f"There is no tool {arguments.shown(params.name)}: there are {', '.join(by_name)}.")
        try:
            arguments.fitting(function, given)
            result = await to_thread.run_sync(partial(function, **given), limiter=limiter)
        except CableQAError as error:
            return _told(str(error))
        except Exception:  # the program must not get the text of an error that was not made for it
            _log.exception("A tool failed.")
            return _told("This went wrong, by a fault of the server. Please try again.")
        if isinstance(result, list):
            result = {"hits": result}  # the protocol wants an object
        return types.CallToolResult(
            content=[types.TextContent(text=printed.as_json(result))], structured_content=result
        )

    server = Server(
        "cable-qa",
        version=version("cable-qa"),
        title="Cables",
        instructions="Answers questions from diplomatic cables, word for word and cited. Ask first; search and read "
        "on where the answer is not enough. Where it abstained, the cables do not say.",
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    hosts = [f"{name}{port}" for name in ("127.0.0.1", "localhost", "[::1]") for port in ("", ":*")]
    return StreamableHTTPSessionManager(
        server,
        json_response=True,
        stateless=True,  # a call needs nothing of those before it, and a client may outlive the server
        security_settings=TransportSecuritySettings(
            enable_dns_rebinding_protection=local,
            allowed_hosts=hosts,
            allowed_origins=[f"http://{host}" for host in hosts],
        ),
    )


class Address:
    """ASGI application: passes requests on to the sessions, but for those that would only listen."""

    def __init__(self, manager: StreamableHTTPSessionManager) -> None:
        self._manager = manager

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] == "POST":
            await self._manager.handle_request(scope, receive, send)
        else:  # nothing is ever told unasked: a stream opened with GET would stay open for nothing
            told = PlainTextResponse("Programs ask here, over MCP, by POST.", 405, {"Allow": "POST"})
            await told(scope, receive, send)


def routes(manager: StreamableHTTPSessionManager) -> list[Route]:
    """Where the tools are: at `PATH`, with or without its last slash."""
    return [Route(path, Address(manager)) for path in (PATH, PATH.rstrip("/"))]


def _tool(function: Endpoint) -> types.Tool:
    arguments_of: Any = function  # pydantic takes a function, and says otherwise
    return types.Tool(
        name=function.__name__,
        description=arguments.summary(function),
        input_schema=TypeAdapter(arguments_of).json_schema(),
        output_schema=TypeAdapter(_GIVES[function.__name__]).json_schema(mode="serialization"),
        annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )


def _told(sentence: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=sentence)], is_error=True)
