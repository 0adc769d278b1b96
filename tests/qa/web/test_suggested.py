import time
from pathlib import Path

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


def within_a_minute(suggested: Suggested, expected: tuple[str, ...]) -> bool:
    until = time.monotonic() + 60
    while suggested.now() != expected and time.monotonic() < until:
        time.sleep(0.05)
    return suggested.now() == expected
