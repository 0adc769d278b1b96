"""A retransmission is shown once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from index import Hit
from qa.words import plain

_SAME: Final = 0.9  # share of word triples in common; a corrected figure changes three in a hundred words


def without_copies(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The hits in their order, leaving out each whose words another cable's better hit has already shown.

    Texts that differ in a figure are no copies, however alike: two months of a series say different things.
    """
    shown = defaultdict[frozenset[str], list[tuple[str, frozenset[tuple[str, ...]]]]](list)  # by figures
    for hit in hits:
        said = plain(hit.text)
        alike = shown[frozenset(word for word in said if word[0].isdigit())]
        triples = frozenset(zip(said, said[1:], said[2:], strict=False))
        if any(hit.cable_id != cable_id and _overlap(triples, others) >= _SAME for cable_id, others in alike):
            continue
        alike.append((hit.cable_id, triples))
        yield hit


def _overlap(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Jaccard: shared over all. Two texts too short for a triple count as different."""
    return len(one & other) / len(one | other) if one or other else 0.0
