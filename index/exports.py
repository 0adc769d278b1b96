"""export(): what an index knows, in one file that another takes in with nothing embedded or parsed anew."""

import errno
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from index import exchange, schema, sealing
from index.damage import code, reading, require_access
from index.errors import ExportExists, IndexDamaged
from index.exchange import Manifest, Unbelievable
from index.schema import snapshot
from index.store import Store
from index.values import ExportReport, Progress


def export(
    index_path: Path | str, file: Path | str, *, progress: Callable[[Progress], None] | None = None
) -> ExportReport:
    """Write an index as it is at one instant into one file, for `import_` on this machine or another.

    Every version of every cable with its paragraphs, vectors and places; without what is made from that (BM25,
    spellings, FAISS), the sources, and what was rejected. It is read in one transaction, while the index is served and
    built. Until all of it is on the disk it stands under another name.

    Args:
        index_path: the folder of the index.
        file: what is to be written, and is not there yet.
        progress: is told of every hundredth cable.

    Raises IndexNotFound, IndexTooNew; ExportExists; IndexDamaged where a cable does not agree with its checksums.
    """
    folder, final = Path(index_path), Path(file).absolute()
    if final.exists() or final.is_symlink():
        raise ExportExists(Path(file))
    with reading(folder), Store(folder) as store, snapshot(store.db):
        final.parent.mkdir(parents=True, exist_ok=True)
        require_access(final.parent, os.W_OK)
        part = Path(tempfile.mkdtemp(prefix=f".{final.name}.part-", dir=final.parent))
        try:
            made = part / final.name
            made.touch()  # as the umask says, but for nobody who cannot read the index itself
            of_index = (folder / schema.DATABASE).stat().st_mode | 0o200  # though it may be read-only
            made.chmod(made.stat().st_mode & of_index & 0o666)
            manifest = _write(store, made, tell=progress or (lambda _: None))
            sealing.sync(made)
            _name(made, final, asked=Path(file))
            sealing.sync_folder(final.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return ExportReport(
        cables=manifest.cables,
        paragraphs=manifest.paragraphs,
        embedded=manifest.embedded,
        bytes=final.stat().st_size,
    )


def _write(store: Store, made: Path, *, tell: Callable[[Progress], None]) -> Manifest:
    notes = store.notes()
    of_model = {key: notes[key] for key in ("model", "fingerprint", "dim", "precision") if notes.get(key)}
    if "fingerprint" in of_model:
        of_model |= {key: notes.get(key) or "" for key in ("query_prompt", "document_prompt")}
        of_model["tokens"] = bool(notes.get("tokens"))
    else:
        of_model = {}
    dim, total, cables, paragraphs, embedded = int(of_model.get("dim", 0)), store.count_versions(), 0, 0, 0
    with _new(made) as db:
        for number, *row in store.versions():
            if cables % 100 == 0:
                tell(Progress(stage="export", done=cables, total=total))
            *fields, body, file, offset = row
            rest = {
                place for place in ((f, o) for f, o, _ in store.places(number)) if place != (file, offset)
            }
            places = json.dumps([(file, offset), *sorted(rest)])
            of_cable = store.paragraphs_with_vectors(number)
            columns = [*fields, body, places, paragraphs + 1, len(of_cable)]
            try:
                exchange.carried(columns, of_cable, dim=dim)
            except Unbelievable as error:
                raise IndexDamaged(store.folder, f"of {fields[0]}, {error}") from error
            _insert(db, made, "cables", [(number, *columns, exchange.checksum(columns, of_cable))])
            _insert(
                db,
                made,
                "paragraphs",
                [(paragraphs + place, *each) for place, each in enumerate(of_cable, 1)],
            )
            cables, paragraphs = cables + 1, paragraphs + len(of_cable)
            embedded += sum(each[5] is not None for each in of_cable)
        manifest = Manifest(cables=cables, paragraphs=paragraphs, embedded=embedded, **of_model)
        _insert(db, made, "manifest", [exchange.written_manifest(manifest)])
    tell(Progress(stage="export", done=cables, total=total))
    return manifest


@contextmanager
def _new(made: Path) -> Iterator[sqlite3.Connection]:
    """The file with its tables, written in one transaction; nobody looks for it before it has its name."""
    with closing(sqlite3.connect(made, isolation_level=None)) as db:
        with _written(made):
            for pragma in (
                "page_size = 16384",
                "journal_mode = OFF",
                "synchronous = OFF",
                f"application_id = {exchange.APPLICATION}",
                f"user_version = {exchange.FORMAT}",
            ):
                db.execute(f"PRAGMA {pragma}")
            db.execute("BEGIN")
            for table in exchange.TABLES.values():
                db.execute(table)
        yield db
        with _written(made):
            db.execute("COMMIT")


def _insert(db: sqlite3.Connection, made: Path, table: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        with _written(made):
            db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


@contextmanager
def _written(made: Path) -> Iterator[None]:
    """What could not be written is told of this file, and not of the index that is read meanwhile."""
    try:
        yield
    except sqlite3.OperationalError as error:
        number = errno.ENOSPC if code(error) == sqlite3.SQLITE_FULL else errno.EIO
        raise OSError(number, os.strerror(number), str(made.parent.parent / made.name)) from error


def _name(made: Path, final: Path, *, asked: Path) -> None:
    """Give the file its name, unless something has it by now."""
    try:
        os.link(made, final)
    except FileExistsError as error:
        raise ExportExists(asked) from error
    except OSError as error:  # a file system without links
        if final.exists():
            raise ExportExists(asked) from error
        made.replace(final)
