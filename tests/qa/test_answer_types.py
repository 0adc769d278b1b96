"""Figures, dates and names in a sentence."""

import pytest

from qa.answer_types import dates, figures, names, sums


def held(sentence: str, spans: list[tuple[int, int]]) -> list[str]:
    return [sentence[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It reached France as early as 1519.", ["1519"]),
        ("the Edict of Fontainebleau (1685), which", ["1685"]),
        ("1200 men came in 2008", ["2008"]),
        ("from 1321 to 1323 and in the 1950s", ["1321", "1323", "1950s"]),
        ("in the early 19th Century", ["early 19th Century"]),
        ("on January 15-17, 2008 and 12 March 2003", ["January 15-17, 2008", "12 March 2003"]),
        ("In May 40 bridges were closed", ["May"]),
        ("on May 4th, at $2,008", ["May 4th"]),
    ],
)
def test_dates(sentence: str, expected: list[str]) -> None:
    assert held(sentence, dates(sentence)) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("In May 40 bridges were closed", ["40"]),
        ("In 2008, 17,000 were deported for $400 each", ["17,000"]),
        ("stay 2 or 3 months, a 30-60 day period", ["2 or 3", "30-60"]),
        ("a dinner for 2000 guests in 1835", ["2000"]),
        ("a 5-time winner with 136 titles", ["136"]),
        ("Five-year guarantees cover 61.5 percent", ["Five", "61.5 percent"]),
    ],
)
def test_figures(sentence: str, expected: list[str]) -> None:
    assert held(sentence, figures(sentence, frozenset({"guest"}))) == expected


def test_sums_and_names() -> None:
    sentence = "Deputy Minister Ana Bolat paid $8,000 to $10,000 and 3 cents to the Ministry of Justice."
    assert held(sentence, sums(sentence)) == ["$8,000 to $10,000", "3 cents"]
    assert held(sentence, names(sentence)) == ["Deputy Minister Ana Bolat", "Ministry", "Justice"]
