"""Browsing: the list of cables, narrowed, ordered, saved, and asked alone."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from .conftest import Watched

SHIPPED = "09ASTANA368"


def test_the_list_is_narrowed_by_words_and_opens_a_cable(watched: "Watched") -> None:
    page = watched.open()
    watched.tab("Cables")
    page.get_by_label("Words").fill("zeppelin")
    expect(page.locator("#cables")).to_contain_text("No cable fits.")
    page.get_by_label("Words").fill("orphanage")
    page.locator("#cables a", has_text=SHIPPED).click()
    expect(page.locator("#reader h2")).to_contain_text("HUMAN TRAFFICKING CASES")
    expect(page.locator("#reader mark.word").first).to_be_in_viewport()


def test_menus_count_what_each_choice_would_show(watched: "Watched") -> None:
    page = watched.open()
    watched.tab("Cables")
    expect(page.locator("#cables .count")).to_contain_text("cables")
    page.get_by_label("Post", exact=True).click()
    page.get_by_role("option", name="ASTANA (3)").click()
    expect(page.locator("#cables .count")).to_contain_text("3 cables")
    page.wait_for_function("location.search === '?tab=cables&post=ASTANA'")
    page.keyboard.press("Escape")
    page.get_by_label("TAGS", exact=True).click()
    page.get_by_role("option", name="SMIG (2)").click()
    expect(page.locator("#cables .count")).to_contain_text("2 cables")
    page.get_by_role("button", name="Clear all filters").click()
    page.wait_for_function("location.search === '?tab=cables'")


def test_the_timeline_is_brushed_and_a_second_brush_lets_go(watched: "Watched") -> None:
    page = watched.open("?tab=cables")
    years = page.locator("#timeline svg").first
    expect(years).to_have_attribute("aria-label", "Cables by year: 2007: 1, 2009: 4")
    first, last = years.locator("g.span").nth(0), years.locator("g.span").nth(1)

    def brush() -> None:
        start, end = (each.locator(".hit").bounding_box() for each in (first, last))
        assert start
        assert end
        page.mouse.move(start["x"] + 5, start["y"] + 40)
        page.mouse.down()
        page.mouse.move(end["x"] + 10, end["y"] + 40, steps=4)
        page.mouse.up()

    brush()
    expect(page.get_by_label("From")).to_have_value("2007")
    expect(page.get_by_label("Until")).to_have_value("2008")
    expect(page.locator("#cables .count")).to_contain_text("1 cable")
    expect(page.locator("#timeline svg").nth(1)).to_have_attribute(
        "aria-label", "Cables by month: October 2007: 1"
    )
    brush()
    expect(page.get_by_label("From")).to_have_value("")
    expect(page.locator("#cables .count")).to_contain_text("5 cables")


def test_a_date_that_is_none_is_said_to_be_none(watched: "Watched") -> None:
    page = watched.open("?tab=cables")
    page.get_by_label("From").fill("spring")
    expect(page.locator("#cables")).to_contain_text("“spring” is no date. Write a year, a month or a day")
    page.get_by_label("From").fill("2009-03")
    expect(page.locator("#cables .count")).to_contain_text("2 cables")


def test_the_list_is_put_in_another_order(watched: "Watched") -> None:
    page = watched.open("?tab=cables")
    expect(page.locator("#cables .subject").first).to_have_text("KAZAKHSTAN: NGO ON MIGRATION POLICE")
    page.get_by_label("Order").click()
    page.get_by_role("option", name="Oldest").click()
    expect(page.locator("#cables .subject").first).to_have_text("KYRGYZSTAN: COTTON HARVEST")


def test_the_list_is_saved_as_csv_under_its_filters(watched: "Watched") -> None:
    page = watched.open("?tab=cables&tag=SMIG")
    expect(page.locator("#cables .count")).to_contain_text("3 cables")
    with page.expect_download() as download:
        page.locator("#cables a.csv").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text("utf-8-sig").splitlines()))
    assert [row["id"] for row in rows] == ["09ALMATY55", "09ASTANA412", SHIPPED]
    assert rows[2]["subject"].startswith("KAZAKHSTAN: MEDIA REPORTS")


def test_a_filter_holds_for_questions_where_the_person_says_so_and_is_always_seen(watched: "Watched") -> None:
    page = watched.open("?tab=cables&post=BISHKEK")
    expect(page.locator("#cables .count")).to_contain_text("1 cable")
    watched.tab("Ask")
    bar = page.locator("#scope")
    expect(bar).to_contain_text("Asking all ")
    expect(bar.locator(".chip")).to_have_text("Post: BISHKEK")  # seen, though it does not hold yet
    bar.get_by_role("button", name="Only those in the list").click()
    expect(bar).to_contain_text("Asking only 1 of ")
    watched.ask("How many people were counted?")
    answer = page.locator("#chat .answer").last
    expect(answer.locator(".only")).to_have_text("Asked only: Post: BISHKEK")
    cited = {each.get_attribute("data-cable") for each in answer.locator(".citation").all()}
    assert cited == {"07BISHKEK1190"}
    page.wait_for_function("location.search.endsWith('&post=BISHKEK')")
    bar.get_by_role("button", name="Ask all").click()
    expect(bar).to_contain_text("Asking all ")


def test_a_tag_of_a_cable_lists_the_cables_that_carry_it(watched: "Watched") -> None:
    page = watched.open("?cable=07BISHKEK1190")
    page.locator("#reader a.tag", has_text="EAGR").click()
    expect(page.locator("#cables .count")).to_contain_text("2 cables")
    expect(page.get_by_role("tab", name="Cables")).to_have_attribute("aria-selected", "true")
