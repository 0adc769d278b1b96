from dataclasses import replace

from qa.corroborate import says
from qa.evidence import Evidence
from qa.question import understand
from tests.qa.evidences import HIT, NEAR

ASKED = understand("how many migrants were deported in 2008")


def saying(text: str, **changed: float) -> Evidence:
    return replace(NEAR, hit=replace(HIT, cable_id="09MOSCOW1", text=text), span=(0, len(text)), **changed)  # type: ignore[arg-type]


def beside(other: Evidence, *, behind: float = 1.0) -> str:
    return says(ASKED, [(30.0, NEAR), (30.0 - behind, other)])[1]


def test_the_same_figure_says_the_same_however_it_is_written() -> None:
    assert beside(saying("Some seventeen thousand migrants were deported in 2008.")) == "the same"
    assert beside(saying("It deported 17,000 migrants."), behind=3.0) == "the same"


def test_another_figure_for_the_same_thing_says_something_else() -> None:
    other = saying("It deported 18,500 migrants in 2008.")
    assert beside(other) == "something else"
    assert beside(other, behind=2.0) == "", "further off, it may be a figure of something else"


def test_another_period_or_place_is_not_compared() -> None:
    assert beside(saying("It deported 18,500 migrants in 2007.", period_fit=0.0)) == ""
    assert beside(saying("It deported 18,500 migrants.", place_fit=0.0)) == ""


def test_what_has_no_one_value_is_not_compared() -> None:
    why = understand("why were migrants deported")
    assert says(why, [(30.0, replace(NEAR, kind="reason")), (29.0, NEAR)]) == ["", ""]
    assert says(ASKED, []) == []
