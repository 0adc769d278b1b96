"""Days as a person types them in a filter: a year, a month, or a day."""

import calendar
import re
from datetime import date
from typing import Final

_TYPED: Final = re.compile(r"\s*(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?\s*")


class UnclearDay(ValueError):
    """What was typed as a day is none."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text.strip()}” is no date. Write a year, a month or a day: 2008, 2008-05 or 2008-05-12."
        )


def days(text: str) -> tuple[date, date]:
    """The first and the last day of "2008", "2008-05" or "2008-05-12". Raises UnclearDay."""
    found = _TYPED.fullmatch(text)
    if found is None:
        raise UnclearDay(text)
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        if day:
            return first, first
        last_month = month or 12
        return first, date(first.year, last_month, calendar.monthrange(first.year, last_month)[1])
    except ValueError as error:
        raise UnclearDay(text) from error
