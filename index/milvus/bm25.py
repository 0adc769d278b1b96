"""Raw BM25 of chosen paragraphs, from their stems: the same figure that tantivy gives on one machine.

Milvus finds the paragraphs by its own BM25, whose statistics are those of a segment or a shard; like FAISS it only
proposes, and what a paragraph counts is worked out from all that there is.
Source: Robertson, Zaragoza, Foundations and Trends in IR 3(4), 2009, https://doi.org/10.1561/1500000019
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from index import lexical
from index.lexical import Asked

K1: Final = 1.2
B: Final = 0.75
_EXACT: Final = (
    40  # stems, up to which tantivy keeps the length of a paragraph; then with three bits behind the first
)
_FREE: Final = 24


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """What the words of all paragraphs weigh."""

    frequencies: Mapping[str, int]  # in how many paragraphs each stem stands
    paragraphs: int
    stems: int  # of all paragraphs together

    @cached_property
    def _stemmer(self) -> lexical.Stemmer:
        return lexical.Stemmer()

    def asked(self, question: str) -> Asked | None:
        """What to search by; None where no word of the question is held."""
        return lexical.searched_by(self._counted(self._stemmer.telling(question)))

    def telling(self, words: str) -> list[str]:
        """The stems that words are searched by."""
        return self._stemmer.telling(words)

    def document_frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """In how many paragraphs each word occurs; of a "word" that is cut in several, the rarest part of it."""
        cut = {word: self._counted(self._stemmer.all(word)) for word in words}
        return {word: min(counted.values(), default=0) for word, counted in cut.items()}

    def scores(self, asked: Asked, stems: Mapping[int, str]) -> dict[int, float]:
        """Raw BM25 by id of the paragraph, of those that hold any of what is asked for."""
        weights = {stem: self._weight(stem) for stem in asked.stems}
        found = {each: self._score(weights, held.split()) for each, held in stems.items()}
        return {each: score for each, score in found.items() if score > 0}

    def _score(self, weights: Mapping[str, float], stems: Sequence[str]) -> float:
        counts = Counter(stem for stem in stems if stem in weights)
        length = K1 * (1 - B + B * rounded_length(len(stems)) * self.paragraphs / max(1, self.stems))
        return sum(weights[stem] * count / (count + length) for stem, count in counts.items())

    def _weight(self, stem: str) -> float:
        held = self.frequencies.get(stem, 0)
        paragraphs = max(self.paragraphs, held)  # while Milvus is told, it holds fewer than are counted
        return (1 + K1) * math.log1p((paragraphs - held + 0.5) / (held + 0.5))

    def _counted(self, stems: Iterable[str]) -> dict[str, int]:
        return {stem: self.frequencies.get(stem, 0) for stem in stems}


def rounded_length(stems: int) -> int:
    """A length as tantivy keeps it in a byte."""
    if stems < _EXACT:
        return stems
    shift = (stems - _FREE).bit_length() - 4
    return _FREE + ((stems - _FREE) >> shift << shift)
