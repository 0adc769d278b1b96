"""A sound input, spoiled: what hypothesis draws, and shrinks where it finds something."""

from collections.abc import Sequence

from hypothesis import strategies as st

from tests.fuzz.seeds import TROUBLE

_MOST = 6
_KINDS = ("cut", "drop", "double", "swap", "insert", "overwrite", "flip", "splice", "encode", "line")
_ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-be",
    "utf-32",
    "utf-7",
    "cp037",
    "latin-1",
    "cp1252",
    "shift_jis",
    "utf-8-sig",
)


@st.composite
def spoiled(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """A seed after up to six of the things that happen to files; now and then bytes of no sense at all."""
    if draw(st.integers(0, 19)) == 0:
        return draw(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(_in_utf8)))
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, _MOST))):
        begin = draw(st.integers(0, len(data)))
        end = min(len(data), begin + draw(st.sampled_from((1, 2, 7, 40, 300, 5_000))))
        kind = draw(st.sampled_from(_KINDS))
        data = data[:begin] + _instead(draw, kind, data, begin, end, seeds) + data[end:]
        if kind == "cut":
            data = data[:begin]
        elif kind == "encode":
            encoding = draw(st.sampled_from(_ENCODINGS))
            data = data.decode("utf-8", "replace").encode(encoding, "replace")
    return data


def _instead(draw: st.DrawFn, kind: str, data: bytes, begin: int, end: int, seeds: Sequence[bytes]) -> bytes:
    piece = data[begin:end]
    if kind == "double":
        return piece * draw(st.sampled_from((2, 3, 40)))
    if kind == "swap":
        return piece[::-1]
    if kind in ("insert", "overwrite"):
        trouble = draw(st.sampled_from(TROUBLE))
        return trouble + piece if kind == "insert" else trouble
    if kind == "flip" and piece:
        return bytes([piece[0] ^ (1 << draw(st.integers(0, 7)))]) + piece[1:]
    if kind == "splice":
        other = draw(st.sampled_from(seeds))
        return other[draw(st.integers(0, len(other))) :]
    if kind == "line":
        lines = data.split(b"\n")
        return b"\n" + draw(st.sampled_from(lines)) + b"\n" + piece
    return b"" if kind == "drop" else piece


def _in_utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
