"""The date-time group of a telegram: '270959Z FEB 09' is 27 February 2009, 09:59 UTC."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
FIRST_YEAR: Final = 1966  # the archives hold nothing older, so "66" to "99" belong to the last century

_GROUP: Final = r"(\d\d)(\d\d)(\d\d)[ \t]*Z[ \t]*([A-Z]{3})[A-Z]{0,6}\.?,?[ \t]*((?:19|20)\d\d|\d\d)(?!\d)"
_DATE_TIME_GROUP: Final = re.compile(_GROUP, re.IGNORECASE)
# At a line start, after up to three letters of precedence. Elsewhere only where FM follows: a REF may quote
# the group of another telegram.
_OPENING: Final = re.compile(
    r"\n[ \t>*]*(?:DTG[ \t:]*)?((?:[ZOPRY]{1,2}[ \t]+){0,3})" + _GROUP, re.IGNORECASE
)
_BEFORE_SENDER: Final = re.compile(r"()(?<!\d)" + _GROUP + r"(?:[ \t]+Z[A-Z]{2})*\s+FM[ \t]", re.IGNORECASE)
_PRECEDENCES: Final = {"Z": "FLASH", "O": "IMMEDIATE", "P": "PRIORITY", "R": "ROUTINE"}


def full_year(two_digits: int) -> int:
    """The year that two digits stand for: 66 to 99 are of the 20th century, 00 to 65 of the 21st."""
    return two_digits + (1900 if two_digits >= FIRST_YEAR % 100 else 2000)


def date_time(group: str) -> datetime | None:
    """The moment that a group such as '270959Z FEB 09' names, aware, in UTC; None where it names none."""
    found = _DATE_TIME_GROUP.search(group)
    return _moment(*found.groups()) if found else None


def opening(lines: str, end: int) -> tuple[str, datetime | None, int]:
    """Precedence and moment of the group that opens a telegram before `end`, and the offset behind it.

    `lines` begins with a line feed. Where there is no group: "", None and 0.
    """
    found = _OPENING.search(lines, 0, end) or _BEFORE_SENDER.search(lines, 0, end)
    if not found:
        return "", None, 0
    letters, *parts = found.groups()
    return _PRECEDENCES.get(letters[:1].upper(), ""), _moment(*parts), found.end()


def _moment(day: str, hour: str, minute: str, month: str, year: str) -> datetime | None:
    number = int(year) if len(year) == 4 else full_year(int(year))
    try:
        midnight = datetime(number, MONTHS.index(month.upper()) + 1, int(day), tzinfo=UTC)
    except ValueError:
        return None
    # 2400Z is midnight at the end of the day.
    if int(minute) > 59 or int(hour) * 60 + int(minute) > 24 * 60:
        return None
    return midnight + timedelta(hours=int(hour), minutes=int(minute))
