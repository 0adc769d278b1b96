"""A real server on a real index of the shipped cable and a few others, and a real browser to look at it with."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect, sync_playwright

from benchmarks.browser import FLAGS, executable
from tests import hostile

READY_WITHIN_S = 120
HERE = Path(__file__).parent
APP = HERE.parents[1] / "app.py"


def chromium() -> str:
    """Where a Chromium is installed; without one the tests are skipped here, and fail where CI runs them."""
    found = executable()
    if not found:
        sentence = "No browser for tests/browser. Get one: apt-get install chromium, or name one in CHROMIUM."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found


class Server:
    """`python app.py` where there is no index yet, under a hook that notes each other machine it turns to.

    The cables of this folder, or of another, lie where the page keeps files that were added.
    """

    def __init__(self, index_path: Path, outside: Path, cables: Path = HERE / "cables") -> None:
        shutil.copytree(cables, index_path / "cables")
        self.index_path = index_path
        self._outside = outside
        environment = os.environ | {
            "CABLE_QA_OUTSIDE": str(outside),
            "PYTHONPATH": str(HERE / "loopback_only"),
            "GRADIO_TEMP_DIR": str(index_path.parent / "uploads"),
        }
        self._process = subprocess.Popen(
            [sys.executable, str(APP), "--index", str(index_path), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        self.output: list[str] = []
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        self.address = self._address()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.output.append(line)
            self._lines.put(line)
        self._lines.put("")

    def _address(self) -> str:
        try:
            while line := self._lines.get(timeout=READY_WITHIN_S):
                if line.startswith("Ready: "):
                    return line.removeprefix("Ready: ").strip()
        except Empty:
            self.close()
        raise AssertionError(f"The server did not say that it is ready: {''.join(self.output)}")

    @property
    def outside(self) -> list[str]:
        """Which other machines the server looked up or connected to."""
        return self._outside.read_text().splitlines() if self._outside.exists() else []

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reading.join(5)
        if self._process.stdout is not None:
            self._process.stdout.close()


@pytest.fixture(scope="package")  # not longer: while Playwright is open, no other event loop can run here
def browser() -> Iterator[Browser]:
    executable = chromium()
    expect.set_options(timeout=20_000)  # milliseconds: two cores serve the page, the model and the browser
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server; after all tests it must have turned to no other machine, and have said nothing."""
    folder = tmp_path_factory.mktemp("page")
    running = Server(folder / "index", folder / "outside.txt")
    yield running
    said = [line for line in running.output if not line.startswith(("No index yet: making ", "Ready: "))]
    running.close()
    assert running.outside == []
    assert said == []


class Watched:
    """A page that remembers what it should not have done."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(20_000)
        self.address = address
        self.complaints: list[str] = []
        self.page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type == "error" else None,
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._request(request.url))
        self.page.on("dialog", self._dialog)

    def _request(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"asked {url}")

    def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append("opened a dialog")
        dialog.dismiss()

    def open(self, address: str = "") -> Page:
        self.page.goto(self.address + "/" + address)
        self.page.locator("#scope p").wait_for(state="attached")  # the last thing to come
        return self.page

    def ask(self, question: str) -> None:
        """Ask, and wait until the answer to this very question stands there."""
        asked = self.page.locator("#chat p.asked").count()
        self.page.locator("#question textarea").fill(question)
        self.page.locator("#ask").click()
        expect(self.page.locator("#chat p.asked")).to_have_count(asked + 1)
        expect(self.page.locator("#chat .answer").last.locator(".claim")).to_be_visible()

    def search(self) -> str:
        """The address behind its "?"; asked of the page itself, for Playwright's own is late to know."""
        return str(self.page.evaluate("decodeURIComponent(location.search.replaceAll('+', ' '))"))

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()


@pytest.fixture
def watched(browser: Browser, server: Server) -> Iterator[Watched]:
    """A fresh browser session at 1280 by 800; the test fails if it asks another host or complains."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = Watched(context, server.address)
    yield page
    context.close()
    assert page.complaints == []


@pytest.fixture
def beside_hostile_cables(browser: Browser, tmp_path: Path) -> Iterator[Watched]:
    """As `watched`, on a server of its own whose index holds hostile cables too."""
    cables = tmp_path / "hostile"
    cables.mkdir()
    (cables / "evil.txt").write_text(hostile.text(), encoding="utf-8")
    (cables / "table.csv").write_text(hostile.table(), encoding="utf-8", newline="")
    running = Server(tmp_path / "index", tmp_path / "outside.txt", cables)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script("window.__hit = 0")
    page = Watched(context, running.address)
    yield page
    context.close()
    running.close()
    assert page.complaints == []
    assert running.outside == []
