"""check(): what is wrong with an index, and which cables that touches. Nothing is changed."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from corpus.edition import edition
from index import lexical, schema, sealing, soundness, spellings
from index.damage import reading
from index.errors import IndexDamaged
from index.reading import LEFT_OUT
from index.store import Store
from index.values import CheckReport, Problem, Progress

VECTORS: Final = "vectors"
_LINES: Final = 20  # of what SQLite says; more says no more
_TOLD_EVERY: Final = 500  # cables

# Rows that belong to nothing, and how many.
_STRAYS: Final = {
    "bodies": "SELECT count(*) FROM bodies WHERE cable NOT IN (SELECT number FROM cables)",
    "paragraphs": "SELECT count(*) FROM paragraphs WHERE cable NOT IN (SELECT number FROM cables)",
    "tags": "SELECT count(*) FROM tags WHERE cable NOT IN (SELECT number FROM cables)",
    "refs": "SELECT count(*) FROM refs WHERE cable NOT IN (SELECT number FROM cables)",
    "places": "SELECT count(*) FROM places WHERE cable NOT IN (SELECT number FROM cables)",
    "embeddings": "SELECT count(*) FROM embeddings WHERE paragraph NOT IN"
    " (SELECT id FROM paragraphs WHERE embedded = 1)",
    "tokens": "SELECT count(*) FROM tokens WHERE paragraph NOT IN"
    " (SELECT id FROM paragraphs WHERE embedded = 1)",
}


def check(index_path: Path | str, *, progress: Callable[[Progress], None] | None = None) -> CheckReport:
    """Look at everything that an index holds, and compare it with the checksums that were stored with it.

    Every page of the database, every cable, every vector, every derived file: minutes for 250,000 cables. Searches and
    builds may go on meanwhile; what is looked at is one state of the database. An index of an earlier version is
    brought to the format of this one first.

    Args:
        index_path: the folder of the index.
        progress: is told of the cables that were looked at.

    Raises IndexNotFound, IndexTooNew, IndexReadOnly.
    """
    folder = Path(index_path)
    try:
        with reading(folder), Store(folder) as store, schema.snapshot(store.db):
            return _checked(store, progress or (lambda _: None))
    except IndexDamaged as error:
        return CheckReport(problems=(Problem(what=f"The database cannot be read: {error.reason}."),))


def _checked(store: Store, tell: Callable[[Progress], None]) -> CheckReport:
    problems = list(_pages(store.db))
    versions, faulty = _versions(store, tell)
    for fault, ids in faulty.items():
        problems.append(Problem(what=f"{_of(len(ids))}: {fault}.", cables=soundness.ids_of(ids)))
    try:
        problems += _relations(store.db)
        is_readable, unfinished = True, _unfinished(store)
    except sqlite3.DatabaseError:
        is_readable, unfinished = False, ""
    if is_readable and not problems:  # else they are made anew in any case
        left_out = store.note(LEFT_OUT) or []
        for name, what in derived_problems(store):
            if name not in left_out:
                problems.append(Problem(what=what, lasting=False))
        if left_out and not unfinished:
            unfinished = f"This is a backup without {', '.join(left_out)}, which the first build on it makes."
    return CheckReport(
        problems=tuple(problems),
        cables=len(versions),
        paragraphs=sum(each.paragraphs for each in versions.values()),
        embedded=sum(len(each.vectors) for each in versions.values()),
        unfinished=unfinished,
    )


def _pages(db: sqlite3.Connection) -> Iterator[Problem]:
    """What SQLite says of the pages, and of its indexes."""
    try:
        lines = [str(line) for (line,) in db.execute(f"PRAGMA integrity_check({_LINES})")]
    except sqlite3.DatabaseError as error:
        lines = [str(error)]
    for line in lines:
        if line != "ok":
            yield Problem(what=f"SQLite: {' '.join(line.split())}.")


def _versions(
    store: Store, tell: Callable[[Progress], None]
) -> tuple[dict[int, soundness.Version], dict[str, list[str]]]:
    """Every version that can be read, and by what is wrong the ids of those with which it is."""
    faulty: dict[str, list[str]] = defaultdict(list)
    read: dict[int, soundness.Version] = {}
    known = soundness.numbers(store.db)
    dim, now = dim_of(store), edition()
    for done, (number, cable_id) in enumerate(known.items(), start=1):
        try:
            version = soundness.version(store, number, dim=dim, edition=now)
        except sqlite3.DatabaseError:
            version = None
        if version is None:
            faulty[soundness.UNREADABLE].append(cable_id)
            continue
        read[number] = version._replace(text=None)
        for fault in version.faults:
            faulty[fault].append(version.id)
        if done % _TOLD_EVERY == 0 or done == len(known):
            tell(Progress(stage="check", done=done, total=len(known)))
    return read, faulty


def dim_of(store: Store) -> int:
    """Of the vectors; 0 where nothing was ever embedded, or where the manifest cannot be read."""
    try:
        return int(store.note("dim") or 0)
    except (sqlite3.DatabaseError, ValueError, TypeError):
        return 0


def _relations(db: sqlite3.Connection) -> Iterator[Problem]:
    """What does not belong together, over all tables."""
    for table, sql in _STRAYS.items():
        (count,) = db.execute(sql).fetchone()
        if count:
            yield Problem(what=f"In the table {table}, {count:,} rows belong to no cable.")
    ids = [
        row[0]
        for row in db.execute("SELECT id FROM cables NOT INDEXED GROUP BY id HAVING total(shown = 1) <> 1")
    ]
    if ids:
        yield Problem(
            what=f"{_of(len(ids))}: not one of their versions stands for them, or several do.",
            cables=soundness.ids_of(ids),
        )


def _unfinished(store: Store) -> str:
    waiting, pending = store.count_unembedded(), len(store.pending())
    said = [f"{waiting:,} paragraphs have no vectors yet"] if waiting else []
    said += [f"{pending:,} cables are not yet found by their words"] if pending else []
    if not said and len(store.unsealed()):
        said = ["some vectors are not yet in the FAISS files"]
    return f"The last build did not come to its end: {', '.join(said)}." if said else ""


def derived_problems(store: Store) -> Iterator[tuple[str, str]]:
    """What is wrong with the files that are made from the database: the name of what it is, and a sentence."""
    if not store.pending():  # else the next build tells the BM25 index anyway
        reason = lexical.mismatch(store)
        if reason:
            yield lexical.FOLDER, f"The BM25 index ({lexical.FOLDER}/) is not to be used: {reason}."
        reason = spellings.mismatch(store)
        if reason:
            yield spellings.FOLDER, f"The spellings ({spellings.FOLDER}/) are not to be used: {reason}."
    for what in vector_problems(store):
        yield VECTORS, what


def vector_problems(store: Store) -> Iterator[str]:
    """What is wrong with the FAISS files, a sentence each."""
    sealed, notes = sealing.sealed_in(store), store.notes()
    if sealed is None:
        return
    if sealed.fingerprint != notes.get("fingerprint"):
        yield "The FAISS files are of another model than the database."
        return
    held = {"base": _ids_in(store, sealed.base)}
    if sealed.fresh is not None:
        held["fresh"] = _ids_in(store, sealed.fresh)
    for which, ids in held.items():
        file = sealed.base if which == "base" else sealed.fresh
        if ids is None and file is not None:
            yield f"The FAISS file {file.name} is missing or damaged."
    if any(ids is None for ids in held.values()) or sealed.behind:
        return
    base = np.setdiff1d(np.concatenate([held["base"], []]), store.sealed_since_base(last=sealed.last))
    found = np.union1d(base, np.concatenate([held.get("fresh", []), []]))
    # What changed since the last sealing is in neither as it stands in the database.
    expected = np.setdiff1d(embedded_ids(store), store.unsealed())
    wrong = np.setxor1d(np.setdiff1d(found, store.unsealed()), expected)
    if len(wrong):
        yield f"The FAISS files and the database differ in the vectors of {len(wrong):,} paragraphs."


def embedded_ids(store: Store) -> NDArray[np.int64]:
    """Of the paragraphs that can be found and have vectors, ascending."""
    rows = store.db.execute(
        "SELECT p.id FROM paragraphs p JOIN cables c ON c.number = p.cable"
        " WHERE p.embedded = 1 AND c.shown = 1 ORDER BY p.id"
    )
    return np.fromiter((row[0] for row in rows), np.int64)


def _ids_in(store: Store, file: sealing.File) -> Any:  # noqa: ANN401 - an array, or None
    """The ids that a FAISS file holds; None where it is missing or damaged."""
    if not file.count:
        return np.zeros(0, np.int64)
    if not sealing.whole(store, file):
        return None
    try:
        found = sealing.read(store.folder / file.name, count=file.count)
    except RuntimeError:
        return None
    ids = sealing.ids(found)
    return ids if len(ids) == file.count else None


def _of(count: int) -> str:
    return "1 cable" if count == 1 else f"{count:,} cables"
