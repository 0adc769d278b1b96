"""From the text of one cable to a `Cable`."""

import hashlib
from pathlib import PurePath
from typing import Final

from corpus import header as headers
from corpus.cable import Cable, Source
from corpus.marking import marking
from corpus.paragraphs import paragraphs

_STRICTNESS: Final = ("UNCLASSIFIED", "LIMITED OFFICIAL USE", "CONFIDENTIAL", "SECRET", "TOP SECRET")
_NOTHING: Final = Cable(id="", date=None, origin="", post="", classification="")
_NO_SOURCE: Final = Source(file="")
_MARKING_WITHIN: Final = 30_000  # characters: hundreds of addressees may stand above the marking line


def parse(text: str, name: str = "", *, source: Source = _NO_SOURCE, fallback: Cable | None = None) -> Cable:
    """The cable in `text`, which holds its header (or a part of it) and its body; any text gives a cable.

    Args:
        text: The cable as found, in any line ending; offsets in the result count its characters.
        name: An id or file name, taken where marking line and date-time group give no id.
        source: Where the text was found.
        fallback: What the archive's own columns say: taken where the text is silent. Of two classifications
            the stricter holds.
    """
    header = headers.read_header(text)
    found, signer = paragraphs(text, header.body_start)
    other = fallback or _NOTHING
    return Cable(
        id=_id(text, header.id, name) or other.id,
        date=header.date or other.date,
        origin=header.origin or other.origin,
        post=header.post or other.post,
        classification=_stricter(header.classification, other.classification),
        captions=header.captions or other.captions,
        precedence=header.precedence or other.precedence,
        sender=header.sender or other.sender,
        to=header.to or other.to,
        info=header.info or other.info,
        tags=header.tags or other.tags,
        subject=header.subject or other.subject,
        references=header.references or other.references,
        signer=signer,
        paragraphs=found,
        source=source,
        text=text,
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def _id(text: str, printed: str, name: str) -> str:
    """The printed id, but for one that DE and FM alone give: they know the number modulo 10,000."""
    if not name or name == printed:
        return printed
    named = headers.canonical_id(PurePath(name).stem)
    if not named or named == printed:
        return printed
    window = text[:_MARKING_WITHIN]
    return printed if printed and marking("\n" + window, len(window)).number else named


def _stricter(first: str, second: str) -> str:
    """Of two classifications the stricter, or the finer of two of one kind (UNCLASSIFIED//FOR OFFICIAL USE ONLY)."""
    return max(first, second, key=lambda kind: (_strictness(kind), len(kind)))


def _strictness(classification: str) -> int:
    kind = classification.partition("//")[0]
    return _STRICTNESS.index(kind) if kind in _STRICTNESS else -1
