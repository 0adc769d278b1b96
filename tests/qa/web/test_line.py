import threading
from collections.abc import Callable
from time import monotonic, sleep

import pytest

from qa.errors import Busy
from qa.web.line import Left, Line


def until(true: Callable[[], bool]) -> None:
    """Wait for another thread."""
    end = monotonic() + 10
    while not true():
        assert monotonic() < end
        sleep(0.001)


class Person(threading.Thread):
    """Takes its turn, and keeps it until it is let go."""

    def __init__(self, line: Line) -> None:
        super().__init__(daemon=True)
        self.line, self.go, self.came, self.left = line, threading.Event(), threading.Event(), False
        self.start()

    def run(self) -> None:
        try:
            with self.line.turn(self):
                self.came.set()
                self.go.wait(10)
        except Left:
            self.left = True


def in_line(line: Line, number: int) -> list[Person]:
    """So many, who have come one after the other."""
    people: list[Person] = []
    for _ in range(number):
        before = line.served + line.waiting
        people.append(Person(line))
        until(lambda before=before: line.served + line.waiting == before + 1)  # type: ignore[misc]
    return people


def test_so_many_are_served_at_once_the_others_wait_in_order_and_one_more_is_refused() -> None:
    line = Line(at_once=2, waiting=2)
    first, second, third, fourth = in_line(line, 4)
    assert (line.served, line.waiting, line.full) == (2, 2, True)
    assert [line.before(each) for each in (first, third, fourth, None)] == [None, 0, 1, None]
    with pytest.raises(
        Busy, match=r"^The server is busy with other questions\. Please try again in a moment\.$"
    ):
        line.turn().__enter__()
    second.go.set()
    assert third.came.wait(10)
    assert (line.before(fourth), line.full) == (0, False)
    for each in (first, third, fourth):
        each.go.set()
        each.join(10)
    assert (line.served, line.waiting) == (0, 0)


def test_who_leaves_gives_the_place_to_the_next() -> None:
    line = Line(at_once=1, waiting=5)
    first, second, third = in_line(line, 3)
    line.leave(second)
    second.join(10)
    assert second.left
    assert line.before(third) == 0
    first.go.set()
    assert third.came.wait(10)
    third.go.set()
    third.join(10)


def test_what_goes_wrong_in_a_turn_ends_it() -> None:
    line = Line(at_once=1, waiting=1)
    with pytest.raises(ValueError, match="wrong"), line.turn():
        raise ValueError("wrong")
    assert line.served == 0
