"""What a search needs of the place where an index is kept: a folder, or a store that many machines share."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus import Cable
from index.lexical import Asked
from index.packing import PackedVectors
from index.spellings import Spellings
from index.store import Store, StoredParagraph
from index.values import Filters


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chosen:
    """The cables that pass a person's filters, said in three ways: each place takes the one that serves it best."""

    filters: Filters
    among: NDArray[np.int64] | None  # numbers of the cables with the words and ids of the filters; None: any
    cables: NDArray[np.bool_]  # by number, whether it passes all of them
    paragraphs: NDArray[np.int64]  # ids of theirs, ascending


class View(Protocol):
    """One state of an index. Used by one thread, and for one answer."""

    store: Store  # its cables, to list and to count, and its manifest; the texts may be elsewhere

    def cable(self, cable_id: str) -> Cable | None:
        """The version that stands for an id."""

    def paragraphs(self, ids: Sequence[int]) -> dict[int, StoredParagraph]:
        """Paragraphs by id; one that is gone is left out."""

    def embeddings(self, ids: Sequence[int]) -> dict[int, PackedVectors]:
        """The vectors of those that are embedded, by id of the paragraph."""

    def tokens(self, ids: Sequence[int]) -> dict[int, bytes] | None:
        """Token vectors, packed, by id of the paragraph; what has none is left out; None where none are kept."""

    def asked(self, question: str) -> Asked | None:
        """What to search by; None where no word of the question is held."""

    def best_by_words(self, asked: Asked, *, limit: int, chosen: Chosen | None) -> dict[int, float]:
        """The paragraphs with the highest raw BM25, by id."""

    def word_scores(self, asked: Asked, ids: Sequence[int]) -> Mapping[int, float]:
        """The raw BM25 of chosen paragraphs; one that shares no word is left out."""

    def nearest(self, question: NDArray[np.float32], *, limit: int, chosen: Chosen | None) -> Sequence[int]:
        """Ids of the paragraphs nearest to a vector (dim,), nearest first, each once."""

    def cables_with(self, words: str) -> NDArray[np.int64] | None:
        """Numbers of the cables whose paragraphs together hold all of the words, ascending; None without words."""

    def document_frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """In how many paragraphs each word occurs, in whichever form."""

    def spellings(self) -> Spellings | None:
        """The words of the cables as they are spelled; None where no build has made them."""

    def sealed(self) -> int:
        """How many paragraphs can be found by their meaning."""

    def superseded(self) -> int:
        """How many versions of cables are kept, but not found."""

    def bytes(self) -> int:
        """What all of it takes on the disk; 0 where that cannot be told."""


class Views(Protocol):
    """The place where an index is kept. Safe to use from many threads."""

    def snapshot(self) -> AbstractContextManager[View]:
        """One state, whatever a build does meanwhile."""

    def close(self) -> None:
        """Let go of it; no other thread may be using it."""
