"""The server: opens the index, makes the page, guards it and serves it until it is told to stop."""

import errno
import os
import socket
import sys
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import CableQAError
from qa.assistant import Assistant
from qa.errors import McpNotInstalled
from qa.options import Answering
from qa.web.security import LOOPBACK, Guard

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.web.api import Endpoint
    from qa.web.build_job import BuildJob

GRACE_S = 3  # pages keep a stream open; a server that waits for them never ends


class PortTaken(CableQAError):
    """Nothing can listen there: most often because something does already."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        if error.errno == errno.EADDRINUSE:
            why = f"Port {port} of {host} is taken, perhaps by this program itself: see http://{host}:{port}"
        else:
            why = f"Port {port} of {host} cannot be used ({error.strerror or error})"
        super().__init__(f"{why}. To take another port: cable-qa serve --port {port + 1}")
        self.host, self.port = host, port


def serve(
    index_path: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    model: str | None = None,
    device: str | None = None,
    threads: int | None = None,
    answering: Answering | None = None,
    open_browser: bool = False,
    mcp: bool = False,
) -> None:
    """Serve the page until Ctrl-C. Says "Ready: http://..." on stdout once questions are answered at once.

    Args:
        index_path: The index folder.
        host: The address to listen on; "0.0.0.0" lets other machines in.
        port: The port; 0 takes any that is free.
        model: As for `index.build`.
        device: As for `index.build`.
        threads: As for `index.build`.
        answering: More options of `Assistant.open`.
        open_browser: Whether to open the page in the person's browser.
        mcp: Whether programs may ask over the Model Context Protocol too.

    Raises:
        McpNotInstalled: `mcp` needs an extra.
        PortTaken: The port cannot be had.
        IndexNotFound: The folder holds no index.
    """
    import uvicorn

    if mcp:
        require_mcp()
    index_path = Path(index_path)
    local = host in LOOPBACK
    with (
        _listening(host, port) as listener,
        Assistant.open(
            index_path, model=model, device=device, threads=threads, **(answering or {})
        ) as assistant,
        _job(index_path, model=model, device=device, threads=threads) as job,
    ):
        with suppress(CableQAError):
            assistant.ask("Which cables are there?")  # loads the model before anybody waits for it
        app = make_app(assistant, index_path, job, local=local, mcp=mcp)
        name = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        address = f"http://{f'[{name}]' if ':' in name else name}:{listener.getsockname()[1]}"
        sys.stdout.write(f"Ready: {address}\n")
        sys.stdout.flush()
        if open_browser:
            webbrowser.open(address)
        # No access log: the address of a page holds the question.
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE_S)
        with suppress(KeyboardInterrupt):  # uvicorn raises it once more after it has stopped in good order
            uvicorn.Server(config).run(sockets=[listener])


def require_mcp() -> None:
    """Raises McpNotInstalled where the extra is missing; of an older `mcp` too, which has no `mcp_types`."""
    if find_spec("mcp") is None or find_spec("mcp_types") is None:
        raise McpNotInstalled


def make_app(
    assistant: Assistant, index_path: Path, job: "BuildJob", *, local: bool, mcp: bool = False
) -> "FastAPI":
    """The page, /healthz and what programs call, guarded. Gradio is imported here: it takes seconds."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before the import, which reads it
    import gradio as gr
    from fastapi import FastAPI, Request
    from fastapi.responses import StreamingResponse

    from qa.web import api, cables_tab, export, page, scope
    from qa.web.assets import asset
    from qa.web.calls import Calls
    from qa.web.events import SAME_TIME
    from qa.web.suggested import Suggested

    functions = api.functions(assistant)
    app = FastAPI(title="Cables", docs_url=None, redoc_url=None, openapi_url=None)
    if mcp:
        _add_mcp(app, functions, local=local)

    @app.get("/healthz")
    def healthz() -> dict[str, object]:
        """Whether the server answers, and how much it holds."""
        return {"ok": True, "cables": assistant.index.count()}

    @app.get("/cables.csv")
    def cables_csv(request: Request) -> StreamingResponse:
        """The list of cables under the filters of the address."""
        parameters = list(request.query_params.multi_items())
        order = cables_tab.order_of(dict(parameters).get("order"))
        lines = export.csv_lines(assistant.index, scope.of_address(parameters), order)
        # With the mark by which spreadsheets know UTF-8.
        return StreamingResponse(chain(["\ufeff"], lines), media_type="text/csv; charset=utf-8")

    blocks = page.make_page(assistant, index_path, job, Suggested(assistant), local=local)
    gr.mount_gradio_app(
        app,
        blocks.queue(default_concurrency_limit=SAME_TIME),
        path="/",
        footer_links=[],
        run_history=False,  # it would keep each question and answer in the browser's storage
        ssr_mode=False,
        mcp_server=False,  # ours, where it is wanted; the environment could turn Gradio's on
        show_error=False,
        theme=page.theme(),
        css=asset("page.css"),
    )
    app.add_middleware(Calls, functions=functions)
    app.add_middleware(Guard, local=local)  # the last is the first that a request meets
    return app


def _add_mcp(app: "FastAPI", functions: Sequence["Endpoint"], *, local: bool) -> None:
    from qa.web import mcp_tools

    manager = mcp_tools.sessions(functions, local=local)
    app.router.lifespan_context = lambda _: manager.run()
    app.router.routes += mcp_tools.routes(manager)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens already, so that whoever connects from now on is served, if a little later."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol by its name: only then does asyncio turn Nagle's algorithm off, which holds each reply up for 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        if os.name == "posix":  # elsewhere the option lets two programs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)
        except OSError as error:
            raise PortTaken(host, port, error) from error
        yield listener


@contextmanager
def _job(
    index_path: Path, *, model: str | None, device: str | None, threads: int | None
) -> Iterator["BuildJob"]:
    """The server's build, stopped in good order when the server ends."""
    from qa.web import build_job

    job = build_job.of_index(index_path, model=model, device=device, threads=threads)
    try:
        yield job
    finally:
        job.stop()
        job.wait(timeout_s=30)
