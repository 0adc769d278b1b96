"""The figure, date, name or place that a sentence answers with."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from qa.actors import BODIES, OFFICES
from qa.answer_types import Span, countries, dates, names, stems, sums
from qa.period import Period
from qa.quantity import quantity
from qa.question import Kind, Question
from qa.words import content, words

_AFTER_PLACE_WORD = re.compile(r"\b(?:in|at|near|from|to|of|outside|around|towards?|between)\s+(?:the\s+)?$")
_WHO_IS = re.compile(
    r"^\W*[Ww]ho(?:'s|\s+(?:is|was|are|were))\s+(?:(?:Mr|Mrs|Ms|Dr)\.?\s+)?(?:[A-Z][\w'’-]*\s*)+\W*$"
)
_WHICH_COUNTRY = re.compile(r"\b(?:which|what)\s+(?:\w+\s+)?(?:country|countries|nation)\b", re.IGNORECASE)


def short(question: Question, sentence: str, told: Sequence[Period] = ()) -> str | None:
    """The part of the sentence that alone would answer, as written in it; None where there is none.

    Args:
        question: what is asked.
        sentence: the quote.
        told: the periods that the sentence tells of, and where (see period.told).
    """
    if question.kind == "figure":
        found = quantity(question, sentence, told)
    else:
        find = _FINDERS.get(question.kind)
        found = find(question, sentence) if find else None
    return sentence[slice(*found)] if found else None


def _money(question: Question, sentence: str) -> Span | None:
    """The sum before which most of the question's words stand, counted from the sum before it."""
    asked = {word.stem for word in question.content}
    best: tuple[int, int, Span] | None = None
    since = 0
    for found in sums(sentence):
        before = content(words(sentence[since : found[0]])[-8:])
        since = found[1]
        said = {word.stem for word in before} & asked
        cost = (-len(said), sum(word.stem not in asked for word in before))
        if best is None or cost < best[:2]:
            best = (*cost, found)
    return best[2] if best else None


def _nearest_asked(sentence: str, span: Span, question: Question) -> int:
    """How many characters lie between a span and the nearest word of the question."""
    asked = {word.stem for word in question.content}
    gaps = [
        max(0, word.start - span[1], span[0] - word.end) for word in words(sentence) if word.stem in asked
    ]
    return min(gaps, default=len(sentence))


def _date(question: Question, sentence: str) -> Span | None:
    said = {str(period.year) for period in question.periods}
    fresh = [span for span in dates(sentence) if sentence[slice(*span)] not in said]
    return min(fresh, key=lambda span: _nearest_asked(sentence, span, question)) if fresh else None


def _person(question: Question, sentence: str) -> Span | None:
    """The nearest name to the question's words; a person's before that of a body, and never an office alone."""
    if _WHO_IS.match(question.text):  # the name is given; what the person is, no name says
        return None
    asked = frozenset(word.stem for word in question.content)
    best: tuple[int, Span] | None = None
    for whole in names(sentence):
        span = _without_office(sentence, whole)
        if span is None or stems(sentence[slice(*span)]) <= asked:
            continue
        name = sentence[slice(*span)]
        if " " not in name and countries(name):  # "Spain", "Spanish"
            continue
        body = any(word.text.lower() in BODIES for word in words(name))
        placed = body or _AFTER_PLACE_WORD.search(sentence[: whole[0]]) is not None
        cost = _nearest_asked(sentence, span, question) - 30 * (" " in name) + 60 * placed
        if best is None or cost < best[0]:
            best = (cost, span)
    return best[1] if best else None


def _without_office(sentence: str, span: Span) -> Span | None:
    """A name without the offices before it, None where it is nothing else: "Deputy Director Fernando Prieto"."""
    said = words(sentence[slice(*span)])
    last = max((place for place, word in enumerate(said) if _stripped(word.text) in OFFICES), default=-1)
    if last == len(said) - 1:
        return None
    return span[0] + said[last + 1].start, span[1]


def _stripped(word: str) -> str:
    return word.lower().rstrip(".")


def _place(question: Question, sentence: str) -> Span | None:
    """The nearest place that the question does not name: a country where one is asked for, else behind "in" or "at"."""
    asked = frozenset(word.stem for word in question.content)
    known = {place.country for place in question.places}
    if _WHICH_COUNTRY.search(question.text):
        found = [span for span, country in countries(sentence) if country not in known]
    else:
        found = [
            span
            for span in names(sentence)
            if not stems(sentence[slice(*span)]) <= asked and _AFTER_PLACE_WORD.search(sentence[: span[0]])
        ]
    return min(found, key=lambda span: _nearest_asked(sentence, span, question)) if found else None


_FINDERS: Final[dict[Kind, Callable[[Question, str], Span | None]]] = {
    "money": _money,
    "date": _date,
    "person": _person,
    "place": _place,
}
