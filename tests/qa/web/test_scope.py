from datetime import date

import pytest

from index import Filters
from qa.days import UnclearDay
from qa.web import scope

ALL = Filters(
    posts=("ASTANA", "ALMATY"),
    classifications=("SECRET",),
    tags=("PHUM",),
    years=(2008,),
    since=date(2008, 2, 1),
    until=date(2008, 2, 29),
    words="grain harvest",
)


def test_the_fields_ask_for_filters() -> None:
    asked = scope.filters(" grain ", ["ASTANA"], [2008], ["SECRET"], ["PHUM"], "2008-02", "2008")
    assert asked == Filters(
        words="grain",
        posts=("ASTANA",),
        years=(2008,),
        classifications=("SECRET",),
        tags=("PHUM",),
        since=date(2008, 2, 1),
        until=date(2008, 12, 31),
    )
    assert scope.filters("", [], [], [], []) == Filters()
    with pytest.raises(UnclearDay, match="spring"):
        scope.filters("", [], [], [], [], "spring")


def test_an_address_holds_filters_and_gives_them_back() -> None:
    assert scope.of_address(scope.parameters(ALL)) == ALL
    assert scope.parameters(None) == scope.parameters(Filters()) == []


def test_what_a_strangers_address_holds_that_is_no_filter_is_left_out() -> None:
    asked = [("year", "soon"), ("year", "9999"), ("since", "x"), ("post", " "), ("q", "a"), ("evil", "b")]
    assert scope.of_address(asked) == Filters()
    assert len(scope.of_address([("post", str(n)) for n in range(1000)]).posts) == scope.MOST_VALUES


def test_filters_are_said_in_words_and_escaped() -> None:
    assert scope.said(ALL) == [
        "Post: ASTANA or ALMATY",
        "2008",
        "SECRET",
        "TAGS: PHUM",
        "since 1 Feb 2008",
        "until 29 Feb 2008",
        "with “grain harvest”",
    ]
    assert scope.chips(Filters(words="<b>")) == '<span class="chip">with “&lt;b&gt;”</span>'
    assert scope.chips(None) == ""


def test_the_bar_says_of_which_cables_is_asked() -> None:
    held = Filters(posts=("ASTANA",))
    assert "Asking all 1,234 cables." in scope.bar_html(Filters(), only=False, passing=1234, total=1234)
    assert "Asking only 7 of 1,234 cables" in scope.bar_html(held, only=True, passing=7, total=1234)
    seen = scope.bar_html(held, only=False, passing=7, total=1234)
    assert "Asking all 1,234 cables." in seen
    assert "Post: ASTANA" in seen
    assert "add some under Index" in scope.bar_html(Filters(), only=False, passing=0, total=0)
