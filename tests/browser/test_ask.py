"""Asking: the answer, what it rests on, and what can be done with it."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Route, expect

if TYPE_CHECKING:  # pytest loads conftest itself; it cannot be imported at run time
    from .conftest import Watched

DEPORTED = "how many migrants were deported in 2008"
SENTENCE = "In 2008, Kazakhstan deported 17,000 labor migrants for violations of migration law."
OFFICERS = "How many officers did the migration police of Kazakhstan employ in 2008?"


def test_a_question_is_answered_by_the_sentence_with_its_figure_set_off_and_its_citation(
    watched: "Watched",
) -> None:
    page = watched.open()
    watched.ask(DEPORTED)
    expect(page.locator("#chat .claim strong")).to_have_text("17,000")
    first = page.locator("#chat .citation").first
    expect(first).to_have_attribute("data-cable", "09ASTANA368")
    expect(first).to_have_attribute("data-paragraph", "7")
    for fact in ("09ASTANA368", "¶7", "27 Feb 2009", "Embassy Astana", "UNCLASSIFIED", SENTENCE):
        expect(first).to_contain_text(fact)
    around = first.locator(".around")
    expect(around.first).to_have_text("January 26, Interfax: ")
    expect(around.last).to_contain_text("More than 1.3 million labor migrants entered Kazakhstan")
    assert watched.search() == f"?q={DEPORTED}"


def test_what_says_so_too_and_what_says_otherwise_are_set_apart(watched: "Watched") -> None:
    page = watched.open()
    watched.ask(OFFICERS)
    expect(page.locator("#chat .claim strong")).to_have_text("1,140")
    labels = page.locator("#chat .answer .label").all_inner_texts()
    assert labels[:2] == ["Also says so", "Says otherwise"]
    lists = page.locator("#chat .answer ol.citations")
    expect(lists.nth(1)).to_contain_text("employed 1,140 officers")
    expect(lists.nth(2)).to_contain_text("employed 900 officers")
    expect(lists.nth(2).locator(".citation")).to_have_attribute("data-cable", "09ALMATY55")


def test_what_was_understood_can_be_corrected(watched: "Watched") -> None:
    page = watched.open()
    watched.ask(DEPORTED)
    watched.ask("and in 2007?")
    understood = page.locator("#chat .understood").last
    expect(understood).to_contain_text("Understood as: how many migrants were deported in 2007")
    # The address of a follow-up is of the question as it was understood, so that it can be shared.
    page.wait_for_function("location.search === '?q=how+many+migrants+were+deported+in+2007'")
    understood.locator("a.correct").click()
    box = page.locator("#question textarea")
    expect(box).to_have_value("how many migrants were deported in 2007")
    expect(box).to_be_focused()
    box.fill("how many migrants entered in 2008")
    page.locator("#ask").click()
    expect(page.locator("#chat p.asked").last).to_have_text("how many migrants entered in 2008")


def test_what_the_cables_do_not_say_is_said_to_be_so_with_the_closest_passages(watched: "Watched") -> None:
    page = watched.open()
    watched.ask("Who won the chess championship in Reykjavik in 1972?")
    answer = page.locator("#chat .answer.abstained")
    expect(answer.locator(".claim")).to_contain_text("Reykjavik")
    expect(answer).to_contain_text("The closest passages")
    assert answer.locator(".citation").count() >= 1
    assert answer.locator("strong").count() == 0


def test_an_empty_question_asks_nothing(watched: "Watched") -> None:
    page = watched.open()
    page.locator("#ask").click()
    expect(page.get_by_text("Type a question first.")).to_be_visible()
    assert page.locator("#chat p.asked").count() == 0


@pytest.mark.parametrize(
    ("way", "begins"),
    [
        ("Note", 'U.S. Embassy Astana, "KAZAKHSTAN: MEDIA REPORTS'),
        ("Quote", f"“{SENTENCE}” (09ASTANA368, para. 7"),
        ("BibTeX", "@misc{09ASTANA368,"),
        ("RIS", "TY  - GOVDOC"),
    ],
)
def test_a_citation_is_copied_in_the_way_that_is_chosen(watched: "Watched", way: str, begins: str) -> None:
    page = watched.open()
    watched.ask(DEPORTED)
    cite = page.locator("#chat details.cite").first
    cite.locator("summary").click()
    cite.get_by_role("button", name=way, exact=True).click()
    expect(page.locator("#notice")).to_have_text("Copied.")
    assert str(page.evaluate("navigator.clipboard.readText()")).startswith(begins)


def test_the_conversation_is_saved_as_markdown_with_footnotes(watched: "Watched") -> None:
    page = watched.open()
    watched.ask(DEPORTED)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as Markdown").click()
    assert download.value.suggested_filename == "cables.md"
    saved = Path(download.value.path()).read_text("utf-8")
    assert f"## {DEPORTED}" in saved
    assert f"> {SENTENCE}[^1]" in saved
    assert "\n[^1]: U.S. Embassy Astana," in saved


def test_a_suggestion_is_of_these_cables_and_is_asked_by_a_click(watched: "Watched") -> None:
    page = watched.open()
    suggestion = page.locator("#suggestions a").first
    expect(suggestion).to_have_text("How many labor migrants were deported in 2008?")
    suggestion.click()
    expect(page.locator("#chat .claim strong")).to_have_text("17,000")
    expect(page.locator("#suggestions")).to_be_hidden()


def test_the_last_question_can_be_edited_or_asked_again(watched: "Watched") -> None:
    page = watched.open()
    watched.ask(DEPORTED)
    watched.ask("Who is Masimov?")
    page.locator("#chat [data-act=edit]").click()
    expect(page.locator("#question textarea")).to_have_value("Who is Masimov?")
    expect(page.locator("#chat p.asked")).to_have_text([DEPORTED])
    page.locator("#chat [data-act=again]").click()
    expect(page.locator("#chat p.asked")).to_have_text([DEPORTED])
    expect(page.locator("#chat .claim strong")).to_have_text("17,000")


def test_a_question_that_takes_long_can_be_stopped(watched: "Watched") -> None:
    page = watched.open()
    watched.ask(DEPORTED)
    held: list[Route] = []

    def hold(route: Route) -> None:
        """Hold the request that waits for the answer: it carries nothing but whose conversation it is."""
        body = route.request.post_data_json or {}
        if not held and body.get("data") == [None]:
            held.append(route)
        else:
            route.continue_()

    page.route("**/gradio_api/run/**", hold)
    page.locator("#question textarea").fill("Who is Masimov?")
    page.locator("#ask").click()
    page.locator("#chat [data-act=stop]").click()
    last = page.locator("#chat .answer").last
    expect(last).to_contain_text("Stopped.")
    assert len(held) == 1
    held[0].continue_()
    watched.ask("how many migrants entered in 2008")
    expect(page.locator("#chat .answer").nth(1)).to_contain_text("Stopped.")
    expect(page.locator("#chat .claim").last).to_contain_text("1.3 million")


def test_a_new_conversation_knows_nothing_of_the_old(watched: "Watched") -> None:
    page = watched.open()
    watched.ask(DEPORTED)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#chat p.asked")).to_have_count(0)
    expect(page.locator("#suggestions a").first).to_be_visible()
    watched.ask("and in 2007?")
    assert page.locator("#chat .understood").count() == 0


def test_two_people_do_not_see_each_others_questions_or_filters(watched: "Watched", browser: Browser) -> None:
    first = watched.open("?tab=cables&post=BISHKEK")
    expect(first.locator("#cables .count")).to_contain_text("1 cable")
    first.get_by_label("Ask only these cables").check()
    watched.tab("Ask")
    expect(first.locator("#scope")).to_contain_text("Asking only 1 of ")
    watched.ask(DEPORTED)
    context = browser.new_context()
    second = context.new_page()
    second.goto(watched.address)
    expect(second.locator("#scope")).to_contain_text("Asking all ")
    second.locator("#question textarea").fill("Who is Masimov?")
    second.locator("#ask").click()
    expect(second.locator("#chat .claim")).to_be_visible()
    assert second.locator("#chat p.asked").all_inner_texts() == ["Who is Masimov?"]
    watched.ask("And in 2007?")
    assert first.locator("#chat p.asked").all_inner_texts() == [DEPORTED, "And in 2007?"]
    context.close()
