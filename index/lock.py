"""One build at a time on a folder."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from index.damage import require_access, writing
from index.errors import IndexBusy, IndexDamaged

LOCK: Final = "build.lock"


@contextmanager
def only_builder(folder: Path) -> Iterator[None]:
    """Keep other builds out, in whichever process; the system lets go of it when this one dies. Raises IndexBusy.

    An exclusive transaction on an empty database of its own: it locks alike on every system that SQLite knows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    require_access(folder, os.W_OK)
    try:
        db = _locked(folder)
    except IndexDamaged:  # something else was written into it, which nobody can have locked
        (folder / LOCK).unlink()
        db = _locked(folder)
    try:
        yield
    finally:
        db.close()


def _locked(folder: Path) -> sqlite3.Connection:
    db = sqlite3.connect(folder / LOCK, timeout=0, isolation_level=None)
    try:
        with writing(folder):
            db.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        db.close()
        raise IndexBusy(folder) from error
    except BaseException:
        db.close()
        raise
    return db
