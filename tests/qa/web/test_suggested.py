import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import corpus
import index
from qa import Assistant
from qa.web.suggested import Suggested


def test_questions_are_suggested_and_made_anew_when_the_index_has_changed(tmp_path: Path) -> None:
    index.build(corpus.shipped_cables(), tmp_path / "index")
    with Assistant.open(tmp_path / "index") as assistant:
        suggested = Suggested(assistant)
        assert within_a_minute(suggested, ("How many labor migrants were deported in 2008?",))
        index.build(None, tmp_path / "index", forget=[corpus.shipped_cables()])
        (tmp_path / "cotton.txt").write_text(
            "R 011200Z OCT 07\nFM AMEMBASSY BISHKEK\nTO SECSTATE WASHDC\n\nUNCLAS BISHKEK 001190\n\n"
            "SUBJECT: KYRGYZSTAN: COTTON HARVEST\n\n1. (U) Inspectors counted 3,400 children in the fields.\n"
        )
        index.build(tmp_path / "cotton.txt", tmp_path / "index")
        assert within_a_minute(
            suggested, ("How many children were counted?", "What is said about cotton harvest in Kyrgyzstan?")
        )


def test_questions_are_made_by_one_thread_at_a_time_however_often_the_index_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.build(corpus.shipped_cables(), tmp_path)
    begun, go_on = [], threading.Event()

    def slow(assistant: Assistant) -> Iterator[str]:
        begun.append(assistant.index.generation())
        go_on.wait(20)
        yield f"What of {len(begun)}?"

    monkeypatch.setattr("qa.web.suggested.suggestions", slow)
    monkeypatch.setattr("qa.web.suggested._WAITED_FOR_S", 0.0)
    with Assistant.open(tmp_path) as assistant:
        generations = iter(range(1, 1_000))
        monkeypatch.setattr(assistant.index, "generation", lambda: next(generations))
        suggested = Suggested(assistant)
        for _ in range(5):
            assert suggested.now() == ()
        assert len(begun) == 1
        go_on.set()
        until = time.monotonic() + 20
        while suggested.now() != ("What of 2?",) and time.monotonic() < until:
            time.sleep(0.01)
        assert len(begun) > 1


def within_a_minute(suggested: Suggested, expected: tuple[str, ...]) -> bool:
    until = time.monotonic() + 60
    while suggested.now() != expected and time.monotonic() < until:
        time.sleep(0.05)
    return suggested.now() == expected
