"""The index: adding files, bringing it up to date, what was rejected and why."""

from typing import TYPE_CHECKING

from playwright.sync_api import FilePayload, Page, expect

if TYPE_CHECKING:
    from .conftest import Server, Watched

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


def test_added_files_can_be_asked_about_without_a_restart_and_what_is_no_cable_is_listed(
    watched: "Watched",
) -> None:
    page = watched.open()
    watched.tab("Index")
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
    watched.tab("Ask")
    watched.ask("How large was the walnut harvest in Arslanbob?")
    expect(page.locator("#chat .claim").last).to_contain_text("1,450 tons")


def test_a_hostile_cable_is_shown_as_text(watched: "Watched") -> None:
    page = watched.open()
    watched.tab("Index")
    page.locator("input[type=file]").set_input_files(
        {"name": "x' onload=alert(5) '.txt", "mimeType": "text/plain", "buffer": HOSTILE.encode()}
    )
    expect(page.locator("#added")).to_contain_text("1 file")
    bring_up_to_date(page)
    watched.tab("Ask")
    watched.ask("How many turnips did the <i>turnip minister</i> count? $$y$$ <img src=x onerror=alert(6)>")
    expect(page.locator("#chat p.asked")).to_contain_text("<i>turnip minister</i> count? $$y$$ <img src=x")
    turnips = page.locator("#chat .citation", has_text="turnip").first
    expect(turnips).to_contain_text("$$x^2$$")
    turnips.click()
    reader = page.locator("#reader")
    expect(reader.locator("h2")).to_have_text("<img src=x onerror=alert(1)> AND <script>alert(2)</script>")
    expect(reader.locator(".para").first).to_contain_text("<b>by night</b>")
    assert page.locator("#reader script, #reader img, #reader b b, #chat img, #chat script").count() == 0


def test_a_build_is_seen_after_a_reload_and_is_stopped_and_goes_on(
    watched: "Watched", server: "Server"
) -> None:
    page = watched.open("?tab=index")
    page.locator("input[type=file]").set_input_files(
        {"name": "orchards.txt", "mimeType": "text/plain", "buffer": long_cable().encode()}
    )
    expect(page.locator("#added")).to_contain_text("1 file")
    page.locator("#build").click()
    expect(page.locator("#progress")).to_contain_text("Learning what the paragraphs say")
    page.reload()
    expect(page.locator("#progress")).to_contain_text("Learning what the paragraphs say")
    expect(page.locator("#build")).to_be_disabled()  # a second click starts no second build
    page.locator("#stop").click()
    expect(page.locator("#progress")).to_contain_text("Stopped. What was done is kept")
    expect(page.locator("#stats")).to_contain_text("found by meaning")
    expect(page.locator("#build")).to_have_text("Go on")
    page.locator("#build").click()
    expect(page.locator("#progress")).to_contain_text("Up to date.", timeout=120_000)
    expect(page.locator("#stats")).not_to_contain_text("found by meaning")


def test_cables_whose_files_are_gone_are_taken_out_where_that_is_wanted(
    watched: "Watched", server: "Server"
) -> None:
    page = watched.open("?tab=index")
    gone = server.index_path / "cables" / "harvest.txt"
    kept = gone.read_text()
    gone.unlink()
    bring_up_to_date(page)
    expect(page.locator("#progress")).not_to_contain_text("removed")
    page.get_by_label("Take out cables whose files are gone").check()
    bring_up_to_date(page)
    expect(page.locator("#progress")).to_contain_text("1 cable removed")
    gone.write_text(kept)
    bring_up_to_date(page)
    expect(page.locator("#progress")).to_contain_text("1 cable added")


def long_cable() -> str:
    """A cable of so many paragraphs that embedding them takes a while."""
    paragraphs = (
        f"{number}. (U) In orchard {number} of the valley they picked {number * 37} crates of apples, the farmer told "
        "us while his sons loaded the truck, and he did not know yet who would buy them or at which price."
        for number in range(1, 701)
    )
    return WALNUTS.split("1. (U)")[0].replace("000123", "000777") + "\n\n".join(paragraphs) + "\n\nGFOELLER\n"


def bring_up_to_date(page: Page) -> None:
    expect(page.locator("#build")).to_be_enabled()
    page.locator("#build").click()
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator("#progress")).to_contain_text("Up to date.", timeout=60_000)
