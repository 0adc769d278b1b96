"""Bytes -> text. Archives mix encodings from record to record, so each record is decoded by itself."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO, Final

# Longest first: the mark of UTF-32 (little endian) begins with that of UTF-16.
MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# cp1252 leaves 81, 8D, 8F, 90 and 9D undefined; there the byte keeps its Latin-1 meaning.
_CP1252: Final = {
    byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in b"\x81\x8d\x8f\x90\x9d"
}


def decoded(data: bytes) -> str:
    """The text of one record: UTF-8 where it is valid, else cp1252; never fails, never drops a byte."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1").translate(_CP1252)


def decoded_whole(file: BinaryIO, limit: int) -> str | None:
    """The text of all that is left of a file; None where that is more than `limit` bytes, which are not kept."""
    data = file.read(limit + 1)
    return None if len(data) > limit else decoded(data)


def byte_order_mark(head: bytes) -> tuple[str, int]:
    """The encoding that the file's mark names and the mark's length; ("", 0) where there is none."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    return "", 0


def as_utf8(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """The rest of a UTF-16 or UTF-32 file in UTF-8, so that the formats need to know one kind of bytes."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while chunk := file.read(1 << 16):
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")
