"""What the relay and the archive broke into a cable's text: page-break lines, repeated headers, stray captions."""

import re
from collections.abc import Iterator
from typing import Final

Span = tuple[int, int]

_MARKING: Final = (
    r"(?:UNCLAS(?:SIFIED)?|CONFIDENTIAL|SECRET|C O N F I D E N T I A L|S E C R E T|LIMITED OFFICIAL USE)"
)
# "00000368  001.2 OF 002", "00007884  002 OF 004", "00000005 002.2 of 003" [09VLADIVOSTOK5]
_PAGE: Final = re.compile(r"00\d{6}[ \t]{1,4}\d{3}(?:\.\d{1,2})?[ \t]{1,4}(?:OF|of)[ \t]{1,4}\d{3}\b")
_POST_LINE: Final = re.compile(r"[ \t]*[A-Za-z][A-Za-z .'’-]{0,14}[ \t]*")
# Inside a line of text only capitals directly before the number are the post; it is cut to ten characters.
_POST_IN_LINE: Final = re.compile(
    r"(?:(?:RIO DE|SAO|LA|THE|NEW|HONG|TEL|ABU|ADDIS|BUENOS|KUALA|PANAMA|MEXICO|CAPE|DAR ES|BELO|HO CHI|CHIANG"
    r"|UNVIE|USEU|USUN|SANTO|SAN|PORT AU|PORT OF|PORT|ST|BANDAR)[ ])?[A-Z.'-]{2,10}[ \t]+\Z"
)
_BLANK_LINES_AFTER: Final = re.compile(r"[ \t]*(?:\n[ \t]*(?=\n)){0,2}")
_BLANK_LINE_AFTER: Final = re.compile(r"[ \t]*(?:\n[ \t]*(?=\n))?")

_SECTION_LINE: Final = re.compile(
    rf"\n[ \t]*{_MARKING}\b[^\n]{{0,60}}?\bSECTION[ \t]+(\d{{1,2}})[ \t]+OF[ \t]+\d{{1,2}}\b[^\n]*"
)
_HEADER_LINE: Final = re.compile(
    r"[ \t]*(?:SIPDIS|SENSITIVE|NOFORN|NODIS|EXDIS|STADIS|AIDAC|C O R R E C T E D"
    r"|E\.?[O0]\.?[ \t]*1\d{4}|(TAGS\b|SUBJ(?:ECT)?[ \t]*:|REFS?[ \t]*:))",
    re.IGNORECASE,
)
_PASSING_LINE: Final = re.compile(r"[A-Z][^\n]*\b(?:FOR|PASS)\b")

_OLD_PAGE: Final = re.compile(r"\n[ \t]*PAGE[ \t]+\d{2}[ \t]+[A-Z][A-Z .]{1,12}[ \t]*\d{3,6}\b[^\n]*")
_MARKINGS_BEFORE: Final = re.compile(rf"(?:\n[ \t]*(?:{_MARKING}[ \t]*)?){{1,5}}\Z")
_MARKING_AFTER: Final = re.compile(rf"(?:[ \t]*\n){{1,3}}[ \t]*{_MARKING}[ \t]*(?=\n|\Z)")
_RELAYED: Final = re.compile(
    r"(?:[ \t]*\n)+[ \t]*[ZOPR](?: [ZOPR])? \d{6}Z [A-Z]{3} \d{2}[^\n]*\n(?:[ \t]*\n)*[ \t]*FM [^\n]*"
)

_STRAY_CAPTION: Final = re.compile(r"\n(?:[ \t]*\n)?[ \t]*SIPDIS[ \t]*(?=\n)(?:\n[ \t]*(?=\n))?")
_CORRECTED_COPY: Final = re.compile(r"\n[ \t]*C O R R E C T E D\b[^\n]*(?=\n)(?:\n[ \t]*(?=\n))?")
# One pass over the line feeds finds the lines that may begin any of the four; each is then looked at by itself.
_ANY_OTHER: Final = re.compile(rf"\n[ \t]*(?:SIPDIS|PAGE|C O R R|{_MARKING})")
_STAMP: Final = re.compile(r"\n[^\n]{0,40}Declassified/Released US Department of State[^\n]*")


def page_breaks(text: str, start: int = 0) -> list[Span]:
    r"""The spans of `text` behind `start` that the author did not write, in no order; they may overlap.

    A line that breaks in has one blank line before it and up to two behind; these are part of the span, any further
    one is the author's. The line feed before the next line of text is left in. `text` has "\n" alone at line ends.
    """
    spans = list(_page_lines(text, start))
    for line in _ANY_OTHER.finditer(text, start):
        if line[0].endswith("SIPDIS"):
            spans += _stray_caption(text, start, line.start())
        elif line[0].endswith("PAGE"):
            spans += _old_page(text, start, line.start())
        elif line[0].endswith("C O R R"):
            spans += [copy.span()] if (copy := _CORRECTED_COPY.match(text, line.start())) else []
        else:
            spans += _repeated_header(text, start, line.start())
    if text.find("Declassified/Released", start) >= 0:
        spans += [match.span() for match in _STAMP.finditer(text, start)]
    return spans


def _page_lines(text: str, start: int) -> Iterator[Span]:
    for match in _PAGE.finditer(text, start):
        begin = match.start()
        line = max(text.rfind("\n", max(begin - 20, 0), begin), start - 1)
        if begin - line <= 20 and _POST_LINE.fullmatch(text, line + 1, begin):
            after = _BLANK_LINES_AFTER.match(text, match.end())
            end = after.end() if after else match.end()
            if text.startswith("\n", end) or end == len(text):
                yield _blank_line_before(text, line, start), end
                continue
        post = _POST_IN_LINE.search(text, max(begin - 24, start), begin)
        if post:
            yield post.start(), match.end()


def _blank_line_before(text: str, line_feed: int, start: int) -> int:
    """Where the blank line above the line that begins behind `line_feed` starts, or `line_feed` itself."""
    above = text.rfind("\n", max(start, line_feed - 8), max(line_feed, 0))
    return above if above >= 0 and not text[above:line_feed].strip() else max(line_feed, start)


def _stray_caption(text: str, start: int, line_feed: int) -> list[Span]:
    """SIPDIS alone on the line behind `line_feed`, with a blank line above it and one below."""
    above = text.rfind("\n", start, line_feed)
    begin = above if above >= 0 and not text[above:line_feed].strip(" \t\n") else line_feed
    caption = _STRAY_CAPTION.match(text, begin)
    return [caption.span()] if caption else []


def _repeated_header(text: str, start: int, line_feed: int) -> list[Span]:
    """Before 2004 each section repeats marking, captions, E.O., TAGS and SUBJECT in the middle of the text."""
    section = _SECTION_LINE.match(text, line_feed)
    if section is None or int(section[1]) <= 1:
        return []
    return [(_blank_line_before(text, line_feed, start), _end_of_header(text, section.end()))]


def _end_of_header(text: str, at: int) -> int:
    """The end of the last line of the header that goes on at the line feed `at`, one blank line behind it included."""
    end, wraps, named = at, False, False
    while at < len(text):
        line_end = text.find("\n", at + 1)
        line_end = len(text) if line_end < 0 else line_end
        header = _HEADER_LINE.match(text, at + 1, line_end)
        if header:
            named = named or bool(header[1])
            wraps = bool(header[1])
        elif not text[at:line_end].strip():
            wraps, at = False, line_end
            continue
        elif not wraps and (named or not _PASSING_LINE.match(text, at + 1, line_end)):
            break
        end = at = line_end
    after = _BLANK_LINE_AFTER.match(text, end)
    return after.end() if after else end


def _old_page(text: str, start: int, line_feed: int) -> list[Span]:
    """'PAGE 02 STATE 212042' with the marking lines around it, and a relayed header below it where there is one."""
    page = _OLD_PAGE.match(text, line_feed)
    if page is None:
        return []
    before = _MARKINGS_BEFORE.search(text, max(start, line_feed - 200), line_feed)
    begin, end = (before.start() if before else line_feed), page.end()
    after = _MARKING_AFTER.match(text, end)
    end = after.end() if after else end
    relayed = _RELAYED.match(text, end)
    if relayed:
        section = _SECTION_LINE.search(text, relayed.end(), relayed.end() + 4000)
        end = _end_of_header(text, section.end()) if section else relayed.end()
    blank = _BLANK_LINES_AFTER.match(text, end)
    return [(begin, blank.end() if blank else end)]
