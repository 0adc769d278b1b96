"""Where the sentences of a paragraph begin and end."""

import re
from collections.abc import Iterator
from typing import Final

# A full stop, question or exclamation mark, what closes behind it, blanks, and then what can begin a sentence:
# a capital, a figure, or a dash, bracket or quotation mark before one.
_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=(?:-{1,3}\s?)?[\"'“‘(\[]*[A-Z0-9$¿¡À-Þ])")
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘]+$")
_NEXT_WORD = re.compile(r"(?:-{1,3}\s?)?[\"'“‘(\[]*([A-Za-z]+)")
_ABBREVIATIONS: Final = frozenset(
    """mr mrs ms dr prof gen col lt sgt maj capt cdr adm brig sen rep gov amb hon rev st jr sr vs e.g i.e cf
    jan feb mar apr jun jul aug sep sept oct nov dec dept est approx ave blvd mt ft
    asst msgr""".split()
)
_BEFORE_A_NUMBER: Final = frozenset(
    "no nos fig para paras ref art sec vol".split()
)  # "No. 5", but "He said no. They"
# These end a sentence only before a word that begins sentences: "in the U.S. The", not "U.S. Embassy".
_SOMETIMES: Final = frozenset("etc inc ltd co corp bros a.m p.m u.s u.n u.k e.u u.s.a d.c al".split())
_STARTERS: Final = frozenset(
    """a according after all although an and another as at because both but by during each end even finally
    first for from further furthermore he her his how however i if in it its many meanwhile moreover most no nor
    not note now of on one only other our over same several she since so some still such that the their then
    there these they this those though thus to under until we what when where whether which while who with yet
    you""".split()
)
# "January 26, Interfax: In 2008, ..." - a press summary names day and paper before the sentence.
_DATELINE = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+\d{1,2}\b"
    r"[^.!?:;]{0,120}:\s+(?=[\"'“‘(]*[A-Z0-9])"
)
_CLOSING_NOTE = re.compile(r"[\"'(\[]*(?:END|End)\s+(?:OF\s+)?[A-Za-z]+(?:\s[A-Za-z]+)?[.)\]\"']*$")


def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences of a paragraph in order, as half-open spans of characters, blanks at their ends left out.

    A dateline at the start of the paragraph ("January 26, Interfax:") is a span of its own, so that the
    sentence behind it can be quoted alone; END NOTE and the like belong to the sentence that they close. Every
    character that is no blank lies in exactly one span.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in (*_cuts(text), len(text)):
        piece = text[start:cut]
        left, right = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        start = cut
        if left >= right:
            continue
        if spans and _CLOSING_NOTE.match(text, left, right):
            spans[-1] = (spans[-1][0], right)
        else:
            spans.append((left, right))
    return tuple(spans)


def _cuts(text: str) -> Iterator[int]:
    """Where a new sentence begins, but for the first."""
    dateline = _DATELINE.match(text)
    if dateline:
        yield dateline.end()
    for found in _END.finditer(text, dateline.end() if dateline else 0):
        if text[found.start()] != "." or _ends_sentence(text, found.start(), found.end()):
            yield found.end()


def _ends_sentence(text: str, stop: int, following: int) -> bool:
    last = _LAST_WORD.search(text, max(0, stop - 30), stop)
    word = last.group().lower().strip(".") if last else ""
    if word in _ABBREVIATIONS or (last and len(word) == 1 and last.group().isupper() and word != "i"):
        return False  # "Dr. Kusaliyev", "George W. Bush"
    if word in _BEFORE_A_NUMBER:
        return not text[following].isdigit()
    if word.isdigit() and len(word) <= 2 and _begins(text, last.start() if last else 0):
        return False  # "1. The first item"
    if word in _SOMETIMES:
        after = _NEXT_WORD.match(text, following)
        return after is not None and after.group(1).lower() in _STARTERS
    return True


def _begins(text: str, position: int) -> bool:
    """Whether a sentence begins at `position`: nothing before it, or the end of another."""
    before = text[:position].rstrip()[-1:]
    return before == "" or before in ".!?:;"
