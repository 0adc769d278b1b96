"""The line of those who wait for an answer: so many are answered at once, so many wait, and no more."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from qa.errors import Busy


class Left(Exception):
    """Who waited waits no longer: it was stopped before its turn came."""


class Line:
    """First come, first served. Safe to use from many threads, each of which waits for its own turn."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._at_once, self._longest = at_once, waiting
        self._moved = threading.Condition()
        self._waiting: list[_Place] = []
        self._served = 0

    @contextmanager
    def turn(self, who: object = None) -> Iterator[None]:
        """Wait for a turn, and have it until the end of the block.

        Raises:
            Busy: As many wait as may.
            Left: `leave` was called for `who` meanwhile.
        """
        place = _Place(who)
        with self._moved:
            if self._full():
                raise Busy
            self._waiting.append(place)
            try:
                self._moved.wait_for(lambda: place.left or self._is_next(place))
            finally:
                self._waiting.remove(place)
                self._moved.notify_all()
            if place.left:
                raise Left
            self._served += 1
        try:
            yield
        finally:
            with self._moved:
                self._served -= 1
                self._moved.notify_all()

    def before(self, who: object) -> int | None:
        """How many wait before `who`; None where it does not wait."""
        with self._moved:
            return next((at for at, place in enumerate(self._waiting) if place.who is who), None)

    def leave(self, who: object) -> None:
        """Let `who` wait no longer."""
        with self._moved:
            for place in self._waiting:
                place.left = place.left or place.who is who
            self._moved.notify_all()

    @property
    def full(self) -> bool:
        """Whether the next to come would be refused."""
        with self._moved:
            return self._full()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def served(self) -> int:
        """How many have their turn now."""
        return self._served

    def _full(self) -> bool:
        # Those whose turn has come, but who have not woken up yet, still stand in the list.
        return len(self._waiting) + self._served >= self._at_once + self._longest

    def _is_next(self, place: "_Place") -> bool:
        return self._served < self._at_once and next(each for each in self._waiting if not each.left) is place


class _Place:
    """Where somebody stands."""

    def __init__(self, who: object) -> None:
        self.who = who
        self.left = False
