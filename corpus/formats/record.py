"""What a format hands to the reader: the text of one cable, with what stands around it."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from corpus.cable import Cable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_CABLE: Final = 16 << 20  # bytes; the longest cable known has 68 kB, so what is longer is damage


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One cable as a file holds it, not yet parsed."""

    text: str
    name: str = (
        ""  # the title of a page or record where it has one, else "": the reader takes the file's name
    )
    offset: int = 0  # bytes from the beginning of the (unpacked) file
    fallback: Cable | None = None  # the columns beside the text, for what the text itself does not say


class Chunks(io.RawIOBase):
    """Byte strings, one after the other, as a file that is read forward only."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks: Iterator[bytes] = iter(chunks)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Say that it can be read: `io.BufferedReader` asks."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill `buffer` as far as one chunk goes; 0 at the end."""
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = memoryview(chunk)
        target = memoryview(buffer).cast("B")
        size = min(len(target), len(self._left))
        target[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
