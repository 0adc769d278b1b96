from collections.abc import Sequence
from dataclasses import replace

import pytest

from qa.decide import SIGNALS, Case, case, chance, reason
from qa.evidence import Evidence
from qa.question import understand
from qa.weights import SILENCE
from tests.qa.evidences import HIT, NEAR, TEXT

FAR = replace(
    NEAR,
    sentence_match=0.2,
    rare_match=0.2,
    context_match=0.25,
    paragraph_match=0.25,
    sentence_cosine=0.2,
    answer_match=0.2,
    words_match=0.3,
    words_found=0.0,
    hit=replace(HIT, dense=0.15, words=0.0),
)


def decided(question: str, best: Evidence, *, next_score: float = 20.0, unknown: Sequence[str] = ()) -> Case:
    order = [(30.0, best), (next_score, best)]
    return case(understand(question), order, unknown=unknown, cable_text=TEXT)


def test_every_signal_has_a_weight() -> None:
    assert SIGNALS.keys() == SILENCE.keys()


def test_a_near_sentence_answers_and_a_far_one_does_not() -> None:
    assert chance(decided("how many migrants were deported in 2008", NEAR)) > 0.9
    assert chance(decided("how many migrants were deported in 2008", FAR)) < 0.1


@pytest.mark.parametrize(
    ("question", "worse"),
    [
        ("how many were deported in 2005", {"period_fit": 0.0}),
        ("how many did Karzai deport", {"names_missing": 1.0}),
        ("how many were deported to Tbilisi", {"place_fit": 0.0}),
        ("how many were deported", {"holds_kind": False, "answer_match": 0.0}),
    ],
)
def test_each_thing_that_is_missing_makes_an_answer_less_likely(
    question: str, worse: dict[str, float]
) -> None:
    assert chance(decided(question, replace(NEAR, **worse))) < chance(decided("how many were deported", NEAR))  # type: ignore[arg-type]


def test_a_lead_over_the_next_paragraph_speaks_for_the_answer() -> None:
    question = "how many migrants were deported in 2008"
    assert chance(decided(question, NEAR, next_score=26.0)) > chance(decided(question, NEAR, next_score=29.9))


def test_a_word_that_nobody_knows_speaks_for_silence() -> None:
    question = "how many migrants were deported in 2008"
    assert chance(decided(question, NEAR, unknown=["Erlgotano"])) < chance(decided(question, NEAR))


def told(question: str, best: Evidence) -> str:
    return reason(understand(question), decided(question, best), TEXT)


def test_the_reason_for_silence_is_told() -> None:
    assert told("How many did Karzai deport?", NEAR) == "What comes closest says nothing about Karzai."
    assert (
        told("How many were deported to Tbilisi in 2005?", NEAR)
        == "What comes closest says nothing about Tbilisi in 2005."
    )
    assert (
        told("how many were deported in 2005", replace(NEAR, period_fit=0.0))
        == "What comes closest is not about 2005."
    )
    bare = replace(NEAR, hit=replace(HIT, text="Masimov was silent."), span=(0, 19), holds_kind=False)
    assert told("how much did it cost", bare) == "The nearest passage gives no sum of money."
    assert told("price of oil", FAR) == "No paragraph comes close enough to what is asked."
