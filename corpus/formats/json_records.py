"""JSON: one record a line, or one list (or object by id) of records."""

import json
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from corpus.cable import Rejected, Source
from corpus.formats import columns
from corpus.formats.decoding import decoded
from corpus.formats.record import MAX_CABLE, Record
from corpus.formats.refusals import NO_TEXT, TOO_LONG, capitalized, why_empty

_MAX_WHOLE: Final = 256 << 20  # bytes of a file that is one JSON value, which has to be held whole
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def fits(head: bytes) -> bool:
    """It begins with a bracket, and with JSON behind it."""
    return re.match(rb'\s*(?:\{\s*(?:"|\})|\[\s*(?:[\[{"\d\]]))', head) is not None


def texts(file: BinaryIO, name: str) -> Iterator[Record | Rejected]:
    """Each record, or why its line was left out."""
    offset, number = 0, 0
    while line := file.readline(MAX_CABLE + 1):
        number += 1
        source = Source(file=name, offset=offset)
        offset += len(line)
        if number == 1 and _goes_on(line):
            yield from _whole(line + file.read(_MAX_WHOLE), name)
            return
        if len(line) > MAX_CABLE:
            while not line.endswith(b"\n") and (line := file.readline(MAX_CABLE)):
                offset += len(line)
            yield Rejected(source=source, reason=f"Line {number:,}: {TOO_LONG}")
        elif line.strip():
            yield _from_line(decoded(line), source, f"Line {number:,}")


def _goes_on(line: bytes) -> bool:
    """The first line is a part of a value that takes the whole file, or holds more than one record."""
    try:
        value = json.loads(decoded(line))
    except (ValueError, RecursionError):
        # A first line of JSON lines that was cut off looks the same but for what it begins with.
        return line.strip() in (b"[", b"{") or line.lstrip()[:1] == b"[" or line.rstrip()[-1:] in b"{[,"
    return isinstance(value, list) or (isinstance(value, dict) and _by_id(value))


def _by_id(value: dict[str, object]) -> bool:
    return bool(value) and all(isinstance(item, dict) for item in value.values())


def _whole(data: bytes, name: str) -> Iterator[Record | Rejected]:
    source = Source(file=name)
    if len(data) >= _MAX_WHOLE:
        reason = (
            f"One JSON value of more than {_MAX_WHOLE >> 20} MiB: not read. Write one record a line instead."
        )
        yield Rejected(source=source, reason=reason)
        return
    try:
        value = json.loads(decoded(data))
    except (ValueError, RecursionError) as error:
        yield Rejected(source=source, reason=f"{_not_json(error)}.")
        return
    if isinstance(value, dict):
        value = [{"id": key, **item} for key, item in value.items()] if _by_id(value) else [value]
    for number, item in enumerate(value, start=1):
        yield _record(item, source, f"Record {number:,}")


def _from_line(line: str, source: Source, where: str) -> Record | Rejected:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = _not_json(error)
        return Rejected(source=source, reason=f"{where}: {reason[0].lower()}{reason[1:]}.")
    return _record(value, source, where)


def _record(value: object, source: Source, where: str) -> Record | Rejected:
    values = columns.fields(value.items()) if isinstance(value, dict) else {}
    # JSON may spell half a character (\ud83d), which no file, hash or database takes.
    header, body = (
        _LONE_SURROGATE.sub("\ufffd", text) if isinstance(text := values.get(part), str) else ""
        for part in ("header", "body")
    )
    if reason := why_empty(header, body):
        return Rejected(
            source=source, reason=f"{where}: {reason}" if reason == NO_TEXT else capitalized(reason)
        )
    fallback = columns.fallback(values)
    return Record(
        text=columns.whole_text(header, body), name=fallback.id, offset=source.offset, fallback=fallback
    )


def _not_json(error: Exception) -> str:
    if not isinstance(error, json.JSONDecodeError):
        return "Not JSON (nested too deep)"
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated"):
        return "Not JSON (unexpected end)"
    return f"Not JSON ({error.msg[0].lower()}{error.msg[1:]} at character {error.colno:,})"
