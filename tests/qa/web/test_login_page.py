import pytest

from qa.web import login_page


@pytest.mark.parametrize(
    "wanted", ["/", "/?q=how+many&post=ASTANA", "/?cable=09ASTANA368&p=7", "/cables.csv?year=2009"]
)
def test_an_address_of_ours_is_gone_back_to(wanted: str) -> None:
    assert login_page.safe_address(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        " //evil.example",
        "/\x00",
        "/é",
        "http:/evil.example",
        "/login",
        "/logout?x",
        "/?q=" + "a" * 8_000,
        "//[",
    ],
)
def test_whatever_else_is_wanted_the_way_leads_to_the_page(wanted: str) -> None:
    assert login_page.safe_address(wanted) == "/"


def test_what_was_typed_is_escaped() -> None:
    page = login_page.html(root_path="/c", after='/?q="><script>', name='"><script>', trouble="<b>")
    assert "<script>" not in page
    assert "<b>" not in page
    assert 'action="/c/login"' in page
