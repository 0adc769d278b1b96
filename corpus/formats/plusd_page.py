"""A web page of the telegrams of 1973 to 1979: a table with id synopsis, then the text."""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from corpus.cable import Rejected, Source
from corpus.formats import columns, markup
from corpus.formats.decoding import decoded_whole
from corpus.formats.record import MAX_CABLE, Record
from corpus.formats.refusals import TOO_LONG, capitalized, why_empty

TABLE: Final = re.compile(r"<table\b[^<>]{0,200}\bid\s{0,9}=\s{0,9}['\"]?synopsis\b", re.IGNORECASE)
_TABLE_BYTES: Final = re.compile(TABLE.pattern.encode(), re.IGNORECASE)
_PART: Final = re.compile(
    r"<div\b[^<>]{0,200}\bclass\s{0,9}=\s{0,9}['\"]?(s_key|s_val)\b[^<>]*>", re.IGNORECASE
)
_PRE: Final = re.compile(r"<pre\b[^<>]*>", re.IGNORECASE)


def fits(head: bytes) -> bool:
    """The table stands in the first 64 KiB, of a file that begins with a tag."""
    return head.lstrip()[:1] == b"<" and _TABLE_BYTES.search(head) is not None


def texts(file: BinaryIO, name: str) -> Iterator[Record | Rejected]:
    """The one cable of the page."""
    page = decoded_whole(file, MAX_CABLE)
    yield Rejected(source=Source(file=name), reason=TOO_LONG) if page is None else cable_of(page, name)


def cable_of(page: str, name: str) -> Record | Rejected:
    """The cable of a page that has the table: what stands in `<pre>`, or else all below the table."""
    table = TABLE.search(page)
    begin = table.start() if table else 0
    end = page.find("</table>", begin)
    end = end if end >= 0 else len(page)
    above = columns.fields(_pairs(page[begin:end]))
    pre = _PRE.search(page, end)
    if pre:
        pre_end = page.find("</pre>", pre.end())
        body = markup.preformatted(page[pre.end() : pre_end if pre_end >= 0 else len(page)])
    else:
        body = markup.flowing(page[end:]).strip()
    if reason := why_empty("", body):
        return Rejected(source=Source(file=name), reason=capitalized(reason))
    fallback = columns.fallback(above)
    return Record(text=body, name=fallback.id, fallback=fallback)


def _pairs(table: str) -> list[tuple[str, str]]:
    """Each `s_key` with the `s_val` that follows it."""
    parts = _PART.split(table)
    pairs, key = [], ""
    for kind, text in zip(parts[1::2], parts[2::2], strict=True):
        if kind.lower() == "s_key":
            key = markup.cell(text)
        elif key:
            pairs.append((key, markup.cell(text)))
            key = ""
    return pairs
