"""The sentence that answers, chosen over the best paragraphs together."""

from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from index import Hit
from qa.evidence import Evidence, period_fit, place_fit
from qa.question import Question
from qa.weights import RANKING

PARAGRAPHS: Final = 8  # how many of the best paragraphs are read token by token
# Of a series of reports that differ in little but their month, more than so many may come before the right one.
_FITTING_PERIOD: Final = 0.4
_FITTING_PLACE: Final = 0.3

_LONGEST_QUOTE: Final = 60  # words
# How much less a neighbour may score than the best sentence to be quoted with it: on XQuAD the answer then stands in
# the quote for 3 percent more of the questions, and a quote is 3 words longer.
_NEARLY_AS_GOOD: Final = 1.5
_ANSWERED_ALREADY: Final = 0.5  # likewise, where the best sentence holds the figure, sum or date asked for
# Allowed more where only the neighbour holds a figure, date or name as asked for.
_ANSWERS_INSTEAD: Final = 2.0

_MEASURED: Final = frozenset({"figure", "money", "date"})
_NAMED: Final = frozenset({"person", "place"})
# What ranks a sentence, by the names of the weights in qa.weights.
SIGNALS: Final[dict[str, Callable[[Evidence], float]]] = {
    "sentence match": lambda found: found.sentence_match,
    "rare match": lambda found: found.rare_match,
    "context match": lambda found: found.context_match,
    "sentence cosine": lambda found: found.sentence_cosine,
    "paragraph cosine": lambda found: found.hit.dense,
    "bm25": lambda found: min(found.hit.words, 40.0) / 10,
    "words found": lambda found: found.words_found,
    "holds a figure": lambda found: float(found.holds_kind and found.kind in _MEASURED),
    "holds a name": lambda found: float(found.holds_kind and found.kind in _NAMED),
    "figure match": lambda found: found.answer_match if found.kind in {"figure", "money"} else 0.0,
    "date match": lambda found: found.answer_match if found.kind == "date" else 0.0,
    "name match": lambda found: found.answer_match if found.kind in _NAMED else 0.0,
    "period fit": lambda found: found.period_fit,
    "place fit": lambda found: found.place_fit,
    "names missing": lambda found: found.names_missing,
}


def worth_reading(question: Question, hits: Iterable[Hit], *, paragraphs: int = PARAGRAPHS) -> list[Hit]:
    """The hits to be read token by token: the best, those of the period and the place asked for put forward.

    `hits` come best first. No more of them are taken than it needs to be sure: one that comes later scores no better,
    and can be put forward by so much only.
    """
    best: list[tuple[float, Hit]] = []

    def too_low(most: float) -> bool:
        return len(best) >= paragraphs and most <= best[paragraphs - 1][0]

    for hit in hits:
        if too_low(hit.score + _FITTING_PERIOD + _FITTING_PLACE):
            break
        placed = hit.score + _FITTING_PLACE * place_fit(question, hit)
        if too_low(placed + _FITTING_PERIOD):  # to find the periods of a text takes most of the time
            continue
        fitting = placed + _FITTING_PERIOD * period_fit(question, hit, hit.text)
        insort(best, (fitting, hit), key=lambda scored: -scored[0])  # behind its equals
    return [hit for _, hit in best[:paragraphs]]


def score(found: Evidence, weights: Mapping[str, float] = RANKING) -> float:
    """How well a sentence answers: the weighed sum of its signals; comparable within one question."""
    return sum(weight * SIGNALS[name](found) for name, weight in weights.items())


def ranked(
    found: Sequence[Sequence[Evidence]], weights: Mapping[str, float] = RANKING
) -> list[tuple[float, Evidence]]:
    """The best sentence of each paragraph with its score, best first; ties go to the earlier paragraph and sentence."""
    best = [
        max(((score(one, weights), one) for one in some), key=lambda scored: scored[0])
        for some in found
        if some
    ]
    return sorted(best, key=lambda scored: -scored[0])


def quote(best: Evidence, paragraph: Sequence[Evidence]) -> tuple[int, int]:
    """Where the quote stands in the paragraph: the best sentence, and one beside it that answers nearly as well.

    Args:
        best: the best sentence of the paragraph.
        paragraph: the evidence of all its sentences, in order.
    """
    place = next(number for number, one in enumerate(paragraph) if one.span == best.span)
    answered = best.kind in _MEASURED and best.holds_kind
    allowed = _ANSWERED_ALREADY if answered else _NEARLY_AS_GOOD
    beside = [paragraph[near] for near in (place - 1, place + 1) if 0 <= near < len(paragraph)]
    fitting = [
        (short_by, one)
        for one in beside
        if (
            short_by := score(best) - score(one) - _ANSWERS_INSTEAD * (one.holds_kind and not best.holds_kind)
        )
        <= allowed
        and len(best.quote.split()) + len(one.quote.split()) <= _LONGEST_QUOTE
    ]
    if not fitting:
        return best.span
    _, also = min(fitting, key=lambda scored: scored[0])
    return min(best.span[0], also.span[0]), max(best.span[1], also.span[1])
