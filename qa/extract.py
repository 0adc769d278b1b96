"""The sentence that answers, chosen over the best paragraphs together."""

from collections.abc import Sequence
from typing import Final

from qa.evidence import Evidence

PARAGRAPHS: Final = 8  # how many of the best paragraphs are read token by token

# Token matches of paragraph and sentence, equally, beat every mixture with cosines and words that was tried
# (docs/measurements.md); the rest only breaks near ties and tells a sentence of another year.
_HOLDS_KIND: Final = 0.03
_OTHER_PERIOD: Final = -0.15


def score(found: Evidence) -> float:
    """How well a sentence answers; comparable within one question."""
    return (
        found.paragraph_match
        + found.sentence_match
        + _HOLDS_KIND * found.holds_kind
        + _OTHER_PERIOD * (not found.period_fits)
    )


def best_of_each(found: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence of each paragraph, best first; ties go to the earlier paragraph and sentence."""
    best: dict[tuple[str, str, str], tuple[float, int, Evidence]] = {}
    for place, one in enumerate(found):
        key = (one.hit.cable_id, one.hit.paragraph, one.hit.text)
        if key not in best or score(one) > best[key][0]:
            best[key] = (score(one), place, one)
    return [one for _, _, one in sorted(best.values(), key=lambda scored: (-scored[0], scored[1]))]
