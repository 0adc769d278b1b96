"""People log in, under the prefix of a proxy, and see what their role lets them do."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from qa.web import people
from tests.qa.web.proxy import proxy
from tests.qa.web.running import running

if TYPE_CHECKING:
    from collections.abc import Sequence

SECRET = "seven grain trains"
_AT_THE_ROOT = ("/favicon.ico", "/manifest.json")
DEPORTED = "?q=how+many+migrants+were+deported+in+2008"


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a proxy shows a server with people, under a prefix."""
    folder: Path = tmp_path_factory.mktemp("login")
    people.put(folder / "people", "ada", password=SECRET, role="build")
    people.put(folder / "people", "bob", password=SECRET)
    options: Sequence[str] = ("--users", str(folder / "people"), "--root-path", "/cables")
    # Without trust in the proxy the server goes by the Host that this one sends: its own.
    with running(folder, options) as server:
        with proxy(server.address, prefix="/cables", strips=True, host="elsewhere.example") as shown:
            yield shown
        assert not server.outside.exists()
        assert server.output == []


def log_in(page: Page, name: str, password: str = SECRET) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def complaining(page: Page, address: str) -> list[str]:
    """What the browser complains of from now on, and what is asked elsewhere."""
    complaints: list[str] = []

    def said(message: ConsoleMessage) -> None:
        # Gradio names these from the root of the site, where they are not.
        if message.type == "error" and not message.location["url"].endswith(_AT_THE_ROOT):
            complaints.append(f"{message.text} {message.location['url']}")

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((address, "data:", "blob:")) else complaints.append(request.url)
        ),
    )
    return complaints


def test_a_link_is_come_back_to_and_answered_and_the_logout_ends_it(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    complaints = complaining(page, address)
    page.goto(f"{address}/{DEPORTED}")
    assert page.url.startswith(f"{address}/login?next=")
    log_in(page, "bob")
    expect(page.locator("#chat .claim strong")).to_have_text("17,000")
    assert page.url.startswith(f"{address}/{DEPORTED[:30]}")
    page.get_by_role("tab", name="Cables").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the list as CSV").click()
    assert "09ASTANA368" in saved.value.path().read_text("utf-8")
    page.get_by_role("tab", name="Index").click()
    expect(page.locator("#stats b").first).to_be_visible()
    expect(page.locator("#build")).to_be_hidden()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    page.goto(f"{address}/{DEPORTED}")
    expect(page.get_by_label("Password")).to_be_visible()
    assert complaints == []
    context.close()


def test_who_may_build_sees_how(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    log_in(page, "ada")
    page.get_by_role("tab", name="Index").click()
    expect(page.locator("#build")).to_be_visible()
    context.close()


def test_in_the_same_browser_another_person_sees_nothing_of_the_first(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/{DEPORTED}")
    log_in(page, "bob")
    expect(page.locator("#chat .claim")).to_be_visible()
    context.clear_cookies()  # not by the button, which empties what the tab remembers too
    page.goto(address)
    log_in(page, "ada")
    expect(page.locator("#scope p")).to_be_visible()
    expect(page.locator("#chat .claim")).to_have_count(0)
    context.close()


def test_whoever_was_logged_out_meanwhile_is_asked_again(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    log_in(page, "bob")
    expect(page.locator("#scope p")).to_be_visible()
    context.clear_cookies()
    page.get_by_role("tab", name="Index").click()
    expect(page.get_by_label("Password")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_login_works_without_scripts_on_a_phone_and_can_be_read(
    browser: Browser, address: str, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        java_script_enabled=False,
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(f"{address}/?cable=09ASTANA368&p=7")
    expect(page.get_by_label("Name")).to_be_focused()
    log_in(page, "bob", "wrong")
    expect(page.get_by_role("alert")).to_have_text("This name and password do not go together.")
    expect(page.get_by_label("Password")).to_have_accessible_description(
        "This name and password do not go together."
    )
    log_in(page, "bob")
    assert page.url == f"{address}/?cable=09ASTANA368&p=7"
    context.close()
