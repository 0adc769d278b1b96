"""Which cables have which post, month, classification and TAGS, in memory: what facets are counted from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from index.store import Store
from index.values import Facets

# SQLite takes half a second to count the TAGS of 70,000 cables. To read who has what of 250,000 takes little more,
# once for each state of them, and 14 MB; any part of it is then counted in 7 ms.


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Column:
    """The cables of each value, one value's after the other's."""

    values: tuple[str, ...]
    cables: NDArray[np.int64]  # numbers
    starts: NDArray[np.int64]  # (values,), where the cables of each begin

    def counts(self, passing: NDArray[np.bool_]) -> list[tuple[str, int]]:
        """How many of the passing cables (marked by number) have each value; a value that none has is left out."""
        if not self.values:
            return []
        counted = np.add.reduceat(passing[self.cables], self.starts, dtype=np.int64)
        return [(each, count) for each, count in zip(self.values, counted.tolist(), strict=True) if count]

    def frequent(self, passing: NDArray[np.bool_]) -> tuple[tuple[str, int], ...]:
        """The counts, the highest first, equal ones in the order of the alphabet."""
        return tuple(sorted(self.counts(passing), key=lambda counted: -counted[1]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tallies:
    """One state of the cables, to count in."""

    shown: NDArray[np.bool_]  # by number
    posts: _Column
    months: _Column
    classifications: _Column
    tags: _Column

    def facets(self, cables: NDArray[np.int64] | None = None) -> Facets:
        """How many cables fall under each value: of those with these numbers, or of all that are shown."""
        passing = self.shown
        if cables is not None:
            passing = np.zeros_like(self.shown)
            passing[cables] = True
        months = tuple(self.months.counts(passing))
        years: Counter[int] = Counter()
        for month, count in months:
            years[int(month[:4])] += count
        return Facets(
            posts=self.posts.frequent(passing),
            years=tuple(years.items()),
            months=months,
            classifications=self.classifications.frequent(passing),
            tags=self.tags.frequent(passing),
        )


def load(store: Store) -> Tallies:
    """The cables as the database knows them now."""
    days, tags = store.having("day"), store.having("tag")
    by_month = groupby(((day[:7], cables) for day, cables in days if day), key=lambda dated: dated[0])
    months = [(month, np.concatenate([cables for _, cables in some])) for month, some in by_month]
    of_any_day = np.concatenate([np.zeros(0, np.int64), *(cables for _, cables in days)])
    # Long enough for the versions that are not shown, too: they have TAGS.
    highest = max((int(cables.max()) for _, cables in [*days, *tags]), default=0)
    shown = np.zeros(highest + 1, np.bool_)
    shown[of_any_day] = True
    return Tallies(
        shown=shown,
        posts=_column(store.having("post")),
        months=_column(months),
        classifications=_column(store.having("classification")),
        tags=_column(tags),
    )


def _column(having: Sequence[tuple[str | None, NDArray[np.int64]]]) -> _Column:
    named = [(value, cables) for value, cables in having if value]
    ends = np.cumsum([0, *(len(cables) for _, cables in named)])
    return _Column(
        values=tuple(value for value, _ in named),
        cables=np.concatenate([np.zeros(0, np.int64), *(cables for _, cables in named)]),
        starts=ends[:-1],
    )
