"""The token vectors of a paragraph in a bit a dimension, from which questions are answered as well."""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# CRC-32 of what follows, tokens of the paragraph, of its context, bytes of the places.
_HEAD: Final = struct.Struct("<IIII")
_LEVELS: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ParagraphTokens:
    """The tokens of a paragraph, read behind its context."""

    spans: tuple[tuple[int, int], ...]  # characters of the paragraph's text, in order
    vectors: NDArray[np.float32]  # (tokens, dim), of unit length when they come from the model
    above: NDArray[np.float32]  # (tokens of the context, dim)


def packed(tokens: ParagraphTokens) -> bytes:
    """Where the tokens stand, and of each vector its signs and how near they come: 50 bytes for 384 dimensions."""
    both = np.concatenate([tokens.vectors, tokens.above])
    places = np.asarray(tokens.spans, "<u4").reshape(-1, 2)
    # How far each token begins behind the one before it, and how long it is: small numbers, which zlib packs well.
    steps = np.stack([np.diff(places[:, 0], prepend=0), places[:, 1] - places[:, 0]]).astype("<u4")
    written = zlib.compress(steps.tobytes(), 6)
    near = np.abs(both).mean(axis=1) * np.sqrt(both.shape[1]) if len(both) else np.zeros(0)
    nearness = np.clip(np.rint(near * _LEVELS), 1, _LEVELS).astype(np.uint8)
    body = written + nearness.tobytes() + np.packbits(both > 0, axis=1).tobytes()
    return _HEAD.pack(zlib.crc32(body), len(tokens.vectors), len(tokens.above), len(written)) + body


def sound(blob: bytes) -> bool:
    """Whether packed tokens agree with their checksum."""
    return len(blob) >= _HEAD.size and zlib.crc32(blob[_HEAD.size :]) == _HEAD.unpack_from(blob)[0]


def fits(blob: bytes, *, dim: int, length: int) -> bool:
    """Whether packed tokens, whoever packed them, are those of a paragraph of so many characters.

    To unpack them then takes no more room than that, and gives spans within the paragraph and finite vectors.
    """
    if not sound(blob):
        return False
    _, count, above, size = _HEAD.unpack_from(blob)
    places = _HEAD.size + size
    if len(blob) != places + (count + above) * (1 + -(-dim // 8)):
        return False
    coder = zlib.decompressobj()
    try:
        plain = coder.decompress(blob[_HEAD.size : places], 8 * count + 1)
    except zlib.error:
        return False
    if len(plain) != 8 * count or not coder.eof:
        return False
    steps = np.frombuffer(plain, "<u4").reshape(2, count).astype(np.int64)
    ends = np.cumsum(steps[0]) + steps[1]
    near = np.frombuffer(blob, np.uint8, count + above, offset=places)
    return bool(near.all() and (ends <= length).all())


def unpacked(blob: bytes, dim: int) -> ParagraphTokens:
    """The tokens with vectors whose inner product with another is that of the vector itself, but for chance.

    A vector of signs lies off it by an angle, whose cosine was kept: divided by that, it is an unbiased estimate.
    Source: Gao, Long, SIGMOD 2024, https://arxiv.org/abs/2405.12497
    """
    _, count, above, size = _HEAD.unpack_from(blob)
    steps = np.frombuffer(zlib.decompress(blob[_HEAD.size : _HEAD.size + size]), "<u4").reshape(2, count)
    rest = np.frombuffer(blob, np.uint8, offset=_HEAD.size + size)
    near, signs = rest[: count + above], rest[count + above :].reshape(count + above, -(-dim // 8))
    vectors = np.unpackbits(signs, axis=1, count=dim).astype(np.float32)
    vectors *= 2
    vectors -= 1
    vectors *= (np.float32(_LEVELS / np.sqrt(dim)) / near.astype(np.float32))[:, None]
    starts = np.cumsum(steps[0], dtype=np.int64)
    spans = tuple(zip(starts.tolist(), (starts + steps[1]).tolist(), strict=True))
    return ParagraphTokens(spans=spans, vectors=vectors[:count], above=vectors[count:])
