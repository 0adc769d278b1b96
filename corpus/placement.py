"""Where a quote from a paragraph stands in the cable's text as it was written."""

from functools import lru_cache
from typing import Final

from corpus.authors_text import NOTHING, authors_text
from corpus.cable import Paragraph

_LEFT_OUT: Final = NOTHING + "¶\ufffd"


def source_spans(cable_text: str, paragraph: Paragraph, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The pieces of `cable_text` that hold paragraph.text[start:end], in order, half open.

    There are several where a page-break line or the like stands in the quote. Blanks at their ends are left out.
    () where the paragraph is not of this text, or the quote is empty: never the wrong words.
    """
    if not 0 <= start < end <= len(paragraph.text) or not 0 <= paragraph.start < paragraph.end <= len(
        cable_text
    ):
        return ()
    places = _places(_authors_text(cable_text)[: paragraph.end], paragraph)
    if not places:
        # A section line at the end of the header is no page break where the body begins with it.
        places = _places(_authors_text(cable_text, paragraph.start)[: paragraph.end], paragraph)
    if not places:
        return ()
    before = len("".join(paragraph.text[:start].split()))
    wanted = places[before : before + len("".join(paragraph.text[start:end].split()))]
    return _pieces(cable_text, wanted)


@lru_cache(maxsize=4)
def _authors_text(cable_text: str, start: int = 0) -> str:
    # A cable is shown paragraph by paragraph, and word by word where words are lit up: each asks for all of its text.
    return authors_text(cable_text, start)


def _places(view: str, paragraph: Paragraph) -> list[int]:
    """For each character of the paragraph that is no blank, where it stands in `view`; [] where one is not there.

    Read from the end, for there both end with the same character; number and marking are left over at the start.
    """
    places: list[int] = []
    at = len(view)
    for word in reversed(paragraph.text.split()):
        for character in reversed(word):
            at -= 1
            while at >= paragraph.start and view[at] != character:
                hyphen = view[at] == "-" and view[at + 1 : at + 2].isspace()  # "JURIS-" / "DICTION"
                if not (hyphen or view[at] in _LEFT_OUT or view[at].isspace()):
                    return []
                at -= 1
            if at < paragraph.start:
                return []
            places.append(at)
    places.reverse()
    return places


def _pieces(text: str, places: list[int]) -> tuple[tuple[int, int], ...]:
    """Joins places with nothing but blanks between them, as they stand in the untouched text, into spans."""
    if not places:
        return ()
    pieces: list[tuple[int, int]] = []
    begin = last = places[0]
    for place in places[1:]:
        if place != last + 1 and not text[last + 1 : place].isspace():
            pieces.append((begin, last + 1))
            begin = place
        last = place
    return (*pieces, (begin, last + 1))
