"""Cables and vectors as the bytes that SQLite holds, and back."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus import Cable, Paragraph, Source
from index.portions import portions

# Fields of a cable that are never searched: kept together, as JSON.
_ASIDE: Final = ("captions", "precedence", "sender", "to", "info", "tags", "references", "signer")
_JSON: Final = json.JSONDecoder()
# On either side of zero. A vector is stored with its scale: those that were made with other steps are read as they are.
_STEPS: Final = 27
# Blobs, when nothing but products is wanted: in float32 some 200 kB, which stays in the processor's cache.
_UNPACKED_AT_ONCE: Final = 32

# How many windows, where the sentences stand, all vectors: as they are stored.
PackedVectors = tuple[int, bytes, bytes]


def identity(cable: Cable) -> bytes:
    """SHA-256 of the cable's text: two versions of one id differ in it."""
    if len(cable.sha256) == 64:
        return bytes.fromhex(cable.sha256)
    return identity_of(cable.text)


def identity_of(text: str) -> bytes:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def digest(cable: Cable) -> bytes:
    """A mark of everything that was parsed out of the text, so that a better parser is noticed (16 bytes)."""
    parsed = replace(cable, text="", source=Source(file=""))
    words = repr([getattr(parsed, each.name) for each in fields(Cable)])
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class TornText(ValueError):
    """A text does not agree with its SHA-256, or what was JSON is none."""


class Packed(NamedTuple):
    """A cable as the database holds it. A tuple, for many of them are sent from process to process."""

    source: Source
    id: str
    identity: bytes
    digest: bytes
    date: str | None  # ISO 8601
    day: str | None
    moment: float | None  # seconds since 1970
    post: str
    origin: str
    classification: str
    subject: str
    fields: str  # JSON
    body: bytes
    tags: tuple[str, ...]
    references: tuple[str, ...]
    paragraphs: tuple[tuple[str, str, str, int, int], ...]  # (number, heading, marking, start, end)


def packed(cable: Cable) -> Packed:
    """All that is stored of a cable."""
    day, moment = day_and_moment(cable)
    return Packed(
        source=cable.source,
        id=cable.id,
        identity=identity(cable),
        digest=digest(cable),
        date=cable.date.isoformat() if cable.date else None,
        day=day,
        moment=moment,
        post=cable.post,
        origin=cable.origin,
        classification=cable.classification,
        subject=cable.subject,
        fields=packed_fields(cable),
        body=packed_body(cable),
        tags=cable.tags,
        references=cable.references,
        paragraphs=tuple((p.number, p.heading, p.marking, p.start, p.end) for p in cable.paragraphs),
    )


def day_and_moment(cable: Cable) -> tuple[str | None, float | None]:
    """The day of a cable (UTC) and its moment (seconds since 1970), to look it up by."""
    if cable.date is None:
        return None, None
    day = (cable.date.astimezone(UTC) if cable.date.tzinfo else cable.date).date().isoformat()
    return day, cable.date.timestamp()


def packed_fields(cable: Cable) -> str:
    """The fields of no search, as JSON."""
    aside = {name: getattr(cable, name) for name in _ASIDE if getattr(cable, name)}
    if cable.sha256 != identity(cable).hex():
        aside["sha256"] = cable.sha256
    return json.dumps(aside)


def packed_body(cable: Cable) -> bytes:
    """The text and its paragraphs' texts, compressed.

    They are interleaved (text up to the end of a paragraph, the paragraph, text up to the end of the next, ...),
    so that each paragraph stands within reach of what it repeats: it then costs some 30 bytes instead of 200.
    """
    pieces, done = [], 0
    for paragraph in cable.paragraphs:
        end = max(done, min(paragraph.end, len(cable.text)))
        pieces += [cable.text[done:end], paragraph.text]
        done = end
    return zlib.compress(json.dumps([*pieces, cable.text[done:]]).encode(), 6)


def unpacked_body(body: bytes) -> tuple[str, list[str]]:
    """The text of the cable, and the texts of its paragraphs in order."""
    pieces: list[str] = json.loads(zlib.decompress(body))
    return "".join(pieces[0::2]), pieces[1::2]


def unpacked_texts(body: bytes, *, last: int, end: int) -> list[str]:
    """The texts of the paragraphs up to the one at position `last`, which ends there in the text of the cable.

    Of what stands behind it, on average half of the cable, no text is made; it is looked through for the checksum at
    its end. Raises zlib.error where that does not agree.
    """
    # The text up to there and the paragraphs that it repeats, with some room for what is escaped.
    coder = zlib.decompressobj()
    some = coder.decompress(body, 2 * end + end // 8 + 500).decode(errors="ignore")
    coder.decompress(coder.unconsumed_tail)
    if not coder.eof:  # else zlib has compared its checksum: nothing is quoted from a torn text
        raise zlib.error("it ends too early")
    pieces, at = [], 0
    try:
        for _ in range(2 * last + 2):
            piece, at = _JSON.raw_decode(some, some.index('"', at))
            pieces.append(piece)
    except ValueError:  # it ends too early
        return unpacked_body(body)[1][: last + 1]
    return pieces[1::2]


def unpacked_cable(
    row: dict[str, Any], body: bytes, paragraphs: Sequence[tuple[str, str, str, int, int]]
) -> Cable:
    """The cable as it was stored; a paragraph is (number, heading, marking, start, end).

    Raises TornText where the text is not the one that was stored.
    """
    text, texts = unpacked_body(body)
    if identity_of(text) != row["identity"]:
        raise TornText(f"the text of {row['id']} is not what was stored")
    aside = {name: tuple(v) if isinstance(v, list) else v for name, v in json.loads(row["fields"]).items()}
    return Cable(
        id=row["id"],
        date=moment_of(row["date"]),
        **{name: row[name] for name in ("origin", "post", "classification", "subject")},
        paragraphs=tuple(
            Paragraph(number=number, text=text, start=start, end=end, heading=heading, marking=marking)
            for text, (number, heading, marking, start, end) in zip(texts, paragraphs, strict=True)
        ),
        source=Source(file=row["file"], offset=row["offset"]),
        text=text,
        **{"sha256": row["identity"].hex(), **aside},
    )


def moment_of(stored: str | None) -> datetime | None:
    """A date as it was stored."""
    return None if stored is None else datetime.fromisoformat(stored)


def packed_vectors(vectors: NDArray[np.float32]) -> bytes:
    """Vectors (n, dim) in 55 steps a component, symmetric, each with its own float32 scale.

    Their values are far from even, so Huffman's code takes them to less than 5 bits, three tenths of float16. The
    cosine with a unit vector moves by 0.0025 (standard deviation, 384 dimensions): see docs/measurements.md.
    """
    return packed_apart(vectors, [len(vectors)])[0]


def packed_apart(vectors: NDArray[np.float32], counts: Sequence[int]) -> list[bytes]:
    """The same of many paragraphs below each other: of the first `counts[0]` vectors, of the next `counts[1]`, ..."""
    codes, scales = rounded(vectors)
    ends = np.cumsum(counts).tolist()
    return [
        _by_huffman(codes[end - count : end].tobytes() + scales[end - count : end].tobytes())
        for count, end in zip(counts, ends, strict=True)
    ]


def rounded(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Vectors (n, dim) as whole numbers (n, dim), and what each is to be multiplied by (n,)."""
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    scales = (np.where(largest > 0, largest, 1.0) / _STEPS).astype("<f4")
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales


def _by_huffman(plain: bytes) -> bytes:
    # Huffman alone: there is nothing in it that repeats, and looking for it would cost ten times the time.
    coder = zlib.compressobj(level=1, strategy=zlib.Z_HUFFMAN_ONLY)
    return coder.compress(plain) + coder.flush()


def unpacked_vectors(blobs: Iterable[bytes], dim: int) -> tuple[NDArray[np.float32], list[int]]:
    """The vectors of all blobs below each other (n, dim), and how many each blob gave."""
    codes, scales, counts = _codes(blobs, dim)
    return np.asarray(codes * scales[:, None], np.float32), counts


def products(blobs: Iterable[bytes], by: NDArray[np.float32]) -> tuple[list[float], list[int]]:
    """The product of each vector of the blobs with one (dim,), in their order, and how many each blob gave."""
    found: list[float] = []
    counts: list[int] = []
    for some in portions(blobs, _UNPACKED_AT_ONCE):
        codes, scales, of_each = _codes(some, len(by))
        found += ((codes @ by) * scales).tolist()
        counts += of_each
    return found, counts


def _codes(blobs: Iterable[bytes], dim: int) -> tuple[NDArray[np.float32], NDArray[np.float32], list[int]]:
    """The whole numbers of all vectors (n, dim), what each is to be multiplied by (n,), and how many a blob gave."""
    plain = [zlib.decompress(blob) for blob in blobs]
    counts = [len(each) // (dim + 4) for each in plain]
    codes = np.frombuffer(b"".join(e[: dim * n] for e, n in zip(plain, counts, strict=True)), np.int8)
    scales = np.frombuffer(b"".join(e[dim * n :] for e, n in zip(plain, counts, strict=True)), "<f4")
    return codes.reshape(-1, dim).astype(np.float32), scales, counts


def packed_spans(spans: Sequence[tuple[int, int]]) -> bytes:
    """Half-open spans as uint32 pairs."""
    return np.asarray(spans, "<u4").tobytes()


def unpacked_spans(blob: bytes) -> list[tuple[int, int]]:
    """Half-open spans."""
    return [(int(start), int(end)) for start, end in np.frombuffer(blob, "<u4").reshape(-1, 2)]
