import pytest

from qa.web import links
from qa.web.links import Place


@pytest.mark.parametrize(
    ("place", "address"),
    [
        (Place(cable_id="09ASTANA368"), "?cable=09ASTANA368"),
        (Place(cable_id="09ASTANA368", paragraph="7"), "?cable=09ASTANA368&p=7"),
        (Place(cable_id="09ASTANA368", paragraph="7", span=(0, 5)), "?cable=09ASTANA368&p=7&s=0&e=5"),
    ],
)
def test_an_address_leads_back_to_its_place(place: Place, address: str) -> None:
    assert links.address(place) == address
    assert links.place(dict(part.split("=") for part in address[1:].split("&"))) == place


@pytest.mark.parametrize("end", ["", "3", "2", "-9", "x", "9" * 30])
def test_a_span_that_cannot_be_is_left_out(end: str) -> None:
    assert links.place({"cable": "A", "p": "1", "s": "3", "e": end}) == Place(cable_id="A", paragraph="1")


def test_an_address_without_a_cable_names_no_place() -> None:
    assert links.place({}) is None
    assert links.place({"cable": 3, "p": "7"}) is None


def test_a_question_is_written_into_its_address_and_read_back() -> None:
    assert links.question_address("a & b?") == "?q=a+%26+b%3F"
    assert links.question({"q": " a & b? "}) == "a & b?"


def test_what_a_link_carries_is_escaped() -> None:
    place = Place(cable_id='"><script>')
    assert links.attributes(place) == 'href="?cable=%22%3E%3Cscript%3E" data-cable="&quot;&gt;&lt;script&gt;"'
