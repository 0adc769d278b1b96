"""The header of a cable: each field alone, or all of them in one pass.

Every function takes a whole cable or a fragment ('TAGS: PREL'), in any line ending, and never raises.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from corpus import date_time_group, identity
from corpus import references as cited_telegrams
from corpus.addressees import addressees, list_end
from corpus.addressees import sender as read_sender
from corpus.fields import PAGE_BREAK_LINE, Fields
from corpus.fields import fields as read_fields
from corpus.marking import Marking, caption_line_end
from corpus.marking import captions as read_captions
from corpus.marking import marking as read_marking

_FIRST_PARAGRAPH: Final = re.compile(
    r"\n[ \t>*]*(?:[¶\ufffd][ \t]*1(?![\d,])"
    r"|(?:\([A-Z/]{1,8}\)[ \t]*)?1[ \t]*(?:\.(?!\d)|\((?:U|SBU|C|S|FOUO|LOU)\)))"
)
_EMPTY_LINE: Final = re.compile(r"\n[ \t]*(?=\n)")
_DE: Final = re.compile(r"\n[ \t]*DE[ \t]+R[A-Z]+[ \t]+#?(\d{4})")
_ROUTING_LINE: Final = re.compile(r"\n[ \t]*(ZZ|OO|PP|RR)[ \t]+R[A-Z]{3,}")
_ROUTING_PRECEDENCES: Final = {"ZZ": "FLASH", "OO": "IMMEDIATE", "PP": "PRIORITY", "RR": "ROUTINE"}
_FIRST_PAGE: Final = re.compile(r"\n[ \t]*PAGE[ \t]+01[ \t]+([A-Z][A-Z ]{2,20}?)[ \t]+(\d{3,6})\b")
_STATED_ID: Final = re.compile(
    r"(?:\n[ \t]*+|\t *+)(\d\d(?:\d\d)?[A-Z]{3,20}\d{1,6}(?:_[a-e])?)[ \t]*(?=[\t\n]|\Z)"
)
_STATED_WITHIN: Final = 400  # characters: one public form of the archive puts the id above the text
_ADDRESSES: Final = 30_000  # characters from the first line to the marking line, with hundreds of addressees
_KEYWORDS: Final = 6_000  # characters from the marking line to the last field: no REF seen comes near


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Every field of a header. What the cable does not print is "" or () or, for the date, None."""

    id: str = ""
    date: datetime | None = None
    post: str = ""
    origin: str = ""
    classification: str = ""
    captions: tuple[str, ...] = ()
    precedence: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    info: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    subject: str = ""
    references: tuple[str, ...] = ()
    body_start: int = (
        0  # where the preamble or the first paragraph may begin: characters of the text as given
    )


def read_header(text: str) -> Header:
    """All fields in one pass."""
    lines, marking, fields = _pieces(text)
    precedence, moment, opened = date_time_group.opening(lines, marking.start or _ADDRESSES)
    if not precedence and (routed := _ROUTING_LINE.search(lines, 0, marking.start or _ADDRESSES)):
        precedence = _ROUTING_PRECEDENCES[routed[1]]
    addresses_end = marking.start or fields.end or _ADDRESSES
    sender = read_sender(lines, addresses_end)
    to, info = addressees(lines, opened, addresses_end)
    end = fields.end or (
        marking.end if marking.number else list_end(lines, opened, _ADDRESSES) if sender else 0
    )
    post = marking.post or identity.post_of_origin(sender)
    return Header(
        id=_id(lines, marking, moment, post),
        date=moment,
        post=post,
        origin=identity.origin_name(sender),
        classification=marking.classification,
        captions=read_captions(lines, marking, end := _behind_captions(lines, end)),
        precedence=precedence,
        sender=sender,
        to=to,
        info=info,
        tags=fields.tags,
        subject=fields.subject,
        references=tuple(
            cited_telegrams.cited(fields.reference_block, moment.year if moment else None, post)
            if fields.reference_block
            else ()
        ),
        body_start=_as_given(text, max(end - 1, 0)),
    )


def subject(text: str) -> str:
    """The subject in one line, a classification in front of it left out."""
    return _pieces(text)[2].subject


def tags(text: str) -> list[str]:
    """The TAGS in the order printed: codes of subjects and countries in capitals."""
    return list(_pieces(text)[2].tags)


def references(text: str, year: int | str | None = None, origin: str | None = None) -> list[str]:
    """The canonical ids of the telegrams that REF names, in the order printed.

    Args:
        text: a cable, or a part of it that holds REF.
        year: of items that print none, with two or four digits; by default that of the date-time group.
        origin: the post of items that print none ('Embassy Madrid', 'MADRID'); by default that of the cable.
    """
    own = read_header(text)
    own_year = _year(year) or (own.date.year if own.date else None)
    own_post = identity.post_of_origin(origin) if origin else own.post
    return cited_telegrams.cited(_pieces(text)[2].reference_block, own_year, own_post)


def canonical_id(text: str) -> str:
    """'09ASTANA368' of a whole cable or of an id in any form ('09AMEMBASSYHANOI1284'); '' for none."""
    return identity.repaired_id(text) if identity.looks_like_an_id(text) else read_header(text).id


def date(text: str) -> datetime | None:
    """The moment of the date-time group, aware, in UTC."""
    return read_header(text).date


def classification(text: str) -> str:
    """UNCLASSIFIED, CONFIDENTIAL ... of the marking line; SENSITIVE is a caption and leaves it as it is."""
    return read_header(text).classification


def captions(text: str) -> list[str]:
    """SIPDIS, SENSITIVE ... in the order printed, each once."""
    return list(read_header(text).captions)


def precedence(text: str) -> str:
    """FLASH, IMMEDIATE, PRIORITY or ROUTINE: that for the action addressees."""
    return read_header(text).precedence


def sender(text: str) -> str:
    """'AMEMBASSY ASTANA', as FM has it."""
    return read_header(text).sender


def to(text: str) -> list[str]:
    """The action addressees, without routing, precedence and number."""
    return list(read_header(text).to)


def info(text: str) -> list[str]:
    """The addressees for information."""
    return list(read_header(text).info)


def post(text: str) -> str:
    """The post as ids write it: that of the marking line, else of FM."""
    return read_header(text).post


def origin(text: str) -> str:
    """The sender as the archive names it: 'Embassy Astana'."""
    return read_header(text).origin


def _pieces(text: str) -> tuple[str, Marking, Fields]:
    """The text with a line feed before each line, its marking line, and its fields.

    The header ends at the first numbered paragraph, or else at a distance that no header reaches.
    """
    lines = "\n" + (text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text)
    if "\\" in lines:
        lines = lines.replace("\\\n", " \n")  # one crawl put a backslash at each line end; offsets stay
    first = _FIRST_PARAGRAPH.search(lines)
    end = first.start() if first else len(lines)
    marking = read_marking(lines, min(end, _ADDRESSES))
    return lines, marking, read_fields(lines, min(end, marking.end + _KEYWORDS))


def _behind_captions(lines: str, end: int) -> int:
    """The offset behind the captions, page-break lines and empty lines that follow the last field."""
    while end:
        found = _EMPTY_LINE.match(lines, end) or PAGE_BREAK_LINE.match(lines, end)
        further = found.end() if found else caption_line_end(lines, end)
        if further == end:
            break
        end = further
    # The line feed before the first line of text belongs to what comes before it.
    return end + 1 if end and lines[end : end + 1] == "\n" else end


def _as_given(text: str, offset: int) -> int:
    """An offset in the text with line feeds alone, as one in the text as it was given."""
    if "\r" not in text:
        return offset
    for pair in re.finditer("\r\n", text):
        if pair.start() >= offset:
            break
        offset += 1
    return offset


def _id(lines: str, marking: Marking, moment: datetime | None, post: str) -> str:
    year = moment.year if moment else ""
    if marking.number and moment:
        return identity.cable_id(year, marking.post, marking.number)
    if stated := _STATED_ID.search(lines, 0, _STATED_WITHIN):
        return identity.repaired_id(stated[1])
    if moment and (page := _FIRST_PAGE.search(lines, 0, _ADDRESSES)):
        return identity.cable_id(year, identity.post_name(page[1]), page[2])
    numbered = _DE.search(lines, 0, _ADDRESSES)
    return identity.cable_id(year, post, numbered[1]) if numbered and moment else ""


def _year(year: int | str | None) -> int | None:
    digits = re.sub(r"\D", "", str(year)) if year is not None else ""
    if not digits:
        return None
    return date_time_group.full_year(int(digits[-2:])) if len(digits) <= 2 else int(digits[:4])
