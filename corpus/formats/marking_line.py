"""Which telegram a marking line names, 'UNCLAS SECTION 01 OF 02 ASTANA 000368': to tell telegrams apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from corpus import identity
from corpus.marking import MARKING_LINE

_SECTION: Final = re.compile(r"SECTION ?(\d{1,2}) ?OF ?\d")
_PRINTED_NUMBER: Final = re.compile(r"\d{5,8}\s*(?:\Z|[^\d\s])|\d{1,8}\s*\Z")
_LONGEST: Final = 120  # characters; what is longer is a line of text that begins with a classification


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkingLine:
    """Post and number as ids have them, and the section, 0 where the telegram is in one piece."""

    post: str
    number: str
    section: int


def first(text: str) -> MarkingLine | None:
    """The first marking line of a text."""
    return next(every(text), None)


def every(text: str) -> Iterator[MarkingLine]:
    """The marking lines of a text that name a telegram, in order."""
    for match in MARKING_LINE.finditer("\n" + text):
        rest = match[2]
        if len(rest) > _LONGEST or not _PRINTED_NUMBER.search(rest):
            continue
        post, number = identity.marked(rest)
        section = _SECTION.search(rest)
        # "SECRET SERVICE 12" is none: five digits or more, a section or a known post make it one.
        if number and (section or post in identity.POSTS or re.search(r"\d{5}", rest)):
            yield MarkingLine(post=post, number=number, section=int(section[1]) if section else 0)
