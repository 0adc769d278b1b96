"""What a person does with the page, in a browser, against a real server."""

import json
import re
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest
from gradio_client import Client
from playwright.sync_api import Browser, FilePayload, Page, expect

if TYPE_CHECKING:  # pytest loads conftest itself; it cannot be imported at run time
    from .conftest import Server, Watched

DEPORTED = "how many migrants were deported in 2008"
SENTENCE = "In 2008, Kazakhstan deported 17,000 labor migrants for violations of migration law."

WALNUTS = """\
R 011200Z OCT 08
FM AMEMBASSY BISHKEK
TO SECSTATE WASHDC 0001

UNCLAS SECTION 01 OF 01 BISHKEK 000123

SIPDIS

E.O. 12958: N/A
TAGS: EAGR, KG
SUBJECT: KYRGYZSTAN: WALNUT HARVEST

1. (U) The walnut harvest in Arslanbob came to 1,450 tons in the autumn of 2008, foresters told us.

2. (U) Families camp in the forest for six weeks each year.

GFOELLER
"""

HOSTILE = """\
R 021200Z OCT 08
FM AMEMBASSY DUSHANBE
TO SECSTATE WASHDC 0002

UNCLAS SECTION 01 OF 01 DUSHANBE 000666

SIPDIS

E.O. 12958: N/A
TAGS: PGOV, TI
SUBJECT: <img src=x onerror=alert(1)> AND <script>alert(2)</script>

1. (U) The turnip minister <script>alert(3)</script> counted <img src=x onerror="alert(4)"> 88 stolen turnips \
& $$x^2$$ <b>by night</b>.

JACOBSON
"""


def ask(page: Page, question: str) -> None:
    """Ask, and wait until the answer to this very question stands there."""
    asked = page.locator("#chat p.asked").count()
    page.locator("#question textarea").fill(question)
    page.locator("#ask").click()
    expect(page.locator("#chat p.asked")).to_have_count(asked + 1)
    expect(page.locator("#chat .answer").last.locator(".claim")).to_be_visible()


def test_what_was_understood_can_be_corrected(watched: "Watched") -> None:
    page = watched.open()
    ask(page, DEPORTED)
    ask(page, "and in 2007?")
    understood = page.locator("#chat .understood").last
    expect(understood).to_contain_text("Understood as: how many migrants were deported in 2007")
    understood.locator("a.correct").click()
    box = page.locator("#question textarea")
    expect(box).to_have_value("how many migrants were deported in 2007")
    expect(box).to_be_focused()
    box.fill("how many migrants entered in 2008")
    page.locator("#ask").click()
    expect(page.locator("#chat p.asked").last).to_have_text("how many migrants entered in 2008")


def test_a_question_is_answered_by_the_sentence_with_its_figure_set_off_and_its_citation(
    watched: "Watched",
) -> None:
    page = watched.open()
    ask(page, DEPORTED)
    expect(page.locator("#chat .claim strong")).to_have_text("17,000")
    first = page.locator("#chat .citation").first
    expect(first).to_have_attribute("data-cable", "09ASTANA368")
    expect(first).to_have_attribute("data-paragraph", "7")
    for fact in ("09ASTANA368", "¶7", "27 Feb 2009", "Embassy Astana", "UNCLASSIFIED", SENTENCE):
        expect(first).to_contain_text(fact)
    assert f"?q={quote(DEPORTED).replace('%20', '+')}" in page.url


def test_a_citation_opens_its_cable_with_the_sentence_lit_up_and_in_view(watched: "Watched") -> None:
    page = watched.open()
    ask(page, DEPORTED)
    page.locator("#chat .citation").first.click()
    mark = page.locator('#reader [data-paragraph="7"] mark')
    expect(mark).to_have_text(SENTENCE)
    expect(mark).to_be_in_viewport()
    assert "?cable=09ASTANA368&p=7" in page.url
    page.locator("#reader").evaluate("reader => reader.scrollTop = 0")
    expect(mark).not_to_be_in_viewport()
    page.locator("#chat .citation").first.press("Enter")  # the same once more, by keyboard
    expect(mark).to_be_in_viewport()


def test_what_the_cables_do_not_say_is_said_to_be_so_with_the_closest_passages(watched: "Watched") -> None:
    page = watched.open()
    ask(page, "Who won the chess championship in Reykjavik in 1972?")
    answer = page.locator("#chat .answer.abstained")
    expect(answer.locator(".claim")).not_to_be_empty()
    expect(answer).to_contain_text("The closest passages")
    assert answer.locator(".citation").count() >= 1
    assert answer.locator("strong").count() == 0


def test_an_empty_question_asks_nothing(watched: "Watched") -> None:
    page = watched.open()
    page.locator("#ask").click()
    expect(page.get_by_text("Type a question first.")).to_be_visible()
    assert page.locator("#chat p.asked").count() == 0


def test_added_files_can_be_asked_about_without_a_restart_and_what_is_no_cable_is_listed(
    watched: "Watched",
) -> None:
    page = watched.open()
    page.get_by_role("tab", name="Index").click()
    photo = b"\xff\xd8\xff\xe0\x00\x10JFIF" * 9
    files: list[FilePayload] = [
        {"name": "walnuts.txt", "mimeType": "text/plain", "buffer": WALNUTS.encode()},
        {"name": "holiday.jpg", "mimeType": "image/jpeg", "buffer": photo},
    ]
    page.locator("input[type=file]").set_input_files(files)
    expect(page.locator("#added")).to_contain_text("walnuts.txt")
    bring_up_to_date(page)
    expect(page.locator("#progress")).to_contain_text("1 cable added")
    expect(page.locator("#rejected")).to_contain_text("holiday.jpg")
    assert len(page.locator("#rejected li span").first.inner_text()) > 10
    page.get_by_role("tab", name="Ask").click()
    ask(page, "How large was the walnut harvest in Arslanbob?")
    expect(page.locator("#chat .claim").last).to_contain_text("1,450 tons")


def test_a_hostile_cable_is_shown_as_text(watched: "Watched") -> None:
    page = watched.open()
    page.get_by_role("tab", name="Index").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "x' onload=alert(5) '.txt", "mimeType": "text/plain", "buffer": HOSTILE.encode()}
    )
    expect(page.locator("#added")).to_contain_text("1 file")
    bring_up_to_date(page)
    page.get_by_role("tab", name="Ask").click()
    ask(page, "How many turnips did the <i>turnip minister</i> count? $$y$$ <img src=x onerror=alert(6)>")
    expect(page.locator("#chat p.asked")).to_contain_text("<i>turnip minister</i> count? $$y$$ <img src=x")
    turnips = page.locator("#chat .citation", has_text="turnip").first
    expect(turnips).to_contain_text("$$x^2$$")
    turnips.click()
    reader = page.locator("#reader")
    expect(reader.locator("h2")).to_have_text("<img src=x onerror=alert(1)> AND <script>alert(2)</script>")
    expect(reader.locator(".para").first).to_contain_text("<b>by night</b>")
    assert page.locator("#reader script, #reader img, #reader b b, #chat img, #chat script").count() == 0


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


def test_two_people_do_not_see_each_others_questions(watched: "Watched", browser: Browser) -> None:
    first = watched.open()
    ask(first, DEPORTED)
    context = browser.new_context()
    second = context.new_page()
    second.goto(watched.address)
    ask(second, "Who is Masimov?")
    assert second.locator("#chat p.asked").all_inner_texts() == ["Who is Masimov?"]
    ask(first, "And in 2007?")
    assert first.locator("#chat p.asked").all_inner_texts() == [DEPORTED, "And in 2007?"]
    context.close()


def test_the_list_is_narrowed_by_words_and_opens_a_cable(watched: "Watched") -> None:
    page = watched.open()
    page.get_by_role("tab", name="Cables").click()
    expect(page.locator("#timeline svg")).to_have_attribute("aria-label", re.compile("2009: "))
    page.get_by_label("Words").fill("zeppelin")
    expect(page.locator("#cables")).to_contain_text("No cable fits.")
    page.get_by_label("Words").fill("orphanage")
    page.locator("#cables a", has_text="09ASTANA368").click()
    expect(page.locator("#reader h2")).to_contain_text("HUMAN TRAFFICKING CASES")
    expect(page.locator("#reader h2")).to_be_in_viewport()


def test_everything_that_can_be_used_has_a_name(watched: "Watched") -> None:
    page = watched.open("?cable=09ASTANA368&p=7&q=" + quote(DEPORTED))
    expect(page.locator("#chat .claim")).to_be_visible()
    for tab in ("Ask", "Cables", "Index"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_function("document.querySelector('[role=tabpanel]:not([hidden])') !== null")
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('a, button, input, textarea, select, img, svg[role=img]')]
            .filter(each => each.offsetParent !== null && each.type !== 'file')
            .filter(each => ![each.innerText, each.ariaLabel, each.title, each.alt,
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
    ask(page, DEPORTED)
    page.locator("#chat .citation").first.click()
    expect(page.locator("#reader mark")).to_be_in_viewport()
    outside = page.evaluate(
        """() => [...document.querySelectorAll('#chat *, #reader *, #asking *')]
        .filter(each => each.getBoundingClientRect().right > innerWidth + 1).map(each => each.className)"""
    )
    assert outside == []
    page.go_back()  # to the answer, which stands above the cable
    expect(page.locator("#chat .claim")).to_be_in_viewport()
    context.close()


def test_the_server_fetches_nothing_for_anybody(server: "Server") -> None:
    assert answered(server.address, "GET", "/gradio_api/file=https://example.com/x.txt") == 403
    assert answered(server.address, "GET", "/gradio_api/proxy=https://example.hf.space/x") == 403
    file = {"path": "https://example.com/x.txt", "meta": {"_type": "gradio.FileData"}}
    body = json.dumps({"data": [[file]], "fn_index": 0, "session_hash": "x"})
    for path in ("/gradio_api/queue/join", "/gradio_api/run/predict", "/gradio_api/call/add"):
        assert answered(server.address, "POST", path, body) == 403
    assert answered(server.address, "GET", "/healthz", host="example.com") == 403
    assert answered(server.address, "GET", "/healthz") == 200


def test_programs_can_ask_search_and_read(server: "Server") -> None:
    client = Client(server.address, verbose=False, analytics_enabled=False)
    names = {name.strip("/") for name in client.view_api(return_format="dict")["named_endpoints"]}
    assert names == {"ask", "search", "read_cable"}
    answer = client.predict(DEPORTED, api_name="/ask")
    assert (answer["short"], answer["citations"][0]["paragraph"]) == ("17,000", "7")
    assert client.predict("deported migrants", 3, api_name="/search")[0]["cable_id"] == "09ASTANA368"
    assert client.predict("09ASTANA368", api_name="/read_cable")["post"] == "ASTANA"
    client.close()


def test_nothing_left_this_machine_and_nothing_was_logged(server: "Server") -> None:
    """Last: it looks back on all that the tests above did."""
    assert server.outside == []
    said = [line for line in server.output if not line.startswith(("No index yet: making ", "Ready: "))]
    assert said == []


def bring_up_to_date(page: Page) -> None:
    page.locator("#build").click()
    expect(page.locator("#progress")).to_contain_text("Up to date.", timeout=60_000)


def answered(address: str, method: str, path: str, body: str | None = None, host: str = "localhost") -> int:
    """The status of an answer to a request made by hand."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request(method, path, body, {"Host": host, "Content-Type": "application/json"})
    status = connection.getresponse().status
    connection.close()
    return status
