"""Make docs/page.png: the page, asked what its example asks, with the first citation open.

python docs/screenshot.py
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "how many migrants were deported in 2008"


def main() -> None:
    """Serve the shipped cable on a free port, ask, click, and save what is seen."""
    browsers = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    executable = os.environ.get("CHROMIUM") or next(filter(None, browsers), None)
    if executable is None:
        sys.exit("No browser found. Get one: apt-get install chromium, or name one in CHROMIUM.")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(ROOT / "app.py"), "--index", f"{folder}/index", "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                photograph(_address(server), executable, ROOT / "docs" / "page.png")
            finally:
                server.terminate()


def _address(server: "subprocess.Popen[str]") -> str:
    for line in server.stdout or ():
        if line.startswith("Ready: "):
            return line.removeprefix("Ready: ").strip()
    sys.exit("The server did not start.")


def photograph(address: str, executable: str, picture: Path) -> None:
    """Ask the question at this address, open its first citation and save the page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address)
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#ask").click()
        page.locator("#chat .citation").first.click()
        page.locator("#reader mark").first.wait_for()
        page.mouse.move(640, 790)
        page.wait_for_timeout(1000)  # the scrolling comes to rest
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main()
