"""One build at a time on a folder."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from index.errors import IndexBusy

LOCK: Final = "build.lock"


@contextmanager
def only_builder(folder: Path) -> Iterator[None]:
    """Keep other builds out, in whichever process; the system lets go of it when this one dies. Raises IndexBusy.

    An exclusive transaction on an empty database of its own: it locks alike on every system that SQLite knows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    db = sqlite3.connect(folder / LOCK, timeout=0, isolation_level=None)
    try:
        try:
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise IndexBusy(folder) from error
        yield
    finally:
        db.close()
