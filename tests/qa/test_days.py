from datetime import date

import pytest

from qa.days import UnclearDay, days


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2008", date(2008, 1, 1), date(2008, 12, 31)),
        ("2008-2", date(2008, 2, 1), date(2008, 2, 29)),
        (" 2008-05-12 ", date(2008, 5, 12), date(2008, 5, 12)),
    ],
)
def test_a_year_a_month_and_a_day_begin_and_end(text: str, first: date, last: date) -> None:
    assert days(text) == (first, last)


@pytest.mark.parametrize("text", ["", "spring", "2008-13", "2008-02-30", "08", "0000", "2008/05", "2008-"])
def test_what_is_no_date_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(UnclearDay, match=r"is no date\. Write a year, a month or a day: 2008, 2008-05 or"):
        days(text)
