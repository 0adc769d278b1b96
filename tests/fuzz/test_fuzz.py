"""The short form of `make fuzz`: every way in with some spoiled inputs, always the same; and that it can fail."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings

from tests.fuzz import guard, mutations
from tests.fuzz.guard import Guard, Outlasted
from tests.fuzz.targets import TARGETS, Target

SHORT = 25  # inputs a target


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_nothing_that_comes_in_does_harm(target: Target, tmp_path: Path) -> None:
    check = target.check(tmp_path)

    def tried(data: bytes) -> None:
        assert check(data)

    run: Any = settings(
        max_examples=SHORT, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )(given(mutations.spoiled(target.seeds()))(tried))
    seed(1)(run)()
    for sound in target.seeds():
        check(sound)


@pytest.fixture
def guarded(tmp_path: Path) -> Callable[[Callable[[bytes], str]], Guard]:
    return lambda check: Guard(check, tmp_path / "findings", limit=False)


def test_an_input_that_fails_is_kept_and_told(guarded: Callable[..., Guard], tmp_path: Path) -> None:
    def check(data: bytes) -> str:
        raise ValueError("so it is")

    tried = guarded(check)
    with pytest.raises(ValueError, match="so it is"):
        tried.run(b"abc")
    assert tried.tried.failed == "ValueError: so it is"
    assert Path(tried.tried.kept).read_bytes() == b"abc"
    assert tried.tried.tried == 0


def test_an_input_that_takes_for_ever_is_stopped(
    guarded: Callable[..., Guard], monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(data: bytes) -> str:
        while True:
            time.sleep(0.01)

    monkeypatch.setattr(guard, "MOST_S", 0.05)
    tried = guarded(check)
    with pytest.raises(Outlasted):
        tried.run(b"abc")
    assert tried.tried.failed.startswith("Outlasted")


def test_an_input_that_takes_too_much_memory_is_found(
    guarded: Callable[..., Guard], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MOST_BYTES", 1 << 20)
    tried = guarded(lambda data: str(len(bytearray(1 << 28))))
    monkeypatch.setattr(tried, "_held", 0)
    with pytest.raises(AssertionError, match="MiB"):
        tried.run(b"abc")
