import re
from collections import Counter

import pytest

from corpus.tag_meanings import entries, tag_meaning
from corpus.tags import KNOWN_TAGS


@pytest.mark.parametrize(
    ("tag", "meaning"),
    [
        ("PGOV", "Internal Governmental Affairs"),
        ("PREL", "External Political Relations"),
        ("ETTC", "Trade and Technology Controls"),
        ("PFOR", "Foreign Policy and Relations"),  # 1973 to the 1980s
        ("KTIP", "Trafficking in Persons"),
        ("NATO", "North Atlantic Treaty Organization"),
        ("KZ", "Kazakhstan"),
        ("CH", "China"),
        ("SZ", "Switzerland"),
        ("GM", "Germany"),
        ("GA", "Gambia"),
        ("IZ", "Iraq"),
        ("IS", "Israel"),
        ("IC", "Iceland"),
        ("KS", "Korea (South)"),
        ("BO", "Belarus"),
        ("BL", "Bolivia"),
        ("TI", "Tajikistan"),
        ("RS", "Russia"),
        ("RI", "Serbia"),
        ("CZ", "Czechoslovakia"),
        ("EZ", "Czech Republic"),
        ("XR", "South America"),
        ("pgov", "Internal Governmental Affairs"),
    ],
)
def test_a_tag_has_its_meaning(tag: str, meaning: str) -> None:
    assert tag_meaning(tag) == meaning


@pytest.mark.parametrize("tag", ["", "QQQQ", "KNPP", "GE", "WTO", "CLINTON"])
def test_a_tag_that_nothing_settles_has_no_meaning(tag: str) -> None:
    assert tag_meaning(tag) == ""


def test_every_tag_with_a_meaning_is_known() -> None:
    assert [tag for tag, _ in entries() if tag not in KNOWN_TAGS] == []


def test_no_tag_stands_in_the_tables_twice() -> None:
    assert [tag for tag, times in Counter(tag for tag, _ in entries()).items() if times > 1] == []


def test_every_entry_is_a_tag_and_a_title() -> None:
    # A semicolon forgotten between two countries would leave a tag within a title: "Algeria AJ Azerbaijan".
    assert [
        (tag, meaning)
        for tag, meaning in entries()
        if not re.fullmatch(r"[A-Z]{2,9}", tag)
        or not re.fullmatch(r"[A-Z].*[\w)]", meaning)
        or (len(tag) == 2 and re.search(r" [A-Z]{2} ", meaning))
    ] == []
