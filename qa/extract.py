"""The sentence that answers, chosen over the best paragraphs together."""

from collections.abc import Sequence
from typing import Final

from index import Hit
from qa.evidence import Evidence, period_fits
from qa.question import Question

PARAGRAPHS: Final = 8  # how many of the best paragraphs are read token by token
# Of a series of reports that differ in little but their month, more than so many may come before the right one.
_FITTING: Final = 0.3

# Token matches of paragraph and sentence, equally, beat every mixture with cosines and words that was tried.
# A figure, sum or date is surely there or not; names are guessed, so that they only break near ties.
_HOLDS_KIND: Final = {"figure": 0.2, "money": 0.2, "date": 0.2}
_HOLDS_ANOTHER: Final = 0.03
_OTHER_PERIOD: Final = -0.4
_MISSING_NAMES: Final = -0.2


def worth_reading(question: Question, hits: Sequence[Hit]) -> list[Hit]:
    """The hits to be read token by token: the best, those of the period asked for put forward."""
    fitting = [hit.score + _FITTING * period_fits(question, hit, "") for hit in hits]
    order = sorted(range(len(hits)), key=lambda place: (-fitting[place], place))
    return [hits[place] for place in order[:PARAGRAPHS]]


def score(found: Evidence) -> float:
    """How well a sentence answers; comparable within one question."""
    return (
        found.paragraph_match
        + found.sentence_match
        + _HOLDS_KIND.get(found.kind, _HOLDS_ANOTHER) * found.holds_kind
        + _OTHER_PERIOD * (not found.period_fits)
        + _MISSING_NAMES * found.names_missing
    )


def best_of_each(found: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence of each paragraph, best first; ties go to the earlier paragraph and sentence."""
    best: dict[tuple[str, str, str], tuple[float, int, Evidence]] = {}
    for place, one in enumerate(found):
        key = (one.hit.cable_id, one.hit.paragraph, one.hit.text)
        if key not in best or score(one) > best[key][0]:
            best[key] = (score(one), place, one)
    return [one for _, _, one in sorted(best.values(), key=lambda scored: (-scored[0], scored[1]))]
