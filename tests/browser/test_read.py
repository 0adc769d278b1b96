"""Reading: a cable beside the conversation."""

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from .conftest import Watched

DEPORTED = "how many migrants were deported in 2008"
SENTENCE = "In 2008, Kazakhstan deported 17,000 labor migrants for violations of migration law."


def test_a_citation_opens_its_cable_with_the_sentence_lit_up_and_in_view(watched: "Watched") -> None:
    page = watched.open()
    watched.ask(DEPORTED)
    page.locator("#chat .citation").first.click()
    mark = page.locator('#reader [data-paragraph="7"] mark')
    expect(mark).to_have_text(SENTENCE)
    expect(mark).to_be_in_viewport()
    assert watched.search().startswith("?cable=09ASTANA368&p=7")
    page.locator("#reader").evaluate("reader => reader.scrollTop = 0")
    expect(mark).not_to_be_in_viewport()
    page.locator("#chat .citation").first.press("Enter")  # the same once more, by keyboard
    expect(mark).to_be_in_viewport()


def test_passages_of_an_answer_are_stepped_through(watched: "Watched") -> None:
    page = watched.open()
    watched.ask(DEPORTED)
    page.locator("#chat .citation").first.click()
    hits = page.locator("#reader .hits")
    expect(hits).to_contain_text("Passage 1 of 5")
    first = page.locator("#reader mark").inner_text()
    hits.get_by_label("Next passage").click()
    expect(hits).to_contain_text("Passage 2 of 5")
    expect(page.locator("#reader mark")).not_to_have_text(first)
    hits.get_by_label("Previous passage").click()
    expect(page.locator("#reader mark")).to_have_text(first)


def test_the_fields_are_set_out_and_lead_on(watched: "Watched") -> None:
    page = watched.open("?cable=09ASTANA368")
    fields = page.locator("#reader header")
    expect(fields).to_contain_text("Embassy Astana")
    expect(fields).to_contain_text("27 February 2009, 09:59 UTC")
    expect(fields.locator("a.tag", has_text="SMIG")).to_contain_text("Migration")
    fields.get_by_text("09ASTANA412").click()  # which refers to this one
    expect(page.locator("#reader h2")).to_have_text("KAZAKHSTAN: INTERIOR MINISTRY ON MIGRATION")
    page.locator("#reader header dd a", has_text="09ASTANA368").click()  # to which it refers
    expect(page.locator("#reader h2")).to_contain_text("HUMAN TRAFFICKING CASES")


def test_the_previous_and_the_next_cable_of_the_post(watched: "Watched") -> None:
    page = watched.open("?cable=09ASTANA368")
    page.locator("#reader [data-step=previous]").click()
    expect(page.locator("#reader h2")).to_have_text("KAZAKHSTAN: GRAIN HARVEST AND STORAGE")
    expect(page.locator("#reader [data-step=previous]")).to_have_count(0)  # it is the first
    page.locator("#reader [data-step=next]").click()
    expect(page.locator("#reader h2")).to_contain_text("HUMAN TRAFFICKING CASES")


def test_the_cable_as_it_was_sent_is_one_click_away_with_the_same_words_lit(watched: "Watched") -> None:
    page = watched.open()
    watched.ask(DEPORTED)
    page.locator("#chat .citation").first.click()
    page.locator("#reader .sent").click()
    original = page.locator("#reader pre.original")
    expect(original).to_contain_text("SIPDIS")
    lit = original.locator("mark")
    expect(lit).to_be_in_viewport()
    assert " ".join(lit.inner_text().split()) == SENTENCE
    assert "as=sent" in watched.search()
    page.locator("#reader .sent").click()
    expect(page.locator('#reader [data-paragraph="7"] mark')).to_have_text(SENTENCE)


def test_every_paragraph_has_a_link_and_its_text_can_be_selected(watched: "Watched") -> None:
    page = watched.open("?cable=09ASTANA368")
    page.locator('#reader [data-paragraph="11"] a.lead').click()
    expect(page.locator('#reader [data-paragraph="11"].here')).to_be_in_viewport()
    assert watched.search() == "?cable=09ASTANA368&p=11"
    assert page.locator("#reader .para").count() == page.locator("#reader .para a.lead").count()
    selected = page.evaluate(
        """() => {
            getSelection().selectAllChildren(document.querySelector('#reader [data-paragraph="7"]'));
            return getSelection().toString();
        }"""
    )
    assert SENTENCE in " ".join(str(selected).split())


def test_the_words_of_a_search_are_lit_and_stepped_through(watched: "Watched") -> None:
    page = watched.open("?tab=cables&words=migration")
    page.locator("#cables a", has_text="09ASTANA368").click()
    lit = page.locator("#reader mark.word")
    expect(lit.first).to_have_text("migration")
    hits = page.locator("#reader .hits")
    expect(hits).to_contain_text("Place 1 of ")
    hits.get_by_label("Next passage").click()
    expect(hits).to_contain_text("Place 2 of ")
    expect(page.locator("#reader mark.now")).to_be_in_viewport()


def test_on_a_narrow_screen_the_way_back_to_the_answer_stays_in_view(watched: "Watched") -> None:
    page = watched.open()
    page.set_viewport_size({"width": 390, "height": 844})
    watched.ask(DEPORTED)
    passage = page.locator("#chat .citation").first
    passage.click()
    expect(page.locator("#reader mark").first).to_be_in_viewport()
    back = page.locator("#reader .back")
    expect(back).to_be_in_viewport()
    page.mouse.wheel(0, 300)
    expect(back).to_be_in_viewport()
    back.click()
    expect(passage).to_be_in_viewport()
    expect(passage).to_be_focused()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(back).to_be_hidden()
