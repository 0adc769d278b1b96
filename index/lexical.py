"""BM25 over the paragraphs (tantivy): plain words in, raw scores out."""

import logging
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial, reduce
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import DocAddress, Filter, Occur, Query, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from index import segments, tantivy_folder
from index.schema import snapshot
from index.stopwords import STOP_WORDS
from index.store import Store, StoredParagraph
from index.surrogates import readable

FOLDER: Final = "words"
_MARK: Final = "words_mark"  # in the manifest: of the commit that the database was told of last
_TRIES: Final = 5
_READ_WHOLE: Final = (
    64 << 20
)  # bytes; of a larger file a reader looks at the end alone, so that it opens at once
_TOKENIZER: Final = "cable_english"
_UNSTEMMED: Final = "cable_plain"
_HEAP: Final = 64_000_000  # bytes; tantivy asks for 15 MB a thread at least
_AT_ONCE: Final = 2_000  # cables
_STEMS_KEPT: Final = 16  # the cables that hold them: 8 bytes a cable
_COUNTS_KEPT: Final = 4_096
_COUNTED: Final = 10_000  # paragraphs; where more hold a word, the dictionary's own count is near enough
# Through its Python binding tantivy scores every paragraph that holds any word of a query, be it ever so far from the
# best ones: 20 ns each, and of 4 million paragraphs a question of common words is held by half.
_STEMS: Final = 32  # of a question
_POSTINGS: Final = 200_000
_ENOUGH: Final = 2_000  # paragraphs
_LOOKUPS: Final = 1_000_000  # of a common word in what a rarer one found, 25 ns each
# What keeps a search to some cables, and costs about so much: to look at each of them; or to take so many more of the
# best paragraphs of all that enough of them are of these cables.
_LOOKED_AT: Final = 8e-6  # seconds a cable
_TAKEN: Final = 8e-7  # seconds a paragraph
_MORE: Final = 1.5  # times as many as if the words were spread evenly
_MORE_AGAIN: Final = (2, 16)  # times as many as were too few, at least and at most
_FEW: Final = 1_000  # terms, up to which any of them is found faster than a set of them
_RANKINGS_KEPT: Final = 2  # a question is asked twice: of all, and of the place and period that it names
# Longer "words" are noise (a line of dashes and letters, base64); tantivy itself cannot index beyond 65,530 bytes.
_LONGEST: Final = 40

_log = logging.getLogger(__name__)


def schema() -> tantivy.Schema:
    """One field of stems, so that a paragraph is counted once in whichever place a word stands.

    `plain` holds the same words as they are spelled; nothing but spellings is made from it.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("paragraph", indexed=True, fast=True)
    builder.add_integer_field("cable", indexed=True, fast=True)
    builder.add_text_field("words", tokenizer_name=_TOKENIZER, index_option="freq")
    builder.add_text_field("plain", tokenizer_name=_UNSTEMMED, index_option="basic")
    return builder.build()


def analyzer(*, without: Sequence[str] = ()) -> TextAnalyzer:
    """Cuts text to stems, the same for paragraphs and for questions; `without` drops words before they are cut."""
    chain = _plain()
    if without:
        chain = chain.filter(Filter.custom_stopword(list(without)))
    return chain.filter(Filter.stemmer("english")).build()


def plain_analyzer() -> TextAnalyzer:
    """Cuts text to words in small letters, accents taken off."""
    return _plain().build()


def _plain() -> TextAnalyzerBuilder:
    chain = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(_LONGEST))
    return chain.filter(Filter.lowercase()).filter(Filter.ascii_fold())


def open_words(folder: Path, *, as_found: bool = False) -> tantivy.Index:
    """The BM25 index on disk, made empty where there is none. Raises ValueError where it cannot be read.

    One that is taken `as_found`, to be searched only, is never made; otherwise an index of other fields (an earlier
    version's) is refused too.
    """
    path = folder / FOLDER
    if as_found:
        found = tantivy_folder.to_search(path)
    else:
        path.mkdir(parents=True, exist_ok=True)
        found = tantivy.Index(schema(), path=str(path), reuse=True)
        found.config_reader("manual")
        found.reload()
    _register(found)
    return found


def writer_of(found: tantivy.Index) -> tantivy.IndexWriter:
    """What writes to an index, one at a time.

    tantivy names the file of a commit's deletions by a number that goes on from the last commit: where a build was
    killed after such a file was written and before it was committed, the next would find its own file there already.
    """
    writer = found.writer(heap_size=_HEAP, num_threads=1)
    writer.garbage_collect_files()
    return writer


def bring_up_to_date(store: Store) -> None:
    """Tell the BM25 index of every cable that is pending in the database.

    The database is committed first, the BM25 index next, and the note that it was told last: killed in between,
    the next build tells it again, and since cables are deleted before they are added, twice is as good as once.
    """
    pending = store.pending()
    if not pending:
        return
    words = open_words(store.folder)
    writer = writer_of(words)
    for number in pending:
        writer.delete_documents_by_term("cable", number)
    _add(writer, store.paragraphs_of(pending))
    writer.commit()
    writer.wait_merging_threads()
    tantivy_folder.let_others_search(store.folder / FOLDER)


def mismatch(store: Store) -> str:
    """Why the BM25 index on disk is not what the database says; "" where it is."""
    path = store.folder / FOLDER
    try:
        if not (path / "meta.json").exists():
            return "it is missing" if store.count_paragraphs() else ""
        segments.whole(path)
        words = open_words(store.folder, as_found=True)
        if words.schema != schema():
            return "it is of another version"
        if words.searcher().num_docs != store.count_paragraphs():
            return "it does not hold the paragraphs that the database holds"
        if store.note(_MARK) not in (None, segments.mark(path)):
            return "it is of another state of the database"
    except ValueError as error:
        return str(error)
    return ""


def repair(store: Store) -> bool:
    """Make the BM25 index anew where it is missing, unreadable, or not what the database says; whether it was."""
    reason = mismatch(store)
    if not reason:
        return False
    if store.count_paragraphs():
        _log.warning("The BM25 index is made anew from the database: %s.", reason)
    drop(store.folder / FOLDER)
    writer = writer_of(open_words(store.folder))
    fill(writer, store)
    writer.wait_merging_threads()
    tantivy_folder.let_others_search(store.folder / FOLDER)
    return True


def drop(path: Path) -> None:
    """Take away a folder of tantivy's, or whatever stands in its place."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def note_told(store: Store) -> None:
    """Note that the BM25 index on disk stands as the database does, and which one that is."""
    store.clear_pending()
    store.write_note(_MARK, segments.mark(store.folder / FOLDER))
    store.advance("words_generation")
    store.advance("generation")


def to_search(folder: Path, *, known: frozenset[segments.File]) -> "Words":
    """The BM25 index on disk. Raises ValueError where it is missing, damaged, or of another state of the database.

    Args:
        folder: of the index.
        known: files that were found whole before.
    """
    files = segments.whole(folder / FOLDER, known, up_to=_READ_WHOLE)
    for _ in range(_TRIES):
        # Asked anew, for what a build has committed since the reader's snapshot is in the BM25 index already.
        with Store(folder) as store, snapshot(store.db):
            expected, is_pending = store.note(_MARK), bool(store.pending())
        if is_pending or expected in (None, segments.mark(folder / FOLDER)):
            break
    else:
        raise ValueError("it is of another state of the database")
    return Words(open_words(folder, as_found=True), files)


def in_memory(store: Store) -> tantivy.Index:
    """A BM25 index made from the database, for a reader that found none it could use."""
    words = tantivy.Index(schema())
    _register(words)
    fill(writer_of(words), store)
    words.reload()
    return words


def _register(words: tantivy.Index) -> None:
    words.register_tokenizer(_TOKENIZER, analyzer())
    words.register_tokenizer(_UNSTEMMED, plain_analyzer())


def fill(writer: tantivy.IndexWriter, store: Store) -> None:
    """Add every paragraph that can be found, and commit."""
    numbers = store.shown_numbers()
    for start in range(0, len(numbers), _AT_ONCE):
        _add(writer, store.paragraphs_of(numbers[start : start + _AT_ONCE]))
    writer.commit()


def _add(writer: tantivy.IndexWriter, paragraphs: Iterable[StoredParagraph]) -> None:
    for each in paragraphs:
        words = readable(searched_in(each))
        writer.add_document(tantivy.Document(paragraph=each.id, cable=each.cable, words=words, plain=words))


def searched_in(paragraph: StoredParagraph) -> str:
    """All that the words of a question are looked for in."""
    return "\n".join((paragraph.subject, paragraph.heading, paragraph.post, paragraph.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The stems that a question is searched by, the rarest first."""

    leading: tuple[str, ...]  # what is found holds one of these, as long as enough does
    following: tuple[str, ...] = ()  # these count in its rank
    beside: tuple[str, ...] = ()  # and these in its score alone

    @property
    def stems(self) -> tuple[str, ...]:
        """All of them."""
        return self.leading + self.following + self.beside


def searched_by(frequencies: Mapping[str, int]) -> Asked | None:
    """What to search by, given in how many paragraphs each stem of a question is; None where none is held.

    However long the question and however common its words, looking for them takes no longer than some tens of
    milliseconds: of many stems the 32 rarest are taken, and those that very many paragraphs hold count only where a
    rarer one is held as well.
    """
    held = sorted((stem for stem, count in frequencies.items() if count), key=frequencies.__getitem__)
    if not held:
        return None
    leading, postings = 0, 0
    for stem in held[:_STEMS]:
        if postings >= _ENOUGH and postings + frequencies[stem] > _POSTINGS:
            break
        leading, postings = leading + 1, postings + frequencies[stem]
    ranking = leading + _LOOKUPS // postings
    return Asked(
        leading=tuple(held[:leading]),
        following=tuple(held[leading:_STEMS][: ranking - leading]),
        beside=tuple(held[ranking:_STEMS]),
    )


class Stemmer:
    """Cuts what a person asks to stems. Safe to use from many threads."""

    def __init__(self) -> None:
        self._all, self._telling = analyzer(), analyzer(without=STOP_WORDS)

    def all(self, text: str) -> list[str]:
        """Every stem, in order."""
        return list(self._all.analyze(readable(text)))

    def telling(self, text: str) -> list[str]:
        """Each stem once, stop words left out unless there are no others."""
        return list(dict.fromkeys(self._telling.analyze(readable(text)) or self.all(text)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ranking:
    """What was found, the highest raw BM25 first."""

    hits: Sequence[tuple[float, DocAddress]]
    whole: bool  # whether nothing else was found


class Words:
    """One state of the BM25 index, to search. Safe to use from many threads."""

    def __init__(self, words: tantivy.Index, files: frozenset[segments.File] = frozenset()) -> None:
        self.files = files  # found whole
        self._searcher = words.searcher()
        self._schema = words.schema
        self._stemmer = Stemmer()
        # A list with words is asked for its rows, its count and its facets, and for its next page.
        self._holding = lru_cache(_STEMS_KEPT)(self._cables_with_stem)
        # A question's words are counted to mend, to weigh and to judge them.
        self._counted = lru_cache(_COUNTS_KEPT)(self._count)
        self._rankings: dict[Asked, _Ranking] = {}
        self._lock = Lock()

    def asked(self, question: str) -> Asked | None:
        """What to search by: the question's stems, stop words left out (unless it has no others); None without any."""
        return searched_by(
            {stem: self._searcher.doc_freq("words", stem) for stem in self._stemmer.telling(question)}
        )

    def best(
        self, asked: Asked, *, limit: int, cables: NDArray[np.bool_] | None = None
    ) -> list[tuple[int, float]]:
        """The paragraphs with the highest raw BM25: (id, score), best first; only of `cables` (by number) if given."""
        found: list[tuple[int, float]] = []
        for one in _in_turn(asked):
            if cables is None:
                found = self._in_order(self._ranked(one, limit).hits[:limit])
            elif (kept := self._kept(one, limit, cables)) is not None:
                found = kept
            else:
                chosen = self._of("cable", np.flatnonzero(cables).tolist())
                return self._scored(chosen, asked, limit)
            if one.beside:
                scores = self.scores(asked, [each for each, _ in found])
                found = sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
            if len(found) >= limit:
                break
        return found

    def scores(self, asked: Asked, paragraphs: Sequence[int]) -> dict[int, float]:
        """The raw BM25 of chosen paragraphs; one that shares no word is left out."""
        if not paragraphs:
            return {}
        return dict(self._scored(self._of("paragraph", paragraphs), asked, len(paragraphs)))

    def document_frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """In how many paragraphs each word occurs; a "word" that is cut in several, in how many all of them do.

        Of a word in more than 10,000, those that were deleted not long ago may be counted too.
        """
        return {word: self._counted(tuple(self._stemmer.all(word))) for word in words}

    def cables_with(self, words: str) -> NDArray[np.int64] | None:
        """Numbers of the cables whose paragraphs together hold all of the words, ascending; None without words."""
        stems = self._stemmer.telling(words)
        if not stems:
            return None
        return reduce(partial(np.intersect1d, assume_unique=True), map(self._holding, stems))

    def _term(self, stem: str) -> Query:
        return Query.term_query(self._schema, "words", stem, index_option="freq")

    def _query(self, asked: Asked) -> Query:
        leading = [(Occur.Should, self._term(stem)) for stem in asked.leading]
        return self._followed(Query.boolean_query(leading), asked.following)

    def _followed(self, query: Query, stems: Sequence[str]) -> Query:
        """What a query finds, scored by these stems as well.

        One inside the other, for each is then looked up in what was found; all at once, tantivy reads through them.
        """
        for stem in stems:
            query = Query.boolean_query([(Occur.Must, query), (Occur.Should, self._term(stem))])
        return query

    def _of(self, field: str, numbers: Sequence[int]) -> Query:
        if len(numbers) > _FEW:
            return Query.term_set_query(self._schema, field, numbers)
        terms = (Query.term_query(self._schema, field, number) for number in numbers)
        return Query.boolean_query([(Occur.Should, term) for term in terms])

    def _scored(self, chosen: Query, asked: Asked, limit: int) -> list[tuple[int, float]]:
        """The best of the paragraphs that a query finds, by the question's BM25 alone."""
        query = self._followed(Query.const_score_query(chosen, 0.0), asked.stems)
        return [(each, score) for each, score in self._in_order(self._search(query, limit).hits) if score]

    def _kept(self, asked: Asked, limit: int, cables: NDArray[np.bool_]) -> list[tuple[int, float]] | None:
        """The best that are of these cables; None where it takes less time to look at these cables alone."""
        count = max(1, int(np.count_nonzero(cables)))
        taken = limit + round(_MORE * limit * len(cables) / count)
        while taken * _TAKEN < count * _LOOKED_AT:
            ranking = self._ranked(asked, taken)
            numbers = np.array(self._values("cable", ranking.hits), np.int64)
            # A cable that came after these were marked is none of them.
            marked = (numbers < len(cables)) & cables[np.minimum(numbers, len(cables) - 1)]
            places = np.flatnonzero(marked)[:limit]
            if len(places) == limit or ranking.whole:
                return self._in_order([ranking.hits[place] for place in places])
            least, most = _MORE_AGAIN
            taken *= min(most, max(least, round(_MORE * limit / max(1, len(places)))))
        return None

    def _ranked(self, asked: Asked, limit: int) -> "_Ranking":
        """What was found for a question of late, where it is enough."""
        with self._lock:
            kept = self._rankings.get(asked)
        if kept is None or not (kept.whole or len(kept.hits) >= limit):
            kept = self._search(self._query(asked), limit)
            with self._lock:
                self._rankings[asked] = kept
                while len(self._rankings) > _RANKINGS_KEPT:
                    del self._rankings[next(iter(self._rankings))]
        return kept

    def _search(self, query: Query, limit: int) -> "_Ranking":
        hits = self._searcher.search(query, limit=limit, count=False).hits
        return _Ranking(hits=hits, whole=len(hits) < limit)

    def _in_order(self, hits: Sequence[tuple[float, DocAddress]]) -> list[tuple[int, float]]:
        ids = self._values("paragraph", hits)
        found = [(int(each), float(score)) for each, (score, _) in zip(ids, hits, strict=True)]
        return sorted(found, key=lambda scored: (-scored[1], scored[0]))

    def _values(self, field: str, hits: Sequence[tuple[float, DocAddress]]) -> list[Any]:
        return self._searcher.fast_field_values(field, [address for _, address in hits])

    def _cables_with_stem(self, stem: str) -> NDArray[np.int64]:
        # A constant score, for ranking by BM25 would take half as long again. What remains is the list of all
        # paragraphs that hold the stem, which tantivy gives as Python objects: 0.4 ms a thousand.
        query = Query.const_score_query(self._term(stem), 0.0)
        hits = self._searcher.search(query, limit=max(1, self._searcher.num_docs), count=False).hits
        cables = self._searcher.fast_field_values("cable", [address for _, address in hits])
        return np.flatnonzero(np.bincount(np.array(cables, np.int64)))

    def _count(self, stems: tuple[str, ...]) -> int:
        # The dictionary counts deleted paragraphs until their segment is merged.
        most = min((self._searcher.doc_freq("words", stem) for stem in stems), default=0)
        if not most or (most > _COUNTED and len(stems) == 1):
            return most
        query = Query.boolean_query([(Occur.Must, self._term(stem)) for stem in stems])
        return int(self._searcher.search(query, limit=1, count=True).count)  # type: ignore[attr-defined]


def _in_turn(asked: Asked) -> Iterator[Asked]:
    """What to look for, and what where that finds too little."""
    yield asked
    if asked.following or asked.beside:
        yield Asked(leading=asked.stems)
