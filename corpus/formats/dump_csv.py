"""The big dump: eight quoted columns without a header line, 1.7 GB, one cable a record.

row, m/d/yyyy h:mm (UTC), id, origin, classification, references with bars between, header, body.
"""

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from corpus.cable import Rejected, Source
from corpus.formats import columns
from corpus.formats.decoding import decoded
from corpus.formats.record import MAX_CABLE, Record
from corpus.formats.refusals import NO_TEXT, TOO_LONG, why_empty

COLUMNS: Final = ("row", "date", "id", "origin", "classification", "references", "header", "body")
# Inside a field each quote is escaped, so that no line of a cable looks like this: whatever was damaged
# before it, here a record begins. The pattern starts with plain bytes, which `re` looks for fastest.
_RECORD: Final = re.compile(rb'\n"\d{1,9}","\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d","')
# For the same reason a line whose first quote does not end a field begins a record that is damaged itself, and behind a
# line that is nothing but a quote a record has ended.
_BROKEN_RECORD: Final = re.compile(rb'\n(?="[^\r\n,])|(?<=\n")\n')
_LONGEST_MATCH: Final = 64
_BETWEEN_FIELDS: Final = ["", *[","] * (len(COLUMNS) - 1), "\n"]
_BLOCK: Final = 1 << 16  # bytes; where an archive is torn off, so much before the tear is lost


def fits(head: bytes) -> bool:
    """A line begins as a record does, in a file that begins with a quote."""
    return head.lstrip()[:1] == b'"' and _RECORD.search(b"\n" + head) is not None


def texts(file: BinaryIO, name: str) -> Iterator[Record | Rejected]:
    """Each record, or why it was left out; after damage it goes on at the next line that begins a record."""
    csv.field_size_limit(MAX_CABLE)  # the csv module keeps one limit for the whole process: 131,072
    for row, (offset, line, data) in enumerate(_records(file), start=1):
        if data is None or len(data) > MAX_CABLE:
            reason = f"Row {row} (line {line:,}): {TOO_LONG}"
            yield Rejected(source=Source(file=name, offset=offset), reason=reason)
            continue
        if fields := _fields(data):
            yield _record(fields, name, offset, line)
        else:
            yield from _pieces(data, row, name, offset, line)


def _pieces(data: bytes, row: int, name: str, offset: int, line: int) -> Iterator[Record | Rejected]:
    """What is whole in a record that is none: those around damage at the beginning of one of them."""
    pieces = _BROKEN_RECORD.split(data)
    damaged: list[bytes] = []
    for place, piece in enumerate(pieces, start=1):
        # Without a quote at its end, what the last field says goes on behind it.
        is_ended = place == len(pieces) or piece.rstrip().endswith(b'"')
        fields = _fields(piece) if is_ended else []
        if not fields:
            damaged.append(piece)
        if damaged and (fields or place == len(pieces)):
            lost = b"\n".join(damaged)
            if lost.strip():
                yield _broken(_rows(decoded(lost)), row, name, offset, line)
            offset, line, damaged = offset + len(lost) + 1, line + lost.count(b"\n") + 1, []
        if fields:
            yield _record(fields, name, offset, line)
            offset, line = offset + len(piece) + 1, line + piece.count(b"\n") + 1


def _records(file: BinaryIO) -> Iterator[tuple[int, int, bytes | None]]:
    """(byte offset, number of its first line, bytes) of each record; no bytes of one that is too long."""
    # buffer[0] is the line feed before the record, buffer[1] has this offset and number of lines before it.
    buffer, offset, lines = b"\n", 0, 0
    too_long: tuple[int, int] | None = None
    while chunk := file.read(_BLOCK):
        searched = max(1, len(buffer) - _LONGEST_MATCH)
        buffer += chunk
        begin = 0
        for match in _RECORD.finditer(buffer, searched):
            data = buffer[begin + 1 : match.start() + 1]
            yield (*too_long, None) if too_long else (offset, lines + 1, data)
            too_long = None
            offset, lines, begin = offset + len(data), lines + data.count(b"\n"), match.start()
        buffer = buffer[begin:]
        if len(buffer) > MAX_CABLE:
            too_long = too_long or (offset, lines + 1)
            dropped = len(buffer) - _LONGEST_MATCH
            offset, lines = offset + dropped, lines + buffer.count(b"\n", 1, dropped + 1)
            buffer = buffer[dropped:]
    if too_long or buffer.strip():
        yield (*too_long, None) if too_long else (offset, lines + 1, buffer[1:])


def _fields(data: bytes) -> list[str]:
    """The fields of a sound record, [] of any other."""
    rows = _rows(decoded(data))
    return rows[0] if len(rows) == 1 and len(rows[0]) == len(COLUMNS) else []


def _rows(text: str) -> list[list[str]]:
    """The record as the csv module sees it: one row where it is sound, other numbers where it is not."""
    if row := _plain_row(text):
        return [row]
    try:
        return [row for row in csv.reader([text], escapechar="\\", doublequote=False) if row]
    except csv.Error:  # the record ends before the text does: read on line by line, to count its fields
        lines = csv.reader(text.splitlines(keepends=True), escapechar="\\", doublequote=False)
        try:
            return [row for row in lines if row]
        except csv.Error:
            return []


def _plain_row(text: str) -> list[str]:
    r"""The fields of a record whose only backslashes stand before quotes, [] of any other.

    The csv module comes to the same fields, but looks at each character of the cable by itself.
    """
    if "\0" in text:
        return []
    pieces = text.replace('\\"', "\0").split('"')  # the quotes left stand around fields
    fields, between = pieces[1::2], pieces[::2]
    if between != _BETWEEN_FIELDS or any("\\" in field for field in fields):
        return []
    return [field.replace("\0", '"') for field in fields]


def _record(row: list[str], name: str, offset: int, line: int) -> Record | Rejected:
    values = dict(zip(COLUMNS, row, strict=True))
    header, body = values["header"], values["body"]
    if reason := why_empty(header, body):
        reason = f"Row {values['row']} (line {line:,}): {reason}" if reason == NO_TEXT else reason
        return Rejected(source=Source(file=name, offset=offset), reason=reason)
    return Record(
        text=columns.whole_text(header, body),
        name=values["id"],
        offset=offset,
        fallback=columns.fallback(values),
    )


def _broken(rows: list[list[str]], row: int, name: str, offset: int, line: int) -> Rejected:
    first = rows[0] if rows else []
    count = len(first) if len(first) != len(COLUMNS) else sum(map(len, rows))
    number = first[0] if first and first[0].isdecimal() and len(first[0]) < 10 else row
    reason = f"Row {number} (line {line:,}): {count} fields instead of {len(COLUMNS)}; the row was left out."
    return Rejected(source=Source(file=name, offset=offset), reason=reason)
