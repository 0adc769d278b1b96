"""A web page of the archive, one cable: a table of class cable, then header and body in `<code><pre>`."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, Final

from corpus.cable import Cable, Rejected, Source
from corpus.formats import columns, marking_line, markup
from corpus.formats.decoding import decoded_whole
from corpus.formats.record import MAX_CABLE, Record
from corpus.formats.refusals import TOO_LONG, capitalized, why_empty

# What stands before the table is navigation and help, with whole lists of posts and classifications.
TABLE: Final = re.compile(r"<table\b[^<>]{0,200}\bclass\s{0,9}=\s{0,9}['\"]?cable\b", re.IGNORECASE)
_TABLE_BYTES: Final = re.compile(TABLE.pattern.encode(), re.IGNORECASE)
_CELL: Final = re.compile(r"<t([hd])\b[^<>]*>", re.IGNORECASE)
_BLOCK_BEGIN: Final = re.compile(r"<pre\b[^<>]*>", re.IGNORECASE)
_ID_ABOVE: Final = re.compile(r"\d{2,4}([A-Z]+)0*(\d+)")


def fits(head: bytes) -> bool:
    """The table stands in the first 64 KiB, of a file that begins with a tag."""
    return head.lstrip()[:1] == b"<" and _TABLE_BYTES.search(head) is not None


def texts(file: BinaryIO, name: str) -> Iterator[Record | Rejected]:
    """The one cable of the page."""
    page = decoded_whole(file, MAX_CABLE)
    yield Rejected(source=Source(file=name), reason=TOO_LONG) if page is None else cable_of(page, name)


def cable_of(page: str, name: str) -> Record | Rejected:
    """The cable of a page that has the table: header block, line feed, body block."""
    table = TABLE.search(page)
    page = page[table.start() :] if table else page
    table_end = page.find("</table>")
    above = _fallback(page[: table_end if table_end >= 0 else 20_000])
    blocks = _blocks(page)
    header, body = (blocks[0], "\n".join(blocks[1:])) if len(blocks) > 1 else ("", "".join(blocks))
    header, body = _without_backslashes(header), _without_backslashes(body)
    body = _without_metadata(body)
    if reason := why_empty(header, body):
        return Rejected(source=Source(file=name), reason=capitalized(reason))
    if header and (lines := header.split()) and _repeats(body, lines):
        header = ""
    fallback = _checked(above, body)
    return Record(text=columns.whole_text(header, body), name=fallback.id, fallback=fallback)


def _fallback(table: str) -> Cable:
    """The table by its headings: real pages have five columns, others four."""
    parts = _CELL.split(table[:100_000])
    cells = list(zip(parts[1::2], map(markup.cell, parts[2::2]), strict=True))
    names = [text for kind, text in cells if kind in "hH"]
    values = [text for kind, text in cells if kind in "dD"]
    found = columns.fallback(columns.fields(zip(names, values, strict=False)))
    # The site printed the hour of the 12-hour clock where the minutes belong: 13:01 for 151346Z [08OSLO461].
    if found.date and found.date.minute == (found.date.hour % 12 or 12):
        return replace(found, date=found.date.replace(minute=0))
    return found


def _blocks(page: str) -> list[str]:
    """What stands in each `<pre>`; a page that was cut off ends the last one."""
    blocks, at = [], 0
    while begin := _BLOCK_BEGIN.search(page, at):
        end = page.find("</pre>", begin.end())
        at = end if end >= 0 else len(page)
        blocks.append(markup.preformatted(page[begin.end() : at]))
    return blocks


def _without_backslashes(block: str) -> str:
    """Some pages of another crawl end each line in a backslash."""
    ended = block.count("\\\n")
    return block.replace("\\\n", "\n") if ended > 3 and ended * 2 > block.count("\n") else block


def _without_metadata(body: str) -> str:
    """The same pages begin the second block with date, id, origin and marking, tabs between."""
    first, _, rest = body.lstrip().partition("\n")
    return rest if first.count("\t") >= 3 and rest.strip() else body


def _repeats(body: str, header_words: list[str]) -> bool:
    """Whether the body begins with the header once more."""
    return body[: 2 * sum(map(len, header_words)) + 200].split()[: len(header_words)] == header_words


def _checked(above: Cable, body: str) -> Cable:
    """The table, as far as it speaks of this text.

    One page of the archive shows the table and header of one cable above another post's body: there the
    marking line names the text, and the stricter classification holds, which the parser sees to.
    """
    marking = marking_line.first(body)
    named = _ID_ABOVE.match(above.id.upper())
    if marking is None or named is None or marking.number == named[2]:
        return above
    return Cable(id="", date=above.date, origin="", post=marking.post, classification=above.classification)
