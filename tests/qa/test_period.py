import pytest

from qa.period import periods


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in 2008", [(2008, None, None)]),
        ("in January 2009", [(2009, 1, None)]),
        ("On January 26, Interfax", [(None, 1, None)]),
        ("February 9, 2009", [(2009, 2, None)]),
        ("9 Feb 2009", [(2009, 2, None)]),
        ("the last quarter of 2007", [(2007, None, 4)]),
        ("Q3 2006", [(2006, None, 3)]),
        ("in 2007 and in May 2008", [(2007, None, None), (2008, 5, None)]),
        ("17,000 migrants, 1,950 of them in camps, 2008.5", []),
        ("", []),
    ],
)
def test_periods_of(text: str, expected: list[tuple[int | None, int | None, int | None]]) -> None:
    assert [(period.year, period.month, period.quarter) for period in periods(text)] == expected


def test_a_period_tells_where_it_stands() -> None:
    text = "how many came in January 2009?"
    (period,) = periods(text)
    assert text[period.start : period.end] == "January 2009"
