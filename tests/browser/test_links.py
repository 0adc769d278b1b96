"""Links: what an address opens, and the way back and forward."""

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from .conftest import Watched

DEPORTED = "how many migrants were deported in 2008"


def test_a_shared_question_is_asked_when_its_link_is_opened(watched: "Watched") -> None:
    page = watched.open("?q=" + quote(DEPORTED))
    expect(page.locator("#chat .claim strong")).to_have_text("17,000")


def test_a_shared_place_opens_there(watched: "Watched") -> None:
    page = watched.open("?cable=09ASTANA368&p=11")
    expect(page.locator('#reader [data-paragraph="11"]')).to_be_in_viewport()
    assert page.locator("#reader mark").count() == 0


@pytest.mark.parametrize(
    "link",
    ["?cable=99NOWHERE1", "?cable=<script>alert(1)</script>", "?cable=09ASTANA368&p=7&s=9&e=999999999"],
)
def test_a_link_that_leads_nowhere_does_no_harm(watched: "Watched", link: str) -> None:
    page = watched.open(link)
    expect(page.locator("#reader").get_by_text(re.compile("no cable|KAZAKHSTAN")).first).to_be_visible()
    assert page.locator("#reader mark").count() == 0


def test_a_shared_question_holds_its_filters(watched: "Watched") -> None:
    page = watched.open("?q=How+many+reception+centers+are+there&post=ALMATY")
    answer = page.locator("#chat .answer")
    expect(answer.locator(".claim")).to_be_visible()
    assert {each.get_attribute("data-cable") for each in answer.locator(".citation").all()} == {"09ALMATY55"}
    expect(page.locator("#scope")).to_contain_text("Asking only 1 of ")


def test_back_and_forward_lead_through_questions_cables_and_lists(watched: "Watched") -> None:
    page = watched.open()
    watched.ask(DEPORTED)
    page.locator("#chat .citation").first.click()
    mark = page.locator("#reader mark")
    expect(mark).to_contain_text("17,000")
    page.locator("#chat .citation").nth(1).click()
    expect(mark).not_to_contain_text("17,000")
    watched.tab("Cables")
    page.wait_for_function("location.search === '?tab=cables'")
    page.go_back()
    expect(page.get_by_role("tab", name="Ask")).to_have_attribute("aria-selected", "true")
    page.go_back()
    expect(mark).to_contain_text("17,000")
    page.go_back()
    page.wait_for_function("location.search.startsWith('?q=')")
    assert page.locator("#chat p.asked").count() == 1  # it stands there already, and is not asked again
    page.go_forward()
    page.go_forward()
    expect(mark).not_to_contain_text("17,000")
    page.go_forward()
    expect(page.locator("#cables .count")).to_be_visible()


def test_a_reload_keeps_the_conversation_and_the_open_cable(watched: "Watched") -> None:
    page = watched.open()
    watched.ask(DEPORTED)
    watched.ask("Who is Masimov?")
    page.locator("#chat .citation").first.click()
    expect(page.locator("#reader mark")).to_be_visible()
    page.reload()
    expect(page.locator("#chat p.asked")).to_have_text([DEPORTED, "Who is Masimov?"])
    expect(page.locator("#reader mark")).to_be_in_viewport()
    # Of what was asked, nothing is kept in the browser.
    kept = page.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")
    assert "migrants" not in str(kept)
    assert "Masimov" not in str(kept)
