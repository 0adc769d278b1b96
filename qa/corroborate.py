"""What other paragraphs say of the same thing: the same, or something else."""

from collections.abc import Sequence
from typing import Final, Literal

from qa.evidence import Evidence, told_by
from qa.numbers import value
from qa.question import Kind, Question
from qa.short import short

Says = Literal["", "the same", "something else"]

# Another paragraph speaks of the same thing where it answers nearly as well. To say the same it may be further off.
_SAME_THING: Final = 1.5
_AS_WELL: Final = 4.0
_COMPARED: Final = frozenset({"figure", "money", "date"})


def says(question: Question, ranked: Sequence[tuple[float, Evidence]]) -> list[Says]:
    """For each of the ranked sentences, what it says beside the first: "" where the two cannot be compared.

    Only what has one value is compared: figures, sums of money, dates. "17,000" and "seventeen thousand" are the same.
    """
    if not ranked or question.kind not in _COMPARED:
        return [""] * len(ranked)
    best_score, best = ranked[0]
    first = short(question, best.quote, told_by(best.hit, best.quote))
    return ["", *(_beside(question, best, best_score, first, score, other) for score, other in ranked[1:])]


def _beside(
    question: Question, best: Evidence, best_score: float, first: str | None, score: float, other: Evidence
) -> Says:
    said = short(question, other.quote, told_by(other.hit, other.quote))
    comparable = other.period_fit >= best.period_fit and other.place_fit >= best.place_fit
    if first is None or said is None or not comparable:
        return ""
    if _meant(first, question.kind) == _meant(said, question.kind):
        return "the same" if best_score - score <= _AS_WELL else ""
    return "something else" if best_score - score <= _SAME_THING else ""


def _meant(said: str, kind: Kind) -> float | str | None:
    """A figure or sum as its value, a date as its words."""
    return said.casefold() if kind == "date" else value(said)
