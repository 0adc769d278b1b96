import pytest

from qa.web import attempts
from qa.web.attempts import FORGOTTEN_S, FREE, LONGEST_BY_ADDRESS_S, LONGEST_BY_NAME_S, Attempts


class Clock:
    now = 10_000.0

    def __call__(self) -> float:
        return self.now


def waits(
    counted: Attempts, clock: Clock, number: int, *, name: str = "ada", address: str = ""
) -> list[float]:
    """How long each of so many wrong ones in a row had to wait, and did."""
    waited = []
    for at in range(number):
        wait = counted.begin(name or f"name{at}", address or f"192.0.2.{at}")
        if wait:
            clock.now += wait
            assert counted.begin(name or f"name{at}", address or f"192.0.2.{at}") == 0
        waited.append(wait)
    return waited


def test_each_wrong_one_makes_the_next_wait_longer_by_name() -> None:
    counted = Attempts(clock := Clock())
    assert waits(counted, clock, 8) == [0] * FREE + [1, 2, 4, 8, 16]
    assert max(waits(counted, clock, 9)) == LONGEST_BY_NAME_S  # not longer: it may be somebody else's doing
    assert counted.begin("bob", "198.51.100.1") == 0


def test_and_by_address_whatever_the_name() -> None:
    counted = Attempts(clock := Clock())
    assert waits(counted, clock, 6, name="", address="192.0.2.1") == [0] * FREE + [1, 2, 4]
    assert max(waits(counted, clock, 12, name="", address="192.0.2.1")) == LONGEST_BY_ADDRESS_S
    assert counted.begin("somebody", "192.0.2.2") == 0


def test_a_network_of_ipv6_is_one_address() -> None:
    counted = Attempts(Clock())
    assert [counted.begin(f"n{at}", f"2001:db8::{at}") for at in range(FREE + 1)] == [0] * FREE + [1]
    assert counted.begin("other", "2001:db8:0:1::1") == 0


def test_many_at_the_same_time_are_not_all_let_through() -> None:
    counted = Attempts(Clock())
    assert [counted.begin("ada", "192.0.2.1") for _ in range(5)] == [0, 0, 0, 1, 1]


def test_the_right_password_and_time_make_it_forgotten() -> None:
    counted = Attempts(clock := Clock())
    waits(counted, clock, 3, address="192.0.2.1")
    counted.right("ada", "192.0.2.1")
    assert counted.begin("ada", "192.0.2.1") == 0
    waits(counted, clock, 5, address="192.0.2.1")
    clock.now += FORGOTTEN_S + 1
    assert waits(counted, clock, 4, address="192.0.2.1") == [0, 0, 0, 1]


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MOST", 10)
    counted = Attempts(Clock())
    for at in range(100):
        counted.begin(f"name{at}", f"192.0.2.{at}")
    assert (len(counted._by_name), len(counted._by_address)) == (10, 10)
