"""Questions as people mistype them: the same question and seed give the same errors."""

import re
from collections.abc import Callable
from random import Random
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]{5,}")  # a typing error in a shorter word often makes another word
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE: Final = {
    key: row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
    for row in _ROWS
    for place, key in enumerate(row)
}


def mistyped(question: str, *, seed: int, errors: int = 2) -> str:
    """The question with an error in each of so many words of five letters or more; in fewer where it has fewer."""
    random = Random(f"{seed} {question}")
    words = list(_WORD.finditer(question))
    chosen = random.sample(words, min(errors, len(words)))
    for word in sorted(chosen, key=lambda word: -word.start()):
        question = question[: word.start()] + _wrong(word[0], random) + question[word.end() :]
    return question


def _wrong(word: str, random: Random) -> str:
    while (wrong := random.choice(_ERRORS)(word, random.randrange(len(word) - 1), random)) == word:
        pass  # two equal letters swapped, or a letter that is on no key: another error
    return wrong


def _dropped(word: str, place: int, random: Random) -> str:
    return word[:place] + word[place + 1 :]


def _doubled(word: str, place: int, random: Random) -> str:
    return word[: place + 1] + word[place:]


def _swapped(word: str, place: int, random: Random) -> str:
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _beside(word: str, place: int, random: Random) -> str:
    letter = word[place]
    key = random.choice(_BESIDE.get(letter.lower(), letter))
    return word[:place] + (key.upper() if letter.isupper() else key) + word[place + 1 :]


_ERRORS: Final[tuple[Callable[[str, int, Random], str], ...]] = (_dropped, _doubled, _swapped, _beside)
