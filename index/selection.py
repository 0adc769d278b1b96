"""A person's filters as SQL over the table of cables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.surrogates import readable
from index.values import Filters

# So many cables are looked up by their numbers; where more are named, all are looked through.
_FEW: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition on `cables c`; only versions that are shown ever pass."""

    sql: str = "c.shown = 1"
    values: tuple[object, ...] = ()  # its parameters
    few: bool = False  # whether it names a few cables by their numbers, and no other passes


def where(filters: Filters | None, *, among: NDArray[np.int64] | None = None) -> Condition:
    """The condition that the filters make.

    Args:
        filters: None for none.
        among: numbers of the cables, ascending, that hold what is not in their own rows: `filters.words` and `.tags`;
            those with `filters.cable_ids` as well. None where none of these was set.
    """
    parts: list[_Part] = [("c.shown = 1", [])]
    if filters is not None:
        # The + keeps SQLite from taking a single post as settled, by which it would lose the order of cables_by_post.
        parts += [_among("+c.post", filters.posts), _among("c.classification", filters.classifications)]
        # Years as ranges of days: the index on days serves them, and a year is what the cable's UTC date says.
        years = [(f"{year:04d}-01-01", f"{year:04d}-12-31") for year in filters.years]
        either = " OR ".join("c.day BETWEEN ? AND ?" for _ in years)
        parts += [(either and f"({either})", [day for span in years for day in span])]
        parts += [_day(">=", filters.since), _day("<=", filters.until)]
    few = among is not None and len(among) <= _FEW
    if among is not None:
        parts += [_one_of(among) if few else _marked(among)]
    conditions = [condition for condition, _ in parts if condition]
    values = tuple(value for _, values in parts for value in values)
    return Condition(sql=" AND ".join(conditions), values=values, few=few)


def narrows(filters: Filters | None) -> bool:
    """Whether the filters leave anything out."""
    return filters is not None and filters != Filters()


_Part = tuple[str, list[object]]  # SQL, or "" where nothing was set, and its parameters


def _among(column: str, values: Sequence[str]) -> _Part:
    if not values:
        return "", []
    return f"{column} IN ({','.join('?' for _ in values)})", [readable(value) for value in values]


def _day(comparison: str, day: date | None) -> _Part:
    return (f"c.day {comparison} ?", [day.isoformat()]) if day else ("", [])


def _one_of(numbers: NDArray[np.int64]) -> _Part:
    # Numbers, not words of a person: safe to write out.
    return f"c.number IN ({','.join(map(str, numbers.tolist()))})", []


def _marked(numbers: NDArray[np.int64]) -> _Part:
    """A byte for each number there is, to look up: a list of 150,000 takes SQLite 0.2 s to read and to sort."""
    marks = np.zeros(int(numbers[-1]) + 1, np.uint8)
    marks[numbers] = 1
    return "substr(?, c.number + 1, 1) = x'01'", [marks.tobytes()]
