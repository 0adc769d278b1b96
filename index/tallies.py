"""Which cables have which post, day, classification, TAGS and paragraphs, in memory.

Facets are counted from it, and a search is kept by it to what passes the filters.
"""

import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.store import Store
from index.values import Facets, Filters

# SQLite takes half a second to count the TAGS of 70,000 cables, and seconds to list the paragraphs of a year. To read
# who has what of 250,000 takes little more, once for each state of them, and 20 MB; any part of it is then counted, and
# its paragraphs listed, in milliseconds.

_SMALL: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Column:
    """The cables of each value, one value's after the other's."""

    values: tuple[str, ...]
    cables: NDArray[np.int64]  # numbers
    starts: NDArray[np.int64]  # (values,), where the cables of each begin

    def marked(self, wanted: Sequence[str], size: int) -> NDArray[np.bool_]:
        """The cables with any of the values, in capitals or small letters, by number; "" stands for none."""
        marked = np.zeros(size, np.bool_)
        sought = {small(value) for value in wanted}
        if "" in sought:
            marked[:] = True
            marked[self.cables] = False
        bounds = [*self.starts.tolist(), len(self.cables)]
        for value, (start, end) in zip(self.values, pairwise(bounds), strict=True):
            if small(value) in sought:
                marked[self.cables[start:end]] = True
        return marked

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

    shown: NDArray[np.bool_]  # by number, as are:
    days: NDArray[np.int32]  # as date.toordinal; 0 for none
    first: NDArray[np.int64]  # id of the first paragraph; the others of the cable follow it
    paragraphs: NDArray[np.int64]  # how many; 0 where the version is not shown
    posts: _Column
    months: _Column
    classifications: _Column
    tags: _Column

    def passing(self, filters: Filters, *, among: NDArray[np.int64] | None = None) -> NDArray[np.bool_]:
        """The cables that pass the filters, by number.

        Args:
            filters: all but `words` and `cable_ids` is looked at.
            among: numbers of the cables that pass those; None where neither is set.
        """
        passing, size = self.shown.copy(), len(self.shown)
        if among is not None:
            marked = np.zeros(size, np.bool_)
            marked[among[among < size]] = True
            passing &= marked
        for column, wanted in (
            (self.posts, filters.posts),
            (self.classifications, filters.classifications),
            (self.tags, filters.tags),
        ):
            if wanted:
                passing &= column.marked(wanted, size)
        if filters.years:
            of_a_year = np.zeros(size, np.bool_)
            for year in filters.years:
                if date.min.year <= year <= date.max.year:
                    of_a_year |= self._between(date(year, 1, 1), date(year, 12, 31))
            passing &= of_a_year
        if filters.since or filters.until:
            passing &= self._between(filters.since or date.min, filters.until or date.max)
        return passing

    def ids(self, cables: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Ids of the paragraphs of these cables (marked by number), ascending."""
        counts, first = self.paragraphs[cables], self.first[cables]
        before = np.cumsum(counts) - counts
        return np.repeat(first - before, counts) + np.arange(int(counts.sum()))

    def _between(self, since: date, until: date) -> NDArray[np.bool_]:
        return (self.days >= since.toordinal()) & (self.days <= until.toordinal())

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
    dated = np.zeros(highest + 1, np.int32)
    for day, cables in days:
        dated[cables] = date.fromisoformat(day).toordinal() if day else 0
    paragraphs, first = np.zeros((2, highest + 1), np.int64)
    for count, cables in store.having_paragraphs():
        paragraphs[cables] = count
    numbers, ids = store.first_paragraphs()
    known = numbers <= highest  # a version that is not shown and has no TAGS may be beyond
    first[numbers[known]] = ids[known]
    return Tallies(
        shown=shown,
        days=dated,
        first=first,
        paragraphs=paragraphs,
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


def small(value: str) -> str:
    """In small letters as SQLite has them, A to Z alone."""
    return value.translate(_SMALL)
