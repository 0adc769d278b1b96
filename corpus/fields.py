"""The fields that have a keyword, wherever in the header: SUBJECT, TAGS, REF, E.O. and Classified By."""

import re
from dataclasses import dataclass
from typing import Final

from corpus import tags as traffic_tags
from corpus.identity import POSTS, post_name
from corpus.marking import CAPTION_WORD

_MARK: Final = r"\((?:U|SBU|C|S|TS|LOU|FOUO|U//?FOUO|SBU//?NF|[CS]//?(?:NF|NOFORN|REL[^)\n]{0,40}))\)"
_BEFORE: Final = r"[ \t¶\ufffd>*#_(]{0,99}"  # what markdown, web pages and quoting put before a keyword
_AFTER: Final = r"[ \t*_]*[:;][ \t*_]*"
_SUBJECT: Final = r"SUBJ(?:ECT)?S?"
_TAGS: Final = r"TAGS?"
_REF: Final = r"REF(?:TEL|ERENCE)?(?:S|\(S\))?"
# Without a colon REF counts before a letter with its point or bracket, a figure, a post with a figure.
_REF_ITEM: Final = (
    rf"{_REF}(?:{_AFTER}|[ \t]*\.(?=[ \t]+\S)|[ \t]+-+(?=[ \t])"
    r"|(?=[ \t]*[(\[]?[A-Z][ \t]?[.):\]])|(?=[ \t]+['(]*\d)|(?=[ \t]+\(?[A-Z][A-Z .'-]{2,24}[ ]?\d))"
)
_EO: Final = r"E[. ]*[O0][. :]*\d{5}"
_CLASSIFIED: Final = (
    r"(?:CLASSIFIED[ \t]+BY|CLASSIFIED[ \t]*:|DERIVED[ \t]+FROM|DECL(?:ASSIFY)?[ \t]+ON|DECL[ \t]*:"
    r"|REASONS?[ \t]*:)"
)
_KEYWORD: Final = re.compile(
    # The letters that keywords begin with turn most lines away before any of the five is tried.
    rf"\n{_BEFORE}(?=[STERCD])(?:(?P<subject>{_SUBJECT}(?:{_AFTER}|[ \t]*(?:\.|-+(?=[ \t])))|SUBJECT[ \t]+(?=\S))"
    rf"|(?P<tags>{_TAGS}(?:{_AFTER}|[ \t]*[.-]+|(?<=S)(?=\s)))"
    rf"|(?P<eo>{_EO})|(?P<ref>{_REF_ITEM})|(?P<classified>{_CLASSIFIED}))",
    re.IGNORECASE,
)
# Behind another field on its line [05RIODEJANEIRO1238], or in a text that lost its line breaks.
_INLINE: Final = re.compile(
    r"[ \t*(](?:(?P<subject>(?:SUBJ(?:ECT)?|Subj(?:ect)?)[ \t]*:)"
    r"|(?P<tags>(?:TAGS?|Tags)[ \t]*:|(?<=N/A )TAGS)"
    r"|(?P<ref>(?:REF(?:TEL)?(?:S|\(S\))?|Refs?)[ \t]*:)|(?P<eo>E\.?[O0]\.?[ \t]*\d{5}:?)"
    r"|(?P<classified>(?:CLASSIFIED BY|Classified [Bb]y)[ \t]*:))"
)
_PAGE_BREAK: Final = r"[A-Z][A-Z .'-]{1,15}[ \t]+\d{8}[ \t]+\d{3}(?:\.\d)?[ \t]+OF[ \t]+\d{3}"
PAGE_BREAK_LINE: Final = re.compile(rf"\n[ \t]*{_PAGE_BREAK}[^\n]*")
_BREAK_INSIDE: Final = re.compile(rf"(?:\n[ \t]*(?=\n))*\n[ \t]*{_PAGE_BREAK}[^\n]*(?:\n[ \t]*(?=\n))*")
# What ends a subject or a list of references: another field, a page break, a row of dashes, the text.
_STOP: Final = re.compile(
    rf"{_BEFORE}(?:(?P<ref>{_REF_ITEM})|{_SUBJECT}{_AFTER}|{_TAGS}{_AFTER}|{_EO}|{_CLASSIFIED}"
    rf"|[-=_*~][-=_*~ \t]{{2,}}\Z|{_PAGE_BREAK}"
    rf"|(?P<paragraph>\d{{1,2}}[ \t]*(?:[.)](?:[ \t(]|\Z)|{_MARK})|{_MARK})"
    r"|(?:BEGIN[ \t]+)?(?:EXECUTIVE[ \t]+)?(?:SUMMARY|INTRODUCTION|COMMENT|KEY POINTS|BACKGROUND)"
    r"[ \t]*(?:[:.*]|-[ \t-]|(?:AND|&)[ \t]+(?:COMMENT|ACTION|INTRODUCTION)|\Z)"
    r"|(?:THIS|THE FOLLOWING)[ \t]+(?:IS[ \t]+AN?|CABLE|MESSAGE)[ \t]"
    r"|(?:UNCLAS|UNCLASSIFIED|CONFIDENTIAL|SECRET)(?:[ \t]+SECTION\b|\Z)"
    rf"|{CAPTION_WORD}[ \t]*(?:-|\Z))",
    re.IGNORECASE,
)
_UNFINISHED: Final = re.compile(
    r"(?:[,&]|\b(?:AND|OF|THE|FOR|IN|ON|TO|A|AN|WITH|BY|FROM|AT))[ \t]*\Z", re.IGNORECASE
)
_LEADING_MARK: Final = re.compile(
    rf"(?:{_MARK}|\((?:UNCLASSIFIED|CONFIDENTIAL|SECRET)\))[ \t]*", re.IGNORECASE
)
_ESCAPED: Final = re.compile(r"\\([$*_#\[\]()~>&+-])")
_LINK: Final = re.compile(r"\[([^\]\n]{0,200})\]\([^)\n]{0,200}\)")
_RUN_ON: Final = re.compile(r"[ \t](?:[¶\ufffd]?1\.[ \t]|(?:BEGIN )?SUMMARY[ \t]*[:.])")
_RUN_ON_FROM: Final = 200  # characters: a longer line holds the text as well as the subject
_SUBJECT_LINES: Final = 6
_LINE_WIDTH: Final = 64  # characters after which cables wrap

_ITEM: Final = re.compile(r"[ \t¶\ufffd>*]*[(\[]?[A-Z][ \t]?[.):\]]", re.IGNORECASE)
_LONE_ITEM: Final = re.compile(
    r"[ \t]*(?:'?\d{2,4}[ \t-]*)?([A-Z][A-Z .'-]{2,24}?)[ \t-]*\d{1,6}(?:[ \t]*[,;.(]|[ \t]*\Z)",
    re.IGNORECASE,
)
_NO_FIGURE_YET: Final = re.compile(r"[A-Z][ \t,;:]*\Z", re.IGNORECASE)
_FIGURE: Final = re.compile(r"\d")
_REF_LINE: Final = 160  # characters; a longer line is text
_REF_BLOCK: Final = 4_000  # characters; what is longer is the text of a cable that lost its line breaks
_BELOW_SUBJECT: Final = 1_500  # characters in which REF must follow where no paragraph has a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The fields with a keyword; `end` is the offset behind the last of them (0 where there is none)."""

    subject: str = ""
    tags: tuple[str, ...] = ()
    reference_block: str = ""
    end: int = 0


def fields(lines: str, end: int) -> Fields:
    """The first of each field before `end`. `lines` begins with a line feed."""
    places = _places(lines, end)
    subject, block, stop = "", "", 0
    tags: tuple[str, ...] = ()
    subject_end = 0
    if place := places.get("subject"):
        subject, subject_end = _subject(lines, place[1], end)
        stop = subject_end
    if place := places.get("tags"):
        tags, tags_end = _tags(lines, place[1], end)
        stop = max(stop, tags_end)
    if (place := places.get("ref")) and (not stop or place[0] < stop + _BELOW_SUBJECT):
        block, block_end = _reference_block(lines, place[1], end)
        stop = max(stop, block_end)
    for kind in ("eo", "classified"):
        if (place := places.get(kind)) and (not stop or place[0] < stop + _BELOW_SUBJECT):
            stop = max(stop, _paragraph_end(lines, place[1], end, several=kind == "classified"))
    return Fields(subject=subject, tags=tags, reference_block=block, end=stop)


def _places(lines: str, end: int) -> dict[str, tuple[int, int]]:
    """Where each keyword begins and ends, those at line starts first."""
    places: dict[str, tuple[int, int]] = {}
    for found in _KEYWORD.finditer(lines, 0, end):
        kind = found.lastgroup or ""
        if (
            kind == "subject"
            and not found[0].rstrip(" \t*_").endswith((":", ";", ".", "-"))
            and "SUBJECT" not in found[0]
        ):
            continue  # 'Subject to ratification' is text
        if kind == "tags" and "tags" not in places and ":" not in found[0] and "TAGS" not in found[0]:
            continue
        places.setdefault(kind, found.span())
    if len(places) < 4:
        for found in _INLINE.finditer(lines, 0, end):
            places.setdefault(found.lastgroup or "", found.span())
    return places


def _line(lines: str, start: int, end: int) -> tuple[str, int]:
    stop = lines.find("\n", start, end)
    stop = end if stop < 0 else stop
    return lines[start:stop], stop


def _own_part(line: str) -> tuple[str, bool]:
    """The part of a line before another field (or the text) that follows on it, and whether one does."""
    found = _INLINE.search(" " + line) if ":" in line else None
    if found:
        return line[: max(found.start() - 1, 0)], True
    found = _RUN_ON.search(line) if len(line) > _RUN_ON_FROM else None
    return (line[: found.start()], True) if found else (line, False)


def _subject(lines: str, start: int, end: int) -> tuple[str, int]:
    line, at = _line(lines, start, end)
    own, more = _own_part(line)
    pieces = [own.strip()] if own.strip() else []
    stop = start + len(own)
    while not more and at < end and len(pieces) < _SUBJECT_LINES:
        if pieces and _UNFINISHED.search(pieces[-1]) and (inside := _BREAK_INSIDE.match(lines, at, end)):
            at = inside.end()
        line, at = _line(lines, at + 1, end)
        if not line.strip():
            if pieces:
                break
            continue
        if _is_no_subject(line, pieces, _line(lines, at + 1, end)[0]):
            break
        own, more = _own_part(line)
        pieces.append(own.strip())
        stop = at - len(line) + len(own)
    return _joined(pieces), stop


def _is_no_subject(line: str, pieces: list[str], below: str) -> bool:
    """Whether a line below SUBJECT is another field, a heading or text."""
    row = below.strip()
    underlined = len(row) > 2 and not row.strip("-=") and abs(len(row) - len(line.strip())) <= 2
    if not _STOP.match(line):
        return underlined and bool(pieces)
    return underlined or not _wrapped(pieces, line)


def _wrapped(pieces: list[str], line: str) -> bool:
    """Whether SUMMARY alone on a line is the last word of the subject: it found no room on the line above."""
    word = line.strip().upper()
    return (
        word in {"SUMMARY", "INTRODUCTION", "BACKGROUND", "COMMENT"}
        and len(pieces) == 1
        and len("SUBJECT: ") + len(pieces[0]) + 1 + len(word) > _LINE_WIDTH
    )


def _joined(pieces: list[str]) -> str:
    """One line: no blank behind the hyphen of a word, one behind a dash (which has a blank before it)."""
    text = ""
    for piece in pieces:
        glued = not text or (text[-1] == "-" and text[-2:-1].isalnum())
        text += piece if glued else " " + piece
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    text = " ".join(text.strip("*").split())
    mark = _LEADING_MARK.match(text)
    return text[mark.end() :] if mark else text


def _tags(lines: str, start: int, end: int) -> tuple[tuple[str, ...], int]:
    line, at = _line(lines, start, end)
    own, more = _own_part(line)
    block, stop, apart = [own], start + len(own), False
    while not more and at < end:
        line, at = _line(lines, at + 1, end)
        if not line.strip():
            apart = True
            continue
        within_name = block[-1].count("(") > block[-1].count(")")
        if _STOP.match(line) or not (within_name or traffic_tags.continues(line, apart=apart)):
            break
        block.append(line)
        stop = at
    return tuple(traffic_tags.tags_on("\n".join(block))), stop


def _reference_block(lines: str, start: int, end: int) -> tuple[str, int]:
    """The lines of REF. Items may stand apart by empty lines, and a figure below its post."""
    line, at = _line(lines, start, end)
    own, more = _own_part(line)
    block = [own] if own.strip() else []
    kept, stop, gap = len(block), start + len(own), False
    while not more and at < end:
        line, at = _line(lines, at + 1, end)
        if not line.strip():
            gap = bool(block)
            continue
        if (found := _STOP.match(line)) and found["ref"]:
            line, gap = line[found.end() :], False  # each item has a REF of its own
        elif found and not (found["paragraph"] and block and gap and _NO_FIGURE_YET.search(block[-1])):
            break
        item = _ITEM.match(line) is not None
        if (block and len(line) > _REF_LINE) or (gap and not item and not _goes_on(block[-1], line)):
            break
        own, more = _own_part(line)
        block.append(own)
        gap = False
        if item or _FIGURE.search(own):
            kept, stop = len(block), at
    text = "\n".join(block[:kept])[:_REF_BLOCK]
    return (_LINK.sub(r"\1", text) if "](" in text else text).replace("\\", ""), stop


def _goes_on(last: str, line: str) -> bool:
    """Whether a line behind an empty one still belongs to REF: the figure of a post above, or both."""
    if _NO_FIGURE_YET.search(last) and line.lstrip()[:1].isdigit():
        return True
    lone = _LONE_ITEM.match(line)
    return lone is not None and post_name(lone[1]) in POSTS


def _paragraph_end(lines: str, start: int, end: int, *, several: bool) -> int:
    """The end of the line at `start`, or of the lines up to an empty one or another field."""
    line, stop = _line(lines, start, end)
    at = stop
    while several and at < end:
        line, at = _line(lines, at + 1, end)
        if not line.strip() or _STOP.match(line):
            break
        stop = at
    return stop
