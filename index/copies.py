"""backup(): a consistent copy of an index, while it is served and while a build is at work on it."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from typing import Final

from index import lexical, schema, sealing, spellings
from index.damage import reading, require_access, unwritten
from index.errors import BackupExists, IndexBusy, IndexDamaged
from index.lock import only_builder
from index.reading import ADDED_FILES, LEFT_OUT
from index.schema import snapshot
from index.store import Store
from index.values import BackupReport

_VECTORS: Final = "vectors"


def backup(index_path: Path | str, to: Path | str) -> BackupReport:
    """Copy an index as it is at one instant into a new folder, which can be opened like the first.

    The database is copied by SQLite's online backup, in one step: one state of it, whatever a build commits meanwhile.
    Derived files are copied where they are of that state, or left out: the first build on the copy makes them, and
    until then the database stands in. The files that were added on the page are copied as well. Until all of it is on
    the disk it stands under another name.

    Args:
        index_path: the folder of the index.
        to: a folder that is not there yet, or is empty.

    Raises IndexNotFound, IndexTooNew; BackupExists where there is something in the folder; IndexDamaged where SQLite
    finds the copy damaged; IndexNotWritten where there is no room for it.
    """
    folder, final = Path(index_path), Path(to).absolute()
    if final.exists() and (not final.is_dir() or any(final.iterdir())):
        raise BackupExists(Path(to))
    with unwritten(final), reading(folder), Store(folder) as store:
        final.parent.mkdir(parents=True, exist_ok=True)
        require_access(final.parent, os.W_OK)
        part = Path(tempfile.mkdtemp(prefix=f".{final.name}.part-", dir=final.parent))
        try:
            _copy_database(store, part)
            left_out = [*_copy_vectors(store.folder, part), *_copy_words(store.folder, part)]
            if (folder / ADDED_FILES).is_dir():
                shutil.copytree(folder / ADDED_FILES, part / ADDED_FILES, ignore_dangling_symlinks=True)
            part.chmod(folder.stat().st_mode & 0o777)
            _let_owner_write(part)
            with Store(part) as copied:
                copied.write_note(LEFT_OUT, left_out)
                cables = len(copied.shown_numbers())
            size = _to_disk(part)
            part.replace(final)
            sealing.sync_folder(final.parent)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    return BackupReport(cables=cables, bytes=size, left_out=tuple(left_out))


def _copy_database(store: Store, part: Path) -> None:
    with closing(sqlite3.connect(part / schema.DATABASE, isolation_level=None)) as copy:
        # All pages in one step: in several, each commit of a build would make it begin again.
        store.db.backup(copy, pages=-1)
        for (said,) in copy.execute("PRAGMA quick_check(1)"):
            if said != "ok":
                raise IndexDamaged(store.folder, " ".join(str(said).split()))


def _copy_vectors(folder: Path, part: Path) -> list[str]:
    """Copy the FAISS files that the copied database names; what had to be left out."""
    with Store(part) as copied, snapshot(copied.db):
        sealed = sealing.sealed_in(copied)
        if sealed is None:
            return []
        files = [file for file in (sealed.base, sealed.fresh) if file is not None and file.count]
        for file in files:
            with suppress(OSError):  # a build has replaced it meanwhile
                shutil.copy2(folder / file.name, part / file.name)
        if all(sealing.whole(copied, file) for file in files):
            return []
    for file in files:
        (part / file.name).unlink(missing_ok=True)
    return [_VECTORS]


def _copy_words(folder: Path, part: Path) -> list[str]:
    """Copy the BM25 index and the spellings where no build is at work on them; what had to be left out."""
    try:
        # No build is at work where nobody may write.
        with only_builder(folder) if os.access(folder, os.W_OK) else nullcontext():
            for name in (lexical.FOLDER, spellings.FOLDER):
                if (folder / name).is_dir():
                    shutil.copytree(folder / name, part / name)
    except (IndexBusy, OSError, shutil.Error):
        pass
    left_out = []
    with Store(part) as copied:
        for name, mismatch in ((lexical.FOLDER, lexical.mismatch), (spellings.FOLDER, spellings.mismatch)):
            # What a killed build has not told the BM25 index is told by the next one.
            if mismatch(copied) or copied.pending():
                shutil.rmtree(part / name, ignore_errors=True)
                left_out.append(name)
    return left_out


def _let_owner_write(part: Path) -> None:
    """What is copied from a read-only folder is not to be one."""
    for path in (part, *part.rglob("*")):
        path.chmod(path.stat().st_mode | (0o700 if path.is_dir() else 0o600))


def _to_disk(part: Path) -> int:
    """Make all that a folder holds survive a power cut; its bytes."""
    size = 0
    for path in sorted(part.rglob("*"), reverse=True):
        if path.is_dir():
            sealing.sync_folder(path)
        else:
            sealing.sync(path)
            size += path.stat().st_size
    sealing.sync_folder(part)
    return size
