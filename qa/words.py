"""Words and their stems, with the places where they stand."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import tantivy

# A figure with its commas and decimals is one word; so is one with an apostrophe or full stops ("U.S.").
_WORD = re.compile(r"\d+(?:[,.]\d+)*|(?:[A-Za-z]\.){2,}|[^\W\d_]+(?:['’][^\W\d_]+)?")
_POSSESSIVE = re.compile(r"['’]s?$")

STOP_WORDS: Final = frozenset(
    """a about according after again against all also am among an and any are as at be because been before
    being between both but by can could did do does doing down during each either else ever every few
    for from further get got had has have having he her here hers herself him himself his how i if in
    into is it its itself just let may me might more most much must my myself no nor not of off on once
    only or other our ours out over own per please same shall she should so some such than that the
    their theirs them themselves then there these they this those through thus to too under until up
    upon us very was we were what when where whether which while who whom whose why will with within
    without would yes yet you your yours many one""".split()
)
# What a question says about itself and not about what it asks for.
_ASKING: Final = frozenset(
    """tell say says said know show find give need want figure number total amount count tally cable cables telegram
    report reported reporting reports paragraph happen happened mention mentioned according
    mr mrs ms dr""".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, its stem, and its span in the text."""

    text: str
    stem: str
    start: int
    end: int


@lru_cache(maxsize=1)
def _analyzer() -> tantivy.TextAnalyzer:
    # The stemmer of the word index, so that a word here and a word found there mean the same.
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one word in lower case; figures lose their commas: "17,000" gives "17000"."""
    if word[0].isdigit():
        return word.replace(",", "")
    bare = _POSSESSIVE.sub("", word).replace(".", "").replace("’", "'")
    stemmed = _analyzer().analyze(bare)
    return stemmed[0] if stemmed else bare.lower()


def words(text: str) -> list[Word]:
    """Every word of a text, in order."""
    return [Word(f.group(), stem(f.group()), f.start(), f.end()) for f in _WORD.finditer(text)]


def plain(text: str) -> list[str]:
    """Every word of a text in small letters, in order, a figure without its commas: cheaper than its stem."""
    return [word.replace(",", "") for word in _WORD.findall(text.lower())]


def content(of: Iterable[Word]) -> list[Word]:
    """The words that carry what a question is about: no stop words, none that only say that it asks."""
    return [word for word in of if (low := word.text.lower()) not in STOP_WORDS and low not in _ASKING]


def folded(text: str) -> str:
    """A text in small letters, each run of blanks as one, without the mark at its end: to tell whether two differ."""
    return " ".join(text.casefold().split()).rstrip("?.! ")
