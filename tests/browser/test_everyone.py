"""For everyone: by keyboard, by screen reader, in the dark, on a phone."""

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

if TYPE_CHECKING:
    from .conftest import Server, Watched

DEPORTED = "how many migrants were deported in 2008"

# Each piece of text that is seen and whose contrast with what is behind it is too low (WCAG 2.2, 1.4.3).
FAINT = """() => {
  const parts = (colour) => (colour.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const luminance = (rgb) => {
    const linear = (c) => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
    const [r, g, b] = rgb.slice(0, 3).map((each) => linear(each / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parts(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] > .5) return colour;
    }
    return document.body.classList.contains('dark') ? [0, 0, 0] : [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const shown = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!node.textContent.trim() || !shown) continue;
    if (['STYLE', 'SCRIPT', 'NOSCRIPT'].includes(element.tagName) || element.closest('[disabled]')) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const front = luminance(parts(element.closest('svg') ? style.fill : style.color));
    const back = luminance(behind(element));
    const ratio = (Math.max(front, back) + .05) / (Math.min(front, back) + .05);
    if (ratio < (large ? 3 : 4.5)) faint.push(`${node.textContent.trim().slice(0, 40)} ${ratio.toFixed(2)}`);
  }
  return faint;
}"""


# What is cut off at the right edge; what has a scroller of its own is not.
OUTSIDE = """() => [...document.querySelectorAll('main *')]
  .filter((each) => each.checkVisibility() && !each.closest('svg, [role=tablist], .sr-only, pre'))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => `${each.tagName} ${each.id} ${each.className}`)"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_stands_out_enough(watched: "Watched", theme: str) -> None:
    page = watched.open(f"?__theme={theme}")
    expect(page.locator("#scope")).to_contain_text("Asking")
    assert page.evaluate(FAINT) == []
    watched.ask(DEPORTED)
    watched.ask("Who won the chess championship in Reykjavik in 1972?")
    page.locator("#chat details.cite summary").first.click()
    page.locator("#chat .citation").first.click()
    expect(page.locator("#reader mark")).to_be_visible()
    assert page.evaluate(FAINT) == []
    for name in ("Cables", "Index"):
        watched.tab(name)
        expect(page.locator("#cables .count" if name == "Cables" else "#stats b").first).to_be_visible()
        assert page.evaluate(FAINT) == []


def test_a_first_visit_explains_itself_in_a_sentence(watched: "Watched") -> None:
    page = watched.open()
    expect(page.locator("#heading")).to_contain_text(
        "Ask in plain words. The answers are quoted from the cables, word for word."
    )
    expect(page.locator("#scope")).to_contain_text("Asking all ")
    expect(page.locator("#reader")).to_contain_text("Click a citation to read it in its cable")


def test_the_keyboard_alone_asks_opens_and_comes_back(watched: "Watched") -> None:
    page = watched.open()
    expect(page.locator("#scope")).to_contain_text("Asking")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type(DEPORTED)
    page.keyboard.press("Enter")
    expect(page.locator("#chat .claim strong")).to_have_text("17,000")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("#chat .citation").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#reader mark")).to_contain_text("17,000")
    page.keyboard.press("n")
    expect(page.locator("#reader .hits")).to_contain_text("Passage 2 of 5")
    page.keyboard.press("p")
    expect(page.locator("#reader .hits")).to_contain_text("Passage 1 of 5")
    expect(page.locator("#reader mark")).to_contain_text("17,000")
    page.keyboard.press("[")
    expect(page.locator("#reader h2")).to_have_text("KAZAKHSTAN: GRAIN HARVEST AND STORAGE")
    page.keyboard.press("o")
    expect(page.locator("#reader pre.original")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator("#cables .count")).to_be_visible()
    page.keyboard.press("3")
    expect(page.locator("#build")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator("#chat .claim")).to_be_visible()


def test_shortcuts_are_listed_and_can_be_turned_off(watched: "Watched") -> None:
    page = watched.open()
    expect(page.locator("#scope")).to_contain_text("Asking")
    page.keyboard.press("?")  # typed: the box is in focus
    expect(page.locator("#question textarea")).to_have_value("?")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Shortcuts")
    expect(dialog).to_contain_text("the previous and the next cable of the post")
    dialog.get_by_label("Shortcuts are on").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("2")
    expect(page.locator("#question")).to_be_visible()
    page.get_by_role("button", name="Shortcuts").click()
    expect(dialog).to_be_visible()


def test_everything_that_can_be_used_has_a_name(watched: "Watched") -> None:
    page = watched.open("?cable=09ASTANA368&p=7&q=" + quote(DEPORTED))
    expect(page.locator("#chat .claim")).to_be_visible()
    for tab in ("Ask", "Cables", "Index"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_function("document.querySelector('[role=tabpanel]:not([hidden])') !== null")
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('a, button, input, textarea, select, img, svg[role=img]')]
            .filter(each => each.offsetParent !== null && each.type !== 'file')
            .filter(each => ![each.textContent, each.ariaLabel, each.title, each.alt,
                each.labels?.[0]?.textContent, each.closest('label')?.textContent]
                .some(name => name && name.trim()))
            .map(each => each.outerHTML.slice(0, 200))"""
        )
        assert nameless == []
    assert page.evaluate("[document.title, document.documentElement.lang]") == ["Cables", "en"]


def test_a_phone_shows_all_without_scrolling_sideways(browser: Browser, server: "Server") -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(server.address)
    page.locator("#question textarea").fill(DEPORTED)
    page.locator("#ask").click()
    page.locator("#chat .citation").first.click()
    expect(page.locator("#reader mark")).to_be_in_viewport()
    assert page.evaluate(OUTSIDE) == []
    page.go_back()  # to the answer, which stands above the cable
    expect(page.locator("#chat .claim")).to_be_in_viewport()
    expect(page.locator("#question textarea")).to_be_in_viewport(ratio=1)
    for name, seen in (("Cables", "#cables .count"), ("Index", "#stats b")):
        page.get_by_role("tab", name=name).click()
        expect(page.locator(seen).first).to_be_visible()
        assert page.evaluate(OUTSIDE) == []
    context.close()
