"""What SQLite, tantivy and FAISS say of a torn file or a full disk, as the errors of this room."""

import errno
import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from index.errors import IndexDamaged, IndexNotWritten
from index.packing import TornText

_TORN: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# What was text; what was a list of tables.
_GARBLED: Final = ("Could not decode to UTF-8", "malformed JSON", "no such table", "no such column")
_UNWRITTEN: Final = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
)
# tantivy and FAISS give the words of the system alone; and where a thread of tantivy's came to that, the next word that
# it is told only says that the thread has ended.
_NUMBERS: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)
_WORDS: Final = (*map(os.strerror, _NUMBERS), "An index writer was killed")


def code(error: Exception) -> int:
    """SQLite's own number of an error; an extended one says the same more closely in its higher bits."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Raises IndexDamaged where SQLite finds the database torn, or a text in it cannot be unpacked."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if code(error) in _TORN or str(error).startswith(_GARBLED):
            raise IndexDamaged(folder, str(error)) from error
        raise
    except TornText as error:
        raise IndexDamaged(folder, str(error)) from error
    except zlib.error as error:
        raise IndexDamaged(folder, f"what it holds cannot be unpacked: {error}") from error


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Raises IndexNotWritten where something could not be written, and IndexDamaged likewise."""
    with unwritten(folder), reading(folder):
        yield


def require_access(path: Path, mode: int) -> None:
    """Raises PermissionError where it cannot be read (os.R_OK) or written (os.W_OK), as by root on a read-only disk."""
    if not os.access(path, mode):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


@contextmanager
def unwritten(folder: Path) -> Iterator[None]:
    """Raises IndexNotWritten where something could not be written there."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if code(error) in _UNWRITTEN:
            raise IndexNotWritten(folder, str(error)) from error
        raise
    except (ValueError, RuntimeError) as error:
        for words in _WORDS:
            if words in str(error):
                raise IndexNotWritten(folder, words) from error
        raise
