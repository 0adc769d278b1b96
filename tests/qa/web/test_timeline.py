import re
from datetime import date

from index import Facets, Filters
from qa.web.timeline import timeline_html

FACETS = Facets(years=((2006, 3), (2008, 1)), months=(("2006-02", 3), ("2008-11", 1)))


def spans(shown: str) -> list[tuple[str, str]]:
    return re.findall(r'class="span( chosen)?" data-since="([^"]+)"', shown)


def test_there_is_a_bar_for_every_year_between_and_its_figures_are_said() -> None:
    shown = timeline_html(FACETS, Filters(years=(2008,)))
    years = shown[: shown.index("</svg>")]
    assert 'aria-label="Cables by year: 2006: 3, 2008: 1"' in years
    assert spans(years) == [("", "2006"), ("", "2007"), (" chosen", "2008")]
    assert timeline_html(Facets(), Filters()) == ""


def test_the_months_of_a_short_period_stand_below() -> None:
    shown = timeline_html(FACETS, Filters(since=date(2008, 10, 1), until=date(2008, 11, 30)))
    assert 'aria-label="Cables by month: November 2008: 1"' in shown
    months = spans(shown[shown.index("</svg>") :])
    assert len(months) == 12
    assert [since for chosen, since in months if chosen] == ["2008-10", "2008-11"]


def test_of_a_long_period_only_the_years_are_shown() -> None:
    facets = Facets(years=((1966, 1), (2008, 1)), months=(("1966-01", 1), ("2008-11", 1)))
    assert timeline_html(facets, Filters()).count("<svg") == 1


def test_a_period_without_cables_has_no_months() -> None:
    assert timeline_html(FACETS, Filters(since=date(2020, 1, 1))).count("<svg") == 1
