"""PDF, by the extra pypdf: the text layer of pages that somebody printed."""

import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from corpus.cable import Rejected, Source
from corpus.formats import plain_text
from corpus.formats.record import Record

_MAX_SIZE: Final = 64 << 20  # bytes; pypdf needs the whole file in memory


def fits(head: bytes) -> bool:
    """It begins with the signature, at most after a little damage: not after lines of text."""
    before, found, _ = head[:1024].partition(b"%PDF-")
    return bool(found) and b"\n" not in before.strip()


def texts(file: BinaryIO, name: str) -> Iterator[Record | Rejected]:
    """The telegrams in the text of all pages."""
    try:
        text = _text(file)
    except ImportError:
        reason = "PDF needs the package pypdf: pip install pypdf"
        yield Rejected(source=Source(file=name), reason=reason)
        return
    except ValueError as error:
        yield Rejected(source=Source(file=name), reason=str(error))
        return
    if not text or text.isspace():
        reason = "The PDF has no text layer (a scan?); run OCR first."
        yield Rejected(source=Source(file=name), reason=reason)
        return
    yield from plain_text.texts(io.BytesIO(text.encode("utf-8", "replace")), name)


def _text(file: BinaryIO) -> str:
    """The text layer; ValueError with a sentence where it cannot be got at."""
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError

    data = file.read(_MAX_SIZE + 1)
    if len(data) > _MAX_SIZE:
        raise ValueError(f"A PDF of more than {_MAX_SIZE >> 20} MiB: not read; split it into its cables.")
    try:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    except FileNotDecryptedError as error:
        raise ValueError("An encrypted PDF: save it without its password first.") from error
    except Exception as error:  # what pypdf raises on damaged files is not its own exceptions alone
        raise ValueError(f"The PDF is damaged ({type(error).__name__}): save it anew.") from error
