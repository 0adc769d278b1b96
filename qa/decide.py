"""Whether the best sentence answers, and if not, why, in plain words."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from qa.answer_types import candidates
from qa.evidence import Evidence, context, missing_names, missing_places
from qa.period import MONTHS
from qa.question import Question
from qa.weights import SILENCE, SILENCE_BIAS

# Answered where the chance that the cables do answer is at least this. More is silent more often, rightly and wrongly.
CERTAINTY: Final = 0.2
_WANTED: Final = {"figure": "figure", "money": "sum of money"}  # a date may be told in words ("last spring")
_MEASURED: Final = frozenset({"figure", "money", "date"})
_LARGEST_LEAD: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What there is to decide from."""

    best: Evidence
    score: float
    lead: float  # by how much it scores above the best sentence of the next paragraph
    absent: tuple[str, ...]  # places of the question that the whole cable does not know
    unknown: tuple[str, ...]  # words of the question that neither cables nor model nor dictionary know


# What speaks for silence or against it, by the names of the weights in qa.weights.
SIGNALS: Final[dict[str, Callable[[Case], float]]] = {
    "sentence match": lambda case: case.best.sentence_match,
    "context match": lambda case: case.best.context_match,
    "paragraph match": lambda case: case.best.paragraph_match,
    "sentence cosine": lambda case: case.best.sentence_cosine,
    "paragraph cosine": lambda case: case.best.hit.dense,
    "words match": lambda case: case.best.words_match,
    "words found": lambda case: case.best.words_found,
    "figure asked for": lambda case: float(case.best.kind in _MEASURED),
    "no figure": lambda case: float(case.best.kind in _MEASURED and not case.best.holds_kind),
    "figure match": lambda case: case.best.answer_match if case.best.kind in _MEASURED else 0.0,
    "period fit": lambda case: case.best.period_fit,
    "another period": lambda case: float(not case.best.period_fit),
    "place fit": lambda case: case.best.place_fit,
    "place absent": lambda case: float(bool(case.absent)),
    "unknown word": lambda case: float(bool(case.unknown)),
    "names missing": lambda case: case.best.names_missing,
    "lead": lambda case: min(case.lead, _LARGEST_LEAD),
    "score": lambda case: case.score,
}


def case(
    question: Question,
    ranked: Sequence[tuple[float, Evidence]],
    *,
    unknown: Sequence[str],
    cable_text: str,
) -> Case:
    """The case for the best of the ranked sentences; `cable_text` is the whole cable that it stands in."""
    score, best = ranked[0]
    return Case(
        best=best,
        score=score,
        lead=max(0.0, score - ranked[1][0])
        if len(ranked) > 1
        else 0.0,  # a reranker may order them otherwise
        unknown=tuple(unknown),
        absent=tuple(
            missing_places(question, best.hit, f"{context(best.hit)}\n{best.hit.text}\n{cable_text}")
        ),
    )


def chance(found: Case) -> float:
    """How likely it is that the cables answer, 0 to 1 (a logistic regression, see benchmarks/train_weights.py)."""
    against = SILENCE_BIAS + sum(weight * SIGNALS[name](found) for name, weight in SILENCE.items())
    return 1 / (1 + math.exp(min(against, 700.0)))


def reason(question: Question, found: Case, cable_text: str) -> str:
    """Why a question is not answered, as a sentence: the plainest of what speaks against it."""
    best = found.best
    asked = f" in {period}" if (period := _periods(question)) else ""
    names = missing_names(question, f"{context(best.hit)} {best.hit.text} {cable_text}")
    if found.unknown and not (found.absent or names):
        return f"Nothing in the cables speaks of {' or '.join(found.unknown)}."
    if absent := list(dict.fromkeys([*found.absent, *names, *found.unknown])):
        return f"What comes closest says nothing about {' or '.join(absent)}{asked}."
    if not best.period_fit:
        return f"What comes closest is not about {period}."
    if question.kind in _WANTED and not candidates(question, best.hit.text):
        return f"The nearest passage gives no {_WANTED[question.kind]}."
    return "No paragraph comes close enough to what is asked."


def _periods(question: Question) -> str:
    said = []
    for period in question.periods:
        parts = [
            MONTHS[period.month - 1].capitalize() if period.month else "",
            f"quarter {period.quarter} of" if period.quarter else "",
            str(period.year) if period.year else "",
        ]
        said.append(" ".join(part for part in parts if part))
    return " and ".join(said)
