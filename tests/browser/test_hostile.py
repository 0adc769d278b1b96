"""Hostile cables in a real browser: all that they hold is seen as text, nothing of it runs, and nothing is fetched."""

from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests import hostile
from tests.fuzz import shown

if TYPE_CHECKING:
    from .conftest import Watched

PLACES = (
    "#chat .answer",
    "#chat .asked",
    "#reader",
    "#cables",
    "#scope",
    "#rejected",
    "#suggestions",
    "#timeline",
)
# What a cable could have made of itself; around the answers Gradio has some of these of its own.
STRANGE = "script, img:not([src^='data:']), iframe, object, embed, style, link, form, h1, table, [onload], [onerror]"


def unharmed(page: Page) -> None:
    """No script of a cable has run, and none of its elements is on the page."""
    page.wait_for_timeout(300)  # an image that cannot be loaded says so a little later
    assert page.evaluate("window.__hit") == 0
    assert page.locator("h1", has_text="OUT").count() == 0
    for place in PLACES:
        assert page.locator(place).locator(STRANGE).count() == 0, place
    links = page.evaluate(
        "places => places.flatMap(p => [...document.querySelectorAll(p + ' a')].map(a => a.getAttribute('href')))",
        list(PLACES),
    )
    assert [each for each in links if each is None or not each.startswith(("?", "#", "cables.csv?"))] == []


def test_nothing_that_stands_in_a_cable_runs_or_is_fetched_or_leads_away(
    beside_hostile_cables: "Watched",
) -> None:
    watched = beside_hostile_cables
    page = watched.open()
    watched.ask("How many tons did the zeppelin carry?")
    unharmed(page)
    expect(page.locator("#chat .answer").last).to_contain_text("zeppelin carried")
    page.locator("#chat .cite summary").first.click()
    page.locator("#chat .citation").first.click()
    reader = page.locator("#reader")
    for mark in (hostile.SCRIPT, hostile.IMAGE, "[a link](javascript:window.__hit=1)", r"$\href{javascript"):
        expect(reader).to_contain_text(mark)
    unharmed(page)
    page.locator("#reader .sent").click()
    expect(page.locator("#reader pre.original")).to_contain_text("</mark></pre></div></article><h1>OUT</h1>")
    unharmed(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as Markdown").click()
    shown.is_inert(Path(download.value.path()).read_text("utf-8"))
    watched.tab("Cables")
    expect(page.locator("#cables .subject", has_text=hostile.SCRIPT).first).to_be_visible()
    page.get_by_label("TAGS", exact=True).click()
    expect(page.get_by_role("option", name="SCRIPT").first).to_be_visible()
    unharmed(page)
    page.keyboard.press("Escape")
    page.locator("#cables a", has_text="EVIL").first.click()
    expect(reader.locator("h2")).to_contain_text("AIRSHIP")
    unharmed(page)
    watched.tab("Index")
    expect(page.locator("#stats")).to_contain_text("cables")
    unharmed(page)
