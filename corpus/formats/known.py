"""The formats, and the files that are none of them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from corpus.cable import Rejected
from corpus.formats import (
    archive_page,
    dump_csv,
    json_records,
    pdf,
    plain_text,
    plusd_page,
    table_csv,
    web_page,
)
from corpus.formats.record import Record


@dataclass(frozen=True, slots=True)
class Format:
    """How to know a format by the first 64 KiB of a file, and how to get the cables' texts out of it."""

    name: str
    fits: Callable[[bytes], bool]
    texts: Callable[[BinaryIO, str], Iterator[Record | Rejected]]


FORMATS: Final = (
    Format("PDF", pdf.fits, pdf.texts),
    Format("archive page", archive_page.fits, archive_page.texts),
    Format("page of the 1970s telegrams", plusd_page.fits, plusd_page.texts),
    Format("web page", web_page.fits, web_page.texts),  # behind the two that it would fit as well
    Format("dump CSV", dump_csv.fits, dump_csv.texts),
    Format("JSON", json_records.fits, json_records.texts),
    Format("table CSV", table_csv.fits, table_csv.texts),
    Format("plain text", plain_text.fits, plain_text.texts),  # last: it fits anything
)
_SIGNATURES: Final = (
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"BM", "a BMP image"),
    (b"\xd0\xcf\x11\xe0", "an Office document of the old kind"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"Rar!\x1a", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"ID3", "a sound recording"),
)
_CONTROL: Final = bytes({*range(32)} - set(b"\t\n\v\f\r\x1a\x1b"))
_SQL: Final = re.compile(
    rb"^[ \t\r]{0,99}(?:INSERT INTO|CREATE TABLE|COPY \S{1,99} \()", re.MULTILINE | re.IGNORECASE
)


def format_of(head: bytes) -> Format:
    """The first format that fits."""
    return next(known for known in FORMATS if known.fits(head))


def no_text(head: bytes) -> str:
    """Why a file with this head is not read at all, or "" where it is."""
    if head.startswith(b"version https://git-lfs.github.com/spec/"):
        return "This is a Git LFS pointer, not the file itself."
    binary = len(head) - len(head.translate(None, _CONTROL)) > len(head) // 100
    for signature, what in _SIGNATURES:
        if binary and head.startswith(signature):
            return f"This is {what}, not text."
    if head.startswith(b"{\\rtf"):
        return "This is an RTF document, not text: save it as plain text."
    if b"<TEI" in head[:4096]:
        return "A volume in TEI XML: its edited documents have no header lines, so it is not read."
    if len(_SQL.findall(head)) > 0 and head.lstrip()[:1] not in b'"<{[':
        return "An SQL dump: not read; export its table as CSV with a header line."
    if binary and not head.startswith(b"%PDF-"):
        return "This is binary data, not text."
    return ""
