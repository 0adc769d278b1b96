from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import date_time_group


@pytest.mark.parametrize(
    ("group", "moment"),
    [
        ("270959Z FEB 09", datetime(2009, 2, 27, 9, 59, tzinfo=UTC)),
        ("P R 281848Z DEC 66", datetime(1966, 12, 28, 18, 48, tzinfo=UTC)),
        ("O 261346Z AUG 76", datetime(1976, 8, 26, 13, 46, tzinfo=UTC)),
        ("R 312359Z DEC 99 ZDK", datetime(1999, 12, 31, 23, 59, tzinfo=UTC)),
        ("010000z jan 00", datetime(2000, 1, 1, tzinfo=UTC)),
        ("021151Z SEPT 2008", datetime(2008, 9, 2, 11, 51, tzinfo=UTC)),
        ("281200ZFEB10", datetime(2010, 2, 28, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_group_names_a_moment(group: str, moment: datetime) -> None:
    assert date_time_group.date_time(group) == moment


def test_2400_is_midnight_at_the_end_of_the_day() -> None:
    assert date_time_group.date_time("282400Z FEB 09") == datetime(2009, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "group", ["310000Z FEB 09", "272560Z FEB 09", "270961Z FEB 09", "270959Z FOO 09", "", "27 FEB 09"]
)
def test_what_names_no_moment_gives_none(group: str) -> None:
    assert date_time_group.date_time(group) is None


@pytest.mark.parametrize(("two_digits", "year"), [(66, 1966), (99, 1999), (0, 2000), (10, 2010), (65, 2065)])
def test_two_digits_of_a_year_are_of_the_archives_span(two_digits: int, year: int) -> None:
    assert date_time_group.full_year(two_digits) == year


def test_the_opening_group_stands_at_a_line_start_with_its_precedence() -> None:
    lines = "\nDE RUEHBR #1540/01 3651333\nZNR UUUUU ZZH\nR 311332Z DEC 09\nFM AMEMBASSY BRASILIA"
    precedence, moment, end = date_time_group.opening(lines, len(lines))
    assert (precedence, moment) == ("ROUTINE", datetime(2009, 12, 31, 13, 32, tzinfo=UTC))
    assert lines[end:] == "\nFM AMEMBASSY BRASILIA"


def test_a_group_that_ref_quotes_does_not_open_the_telegram() -> None:
    lines = "\nREF: STATE 1234 (DTG 021543Z MAR 08)"
    assert date_time_group.opening(lines, len(lines)) == ("", None, 0)


def test_where_the_line_breaks_were_lost_fm_tells_the_group() -> None:
    lines = "\nVZCZCXYZ0000 DE RUEHBR #1540 P 270959Z FEB 09 FM AMEMBASSY ASTANA TO SECSTATE WASHDC"
    assert date_time_group.opening(lines, len(lines))[1] == datetime(2009, 2, 27, 9, 59, tzinfo=UTC)


@given(st.datetimes(datetime(1966, 1, 1), datetime(2065, 12, 31)))
def test_every_moment_comes_back_from_its_group(moment: datetime) -> None:
    month = date_time_group.MONTHS[moment.month - 1]
    group = f"{moment:%d%H%M}Z {month} {moment.year % 100:02d}"
    assert date_time_group.date_time(group) == moment.replace(second=0, microsecond=0, tzinfo=UTC)


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    date_time_group.date_time(text)
    date_time_group.opening("\n" + text, len(text) + 1)
