"""One visit to the page, timed by the page's own clock: from a person's act until its outcome is painted."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from index import Filters
from qa.web import links

OPENED: Final = "the page is opened, ready to ask"
ANSWERED: Final = "a question is sent, its answer shown"
CITED: Final = "a citation is clicked, its sentence lit and in view"
LISTED: Final = "the tab *Cables* is clicked, its list shown"
TURNED: Final = "the next page of the list"
POST: Final = "the list of a post"
YEAR: Final = "the list of a year"
WORD: Final = "the list of a word, from its last letter on"
BRUSHED: Final = "the list of years brushed on the timeline"

STOPWATCH: Final = (Path(__file__).parent / "stopwatch.js").read_text(encoding="utf-8")
# What a person takes to look. It also keeps what a step leaves behind out of the time of the next.
_LOOK_MS: Final = 700
_BETWEEN_LETTERS_MS: Final = 90

# Conditions in JavaScript.
_READY: Final = (
    "stopwatch.inView(document.querySelector('#question textarea')) && document.querySelector('#scope p')"
)
_ANSWER: Final = "stopwatch.inView(document.querySelector('#chat .answer .claim'))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a person asks and looks for."""

    question: str
    post: str
    year: int
    word: str
    brushed: tuple[int, int]  # the first year and the last

    @property
    def lists(self) -> dict[str, Filters]:
        """The lists that are looked at, by the names of the steps, in their order."""
        first, last = self.brushed
        return {
            POST: Filters(posts=(self.post,)),
            YEAR: Filters(years=(self.year,)),
            WORD: Filters(words=self.word),
            BRUSHED: Filters(since=date(first, 1, 1), until=date(last, 12, 31)),
        }


def walk(browser: Browser, address: str, visit: Visit) -> Iterator[tuple[str, float]]:
    """The steps of a visit in a fresh browser session, each with its milliseconds.

    A list that has one page only is not turned.
    """
    with _session(browser) as page:
        page.goto(address, wait_until="commit")
        yield OPENED, float(page.evaluate("window.ready"))
        yield ANSWERED, _asked(page, visit.question)
        yield CITED, _cited(page)
        yield LISTED, _timed(page, page.get_by_role("tab", name="Cables").click, "click", _list(Filters()))
        following = page.get_by_role("button", name="Next page")
        if following.is_visible():
            yield TURNED, _timed(page, following.click, "click", _other_than(_count(page)))
        wanted = visit.lists
        yield POST, _chosen(page, "Post", visit.post, wanted[POST])
        yield YEAR, _chosen(page, "Year", visit.year, wanted[YEAR])
        yield WORD, _typed(page, visit.word, wanted[WORD])
        yield BRUSHED, _brushed(page, visit.brushed, wanted[BRUSHED])


@contextmanager
def _session(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(f"{STOPWATCH}\nwindow.ready = stopwatch.untilPainted(() => {_READY});")
    try:
        yield context.new_page()
    finally:
        context.close()


def _timed(page: Page, act: Callable[[], object], event: str, holds: str) -> float:
    """Milliseconds from the last such event of an act until the condition holds and is painted."""
    page.wait_for_timeout(_LOOK_MS)
    page.evaluate(f"window.timed = stopwatch.since('{event}', () => {holds}); undefined")
    act()
    return float(page.evaluate("window.timed"))


def _asked(page: Page, question: str) -> float:
    page.locator("#question textarea").fill(question)
    return _timed(page, page.locator("#ask").click, "click", _ANSWER)


def _cited(page: Page) -> float:
    citation = page.locator("#chat a.citation").first
    cable_id = citation.get_attribute("data-cable")
    lit = f"""stopwatch.inView(document.querySelector('#reader [data-cable-id="{cable_id}"] mark'))"""
    return _timed(page, citation.click, "click", lit)


def _chosen(page: Page, menu: str, value: str | int, wanted: Filters) -> float:
    page.get_by_label(menu, exact=True).fill(f"{value}")
    option = page.get_by_role("option", name=re.compile(rf"^\W*{re.escape(str(value))} \("))
    took = _timed(page, option.click, "mousedown", _list(wanted))
    page.keyboard.press("Escape")
    _clear(page)
    return took


def _typed(page: Page, word: str, wanted: Filters) -> float:
    def type_it() -> None:
        page.get_by_label("Words").press_sequentially(word, delay=_BETWEEN_LETTERS_MS)

    took = _timed(page, type_it, "input", _list(wanted))
    _clear(page)
    return took


def _brushed(page: Page, years: tuple[int, int], wanted: Filters) -> float:
    def brush() -> None:
        bars = page.locator("#timeline svg").first
        boxes = [bars.locator(f"[data-since='{year}'] .hit").bounding_box() for year in years]
        first, last = ((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box)
        page.mouse.move(*first)
        page.mouse.down()
        page.mouse.move(*last, steps=5)
        page.mouse.up()

    return _timed(page, brush, "pointerup", _list(wanted))


def _clear(page: Page) -> None:
    _timed(page, page.get_by_role("button", name="Clear all filters").click, "click", _list(Filters()))


def _list(wanted: Filters) -> str:
    """Whether the list is that of these filters, and seen."""
    line = "document.querySelector('#cables .count')"
    return f"stopwatch.inView({line}) && {line}.dataset.address === '{links.list_address(wanted)}'"


def _count(page: Page) -> str:
    return page.locator("#cables .count").inner_text()


def _other_than(count: str) -> str:
    """Whether the list is another part than the one that this line stood above."""
    return f"document.querySelector('#cables .count').innerText !== {count!r}"
