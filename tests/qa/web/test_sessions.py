import pytest

from qa.web import sessions
from qa.web.people import Person
from qa.web.sessions import IDLE_S, LONGEST_S, Sessions

ADA = Person(name="ada", role="ask", password="")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_session_is_found_by_its_key_until_it_ends() -> None:
    kept = Sessions()
    one, other = kept.begin(ADA), kept.begin(ADA)
    assert one != other
    assert len(one) == 43  # 256 bits in base64
    assert kept.of(one) == ADA
    kept.end(one)
    assert kept.of(one) is None
    assert kept.of(other) == ADA
    assert kept.of("") is None
    assert kept.count() == 1


def test_the_key_itself_is_not_kept() -> None:
    kept = Sessions()
    key = kept.begin(ADA)
    assert key not in repr(kept._kept)


def test_a_session_that_is_not_used_is_over() -> None:
    kept = Sessions(clock := Clock())
    key = kept.begin(ADA)
    clock.now = IDLE_S
    assert kept.of(key) == ADA
    clock.now += IDLE_S + 1
    assert kept.count() == 0
    assert kept.of(key) is None


def test_a_session_that_is_used_is_over_some_day_too() -> None:
    kept = Sessions(clock := Clock())
    key = kept.begin(ADA)
    while clock.now + IDLE_S <= LONGEST_S:
        clock.now += IDLE_S
        assert kept.of(key) == ADA
    clock.now = LONGEST_S + 1
    assert kept.of(key) is None


def test_there_is_an_end_to_how_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST", 2)
    kept = Sessions()
    first, second = kept.begin(ADA), kept.begin(ADA)
    kept.of(first)
    kept.begin(ADA)
    assert (kept.of(first), kept.of(second)) == (ADA, None)
