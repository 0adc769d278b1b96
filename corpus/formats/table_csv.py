"""A table with a header line that names its columns: history projects' tables, spreadsheets saved as CSV."""

import csv
from collections.abc import Iterator
from typing import BinaryIO, Final

from corpus.cable import Rejected, Source
from corpus.formats import columns
from corpus.formats.decoding import decoded
from corpus.formats.record import MAX_CABLE, Record
from corpus.formats.refusals import NO_TEXT, why_empty

_DELIMITERS: Final = ",;\t"
_SHOWN: Final = 40  # characters of a column's name


def fits(head: bytes) -> bool:
    """The first line names an id, and a text or two more of our columns."""
    _, names = _header(head)
    ours = {columns.our_name(name) for name in names} - {""}
    return "id" in ours and ("body" in ours or len(ours) >= 3)


def texts(file: BinaryIO, name: str) -> Iterator[Record | Rejected]:
    """Each row's text; a row with another number of fields is left out."""
    csv.field_size_limit(MAX_CABLE)
    head = file.readline(MAX_CABLE)
    delimiter, names = _header(head)
    if "body" not in {columns.our_name(column) for column in names}:
        shown = ", ".join(column[:_SHOWN] for column in names[:4])
        reason = f"A table without a column of text ({shown}, …): {NO_TEXT}"
        yield Rejected(source=Source(file=name), reason=reason)
        return
    lines = _Lines(file, offset=len(head))
    # The columns stand in Latin-1 until a row is whole: then each row is decoded by itself.
    rows = csv.reader(lines, delimiter=delimiter)
    number = 0
    while True:
        source = Source(file=name, offset=lines.offset)
        line = lines.number + 1
        number += 1
        try:
            row = next(rows, None)
        except csv.Error:
            reason = f"Row {number} (line {line:,}): not CSV (a field without end); the row was left out."
            yield Rejected(source=source, reason=reason)
            rows = csv.reader(lines, delimiter=delimiter)
            continue
        if row is None:
            if number == 1:
                yield Rejected(source=Source(file=name), reason="A table without rows.")
            return
        if not row:
            number -= 1
        elif len(row) != len(names):
            reason = f"{len(row)} fields instead of {len(names)}; the row was left out."
            yield Rejected(source=source, reason=f"Row {number} (line {line:,}): {reason}")
        else:
            yield _record(zip(names, row, strict=True), source, f"Row {number} (line {line:,})")


class _Lines:
    """The lines of a file as Latin-1, one character a byte, with the offset and number of the next."""

    def __init__(self, file: BinaryIO, *, offset: int) -> None:
        self._file, self.offset, self.number = file, offset, 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(MAX_CABLE)
        if not line:
            raise StopIteration
        self.offset += len(line)
        self.number += 1
        return line.decode("latin-1")


def _header(head: bytes) -> tuple[str, list[str]]:
    """(delimiter, names of the columns) of the first line."""
    line = decoded(head[: head.find(b"\n") + 1 or len(head)]).strip()[:10_000]
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        names = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        names = []
    return delimiter, [name.strip() for name in names]


def _record(row: "zip[tuple[str, str]]", source: Source, where: str) -> Record | Rejected:
    values = columns.fields((name, decoded(value.encode("latin-1"))) for name, value in row)
    header, body = (
        value if isinstance(value := values.get(part), str) else "" for part in ("header", "body")
    )
    if reason := why_empty(header, body):
        return Rejected(source=source, reason=f"{where}: {reason}" if reason == NO_TEXT else reason)
    fallback = columns.fallback(values)
    return Record(
        text=columns.whole_text(header, body), name=fallback.id, offset=source.offset, fallback=fallback
    )
