"""Typing errors of a question, mended against the words of the cables."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import Final

from index import Index, Spelling
from qa.words import STOP_WORDS, Word

# Letters alone: no piece of an id or an address, nothing behind an apostrophe, no abbreviation with full stops.
_WORD = re.compile(r"(?<![\w@/])(?<!\w[.’'])[^\W\d_]{4,}(?![\w@/]|\.\w)")
_BEFORE = re.compile(r"(?<!\w)[^\W\d_]{2,} $")
_BEHIND = re.compile(r" [^\W\d_]{2,}(?!\w)")
# They make one word with what stands behind them.
_BEGINNINGS: Final = frozenset(
    "after again against down else off out over self some through under upon with".split()
)
# What an error costs. Chosen on 354 questions of XQuAD with two errors each; around these values little changes.
_SWAPPED: Final = 0.7
_DOUBLED: Final = 0.7  # a letter twice instead of once, or once instead of twice
_OTHER: Final = 1.0  # dropped, added; another vowel, a neighbouring key
_FAR: Final = 1.4  # any other letter
_FIRST: Final = 0.2  # more: few mistake the first letter
# What the word that was meant may cost: one error, or in a long word a second that is light.
_MOST: Final = 1.3
_MOST_LONG: Final = 1.9
_LONG: Final = 8  # letters
_FREQUENCY: Final = 0.1  # what a word e times as frequent may cost more
_UNHELD: Final = 0.1  # paragraphs that a word counts as, which the model knows and the cables do not hold
_RARER: Final = 100  # times: a word of the cables so much rarer than one like it is an error of theirs
_OF_ANOTHER: Final = ("a", "s", "i")  # endings
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS: Final = frozenset("aeiouy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A word of the question that was mended; `start` and `end` count characters of the question as it was typed."""

    start: int
    end: int
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A question with its typing errors mended, and what was changed, in order."""

    text: str
    changes: tuple[Change, ...] = ()


def mended(text: str, cable_index: Index) -> Mended:
    """The question in words that the cables hold or the model knows, where one is plainly what was meant.

    A word is left alone where the cables hold it, in whichever form, and where it is one to the model or an English
    one: then it has its meaning, and is a paraphrase rather than an error.
    """
    changes: list[Change] = []
    for found in _WORD.finditer(text):
        if _unknown(found[0], text, cable_index):
            change = _mending(found, text, cable_index)
            if change and change.start >= (changes[-1].end if changes else 0):
                changes.append(change)
    return Mended(text=_changed(text, changes), changes=tuple(changes))


def unknown(asked: Sequence[Word], cable_index: Index) -> list[str]:
    """Those of the words that no cable holds and that mean nothing to the model or in English: names, or errors."""
    spelled = [word.text for word in asked if _WORD.fullmatch(word.text)]
    held = cable_index.document_frequencies(spelled)
    return [word for word in spelled if not held[word] and _unknown(word, "", cable_index)]


@cache
def english() -> frozenset[str]:
    """Some 83,000 English words in small letters, with their forms."""
    # A word a line, and how frequent it is.
    listed = files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    return frozenset(line.split()[0] for line in listed.read_text(encoding="utf-8-sig").splitlines())


def _unknown(word: str, text: str, cable_index: Index) -> bool:
    low = word.lower()
    acronym = word.isupper() and not text.isupper()
    return not (acronym or low in STOP_WORDS or low in english() or cable_index.knows(word))


def _mending(found: re.Match[str], text: str, cable_index: Index) -> Change | None:
    typed = found[0]
    held = cable_index.document_frequencies([typed])[typed] > 0  # in whichever form
    if held and typed[0].isupper():
        return None
    meant = _meant(typed, cable_index.spellings([typed])[typed], held=held)
    if held:
        return _change(found.start(), typed, meant) if meant else None
    if whole := _whole(found, text, cable_index):
        return whole
    meant = meant or (_parted(typed, cable_index) if typed.islower() else None)
    return _change(found.start(), typed, meant) if meant else None


def _whole(found: re.Match[str], text: str, cable_index: Index) -> Change | None:
    """A word that fell in two, this and the one before or behind it: "cooper ation"."""
    before, behind = _BEFORE.search(text[: found.start()]), _BEHIND.match(text, found.end())
    spans = [(before.start(), found.end())] if before else []
    spans += [(found.start(), behind.end())] if behind else []
    for start, end in spans:
        whole = text[start:end].replace(" ", "")
        if cable_index.document_frequencies([whole])[whole]:
            return _change(start, text[start:end], whole)
    return None


def _meant(typed: str, near: Sequence[Spelling], *, held: bool) -> str | None:
    """The word that was most likely meant, with the capitals of what was typed; None where none is likely.

    Where the cables hold what was typed, it is an error of theirs only if the other is English and far more frequent.
    """
    low, name = typed.lower(), typed[0].isupper()
    itself = sum(each.paragraphs for each in near if each.distance == 0)
    most = _MOST if len(low) < _LONG else _MOST_LONG
    costs = [
        (cost - _FREQUENCY * math.log(each.paragraphs or _UNHELD), each.word)
        for each in near
        if each.distance
        # What no cable holds is no name: a name that is missing must be seen to be missing.
        and (each.paragraphs or not name)
        and not _of_another(low, each.word)
        and (not held or each.word in english())
        and each.paragraphs >= _RARER * itself
        and (cost := _cost(low, each.word)) <= most
    ]
    return _as_typed(min(costs)[1], typed) if costs else None


def _of_another(name: str, other: str) -> bool:
    """Whether the other may well be someone else's name: Karimov's and Karimova's."""
    return other not in english() and any(
        name == other + ending or other == name + ending for ending in _OF_ANOTHER
    )


def _parted(typed: str, cable_index: Index) -> str | None:
    """Two words that ran together, "thegovernment", parted where the rarer of them is most frequent."""
    pairs = [(typed[:at], typed[at:]) for at in range(3, len(typed) - 2)]
    pairs = [pair for pair in pairs if pair[0] not in _BEGINNINGS and all(map(_may_be_a_part, pair))]
    counts = cable_index.document_frequencies([part for pair in pairs for part in pair])
    fit = [(rarer, pair) for pair in pairs if (rarer := min(counts[part] for part in pair))]
    return " ".join(max(fit)[1]) if fit else None


def _may_be_a_part(word: str) -> bool:
    return word in STOP_WORDS or (len(word) >= 4 and word in english())


def _change(start: int, old: str, new: str) -> Change:
    return Change(start=start, end=start + len(old), old=old, new=new)


def _cost(typed: str, meant: str) -> float:
    """The price of the cheapest errors that make one word of the other (optimal string alignment)."""
    if typed[0] == meant[0] and sorted(typed) == sorted(meant):
        return _OTHER  # a letter that went to another place: "Ghandi"
    above: list[float] = []
    last = [0.0]
    for place in range(len(meant)):
        last.append(last[-1] + _one_more(meant, place))
    for row, letter in enumerate(typed):
        costs = [last[0] + _one_more(typed, row)]
        for place, right in enumerate(meant):
            cost = min(
                last[place + 1] + _one_more(typed, row),
                costs[place] + _one_more(meant, place),
                last[place] + _instead(letter, right),
            )
            if row and place and letter == meant[place - 1] != right == typed[row - 1]:
                cost = min(cost, above[place - 1] + _SWAPPED)
            costs.append(cost)
        above, last = last, costs
    return last[-1] + (_FIRST if typed[0] != meant[0] else 0)


def _one_more(word: str, place: int) -> float:
    return _DOUBLED if place and word[place] == word[place - 1] else _OTHER


def _instead(typed: str, meant: str) -> float:
    if typed == meant:
        return 0
    return _OTHER if meant in _neighbours().get(typed, ()) or {typed, meant} <= _VOWELS else _FAR


@cache
def _neighbours() -> dict[str, frozenset[str]]:
    """The keys around each key; a row of keys begins half a key to the right of the one above it."""
    places = {key: (row, at + row / 2) for row, keys in enumerate(_ROWS) for at, key in enumerate(keys)}
    return {
        key: frozenset(
            other
            for other, (y, x) in places.items()
            if other != key and abs(y - row) <= 1 and abs(x - at) <= 1
        )
        for key, (row, at) in places.items()
    }


def _as_typed(word: str, typed: str) -> str:
    """The word with the capitals of what was typed."""
    if typed.isupper():
        return word.upper()
    if typed[1:].islower():
        return word.capitalize() if typed[0].isupper() else word
    begun = _alike(word, typed.lower())  # "McDonlad": as typed, as far as it is right at either end
    ended = min(_alike(word[::-1], typed[::-1].lower()), len(word) - begun, len(typed) - begun)
    return typed[:begun] + word[begun : len(word) - ended] + typed[len(typed) - ended :]


def _alike(one: str, other: str) -> int:
    """How many letters two words have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _changed(text: str, changes: list[Change]) -> str:
    for change in reversed(changes):
        text = text[: change.start] + change.new + text[change.end :]
    return text
