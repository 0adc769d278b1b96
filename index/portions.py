"""Many values, so many at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_Value = TypeVar("_Value")


def portions(values: Iterable[_Value], size: int) -> Iterator[list[_Value]]:
    """The values in their order, in lists of `size`; the last may be shorter."""
    left = iter(values)
    while some := list(islice(left, size)):
        yield some
