"""Unpacking what may be hostile: counted, and with one exception for whatever is wrong with it."""

import io
import lzma
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO, Final, Protocol

from corpus.formats.record import Chunks

_RATIO: Final = 50  # text shrinks to a tenth, by the best programs to a thirtieth
_ALWAYS_READ: Final = 1 << 20  # bytes; short cables that are alike may well shrink to less than a fiftieth
_BLOCK: Final = 1 << 16
_IN_MEMORY: Final = 16 << 20
_DAMAGE: Final = (
    OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, NotImplementedError,
    RuntimeError, ValueError, OverflowError, IndexError, KeyError,
)  # fmt: skip
BOMB: Final = f"Unpacks to more than {_RATIO} times its size: not read."


class Unpackable(Exception):
    """An archive or member that cannot be unpacked; the text is the sentence to refuse it with."""


class Readable(Protocol):
    """What the standard library's unpackers have in common."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


@dataclass(slots=True)
class Allowance:
    """How many bytes may still be unpacked out of one file, over all archives within it."""

    left: int

    @classmethod
    def of(cls, packed: int) -> "Allowance":
        """What a file of this size may grow to."""
        return cls(max(_RATIO * packed, _ALWAYS_READ))

    def spend(self, size: int) -> None:
        """Count these bytes; raises Unpackable where they are too many."""
        self.left -= size
        if self.left < 0:
            raise Unpackable(BOMB)


def guarded(opened: Callable[[], Readable], *allowances: Allowance) -> BinaryIO:
    """The file, counted while it is unpacked, with one exception for whatever may be wrong with it."""

    def blocks() -> Iterator[bytes]:
        file: Readable | None = None
        while True:
            try:
                file = file or opened()
                block = file.read(_BLOCK)
            except Unpackable:
                raise
            except _DAMAGE as error:
                raise Unpackable(damaged(error)) from error
            if not block:
                return
            for allowance in allowances:
                allowance.spend(len(block))
            yield block

    return io.BufferedReader(Chunks(blocks()), _BLOCK)


@contextmanager
def seekable(file: BinaryIO) -> Iterator[IO[bytes]]:
    """The file, or where it can only be read forward a copy: in memory while small, else on disk."""
    if file.seekable():
        yield file
        return
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        yield copy


def damaged(error: Exception) -> str:
    """The sentence for what an unpacker raised."""
    said = " ".join(str(error).split())[:80].rstrip(".")
    return f"The archive is damaged here ({said or type(error).__name__}): what could be unpacked was read."
