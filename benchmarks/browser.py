"""A real browser at the real page: where Chromium is, and the page served by a process of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from playwright.sync_api import Browser, sync_playwright

FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
)
_APP: Final = Path(__file__).parents[1] / "app.py"
_ENDS_WITHIN_S: Final = 20


class Server(NamedTuple):
    """A server that runs."""

    address: str
    pid: int


@contextmanager
def served(index_path: Path) -> Iterator[str]:
    """The address of the page, as `python app.py` serves it; not before it is ready."""
    with server(index_path) as running:
        yield running.address


@contextmanager
def server(index_path: Path) -> Iterator[Server]:
    """The server of `python app.py`; not before it is ready."""
    command = [sys.executable, str(_APP), "--index", str(index_path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Server(_address(process), process.pid)
        finally:
            process.terminate()
            try:
                process.wait(_ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _address(process: "subprocess.Popen[str]") -> str:
    for line in process.stdout or ():
        if line.startswith("Ready: "):
            return line.removeprefix("Ready: ").strip()
    raise SystemExit("The server ended before it was ready; what it said stands above.")


def executable() -> str:
    """Where a Chromium is installed; "" where none is found."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), "")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine, started without a window."""
    found = executable()
    if not found:
        raise SystemExit("No browser found. Get one: apt-get install chromium, or name one in CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()
