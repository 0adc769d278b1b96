"""Searches of an index that Milvus holds: it proposes candidates, and all evidence decides, as in a folder."""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corpus import Cable
from index import spellings
from index.damage import reading
from index.errors import StoreEmpty
from index.lexical import Asked
from index.milvus import state as states
from index.milvus.bm25 import Vocabulary
from index.milvus.catalogue import Catalogue, cables_of, long_value, read_long
from index.milvus.client import CABLES, PARAGRAPHS, Connection, Row, is_file
from index.milvus.rows import Body, Catalogued, unpacked_body, unpacked_row, unpacked_vectors
from index.milvus.state import State
from index.packing import PackedVectors
from index.schema import snapshot
from index.store import Store, StoredParagraph
from index.tallies import small
from index.values import Filters
from index.view import Chosen

_ASKED_AGAIN_S: Final = 1.0  # for the state; a question asks for it several times
_BY_WORDS: Final = ("id", "stems")
_EVIDENCE: Final = (*_BY_WORDS, "vectors", "vectors_pieces")
_BODIES_KEPT: Final = 256  # of cables, 3 KB each: a number never stands for another text
_FEW: Final = 1_000  # cables, up to which they are named in a search, and not what the filters say of them

# Times as many by words as are wanted: the order among the last is that of a segment's statistics, and of equal scores
# none in particular.
_MORE: Final = 10
_PLAIN: Final = re.compile(r"[A-Za-z0-9 /.-]*")


class Milvus:
    """The index in one Milvus, whoever else reads it. Safe to use from many threads."""

    def __init__(self, address: str, *, replaced: Callable[[], None]) -> None:
        """Calls `replaced` when Milvus holds another index than before. Raises StoreEmpty, StoreUnreachable."""
        if is_file(address) and not Path(address).exists():  # else Milvus Lite would make it
            raise StoreEmpty(address)
        self.connection = Connection(address)
        self._replaced, self._lock, self._following = replaced, Lock(), Lock()
        self._catalogue: Catalogue | None = None
        self._followed: State | None = None
        self._asked_at = 0.0
        self._words: _Words | None = None
        self._bodies: OrderedDict[int, tuple[Catalogued, Body]] = OrderedDict()
        self._follow()

    def close(self) -> None:
        """Hang up, and give up what is kept here."""
        self.connection.close()
        with self._lock:
            catalogue, self._catalogue = self._catalogue, None
        if catalogue is not None:
            catalogue.close()

    @contextmanager
    def snapshot(self) -> Iterator["MilvusView"]:
        """The cables as they are known here, followed up to what Milvus says now."""
        catalogue, state = self._follow()
        with reading(catalogue.path), catalogue.stores.lent() as store, snapshot(store.db):
            yield MilvusView(self, store, state)

    def words(self, state: State) -> "_Words":
        """What the words of all paragraphs weigh, and how they are spelled; read anew only where it has changed."""
        with self._lock:
            known = self._words
        if known is None or known.state != state:
            if known is not None and known.state.words_stamp == state.words_stamp:
                known = known.in_state(state)
            else:
                listed = read_long(self.connection, "vocabulary", state.words_stamp, state.vocabulary)
                known = _Words.of(listed, state)
            with self._lock:
                self._words = known
        return known

    def bodies(self, numbers: Sequence[int]) -> dict[int, tuple[Catalogued, Body]]:
        """What is known of cables, and their texts, by number; one that is gone is left out."""
        with self._lock:
            found = {number: self._bodies[number] for number in numbers if number in self._bodies}
        missing = [number for number in numbers if number not in found]
        fields = ("id", "shown", "row", "row_pieces", "body", "body_pieces")
        for row in self.connection.get(CABLES, missing, fields) if missing else ():
            if row["shown"]:
                known = unpacked_row(long_value(self.connection, "row", row))
                found[row["id"]] = (known, unpacked_body(long_value(self.connection, "body", row)))
        with self._lock:
            for number in numbers:
                if number in found:
                    self._bodies[number] = found[number]
                    self._bodies.move_to_end(number)
            while len(self._bodies) > _BODIES_KEPT:
                self._bodies.popitem(last=False)
        return found

    def _follow(self) -> tuple[Catalogue, State]:
        """The cables as Milvus has them now; those of a second ago where somebody asked then."""
        with self._following:
            if self._catalogue and self._followed and time.monotonic() - self._asked_at < _ASKED_AGAIN_S:
                return self._catalogue, self._followed
            state = states.read(self.connection)
            if state is None:
                raise StoreEmpty(self.connection.address)
            if self._followed is not None and self._followed.index != state.index:
                self._forget()
            if self._catalogue is None:
                self._catalogue = Catalogue(replaced=self._forget)
            self._catalogue.follow(self.connection, state)
            self._followed, self._asked_at = state, time.monotonic()
            return self._catalogue, state

    def _forget(self) -> None:
        with self._lock:
            old, self._catalogue, self._followed = self._catalogue, None, None
            self._words = None
            self._bodies.clear()
        if old is not None:
            old.close()
        self._replaced()


class MilvusView:
    """One state, see `view.View`. What Milvus gives with a candidate is kept for as long as it lives."""

    def __init__(self, place: Milvus, store: Store, state: State) -> None:
        self.store, self._place, self._state = store, place, state
        self._rows: dict[int, Row] = {}

    def cable(self, cable_id: str) -> Cable | None:
        """The version that stands for an id."""
        for number in self.store.numbered([cable_id]).tolist():
            for known, body in self._place.bodies([number]).values():
                return body.cable(known)
        return None

    def paragraphs(self, ids: Sequence[int]) -> dict[int, StoredParagraph]:
        """Paragraphs by id; one that is gone is left out."""
        numbers = cables_of(self.store, ids)
        bodies = self._place.bodies(list(dict.fromkeys(numbers.values())))
        wanted = set(numbers)
        return {
            each.id: each
            for known, body in bodies.values()
            for each in body.paragraphs_of(known)
            if each.id in wanted
        }

    def embeddings(self, ids: Sequence[int]) -> dict[int, PackedVectors]:
        """The vectors of those that are embedded, by id of the paragraph."""
        packed = {
            each: long_value(self._place.connection, "vectors", row)
            for each, row in self._evidence(ids).items()
            if row["vectors"]
        }
        return {each: unpacked_vectors(value) for each, value in packed.items()}

    def tokens(self, ids: Sequence[int]) -> dict[int, bytes] | None:
        """None are kept: they are three times what all the rest is, and the model reads the best few in no time."""
        return None

    def asked(self, question: str) -> Asked | None:
        """What to search by; None where no word of the question is held."""
        return self._words.vocabulary.asked(question)

    def best_by_words(self, asked: Asked, *, limit: int, chosen: Chosen | None) -> dict[int, float]:
        """Paragraphs with the highest BM25 that Milvus gives, with the raw BM25 of all statistics."""
        found = self._place.connection.search_words(
            " ".join(asked.stems), limit=_MORE * limit, expression=expression(chosen), fields=_BY_WORDS
        )
        scores = self._words.vocabulary.scores(asked, {row["id"]: row["stems"] for row in found})
        return dict(sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))[:limit])

    def word_scores(self, asked: Asked, ids: Sequence[int]) -> Mapping[int, float]:
        """The raw BM25 of chosen paragraphs; one that shares no word is left out."""
        stems = {each: row["stems"] for each, row in self._evidence(ids).items()}
        return self._words.vocabulary.scores(asked, stems)

    def nearest(self, question: NDArray[np.float32], *, limit: int, chosen: Chosen | None) -> Sequence[int]:
        """Ids of the paragraphs nearest to a vector (dim,), nearest first, each once."""
        found = self._place.connection.search_vector(
            question.tolist(), limit=limit, expression=expression(chosen)
        )
        return list(dict.fromkeys(found))

    def cables_with(self, words: str) -> NDArray[np.int64] | None:
        """Numbers of the cables whose paragraphs together hold all of the words, ascending; None without words."""
        stems = self._words.vocabulary.telling(words)
        if not stems:
            return None
        found: set[int] | None = None
        for stem in stems:
            if not self._words.vocabulary.frequencies.get(stem):
                return np.zeros(0, np.int64)
            within = f"text_match(stems, '{stem}')"
            rows = self._place.connection.rows(PARAGRAPHS, within, ["id", "cable"])
            held = {row["cable"] for row in rows}
            found = held if found is None else found & held
        return np.array(sorted(found or ()), np.int64)

    def document_frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """In how many paragraphs each word occurs, in whichever form."""
        return self._words.vocabulary.document_frequencies(words)

    def spellings(self) -> spellings.Spellings | None:
        """The words of the cables as they are spelled."""
        return self._words.spellings

    def sealed(self) -> int:
        """How many paragraphs can be found by their meaning: all that Milvus has vectors of."""
        return self.store.count_embedded()

    def superseded(self) -> int:
        """How many versions of cables the folder keeps, which are not found."""
        return self._state.superseded

    def bytes(self) -> int:
        """Of what is kept here; what Milvus takes it does not say."""
        return sum(path.stat().st_size for path in self.store.folder.iterdir())

    @property
    def _words(self) -> "_Words":
        return self._place.words(self._state)

    def _evidence(self, ids: Sequence[int]) -> dict[int, Row]:
        missing = [each for each in ids if each not in self._rows]
        if missing:
            found = self._place.connection.get(PARAGRAPHS, missing, _EVIDENCE)
            self._rows |= {row["id"]: row for row in found}
        return {each: self._rows[each] for each in ids if each in self._rows}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Words:
    state: State
    vocabulary: Vocabulary
    spellings: spellings.Spellings

    @classmethod
    def of(cls, listed: Mapping[str, Sequence[tuple[str, int]]], state: State) -> "_Words":
        vocabulary = Vocabulary(
            frequencies=dict(listed["stems"]), paragraphs=state.paragraphs, stems=state.stems
        )
        return cls(
            state=state,
            vocabulary=vocabulary,
            spellings=spellings.in_memory(listed["spellings"]),
        )

    def in_state(self, state: State) -> "_Words":
        """The same words, counted in more or fewer paragraphs."""
        counted = replace(self.vocabulary, paragraphs=state.paragraphs, stems=state.stems)
        return replace(self, state=state, vocabulary=counted)


def expression(chosen: Chosen | None) -> str:
    """What keeps a search to some cables, as Milvus reads it; "" for all."""
    if chosen is None:
        return ""
    numbers = np.flatnonzero(chosen.cables)
    said = _said(chosen.filters) if chosen.among is None and len(numbers) > _FEW else None
    return said if said is not None else f"cable in [{', '.join(map(str, numbers.tolist()))}]"


def _said(filters: Filters) -> str | None:
    """The filters themselves; None where Milvus does not know what they ask for, or could read a value otherwise."""
    if filters.tags:
        return None
    parts = []
    for field, values in (("post", filters.posts), ("classification", filters.classifications)):
        if not all(_PLAIN.fullmatch(value) for value in values):
            return None
        if values:
            listed = ", ".join(f'"{small(value)}"' for value in values)
            parts.append(f"{field} in [{listed}]")
    if filters.years:
        spans = [(date(year, 1, 1), date(year, 12, 31)) for year in filters.years if 0 < year < 10_000]
        either = [f"(day >= {first.toordinal()} && day <= {last.toordinal()})" for first, last in spans]
        parts.append(f"({' || '.join(either)})" if either else "id < 0")
    if filters.since:
        parts.append(f"day >= {filters.since.toordinal()}")
    if filters.until:
        parts.append(f"day > 0 && day <= {filters.until.toordinal()}")
    return " && ".join(parts)
