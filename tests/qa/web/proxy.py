"""A small reverse proxy, as nginx or Caddy stand before a server: it takes a prefix off and passes the rest on."""

import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

_OF_ONE_STEP = ("connection", "content-length", "host", "keep-alive", "transfer-encoding", "date", "server")


@contextmanager
def proxy(to: str, *, prefix: str, strips: bool, host: str, proto: str = "http") -> Iterator[str]:
    """The address of a proxy that passes on what stands under the prefix, until the end of the block.

    Args:
        to: The server's address.
        prefix: Such as "/cables".
        strips: Whether it takes the prefix off.
        host: The name by which it was called, which it passes on in X-Forwarded-Host.
        proto: Over what, in X-Forwarded-Proto.
    """
    client = httpx.AsyncClient(timeout=60)

    async def passed_on(request: Request) -> Response:
        path = request.url.path
        if not path.startswith(prefix):
            return Response("Something else lives here.", 404)
        path = path.removeprefix(prefix) if strips else path
        query = f"?{request.url.query}" if request.url.query else ""
        headers = [(name, value) for name, value in request.headers.items() if name not in _OF_ONE_STEP]
        headers += [
            ("X-Forwarded-For", request.client.host if request.client else ""),
            ("X-Forwarded-Proto", proto),
            ("X-Forwarded-Host", host),
        ]
        sent = client.build_request(
            request.method, f"{to}{path or '/'}{query}", headers=headers, content=await request.body()
        )
        answer = await client.send(sent, stream=True)

        async def body() -> AsyncIterator[bytes]:
            try:
                async for chunk in answer.aiter_raw():
                    yield chunk
            finally:
                await answer.aclose()

        response = StreamingResponse(body(), answer.status_code)
        for name, value in answer.headers.multi_items():
            if name not in _OF_ONE_STEP:
                response.headers.append(name, value)
        return response

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    methods = ["GET", "HEAD", "POST", "PUT", "OPTIONS"]
    app = Starlette(routes=[Route("/{path:path}", passed_on, methods=methods)], lifespan=lifespan)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        config = uvicorn.Config(
            app, log_level="critical", access_log=False, ws="none", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{prefix}"
        server.should_exit = True
        thread.join(10)
