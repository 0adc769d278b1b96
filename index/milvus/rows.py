"""A cable as the rows that Milvus holds of it, and back."""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from corpus import Cable
from index import packing
from index.lexical import Stemmer, searched_in
from index.milvus.client import NO_VECTOR, Row, in_pieces, shortened, window_id
from index.packing import PackedVectors
from index.store import StoredParagraph
from index.tallies import small

_COUNT: Final = np.dtype("<u4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogued:
    """What every reader knows of a cable, to list it, to count it and to filter by it."""

    number: int
    id: str
    date: str | None  # ISO 8601
    day: str | None
    moment: float | None  # seconds since 1970
    post: str
    origin: str
    classification: str
    subject: str
    paragraphs: int
    waiting: int  # paragraphs without vectors
    first: int  # id of its first paragraph, which the others follow
    tags: Sequence[str]
    references: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The rest of it, for those that are shown."""

    identity: str  # SHA-256 of the text
    fields: str  # JSON
    file: str
    offset: int
    # Of each paragraph: (number, heading, marking, start, end).
    places: Sequence[tuple[str, str, str, int, int]]
    text: bytes = b""  # with its paragraphs, packed

    def cable(self, known: Catalogued) -> Cable:
        """The cable as it was stored. Raises TornText where the text is not the one that was."""
        row = asdict(known) | asdict(self) | {"identity": bytes.fromhex(self.identity)}
        return packing.unpacked_cable(row, self.text, self.places)

    def paragraphs_of(self, known: Catalogued) -> Iterator[StoredParagraph]:
        """Its paragraphs in order."""
        _, texts = packing.unpacked_body(self.text)
        tags = tuple(json.loads(self.fields).get("tags", ()))  # in the order of the cable
        for at, (text, (number, heading, *_)) in enumerate(zip(texts, self.places, strict=True)):
            yield StoredParagraph(
                id=known.first + at,
                cable=known.number,
                cable_id=known.id,
                number=number,
                text=text,
                heading=heading,
                subject=known.subject,
                date=known.date,
                post=known.post,
                origin=known.origin,
                classification=known.classification,
                tags=tags,
            )


class Written:
    """The rows of some cables, by collection, and what of them is longer than a value may be."""

    def __init__(self, stemmer: Stemmer, *, stamp: int, dim: int | None) -> None:
        self._stemmer, self._stamp, self._dim = stemmer, stamp, dim
        self.cables: list[Row] = []
        self.paragraphs: list[Row] = []
        self.windows: list[Row] = []
        self.pieces: list[Row] = []

    def gone(self, number: int) -> None:
        """A cable that can no longer be found: readers learn of it by this."""
        told = {"row": "", "row_pieces": 1, "body": "", "body_pieces": 1}
        self.cables.append({"id": number, "stamp": self._stamp, "shown": 0, **told, **NO_VECTOR})

    def add(
        self,
        known: Catalogued,
        body: Body,
        paragraphs: Iterable[StoredParagraph],
        embeddings: Mapping[int, PackedVectors],
    ) -> int:
        """A cable that can be found; how many stems its paragraphs have."""
        filtered = {
            "cable": known.number,
            "day": date.fromisoformat(known.day).toordinal() if known.day else 0,
            "post": shortened(small(known.post)),
            "classification": shortened(small(known.classification)),
        }
        self.cables.append(
            {
                "id": known.number,
                "stamp": self._stamp,
                "shown": 1,
                **self._long("row", known.number, packed_json(asdict(known))),
                **self._long("body", known.number, packed_body(body)),
                **NO_VECTOR,
            }
        )
        count = 0
        for each in paragraphs:
            stems = self._stemmer.all(searched_in(each))
            count += len(stems)
            vectors = embeddings.get(each.id)
            packed = b"" if vectors is None else packed_vectors(vectors)
            long = self._long("vectors", each.id, packed)
            self.paragraphs.append({"id": each.id, **filtered, "stems": shortened(" ".join(stems)), **long})
            if vectors is not None and self._dim is not None:
                windows, _, blob = vectors
                unpacked, _ = packing.unpacked_vectors([blob], self._dim)
                self.windows += [
                    {"id": window_id(each.id, place), **filtered, "vector": vector.tolist()}
                    for place, vector in enumerate(unpacked[:windows])
                ]
        return count

    def _long(self, field: str, key: int, value: bytes) -> Row:
        first, *others = in_pieces(value)
        self.pieces += [
            {"id": piece_key(field, key, place), "piece": piece, **NO_VECTOR}
            for place, piece in enumerate(others, start=1)
        ]
        return {field: first, f"{field}_pieces": 1 + len(others)}


def piece_key(field: str, key: object, place: int) -> str:
    """The key of a piece of a long value."""
    return f"{field}/{key}/{place}"


def packed_body(body: Body) -> bytes:
    """As one value: how long the rest is, the rest, the text."""
    rest = asdict(body)
    del rest["text"]
    packed = packed_json(rest)
    return np.array(len(packed), _COUNT).tobytes() + packed + body.text


def unpacked_body(value: bytes) -> Body:
    """What packed_body made of it."""
    start = _COUNT.itemsize
    end = start + int(np.frombuffer(value, _COUNT, 1)[0])
    return Body(**unpacked_json(value[start:end]), text=value[end:])


def unpacked_row(value: bytes) -> Catalogued:
    """What is known of a cable."""
    return Catalogued(**unpacked_json(value))


def packed_vectors(vectors: PackedVectors) -> bytes:
    """As one value: how many windows, how long the spans are, the spans, the vectors."""
    windows, spans, blob = vectors
    return np.array([windows, len(spans)], _COUNT).tobytes() + spans + blob


def unpacked_vectors(value: bytes) -> PackedVectors:
    """What packed_vectors made of it."""
    windows, spans = np.frombuffer(value, _COUNT, 2).tolist()
    start = 2 * _COUNT.itemsize
    return windows, value[start : start + spans], value[start + spans :]


def packed_json(value: object) -> bytes:
    """Whatever JSON can hold, compressed."""
    return zlib.compress(json.dumps(value).encode())


def unpacked_json(value: bytes) -> Any:  # noqa: ANN401 - JSON
    """What packed_json made of it."""
    return json.loads(zlib.decompress(value))
