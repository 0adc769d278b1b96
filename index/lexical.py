"""BM25 over the paragraphs (tantivy): plain words in, raw scores out."""

import logging
import shutil
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial, reduce
from pathlib import Path
from typing import Final

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Filter, Occur, Query, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from index.stopwords import STOP_WORDS
from index.store import Store, StoredParagraph
from index.surrogates import readable

FOLDER: Final = "words"
_TOKENIZER: Final = "cable_english"
_UNSTEMMED: Final = "cable_plain"
_HEAP: Final = 64_000_000  # bytes; tantivy asks for 15 MB a thread at least
_AT_ONCE: Final = 2_000  # cables
_STEMS_KEPT: Final = 16  # the cables that hold them: 8 bytes a cable
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

    Unless it is taken `as_found`, to be searched only, an index of other fields (an earlier version's) is refused too.
    """
    path = folder / FOLDER
    path.mkdir(parents=True, exist_ok=True)
    if as_found and tantivy.Index.exists(str(path)):
        found = tantivy.Index.open(str(path))
    else:
        found = tantivy.Index(schema(), path=str(path), reuse=True)
    _register(found)
    found.config_reader("manual")
    found.reload()
    return found


def bring_up_to_date(store: Store) -> None:
    """Tell the BM25 index of every cable that is pending in the database.

    The database is committed first, the BM25 index next, and the note that it was told last: killed in between,
    the next build tells it again, and since cables are deleted before they are added, twice is as good as once.
    """
    pending = store.pending()
    if not pending:
        return
    words = open_words(store.folder)
    writer = words.writer(heap_size=_HEAP, num_threads=1)
    for number in pending:
        writer.delete_documents_by_term("cable", number)
    _add(writer, store.paragraphs_of(pending))
    writer.commit()
    writer.wait_merging_threads()


def repair(store: Store) -> bool:
    """Make the BM25 index anew where it is missing, unreadable, or not what the database says; whether it was."""
    try:
        words = open_words(store.folder)
        if words.searcher().num_docs == store.count_paragraphs():
            return False
        reason = "it does not hold the paragraphs that the database holds"
    except ValueError as error:
        reason = str(error)
    if store.count_paragraphs():
        _log.warning("The BM25 index is made anew from the database: %s.", reason)
    shutil.rmtree(store.folder / FOLDER, ignore_errors=True)
    writer = open_words(store.folder).writer(heap_size=_HEAP, num_threads=1)
    fill(writer, store)
    writer.wait_merging_threads()
    return True


def in_memory(store: Store) -> tantivy.Index:
    """A BM25 index made from the database, for a reader that found none it could use."""
    words = tantivy.Index(schema())
    _register(words)
    fill(words.writer(heap_size=_HEAP, num_threads=1), store)
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
        words = readable("\n".join((each.subject, each.heading, each.post, each.text)))
        writer.add_document(tantivy.Document(paragraph=each.id, cable=each.cable, words=words, plain=words))


class Words:
    """One state of the BM25 index, to search. Safe to use from many threads."""

    def __init__(self, words: tantivy.Index) -> None:
        self._searcher = words.searcher()
        self._schema = words.schema
        self._all = analyzer()
        self._telling = analyzer(without=STOP_WORDS)
        # A list with words is asked for its rows, its count and its facets, and for its next page.
        self._holding = lru_cache(_STEMS_KEPT)(self._cables_with_stem)

    def query(self, question: str) -> Query | None:
        """Any of the question's words, stop words left out (unless it has no others); None where it has no words.

        Built term by term and never parsed: brackets, quotes and colons of a question are no syntax.
        """
        plain = readable(question)
        stems = dict.fromkeys(self._telling.analyze(plain) or self._all.analyze(plain))
        if not stems:
            return None
        return Query.boolean_query([(Occur.Should, self._term(stem)) for stem in stems])

    def best(
        self, query: Query, *, limit: int, cables: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The paragraphs with the highest raw BM25: (id, score), best first; only of `cables` where given."""
        if cables is not None:
            query = self._only(query, "cable", cables)
        return self._found(query, limit)

    def scores(self, query: Query, paragraphs: Sequence[int]) -> dict[int, float]:
        """The raw BM25 of chosen paragraphs; one that shares no word is left out."""
        if not paragraphs:
            return {}
        return dict(self._found(self._only(query, "paragraph", paragraphs), len(paragraphs)))

    def document_frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """In how many paragraphs each word occurs; a "word" that is cut in several, in how many all of them do."""
        return {word: self._count(self._all.analyze(readable(word))) for word in words}

    def cables_with(self, words: str) -> NDArray[np.int64] | None:
        """Numbers of the cables whose paragraphs together hold all of the words, ascending; None without words."""
        plain = readable(words)
        stems = dict.fromkeys(self._telling.analyze(plain) or self._all.analyze(plain))
        if not stems:
            return None
        return reduce(partial(np.intersect1d, assume_unique=True), map(self._holding, stems))

    def _term(self, stem: str) -> Query:
        return Query.term_query(self._schema, "words", stem, index_option="freq")

    def _only(self, query: Query, field: str, numbers: Sequence[int]) -> Query:
        chosen = Query.term_set_query(self._schema, field, list(numbers))
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(chosen, 0.0))])

    def _found(self, query: Query, limit: int) -> list[tuple[int, float]]:
        hits = self._searcher.search(query, limit=limit, count=False).hits
        ids = self._searcher.fast_field_values("paragraph", [address for _, address in hits])
        found = [
            (int(each), float(score)) for each, (score, _) in zip(ids, hits, strict=True) if each is not None
        ]
        return sorted(found, key=lambda scored: (-scored[1], scored[0]))

    def _cables_with_stem(self, stem: str) -> NDArray[np.int64]:
        # A constant score, for ranking by BM25 would take half as long again. What remains is the list of all
        # paragraphs that hold the stem, which tantivy gives as Python objects: 0.4 ms a thousand.
        query = Query.const_score_query(self._term(stem), 0.0)
        hits = self._searcher.search(query, limit=max(1, self._searcher.num_docs), count=False).hits
        cables = self._searcher.fast_field_values("cable", [address for _, address in hits])
        return np.flatnonzero(np.bincount(np.array(cables, np.int64)))

    def _count(self, stems: Sequence[str]) -> int:
        if not stems:
            return 0
        query = Query.boolean_query([(Occur.Must, self._term(stem)) for stem in stems])
        # Not doc_freq: that counts deleted paragraphs until their segment is merged.
        return int(self._searcher.search(query, limit=1, count=True).count)  # type: ignore[attr-defined]
