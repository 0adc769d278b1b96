"""Years, months and quarters that a text names."""

import re
from dataclasses import dataclass, replace
from typing import Final

MONTHS: Final = (
    "january february march april may june july august september october november december".split()
)
_MONTH = "|".join([*MONTHS, *(month[:3] for month in MONTHS), "sept"])
# Before 1800 four digits are a year only behind a word or bracket that says so: "in 1519", not "1200 men".
_BEHIND = "|".join(
    rf"(?<={before})"
    for before in (
        r"\b[Ii]n ", r"\b[Bb]y ", r"\bof ", r"\b[Ss]ince ", r"\b[Uu]ntil ", r"\b[Ff]rom ", r"\bto ", r"\bearly as ",
        r"\b[Aa]fter ", r"\b[Bb]efore ", r"\b[Aa]round ", r"\bc\. ", r"\bearly ", r"\blate ", r"\bmid-", r"\(",
        r"\d[-–]",
    )
)  # fmt: skip
YEAR: Final = rf"(?:(?:1[89]|20)\d\d|(?:{_BEHIND})1[0-7]\d\d)"
_QUARTER = r"(?P<quarter>first|second|third|fourth|last|1st|2nd|3rd|4th)\s+quarter|\bq(?P<q>[1-4])"
# The month of May is told from the verb by a day or a year beside it.
_PERIOD = re.compile(
    rf"\b(?:(?:the\s+)?(?:{_QUARTER})(?:\s+of)?,?\s+(?P<quarter_year>{YEAR})"
    rf"|(?P<month>{_MONTH})\.?(?:\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?)?(?:,?\s+(?:of\s+)?(?P<month_year>{YEAR}))?"
    rf"|(?P<day_first>\d{{1,2}})\s+(?P<its_month>{_MONTH})\.?(?:,?\s+(?P<its_year>{YEAR}))?"
    rf"|(?P<year>{YEAR})s?)\b(?![,.]\d)",
    re.IGNORECASE,
)
# Periods that a text tells by another: "against 151 a year earlier, in the same month".
_YEAR_BEFORE = re.compile(
    r"\b(?:a|one|the) year (?:earlier|before|ago)\b|\b(?:the )?(?:previous|preceding|prior) year\b"
    r"|\bsame (?:month|quarter|period|season) (?:of |in )?last year\b",
    re.IGNORECASE,
)
_LAST_YEAR = re.compile(r"\b(?<!same month )(?<!same quarter )(?<!same period )last year\b", re.IGNORECASE)
_THIS_YEAR = re.compile(r"\b(?:this|the current) year\b", re.IGNORECASE)
_QUARTERS: Final = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A year, a month or a quarter, and where the text names it."""

    year: int | None
    month: int | None = None
    quarter: int | None = None
    start: int = 0
    end: int = 0


def periods(text: str) -> list[Period]:
    """The periods that a text names, in order: "in January 2009", "the last quarter of 2007", "2008"."""
    found = []
    for match in _PERIOD.finditer(text):
        name = match["month"] or match["its_month"]
        year = match["quarter_year"] or match["month_year"] or match["its_year"] or match["year"]
        if name and name.lower() == "may" and not (year or match["day"] or match["day_first"]):
            continue
        if name and not name[0].isupper() and len(name) == 3 and not year:
            continue  # "dec", "mar", "sat" in lower case and alone are more often something else
        quarter = match["quarter"]
        found.append(
            Period(
                year=int(year) if year else None,
                month=_month(name) if name else None,
                quarter=_QUARTERS[quarter.lower()] if quarter else int(match["q"]) if match["q"] else None,
                start=match.start(),
                end=match.end(),
            )
        )
    return found


def told(sentence: str, of: Period | None, year: int | None) -> list[Period]:
    """The periods that a sentence of a report tells of, those told by another among them.

    "137 kilograms, against 151 a year earlier" in a report on April 2001 tells of April 2001 and of April 2000.

    Args:
        sentence: of the report.
        of: the period that the report is on, where it says so.
        year: in which it was written.
    """
    named = [period for period in periods(sentence) if period.year]
    base = named[0] if named else of or (Period(year=year) if year else None)
    found = list(named)
    if base and base.year and (relative := _YEAR_BEFORE.search(sentence)):
        found += [] if named else [base]
        found.append(replace(base, year=base.year - 1, start=relative.start(), end=relative.end()))
    for pattern, before in ((_LAST_YEAR, 1), (_THIS_YEAR, 0)):
        if year and (relative := pattern.search(sentence)):
            found.append(Period(year=year - before, start=relative.start(), end=relative.end()))
    return found


def fit(asked: Period, said: Period) -> float:
    """How well one period fits where another is asked for: 1 the same, 0.5 one holds the other, 0 another.

    A month lies in its quarter, both in their year; what was in the whole of 2005 is no answer to what was in May.
    """
    if asked.year and said.year and asked.year != said.year:
        return 0.0
    if (asked.month, asked.quarter) == (said.month, said.quarter):
        return 1.0
    if asked.month and said.month:
        return 0.0
    quarters = [period.quarter or (period.month and (period.month + 2) // 3) for period in (asked, said)]
    return 0.0 if all(quarters) and quarters[0] != quarters[1] else 0.5


def _month(name: str) -> int:
    return next(i for i, month in enumerate(MONTHS, start=1) if month.startswith(name[:3].lower()))
