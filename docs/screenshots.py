"""Make the pictures of the page in docs/pictures, or with --all those of every view in every look.

python -m docs.screenshots [--all DIR]
"""

import argparse
import io
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

from benchmarks.browser import chromium, served

View = Callable[[Page, str], None]  # brings a page at an address to a view

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURES: Final = ROOT / "docs" / "pictures"
COLOURS: Final = 256  # a picture of text needs no more, and takes a third of the bytes
AT_REST_MS: Final = 1000  # until the scrolling has come to an end

LOOKS: Final[dict[str, tuple[str, ViewportSize]]] = {
    "light": ("light", {"width": 1280, "height": 800}),
    "dark": ("dark", {"width": 1280, "height": 800}),
    "phone": ("light", {"width": 390, "height": 844}),
}


def first_visit(page: Page, address: str) -> None:
    """Nothing asked yet, with questions to begin with."""
    page.goto(address)
    page.locator("#suggestions a").first.wait_for()


def answer(page: Page, address: str) -> None:
    """An answer, its first citation open beside it."""
    page.goto(f"{address}?q=how+many+migrants+were+deported+in+2008")
    page.locator("#chat .citation").first.click()
    page.locator("#reader mark").first.wait_for()


def says_otherwise(page: Page, address: str) -> None:
    """An answer that another cable contradicts."""
    page.goto(f"{address}?q=How+many+officers+did+the+migration+police+of+Kazakhstan+employ+in+2008%3F")
    page.locator("#chat .citation").first.wait_for()


def abstention(page: Page, address: str) -> None:
    """A question that the cables do not answer."""
    page.goto(f"{address}?q=Who+won+the+chess+championship+in+Reykjavik+in+1972%3F")
    page.locator("#chat .answer.abstained").wait_for()


def cables(page: Page, address: str) -> None:
    """The list, narrowed to a stretch of time that was brushed."""
    page.goto(f"{address}?tab=cables&since=2009-01-01&until=2009-12-31")
    page.locator("#cables ol.rows").wait_for()


def index_tab(page: Page, address: str) -> None:
    """What the index holds, and what it could not read."""
    page.goto(f"{address}?tab=index")
    page.locator("#rejected h3").wait_for()


def as_sent(page: Page, address: str) -> None:
    """A cable in its own layout."""
    answer(page, address)
    page.locator("#reader .sent").click()
    page.locator("#reader pre.original").wait_for()


def shortcuts(page: Page, address: str) -> None:
    """The list of keys."""
    first_visit(page, address)
    page.get_by_role("button", name="Shortcuts").click()
    page.locator("#help[open]").wait_for()


VIEWS: Final[tuple[View, ...]] = (
    *(first_visit, answer, says_otherwise, abstention, cables, index_tab, as_sent, shortcuts),
)
# In the repository, by their names.
SHOWN: Final[dict[str, tuple[View, str]]] = {
    "ask": (answer, "light"),
    "ask-dark": (answer, "dark"),
    "cables": (cables, "light"),
    "index": (index_tab, "light"),
    "phone": (says_otherwise, "phone"),
}


def main() -> None:
    """Index the shipped cable and those of the tests, serve them, and look at every view."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--all", type=Path, metavar="DIR", help="every view in every look, into this folder")
    folder = parser.parse_args().all
    wanted = SHOWN
    if folder:
        wanted = {f"{view.__name__}-{look}": (view, look) for view in VIEWS for look in LOOKS}
    into = folder or PICTURES
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        index_path = Path(scratch) / "index"
        add_files(index_path / "cables")
        with served(index_path) as address, chromium() as browser:
            for name, (view, look) in wanted.items():
                photograph(browser, f"{address}/", view, look, into / f"{name}.png")


def add_files(folder: Path) -> None:
    """The cables of the tests, and files that are none, as if they had been added on the page."""
    shutil.copytree(ROOT / "tests" / "browser" / "cables", folder)
    (folder / "holiday.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" * 9)
    (folder / "minutes-2009-02-11.txt").write_text("")
    (folder / "shopping.txt").write_text("Bread, milk, apples and a new ribbon for the typewriter.")


def photograph(browser: Browser, address: str, view: View, look: str, picture: Path) -> None:
    """Save what is seen of a view in a look."""
    scheme, window = LOOKS[look]
    page = browser.new_page(viewport=window, color_scheme="dark" if scheme == "dark" else "light")
    view(page, address)
    page.mouse.move(window["width"] - 1, window["height"] - 1)
    page.wait_for_timeout(AT_REST_MS)
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        shot.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(picture, optimize=True)
    page.close()


if __name__ == "__main__":
    main()
