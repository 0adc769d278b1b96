"""The cables' words by how they are spelled: a tantivy index of its own, in which each word is a document.

Tantivy walks the sorted words with an automaton for "within so many letters": of a million words (25 MB) it finds those
at distance 2 in a millisecond, and nothing is held in memory.
"""

import logging
import shutil
import string
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import tantivy
from tantivy import Query

from index import lexical, segments, tantivy_folder
from index.schema import transaction
from index.store import Store
from index.surrogates import readable
from index.values import Spelling

FOLDER: Final = "spellings"
_NOTE: Final = "spellings_generation"  # in the manifest: the words_generation that they were made from
_OF: Final = "spellings_of"  # in the manifest: the paragraphs that they are of
# Once so much of the paragraphs has come or gone, all words are counted anew: six seconds for a million words.
_ANEW_SHARE: Final = 0.02
_SHORTEST: Final = 3  # letters
_NEAREST: Final = 50  # the most frequent at each distance

_log = logging.getLogger(__name__)


def schema() -> tantivy.Schema:
    """A word, and how many paragraphs hold it."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("word", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("paragraphs", fast=True)
    return builder.build()


def bring_up_to_date(store: Store) -> None:
    """Add the words of new paragraphs; count all anew where much has changed, or where the spellings are damaged.

    In between, a word may count paragraphs that are gone, and one that only those held is still there.
    """
    generation = int(store.note("words_generation") or 0)
    path = store.folder / FOLDER
    is_whole = generation_in(store) is not None and not mismatch(store)
    if is_whole and generation_in(store) == generation:
        return
    count, last = store.count_paragraphs(), store.last_paragraph()
    noted = store.note(_OF) if is_whole else None
    stale = count
    if noted is not None:
        came = store.count_paragraphs_after(noted["last"])
        stale = noted["stale"] + came + abs(noted["count"] + came - count)
    writer = lexical.writer_of(_to_write(path))
    if noted is None or stale > _ANEW_SHARE * count:
        stale = 0
        writer.delete_all_documents()
        _fill(writer, vocabulary(store.folder))
    else:
        words = _words_after(store, noted["last"])
        for word, _ in words:
            writer.delete_documents_by_term("word", word)
        _fill(writer, words)
    tantivy_folder.let_others_search(path)
    with transaction(store.db):
        store.write_note(_NOTE, generation)
        store.write_note(_OF, {"count": count, "last": last, "stale": stale, "mark": segments.mark(path)})


def _words_after(store: Store, last: int) -> list[tuple[str, int]]:
    """The words of the paragraphs above an id, with how many of all paragraphs hold them, or held them."""
    analyzer = lexical.plain_analyzer()
    found = {
        word
        for each in store.paragraphs_after(last)
        for text in (each.subject, each.heading, each.post, each.text)
        for word in analyzer.analyze(readable(text))
        if word[0] in string.ascii_lowercase
    }
    words = lexical.open_words(store.folder).searcher()
    return [(word, words.doc_freq("plain", word)) for word in sorted(found)]


def _to_write(path: Path) -> tantivy.Index:
    if not path.is_dir():
        lexical.drop(path)
    path.mkdir(parents=True, exist_ok=True)
    try:
        if any(path.iterdir()):
            segments.whole(path)
        return tantivy.Index(schema(), path=str(path))
    except ValueError as error:
        _log.warning("The spellings are made anew: %s.", error)
        shutil.rmtree(path)
        path.mkdir()
        return tantivy.Index(schema(), path=str(path))


def mismatch(store: Store) -> str:
    """Why the spellings on disk are not what the database says; "" where they are, or where none were ever made."""
    if generation_in(store) is None:
        return ""
    try:
        _opened(store)
    except ValueError as error:
        return str(error)
    return ""


def vocabulary(folder: Path) -> Iterator[tuple[str, int]]:
    """Words, with how many paragraphs hold them; a letter at a time, to bound the memory."""
    words = lexical.open_words(folder).searcher()
    shown = Query.all_query()  # without it, deleted paragraphs count until their segment is merged
    for letter in string.ascii_lowercase:
        yield from words.terms_with_prefix("plain", letter, filter_query=shown)


def _opened(store: Store) -> tantivy.Index:
    """Raises ValueError where there is none, none that is whole, or one of another state of the database."""
    path = store.folder / FOLDER
    segments.whole(path)
    if (store.note(_OF) or {}).get("mark") not in (None, segments.mark(path)):
        raise ValueError("they are of another state of the database")
    return tantivy_folder.to_search(path)


def _fill(writer: tantivy.IndexWriter, vocabulary: Iterable[tuple[str, int]]) -> None:
    for word, paragraphs in vocabulary:
        if len(word) >= _SHORTEST and word.isalpha():
            writer.add_document(tantivy.Document(word=word, paragraphs=paragraphs))
    writer.commit()
    writer.wait_merging_threads()


def generation_in(store: Store) -> int | None:
    """Of the BM25 index that the spellings were made from; None where they never were."""
    found: int | None = store.note(_NOTE)
    return found


class Spellings:
    """One state of the spellings, to look in. Safe to use from many threads."""

    def __init__(self, spelled: tantivy.Index) -> None:
        self._searcher, self._schema = spelled.searcher(), spelled.schema
        self._analyzer = lexical.plain_analyzer()

    def near(self, word: str) -> list[Spelling]:
        """The word itself, where it is held, and those like it: the nearest first, then the most frequent.

        Up to distance 1 from four letters on, up to 2 from six on, the 50 most frequent at each.
        """
        cut = self._analyzer.analyze(word)
        if len(cut) != 1 or len(cut[0]) < _SHORTEST:
            return []
        (plain,) = cut
        found: dict[str, Spelling] = {}
        for distance in range(1 + (len(plain) >= 4) + (len(plain) >= 6)):
            for held, paragraphs in self._within(plain, distance):
                found.setdefault(held, Spelling(word=held, paragraphs=paragraphs, distance=distance))
        return _in_order(found.values())

    def _within(self, word: str, distance: int) -> Iterator[tuple[str, int]]:
        query = Query.fuzzy_term_query(self._schema, "word", word, distance=distance)
        hits = self._searcher.search(query, limit=_NEAREST, count=False, order_by_field="paragraphs").hits
        for paragraphs, address in hits:
            yield self._searcher.doc(address)["word"][0], int(paragraphs)


def load(store: Store) -> Spellings | None:
    """The spellings as the last build left them; None where no build has made them, or where they are damaged."""
    if generation_in(store) is None:
        return None
    try:
        return Spellings(_opened(store))
    except ValueError as error:
        _log.warning("The spellings cannot be read (%s); the next build makes them anew.", error)
        return None


def of_words(words: Iterable[str]) -> Spellings:
    """Spellings of words that no paragraph needs to hold, in memory: 0.1 s and 1 MB for 20,000."""
    small = {word.lower() for word in words if word.isascii()}
    return in_memory((word, 0) for word in sorted(small))


def in_memory(vocabulary: Iterable[tuple[str, int]]) -> Spellings:
    """Spellings of words, each with how many paragraphs hold it."""
    found = tantivy.Index(schema())
    _fill(lexical.writer_of(found), vocabulary)
    found.reload()
    return Spellings(found)


def merged(held: Sequence[Spelling], known: Sequence[Spelling]) -> list[Spelling]:
    """Both in one order; what the cables hold stands for what is known as well."""
    return _in_order(({each.word: each for each in known} | {each.word: each for each in held}).values())


def _in_order(found: Iterable[Spelling]) -> list[Spelling]:
    return sorted(found, key=lambda each: (each.distance, -each.paragraphs, each.word))
