"""The server: opens the index, makes the page, guards it and serves it until it is told to stop."""

import errno
import os
import shutil
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from corpus import CableQAError
from index.milvus.client import is_address
from qa.assistant import Assistant
from qa.errors import McpNotInstalled
from qa.options import Answering
from qa.web.access import LOOPBACK, Access
from qa.web.people import People
from qa.web.security import Bodies, Guard

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from qa.web.api import Endpoint
    from qa.web.build_job import BuildJob
    from qa.web.journal import Journal
    from qa.web.metrics import Metrics
    from qa.web.sessions import Sessions
    from qa.web.told import Told

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
    access: Access = Access(),  # noqa: B008 - a frozen value
    journal: "Journal | None" = None,
) -> None:
    """Serve the page until Ctrl-C. Says "Ready: http://..." on stdout once questions are answered at once.

    Args:
        index_path: The index folder; or the address of a Milvus, to ask alone: it is added to where it is built.
        host: The address to listen on; "0.0.0.0" lets other machines in, for which `access` must say who may.
        port: The port; 0 takes any that is free.
        model: As for `index.build`.
        device: As for `index.build`.
        threads: As for `index.build`.
        answering: More options of `Assistant.open`.
        open_browser: Whether to open the page in the person's browser.
        mcp: Whether programs may ask over the Model Context Protocol too.
        access: From where it can be reached, and who may come in.
        journal: Where each request, question and build is noted; None: nowhere.

    Raises:
        OpenToOthers: Others reach it, and nothing was said of passwords.
        BadUsersFile: The file of people cannot be used.
        McpNotInstalled: `mcp` needs an extra.
        PortTaken: The port cannot be had.
        IndexNotFound: The folder holds no index.
    """
    from qa.web.metrics import Metrics
    from qa.web.sessions import Sessions
    from qa.web.told import Told

    access.check(host)
    people = People(access.users) if access.users else None
    if mcp:
        require_mcp()
    folder = None if is_address(index_path) else Path(index_path)
    sessions = Sessions()
    with (
        _listening(host, port) as listener,
        Assistant.open(
            index_path, model=model, device=device, threads=threads, **(answering or {})
        ) as assistant,
    ):
        metrics = Metrics(stats=assistant.index.stats, sessions=sessions.count)
        told = Told([metrics, journal] if journal else [metrics])
        with _job(folder, model=model, device=device, threads=threads, told=told) as job:
            with suppress(CableQAError):
                # Loads the model and, for its year, what filters are told by, before anybody waits for it.
                assistant.ask("Which cables are there of 2008?")
            app = make_app(
                assistant,
                folder,
                job,
                host=host,
                access=access,
                people=people,
                sessions=sessions,
                told=told,
                metrics=metrics,
                mcp=mcp,
            )
            name = "127.0.0.1" if host in ("0.0.0.0", "::") else host
            address = f"http://{f'[{name}]' if ':' in name else name}:{listener.getsockname()[1]}"
            sys.stdout.write(f"Ready: {address}\n")
            sys.stdout.flush()
            if open_browser:
                webbrowser.open(address)
            _run(app, job, listener, logs=journal is None)


def _run(inner: "ASGIApp", job: "BuildJob", listener: socket.socket, *, logs: bool) -> None:
    """Answer requests until Ctrl-C or SIGTERM; `logs`: whether uvicorn writes its warnings in its own form."""
    import uvicorn

    from qa.web.ending import Ending

    app = Ending(inner)

    class Server(uvicorn.Server):
        """Has the build and the open streams stop before it waits for them."""

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            job.stop()
            app.begin()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app,
        log_level="warning",
        log_config=uvicorn.config.LOGGING_CONFIG if logs else None,
        access_log=False,  # the address of a page holds the question
        proxy_headers=False,  # `Forwarded` reads them, of those who are trusted alone
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
    )
    server = Server(config)

    def end() -> None:
        server.should_exit = True

    # Of Ctrl-C uvicorn raises KeyboardInterrupt once more after it has stopped.
    with _terminated_in_order(end), suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


@contextmanager
def _terminated_in_order(end: Callable[[], None]) -> Iterator[None]:
    """SIGTERM ends what is inside, and not the program at once: uvicorn sends it to itself again when it is done.

    One that comes before uvicorn listens for it calls `end`: whoever has read "Ready" may send it at once.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: end())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def require_mcp() -> None:
    """Raises McpNotInstalled where the extra is missing; of an older `mcp` too, which has no `mcp_types`."""
    if find_spec("mcp") is None or find_spec("mcp_types") is None:
        raise McpNotInstalled


def make_app(
    assistant: Assistant,
    folder: Path | None,
    job: "BuildJob",
    *,
    host: str,
    access: Access,
    people: People | None,
    sessions: "Sessions",
    told: "Told",
    metrics: "Metrics",
    mcp: bool = False,
) -> "ASGIApp":
    """The page, what programs call and what watches, guarded. Gradio is imported here: it takes seconds."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before the import, which reads it
    import gradio as gr
    from fastapi import FastAPI
    from fastapi import Request as Asking  # for the annotation, which FastAPI reads
    from fastapi.responses import JSONResponse, Response, StreamingResponse
    from gradio.utils import get_upload_folder

    from qa.web import api, cables_tab, export, page, scope
    from qa.web.assets import asset
    from qa.web.calls import Calls
    from qa.web.desk import Desk
    from qa.web.door import Door
    from qa.web.events import SAME_TIME
    from qa.web.forwarded import Forwarded
    from qa.web.metrics import CONTENT_TYPE
    from qa.web.requests import Requests
    from qa.web.suggested import Suggested

    desk = Desk(assistant, notes=[told.asked])
    metrics.watch(desk.line)
    functions = api.functions(desk)
    app = FastAPI(title="Cables", docs_url=None, redoc_url=None, openapi_url=None)
    if mcp:
        _add_mcp(app, functions, hosts=access.hosts(host))

    @app.get("/healthz/live")
    async def live() -> dict[str, object]:
        """Whether the server answers at all."""
        return {"ok": True}

    @app.get("/healthz")
    def healthz() -> JSONResponse:
        """Whether a question would be answered; to those who need not log in also how much there is."""
        try:
            cables = assistant.index.count()
        except CableQAError:
            return JSONResponse({"ok": False}, 503)
        return JSONResponse({"ok": True} if access.guarded else {"ok": True, "cables": cables})

    @app.get("/metrics")
    def figures() -> Response:
        """The figures for Prometheus."""
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    @app.get("/cables.csv")
    def cables_csv(request: Asking) -> StreamingResponse:
        """The list of cables under the filters of the address."""
        parameters = list(request.query_params.multi_items())
        order = cables_tab.order_of(dict(parameters).get("order"))
        lines = export.csv_lines(assistant.index, scope.of_address(parameters), order)
        # With the mark by which spreadsheets know UTF-8.
        return StreamingResponse(chain(["\ufeff"], lines), media_type="text/csv; charset=utf-8")

    blocks = page.make_page(desk, folder, job, Suggested(assistant), access=access, own=access.own(host))
    gr.mount_gradio_app(
        app,
        blocks.queue(default_concurrency_limit=SAME_TIME),
        path="/",
        root_path=access.root_path or None,
        footer_links=[],
        run_history=False,  # it would keep each question and answer in the browser's storage
        ssr_mode=False,
        mcp_server=False,  # ours, where it is wanted; the environment could turn Gradio's on
        show_error=False,
        theme=page.theme(),
        css=asset("page.css"),
    )
    # From the inside out: the last is the first that a request meets.
    guarded: ASGIApp = Calls(app, functions=functions, full=lambda: desk.line.full)
    guarded = Bodies(
        guarded,
        uploads=Path(get_upload_folder()),
        max_upload=access.max_upload,
        room=lambda: shutil.disk_usage(folder or gettempdir()).free,
    )
    if people is not None:
        guarded = Door(
            guarded,
            people=people,
            sessions=sessions,
            root_path=access.root_path,
            proxied=access.proxied,
        )
    guarded = Guard(guarded, hosts=access.hosts(host))
    guarded = Forwarded(guarded, root_path=access.root_path, trusted=access.trust_proxies)
    return Requests(guarded, notes=[told.requested])


def _add_mcp(app: "FastAPI", functions: Sequence["Endpoint"], *, hosts: Sequence[str] | None) -> None:
    from qa.web import mcp_tools

    manager = mcp_tools.sessions(functions, local=hosts == LOOPBACK)
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
    folder: Path | None, *, model: str | None, device: str | None, threads: int | None, told: "Told"
) -> Iterator["BuildJob"]:
    """The server's build, stopped in good order when the server ends."""
    from qa.web import build_job

    job = build_job.of_index(folder, model=model, device=device, threads=threads, ended=told.built)
    try:
        yield job
    finally:
        job.stop()
        job.wait(timeout_s=30)
