"""A folder in which an index is kept: SQLite, and BM25 and FAISS as they were made from it."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from corpus import Cable
from index import lexical, sealing, spellings, vectors
from index.damage import reading
from index.lexical import Asked
from index.packing import PackedVectors
from index.schema import snapshot
from index.store import Store, StoredParagraph
from index.stores import Stores
from index.view import Chosen

_log = logging.getLogger(__name__)


class Folder:
    """Opens what was made from the database anew only after a build has changed it. Safe to use from many threads."""

    def __init__(self, folder: Path, *, replaced: Callable[[], None]) -> None:
        """Calls `replaced` when the folder was deleted, and perhaps made anew."""
        self.folder, self._replaced = folder, replaced
        self.stores = Stores(folder, replaced=self._forget)
        self._lock = Lock()
        self._derived: Derived | None = None

    @contextmanager
    def snapshot(self) -> Iterator["FolderView"]:
        """One state of the database, and what a build has made of it."""
        with reading(self.folder), self.stores.lent() as store, snapshot(store.db):
            yield FolderView(self, store)

    def close(self) -> None:
        """Close what is open; no other thread may be using it."""
        with self._lock:
            self._derived = None
        self.stores.close()

    def derived(self, store: Store) -> "Derived":
        """BM25 and FAISS as the database knows them now."""
        words_generation = int(store.note("words_generation") or 0)
        spellings_generation = spellings.generation_in(store)
        sealed = sealing.sealed_in(store)
        with self._lock:
            old = self._derived
            same_words = old is not None and old.words_generation == words_generation
            same_spellings = old is not None and old.spellings_generation == spellings_generation
            if old and same_words and same_spellings and old.sealed == sealed:
                return old
            self._derived = Derived(
                words=old.words if old and same_words else _words(store, old=old.words if old else None),
                words_generation=words_generation,
                spellings=old.spellings if old and same_spellings else spellings.load(store),
                spellings_generation=spellings_generation,
                nearest=old.nearest
                if old and old.sealed == sealed
                else vectors.load(store, old=old.nearest if old else None),
                sealed=sealed,
            )
            return self._derived

    def _forget(self) -> None:
        with self._lock:
            self._derived = None
        self._replaced()


class FolderView:
    """One state of a folder, see `view.View`."""

    def __init__(self, place: Folder, store: Store) -> None:
        self.store, self._place = store, place

    @property
    def derived(self) -> "Derived":
        """What was made from the database: opened only where it is asked for."""
        return self._place.derived(self.store)

    def cable(self, cable_id: str) -> Cable | None:
        """The version that stands for an id."""
        return self.store.cable(cable_id)

    def paragraphs(self, ids: Sequence[int]) -> dict[int, StoredParagraph]:
        """Paragraphs by id; one that is gone is left out."""
        return self.store.paragraphs(ids)

    def embeddings(self, ids: Sequence[int]) -> dict[int, PackedVectors]:
        """The vectors of those that are embedded, by id of the paragraph."""
        return self.store.embeddings(ids)

    def tokens(self, ids: Sequence[int]) -> dict[int, bytes] | None:
        """Token vectors, packed, by id of the paragraph; None where none are kept."""
        return self.store.tokens(ids) if self.store.note("tokens") else None

    def asked(self, question: str) -> Asked | None:
        """What to search by; None where no word of the question is held."""
        return self.derived.words.asked(question)

    def best_by_words(self, asked: Asked, *, limit: int, chosen: Chosen | None) -> dict[int, float]:
        """The paragraphs with the highest raw BM25, by id."""
        cables = None if chosen is None else chosen.cables
        return dict(self.derived.words.best(asked, limit=limit, cables=cables))

    def word_scores(self, asked: Asked, ids: Sequence[int]) -> Mapping[int, float]:
        """The raw BM25 of chosen paragraphs; one that shares no word is left out."""
        return self.derived.words.scores(asked, ids)

    def nearest(self, question: NDArray[np.float32], *, limit: int, chosen: Chosen | None) -> Sequence[int]:
        """Ids of the paragraphs nearest to a vector (dim,), nearest first, each once."""
        allowed = None if chosen is None else chosen.paragraphs
        return self.derived.nearest.nearest(question, limit=limit, allowed=allowed)

    def cables_with(self, words: str) -> NDArray[np.int64] | None:
        """Numbers of the cables whose paragraphs together hold all of the words, ascending; None without words."""
        return self.derived.words.cables_with(words)

    def document_frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """In how many paragraphs each word occurs, in whichever form."""
        return self.derived.words.document_frequencies(words)

    def spellings(self) -> spellings.Spellings | None:
        """The words of the cables as they are spelled; None where no build has made them."""
        return self.derived.spellings

    def sealed(self) -> int:
        """How many paragraphs the FAISS files hold."""
        sealed = sealing.sealed_in(self.store)
        return sealed.paragraphs if sealed else 0

    def superseded(self) -> int:
        """How many versions of cables are kept, but not found."""
        return self.store.count_superseded()

    def bytes(self) -> int:
        """What the folder takes on the disk."""
        total = 0
        for path in self._place.folder.rglob("*"):
            try:
                total += path.stat().st_size if path.is_file() else 0
            except OSError:  # a file of a segment that a build has just merged
                continue
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What was made from the database, and from which state of it."""

    words: lexical.Words
    words_generation: int
    spellings: spellings.Spellings | None
    spellings_generation: int | None
    nearest: vectors.Vectors
    sealed: sealing.Sealed | None


def _words(store: Store, *, old: lexical.Words | None) -> lexical.Words:
    if store.note("words_generation") is None:  # the first build has not told it of the first cables yet
        return lexical.Words(lexical.in_memory(store))
    try:
        return lexical.to_search(store.folder, known=old.files if old else frozenset())
    except ValueError as error:
        _log.warning(
            "The BM25 index cannot be read (%s); the database stands in until the next build.", error
        )
        return lexical.Words(lexical.in_memory(store))
