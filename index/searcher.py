"""An open index: search, and everything that can be looked up in it."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial, reduce
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from corpus import Cable, Rejected
from index import spellings, tallies
from index.encoder import Encoder, load
from index.errors import CableNotFound, ModelMismatch
from index.folder import Folder
from index.late_interaction import token_matches
from index.milvus.client import is_address
from index.scoring import Scored, hit, scored
from index.selection import Condition, narrows, where
from index.store import Store
from index.surrogates import readable
from index.values import CableRow, Facets, Filters, Hit, Order, Spelling, TokenMatches
from index.view import Chosen, View, Views

# How many candidates each way of finding gives: of the right paragraphs, 98 to 100 percent are in the first 10.
_CANDIDATES: Final = 200
_QUESTIONS_KEPT: Final = 256  # vectors: a person changes filters and looks again, a follow-up asks the same

# All candidates of a question, 100 kB: it is asked twice, of all and of the place and period that it names.
_RANKINGS_KEPT: Final = 8


def open(  # noqa: A001 - the agreed name
    index_path: Path | str, *, model: str | None = None, device: str | None = None, threads: int | None = None
) -> "Index":
    """An index to search. The model is loaded by the first search, not here.

    Args:
        index_path: the folder; or the address of a Milvus that builds tell of it ("http://milvus:19530"), whose
            password is taken from the environment variable CABLE_QA_MILVUS_TOKEN.
        model: None for the index's own.
        device: "cpu", "cuda", ...; None for the best there is.
        threads: of the model; None for one a core.

    Raises IndexNotFound; ModelMismatch where `model` is not the one that the index was built with; of a Milvus
    StoreEmpty, StoreUnreachable, StoreUnavailable.
    """
    return Index(
        str(index_path) if is_address(index_path) else Path(index_path),
        model=model,
        device=device,
        threads=threads,
    )


class Index:
    """What answers searches, while builds go on. Safe to use from many threads."""

    def __init__(
        self,
        place: Path | str,
        *,
        model: str | None = None,
        device: str | None = None,
        threads: int | None = None,
    ) -> None:
        self.place = place
        self._model, self._device, self._threads = model, device, threads
        self._lock = Lock()
        self._encoder: Encoder | None = None
        self._of_model: tuple[Encoder, spellings.Spellings] | None = None  # its whole words
        self._posts: tuple[int, tuple[str, ...]] | None = None  # behind the words_generation they are of
        self._tallies: tuple[int, tallies.Tallies] | None = None  # behind the cables_generation
        self._total: tuple[int, int] | None = None  # of the paragraphs, behind the cables_generation
        self._questions: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._rankings: OrderedDict[tuple[str, Filters | None, int, int], Sequence[Scored]] = OrderedDict()
        self._views: Views = self._opened(place)
        try:
            with self._views.snapshot() as view:
                built_with = view.store.note("model")
            if model and built_with and model != built_with:
                raise ModelMismatch(place, built_with=built_with, asked_for=model)
        except BaseException:  # what is not opened leaves nothing open, which a repair would wait for
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; no other thread may be using it."""
        with self._lock:
            self._encoder, self._of_model = None, None
            self._posts, self._tallies, self._total = None, None, None
        self._views.close()

    def search(
        self,
        query_text: str,
        *,
        k: int = 10,
        offset: int = 0,
        filters: Filters | None = None,
        by: Literal["all", "words", "meaning"] = "all",
    ) -> list[Hit]:
        """The k paragraphs that answer best, best first; of equal scores, the one that was read first.

        Every candidate, however it was found, is judged by all evidence. `filters` are firm: what they leave out is
        no candidate, so k paragraphs come back whenever so many are left. What is not embedded yet is found by words.

        Args:
            query_text: a question, or words.
            k: how many at most.
            offset: how many are left out from the top. Asked for page by page, a question is ranked once.
            filters: None for none.
            by: to compare with: "words" ranks by BM25 alone, "meaning" by the paragraph's cosine alone; what has
                none is left out.
        """
        if k < 0 or offset < 0:
            raise ValueError(f"k={k}, offset={offset}: neither can be below 0.")
        with self._views.snapshot() as view:
            best = self._ranked(view, query_text, filters, max(offset + k, _CANDIDATES))
            if by != "all":
                signals = [(each, each.words if by == "words" else each.dense) for each in best]
                best = _in_order(replace(each, score=signal) for each, signal in signals if signal)
            found: list[Hit] = []
            # A candidate may have gone since FAISS was sealed; then the next one takes its place.
            for start in range(offset, len(best), max(k, 1)):
                if len(found) >= k:
                    break
                some = best[start : start + k]
                paragraphs = view.paragraphs([each.id for each in some])
                found += [hit(paragraphs[each.id], each) for each in some if each.id in paragraphs]
            return found[:k]

    def token_matches(self, question: str, hits: Sequence[Hit]) -> list[TokenMatches]:
        """For each hit, in their order, how near every token of the question comes to each of its sentences.

        Unless the index keeps their tokens it costs a pass of the model over the hits' paragraphs: for the best few,
        not for all that was found.
        """
        if not hits:
            return []
        with self._views.snapshot() as view:
            encoder = self._ready(view.store)
            kept = view.tokens([hit.id for hit in hits])
        return token_matches(encoder, question, hits, kept)

    def cable(self, cable_id: str) -> Cable:
        """A cable as it was read; of several versions, the latest. Raises CableNotFound.

        An id may be written in other ways: "09 Astana 000368" finds 09ASTANA368.
        """
        with self._views.snapshot() as view:
            found = next(filter(None, map(view.cable, _written(cable_id))), None)
        if found is None:
            raise CableNotFound(cable_id)
        return found

    def cables(
        self,
        filters: Filters | None = None,
        *,
        limit: int | None = 50,
        offset: int = 0,
        order: Order = "newest",
    ) -> list[CableRow]:
        """The cables that pass the filters.

        Args:
            filters: None for none.
            limit: how many at most; None for all.
            offset: how many are left out from the top.
            order: "newest" or "oldest", those without a date last; "post", of one post the newest first, those
                without a post last; "subject", A to Z in either case, those without one last; "longest", with the
                most paragraphs. Equal ones by id.
        """
        if offset < 0 or (limit is not None and limit < 0):
            raise ValueError(
                f"limit={limit}, offset={offset}: neither can be below 0; all cables: limit=None."
            )
        with self._views.snapshot() as view:
            return view.store.rows(self._where(view, filters), order, limit=limit, offset=offset)

    def referring(self, cable_id: str, *, limit: int | None = 100) -> list[CableRow]:
        """The cables that refer to this one, oldest first, those without a date last; a limit of None gives all.

        The index need not hold the cable itself. Its id may be written in other ways, as for `cable`.
        """
        with self._views.snapshot() as view:
            return view.store.referring(list(_written(cable_id)), limit=limit)

    def neighbours(self, cable_id: str) -> tuple[str | None, str | None]:
        """The ids of the cables before and after this one among those of its post, None at either end.

        By date, then by id; those without a date last. The id may be written in other ways, as for `cable`.

        Raises CableNotFound.
        """
        with self._views.snapshot() as view:
            found = next(filter(None, map(view.store.neighbours, _written(cable_id))), None)
        if found is None:
            raise CableNotFound(cable_id)
        return found

    def count(self, filters: Filters | None = None) -> int:
        """How many cables pass the filters."""
        with self._views.snapshot() as view:
            return view.store.count(self._where(view, filters))

    def count_paragraphs(self) -> int:
        """How many paragraphs can be found."""
        with self._views.snapshot() as view:
            # Counting them takes a look at every cable, and each question asks for it.
            generation = int(view.store.note("cables_generation") or 0)
            with self._lock:
                if self._total is None or self._total[0] != generation:
                    self._total = (generation, view.store.count_paragraphs())
                return self._total[1]

    def covered(self) -> float:
        """What share of the paragraphs can be found by their meaning, 0 to 1; all can by their words.

        It grows while a build embeds, each time that it brings the FAISS files up to date. 1 for an empty index.
        """
        total = self.count_paragraphs()
        with self._views.snapshot() as view:
            sealed = view.sealed()
        return min(1.0, sealed / total) if total else 1.0

    def posts(self) -> list[str]:
        """The posts that the cables come from, in the order of the alphabet: "ASTANA".

        During a build those of its last batch are among them once its cables can be found by their words.
        """
        with self._views.snapshot() as view:
            # Reading them takes a look at every cable, and each question that names a place asks for them.
            generation = int(view.store.note("words_generation") or 0)
            with self._lock:
                if self._posts is None or self._posts[0] != generation:
                    self._posts = (generation, tuple(view.store.posts()))
                return list(self._posts[1])

    def facets(self, filters: Filters | None = None) -> Facets:
        """How many of the cables that pass the filters fall under each value."""
        with self._views.snapshot() as view:
            counted = self._counted(view.store)
            return counted.facets(
                view.store.cable_numbers(self._where(view, filters)) if narrows(filters) else None
            )

    def generation(self) -> int:
        """Counts up with every commit of a build that changes what is found."""
        with self._views.snapshot() as view:
            return int(view.store.note("generation") or 0)

    def stats(self) -> dict[str, int]:
        """Whole numbers about the index.

        cables, paragraphs: that can be found; superseded: older versions of cables, kept but not found; embedded:
        paragraphs that have vectors; sealed: those of them in the FAISS file; rejected; generation: counts up
        with every commit of a build that changes what is found; bytes: of the whole folder.
        """
        with self._views.snapshot() as view:
            store = view.store
            return {
                "cables": store.count(Condition()),
                "superseded": view.superseded(),
                "paragraphs": store.count_paragraphs(),
                "embedded": store.count_embedded(),
                "sealed": view.sealed(),
                "rejected": store.count_rejected(),
                "generation": int(store.note("generation") or 0),
                "bytes": view.bytes(),
            }

    def rejected(self) -> list[Rejected]:
        """What builds could not read, by file."""
        with self._views.snapshot() as view:
            return view.store.rejected()

    def sources(self) -> list[str]:
        """The paths that builds were given."""
        with self._views.snapshot() as view:
            return view.store.sources()

    def document_frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """In how many paragraphs (text, subject, heading or post) each word occurs, in whichever form."""
        with self._views.snapshot() as view:
            return view.document_frequencies(words)

    def spellings(self, words: Sequence[str]) -> dict[str, list[Spelling]]:
        """For each word those of the cables that are spelled like it, and itself where they hold it.

        Nearest first, then the most frequent; up to two letters apart, one in short words. Words that only the model
        knows are among them, held by 0 paragraphs. None are found until a build of this version has run.
        """
        with self._views.snapshot() as view:
            held, encoder = view.spellings(), self._ready(view.store)
        if held is None:
            return {word: [] for word in words}
        with self._lock:
            if self._of_model is None or self._of_model[0] is not encoder:
                self._of_model = (encoder, spellings.of_words(encoder.whole_words))
            known = self._of_model[1]
        return {
            word: spellings.merged(held.near(readable(word)), known.near(readable(word))) for word in words
        }

    def knows(self, word: str) -> bool:
        """Whether the model knows a word as one, and does not read it in pieces."""
        with self._views.snapshot() as view:
            encoder = self._ready(view.store)
        return encoder.knows(word)

    def _opened(self, place: Path | str) -> Views:
        if isinstance(place, Path):
            return Folder(place, replaced=self._forget)
        from index.milvus.reading import Milvus  # of use to few

        return Milvus(place, replaced=self._forget)

    def _forget(self) -> None:
        with self._lock:
            self._posts, self._tallies, self._total = None, None, None
            self._questions.clear()
            self._rankings.clear()

    def _question(self, text: str, store: Store) -> NDArray[np.float32]:
        with self._lock:
            if (kept := self._questions.get(text)) is not None:
                self._questions.move_to_end(text)
                return kept
        vector = self._ready(store).encode_question(text)
        with self._lock:
            self._questions[text] = vector
            if len(self._questions) > _QUESTIONS_KEPT:
                self._questions.popitem(last=False)
        return vector

    def _ready(self, store: Store) -> Encoder:
        with self._lock:
            built_with = store.note("fingerprint")
            if self._encoder is None or (built_with and built_with != self._encoder.fingerprint):
                self._encoder = self._loaded(store)
            return self._encoder

    def _loaded(self, store: Store) -> Encoder:
        notes = store.notes()
        if "model" not in notes:  # a first build is still reading: what it finds by words can be read closely
            return load(self._model, device=self._device, threads=self._threads)
        encoder = load(
            notes["model"],
            device=self._device,
            threads=self._threads,
            query_prompt=notes.get("query_prompt", ""),
            document_prompt=notes.get("document_prompt", ""),
        )
        if encoder.fingerprint != notes["fingerprint"]:
            asked_for = f"what is now called {encoder.name} (its weights are others)"
            raise ModelMismatch(self.place, built_with=notes["model"], asked_for=asked_for)
        return encoder

    def _counted(self, store: Store) -> tallies.Tallies:
        """What facets are counted from, read anew only after a build has changed the cables."""
        generation = int(store.note("cables_generation") or 0)
        with self._lock:
            if self._tallies is not None and self._tallies[0] == generation:
                return self._tallies[1]
        found = tallies.load(store)  # outside the lock: nobody's question waits for it
        with self._lock:
            if (
                not store.replaced
            ):  # else another thread may have forgotten meanwhile what was of the old folder
                self._tallies = (generation, found)
        return found

    def _where(self, view: View, filters: Filters | None) -> Condition:
        if filters is None:
            return Condition()
        return where(filters, among=_among(view, filters, tags=True))

    def _chosen(self, view: View, filters: Filters | None) -> Chosen | None:
        """The cables that pass the filters; None where all do."""
        if filters is None or not narrows(filters):
            return None
        counted = self._counted(view.store)
        among = _among(view, filters, tags=False)  # whose are those, the tallies know
        cables = counted.passing(filters, among=among)
        return Chosen(filters=filters, among=among, cables=cables, paragraphs=counted.ids(cables))

    def _ranked(self, view: View, text: str, filters: Filters | None, limit: int) -> Sequence[Scored]:
        """All candidates, best first; those of the last questions are kept, for their next pages."""
        asked = (text, filters, limit, int(view.store.note("generation") or 0))
        with self._lock:
            kept = self._rankings.get(asked)
        if kept is None:
            found = self._found(view, text, filters, limit)
            packed = view.embeddings(found.ids)
            kept = _in_order(scored(found.ids, packed=packed, question=found.question, words=found.words))
            with self._lock:
                if not view.store.replaced:  # else it was forgotten meanwhile what was of the old folder
                    self._rankings[asked] = kept
                while len(self._rankings) > _RANKINGS_KEPT:
                    self._rankings.popitem(last=False)
        return kept

    def _found(self, view: View, text: str, filters: Filters | None, limit: int) -> "_Found":
        """What may answer, by its words or its meaning."""
        chosen = self._chosen(view, filters)
        if chosen is not None and not len(chosen.paragraphs):
            return _Found(ids=(), question=None, words={})
        asked, question, near = view.asked(text), None, dict[int, None]()
        # The words are looked for while the model reads the question and what is near is: all of it lets Python go on.
        with ThreadPoolExecutor(1) as beside:
            words = (
                beside.submit(view.best_by_words, asked, limit=limit, chosen=chosen)
                if asked is not None
                else None
            )
            if view.store.note("fingerprint"):
                question = self._question(text, view.store)
            if chosen is not None and len(chosen.paragraphs) <= limit:
                near = dict.fromkeys(chosen.paragraphs.tolist())  # so few that all are judged, sealed or not
            elif question is not None:
                near = dict.fromkeys(view.nearest(question, limit=limit, chosen=chosen))
            by_words = dict(words.result()) if words is not None else {}
        ids = dict.fromkeys(by_words) | near
        missing = [each for each in ids if each not in by_words]
        if asked is not None and missing:
            by_words |= view.word_scores(asked, missing)
        return _Found(ids=list(ids), question=question, words=by_words)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The candidates for a question."""

    ids: Sequence[int]
    question: NDArray[np.float32] | None  # its vector; None where nothing is embedded yet
    words: dict[int, float]  # raw BM25 of those that share a word


def _in_order(found: Iterable[Scored]) -> list[Scored]:
    return sorted(found, key=lambda each: (-each.score, each.id))


def _written(cable_id: str) -> Iterator[str]:
    """The ids that a cable may be stored under: as it is written, then, if that is asked for too, as we write it."""
    yield readable(cable_id)
    yield readable(_canonical_id(cable_id))


def _canonical_id(text: str) -> str:
    from corpus import header  # most ids come as they stand, and it takes a tenth of a second to import

    return header.canonical_id(text)


def _among(view: View, filters: Filters, *, tags: bool) -> NDArray[np.int64] | None:
    """Numbers of the cables, ascending, with the words and ids of the filters, and the TAGS; None without any."""
    found: list[NDArray[np.int64] | None] = []
    if filters.words.strip():
        found.append(view.cables_with(filters.words))
    if filters.tags and tags:
        found.append(view.store.tagged([readable(tag) for tag in filters.tags]))
    if filters.cable_ids:
        found.append(view.store.numbered([readable(each) for each in filters.cable_ids]))
    narrowing = [numbers for numbers in found if numbers is not None]
    return reduce(partial(np.intersect1d, assume_unique=True), narrowing) if narrowing else None
