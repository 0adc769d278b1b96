"""The walk of the benchmark finds its way about the page; how long it takes is of no concern here."""

from typing import TYPE_CHECKING

from playwright.sync_api import Browser

from benchmarks.page_walk import ANSWERED, CITED, LISTED, OPENED, STOPWATCH, Visit, walk

if TYPE_CHECKING:
    from .conftest import Server


def test_every_step_of_a_visit_is_timed_but_the_turn_of_a_list_of_one_page(
    browser: Browser, server: "Server"
) -> None:
    visit = Visit(
        question="how many migrants were deported in 2008",
        post="BISHKEK",
        year=2007,
        word="cotton",
        brushed=(2008, 2009),
    )
    took = dict(walk(browser, server.address, visit))
    assert list(took) == [OPENED, ANSWERED, CITED, LISTED, *visit.lists]
    assert min(took.values()) > 0


def test_a_time_runs_from_the_last_event_to_what_is_seen_of_it(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<button>Show</button><p hidden>Shown</p>")
    page.evaluate(STOPWATCH)
    page.evaluate("""
        const seen = () => stopwatch.inView(document.querySelector('p'));
        document.querySelector('button').addEventListener('click', (event) => {
          if (event.detail === 2) setTimeout(() => { document.querySelector('p').hidden = false; }, 200);
        });
        window.timed = stopwatch.since('click', seen);
        undefined
    """)
    page.locator("button").dblclick(delay=100)
    took = page.evaluate("window.timed")
    page.close()
    assert 200 <= took < 2000
