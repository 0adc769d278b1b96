"""A person's filters as SQL over the table of cables."""

from collections.abc import Sequence
from datetime import date

from index.values import Filters

Clause = tuple[str, list[object]]  # SQL of a condition, and its parameters


def where(filters: Filters | None, *, holding: Sequence[int] | None = None) -> Clause:
    """The condition on `cables c` that the filters make; only versions that are shown ever pass.

    Args:
        holding: numbers of the cables that hold `filters.words`; None where no words were set.
    """
    parts: list[Clause] = [("c.shown = 1", [])]
    if filters is not None:
        parts += [_among("c.post", filters.posts), _among("c.classification", filters.classifications)]
        parts += [_among("c.id", filters.cable_ids)]
        tagged, tags = _among("tag", filters.tags)
        parts += [(tagged and f"c.number IN (SELECT cable FROM tags WHERE {tagged})", tags)]
        # Years as ranges of days: the index on days serves them, and a year is what the cable's UTC date says.
        years = [(f"{year:04d}-01-01", f"{year:04d}-12-31") for year in filters.years]
        either = " OR ".join("c.day BETWEEN ? AND ?" for _ in years)
        parts += [(either and f"({either})", [day for span in years for day in span])]
        parts += [_day(">=", filters.since), _day("<=", filters.until)]
    if holding is not None:
        # Numbers, not words of a person: safe to write out, and not bound by SQLite's limit on parameters.
        parts += [(f"c.number IN ({','.join(str(int(number)) for number in holding)})", [])]
    conditions = [condition for condition, _ in parts if condition]
    return " AND ".join(conditions), [value for _, values in parts for value in values]


def narrows(filters: Filters | None) -> bool:
    """Whether the filters leave anything out."""
    return filters is not None and filters != Filters()


def _among(column: str, values: Sequence[str]) -> Clause:
    return (f"{column} IN ({','.join('?' for _ in values)})", list(values)) if values else ("", [])


def _day(comparison: str, day: date | None) -> Clause:
    return (f"c.day {comparison} ?", [day.isoformat()]) if day else ("", [])
