"""A retransmission is shown once."""

from collections.abc import Sequence
from typing import Final

from index import Hit
from qa.words import words

_SAME: Final = 0.9  # share of word triples in common; a corrected figure changes three in a hundred words


def without_copies(hits: Sequence[Hit]) -> list[Hit]:
    """The hits in their order, leaving out each whose words another cable's better hit has already shown.

    Texts that differ in a figure are no copies, however alike: two months of a series say different things.
    """
    kept: list[Hit] = []
    shown: list[tuple[str, frozenset[str], frozenset[tuple[str, ...]]]] = []
    for hit in hits:
        stems = [word.stem for word in words(hit.text)]
        figures = frozenset(stem for stem in stems if stem[0].isdigit())
        triples = frozenset(zip(stems, stems[1:], stems[2:], strict=False))
        if any(
            hit.cable_id != cable_id and figures == other_figures and _overlap(triples, others) >= _SAME
            for cable_id, other_figures, others in shown
        ):
            continue
        shown.append((hit.cable_id, figures, triples))
        kept.append(hit)
    return kept


def _overlap(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Jaccard: shared over all. Two texts too short for a triple count as different."""
    return len(one & other) / len(one | other) if one or other else 0.0
