"""repair(): derived files are made anew, and a damaged database is replaced by what can be saved of it."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from index import checks, lexical, salvage, schema, sealing, soundness, spellings
from index.builder import build, tell_words_or_repair
from index.damage import code, writing
from index.errors import IndexInUse, IndexNotFound, IndexReadOnly
from index.lock import only_builder
from index.reading import ADDED_FILES
from index.store import Store
from index.values import CheckReport, Progress, RepairReport

_IN_USE: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NEW: Final = "index.sqlite.salvaged"  # a folder, until what is in it takes the place of the database


def repair(
    index_path: Path | str,
    *,
    progress: Callable[[Progress], None] | None = None,
    device: str | None = None,
    threads: int | None = None,
) -> RepairReport:
    """Check an index, and mend what is wrong with it.

    Derived files are made anew from the database. Where the database itself is damaged, every row that SQLite still
    gives, and that agrees with its checksums, goes into a new one; the old one is kept beside it under another name.
    Then the remembered sources are read again, as by `build(None, index_path)`, which brings back the cables that were
    lost, where their files are there. It may be killed at any instant and run again.

    Args:
        index_path: the folder of the index.
        progress: is told of what is checked, read and embedded.
        device: where the model runs, if paragraphs have to be embedded again.
        threads: of the model.

    Raises IndexBusy while a build is at work; IndexInUse where the database must be replaced and is open elsewhere;
    what `check` and `build` raise.
    """
    folder = Path(index_path)
    if not (folder / schema.DATABASE).is_file():
        raise IndexNotFound(folder)
    with only_builder(folder), writing(folder):
        found = checks.check(folder, progress=progress)
        lasting = any(problem.lasting for problem in found.problems)
        if not lasting:
            return RepairReport(found=found, remade=_make_derived(folder))
        kept_as, from_text, damaged = _replace_database(folder, found)
    with writing(folder), Store(folder) as store:
        sources = bool(store.sources()) or any((folder / ADDED_FILES).glob("*"))
        notes = store.notes()
    if sources:
        build(None, folder, progress=progress, device=device, threads=threads)
    else:
        with only_builder(folder), writing(folder):
            _make_derived(folder)
    with writing(folder), Store(folder) as store:
        held = set(soundness.numbers(store.db).values())
        parsed = {cable_id for (cable_id,) in store.db.execute("SELECT id FROM cables WHERE digest = x''")}
    remade = [lexical.FOLDER, spellings.FOLDER] + (["vectors"] if "dim" in notes else [])
    return RepairReport(
        found=found,
        remade=tuple(remade),
        kept_as=kept_as,
        read_again=soundness.ids_of(list((damaged | from_text) & held - parsed)),
        from_text=soundness.ids_of(list(from_text & parsed)),
        lost=soundness.ids_of(list(damaged - held)),
    )


def _make_derived(folder: Path) -> tuple[str, ...]:
    """Make anew what is not as the database says; the names of that."""
    with Store(folder) as store:
        wrong = {
            lexical.FOLDER: bool(lexical.mismatch(store)),
            spellings.FOLDER: bool(spellings.mismatch(store)),
        }
        before = store.note("vectors")
        if any(checks.vector_problems(store)):
            with schema.transaction(store.db):
                store.db.execute("DELETE FROM manifest WHERE key = 'vectors'")
        tell_words_or_repair(store)
        spellings.bring_up_to_date(store)
        notes = store.notes()
        if "dim" in notes:
            sealing.seal(store, fingerprint=notes["fingerprint"], dim=notes["dim"], tell=lambda _: None)
            wrong["vectors"] = store.note("vectors") != before
    return tuple(name for name, is_wrong in wrong.items() if is_wrong)


def _replace_database(folder: Path, found: CheckReport) -> tuple[str, set[str], set[str]]:
    """Put what can be saved of the database in its place.

    Returns the name that the old one is kept under, the ids of cables parsed from their own text, and of those that
    were damaged and are not in the new one.
    """
    old = folder / schema.DATABASE
    known = _alone(folder)
    shutil.rmtree(folder / _NEW, ignore_errors=True)
    with Store(folder / _NEW, create=True) as new:
        salvage.rows_into(new, old)
        from_text, _ = salvage.only_what_is_sound(new, dim=checks.dim_of(new))
        held = set(soundness.numbers(new.db).values())
        # In one file, for a -wal beside it would have to be renamed at the same instant.
        new.db.execute("PRAGMA journal_mode = DELETE")
    named = {cable_id for problem in found.problems for cable_id in problem.cables}
    for derived in (lexical.FOLDER, spellings.FOLDER):
        shutil.rmtree(folder / derived, ignore_errors=True)
    kept = _kept_name(folder)
    _link(old, kept)
    for rest in (
        "-wal",
        "-shm",
    ):  # of what is no database any more; of any other SQLite took them away in `_alone`
        beside = old.with_name(f"{old.name}{rest}")
        if beside.exists():
            beside.replace(kept.with_name(f"{kept.name}{rest}"))
    sealing.sync(folder / _NEW / schema.DATABASE)
    (folder / _NEW / schema.DATABASE).replace(old)
    sealing.sync_folder(folder)
    shutil.rmtree(folder / _NEW, ignore_errors=True)
    for file in folder.glob("vectors-*"):
        file.unlink(missing_ok=True)
    return kept.name, from_text, (known | named) - held


def _alone(folder: Path) -> set[str]:
    """Make sure that nobody else has the database open; the ids of the cables that are known of."""
    if not os.access(folder, os.W_OK):
        raise IndexReadOnly(folder, "its database is damaged")
    db = sqlite3.connect(folder / schema.DATABASE, timeout=1, isolation_level=None)
    try:
        known = set(soundness.numbers(db).values())
        # Leaving the WAL mode takes all of the WAL into the database, and is refused while there is another connection.
        (mode,) = db.execute("PRAGMA journal_mode = DELETE").fetchone()
        if mode != "delete":
            raise IndexInUse(folder)
        return known
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # It may be so torn that SQLite cannot say whether others have it open.
        if code(error) in _IN_USE or _is_locked(folder / schema.DATABASE):
            raise IndexInUse(folder) from error
        return set()
    finally:
        db.close()


def _is_locked(path: Path) -> bool:
    """Whether another program has a database open: in WAL mode each holds a shared lock on it for as long.

    Source: https://www.sqlite.org/src/file/src/os_unix.c (SHARED_FIRST, SHARED_SIZE)
    """
    try:
        import fcntl
    except ImportError:  # on Windows the file itself could not be replaced
        return False
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
        except OSError:
            return True
        return False


def _kept_name(folder: Path) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    names = [
        f"{schema.DATABASE}.damaged-{stamp}",
        *(f"{schema.DATABASE}.damaged-{stamp}-{n}" for n in range(2, 100)),
    ]
    return next(folder / name for name in names if not (folder / name).exists())


def _link(old: Path, kept: Path) -> None:
    """The same file under another name too, so that there is no instant without a database."""
    try:
        os.link(old, kept)
    except OSError:  # a file system without links
        shutil.copy2(old, kept)
