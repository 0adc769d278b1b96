"""Every SQL statement on the tables of the index."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus import Cable, Rejected, Source
from corpus.cable import FileOnDisk
from index import packing, schema
from index.packing import Packed, PackedVectors, TornText
from index.portions import portions
from index.selection import Condition
from index.surrogates import storable
from index.values import CableRow, Order

_Value = TypeVar("_Value")

_AT_ONCE = 500  # parameters a statement; SQLite allows 32,766
# For each order the index that is in it, and the order itself. A date that is missing is the smallest value of all.
_ORDERS: Final[dict[Order, tuple[str, str]]] = {
    "newest": ("cables_newest", "c.day DESC, c.moment DESC, c.id"),
    "oldest": ("cables_oldest", "c.day NULLS LAST, c.moment, c.id"),
    "post": ("cables_by_post", "c.post = '', c.post, c.day DESC, c.moment DESC, c.id"),
    "subject": ("cables_by_subject", "c.subject = '', c.subject COLLATE NOCASE, c.id"),
    "longest": ("cables_longest", "c.paragraphs DESC, c.id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredParagraph:
    """A paragraph with what is read or embedded together with it."""

    id: int
    cable: int  # number
    cable_id: str
    number: str
    text: str
    heading: str
    subject: str
    date: str | None  # ISO 8601
    post: str
    origin: str
    classification: str
    tags: tuple[str, ...]


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another of its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class Store:
    """One connection to the database of an index."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self.folder = folder
        self.db = schema.connect(folder, create=create)
        self._file = _identity(folder / schema.DATABASE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self.db.close()

    @property
    def replaced(self) -> bool:
        """Whether the file that is open is no longer the one in the folder."""
        return _identity(self.folder / schema.DATABASE) != self._file

    # The manifest

    def note(self, key: str) -> Any:  # noqa: ANN401 - JSON
        """What the manifest says under a key, or None."""
        row = self.db.execute("SELECT value FROM manifest WHERE key = ?", (key,)).fetchone()
        return None if row is None else _said(row[0])

    def notes(self) -> dict[str, Any]:
        """The whole manifest."""
        return {key: _said(value) for key, value in self.db.execute("SELECT key, value FROM manifest")}

    def write_note(self, key: str, value: object) -> None:
        """Set a key of the manifest."""
        self.db.execute("INSERT OR REPLACE INTO manifest VALUES (?, ?)", (key, json.dumps(value)))

    def advance(self, key: str) -> int:
        """Count a generation up; what is derived from the database carries the one that it was made from."""
        count = int(self.note(key) or 0) + 1
        self.write_note(key, count)
        return count

    def sources(self) -> list[str]:
        """The paths that builds were given, in alphabetical order."""
        return [path for (path,) in self.db.execute("SELECT path FROM sources ORDER BY path")]

    def remember(self, paths: Iterable[str]) -> None:
        """Add paths to the sources."""
        self.db.executemany("INSERT OR IGNORE INTO sources VALUES (?)", ((storable(path),) for path in paths))

    def forget_source(self, root: str) -> bool:
        """Take a path, and what lies below it, out of the sources; whether there was one."""
        return (
            self.db.execute("DELETE FROM sources WHERE " + _UNDER.format("path"), _under(root)).rowcount > 0
        )

    # Cables in and out

    def version_of(self, cable_id: str, identity: bytes) -> tuple[int, bytes] | None:
        """Number and digest of the version of a cable that has this text."""
        found: tuple[int, bytes] | None = self.db.execute(
            "SELECT number, digest FROM cables WHERE id = ? AND identity = ?", (cable_id, identity)
        ).fetchone()
        return found

    def insert(self, cable: Cable) -> int:
        """Store a version of a cable with its paragraphs; its number."""
        return self.insert_packed(packing.packed(cable))

    def insert_packed(self, cable: Packed) -> int:
        """The same of one that is packed already."""
        number = self.db.execute(
            "INSERT INTO cables (id, identity, digest, date, day, moment, post, origin, classification, subject,"
            " paragraphs, waiting, fields, file, offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(cable.id, cable.identity, cable.digest, cable.date, cable.day, cable.moment),
                *(cable.post, cable.origin, cable.classification, cable.subject),
                *2 * (len(cable.paragraphs),),
                *(cable.fields, cable.source.file, cable.source.offset),
            ),
        ).lastrowid
        if number is None:
            raise RuntimeError("SQLite gave no row id for an INSERT.")
        self.db.execute("INSERT INTO bodies VALUES (?, ?)", (number, cable.body))
        self.db.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?)", ((tag, number) for tag in cable.tags))
        self.db.executemany(
            "INSERT OR IGNORE INTO refs VALUES (?, ?)", ((each, number) for each in cable.references)
        )
        self.db.executemany(
            'INSERT INTO paragraphs (cable, position, number, heading, marking, start, "end")'
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((number, position, *each) for position, each in enumerate(cable.paragraphs)),
        )
        return number

    def remove(self, number: int) -> None:
        """Take a version of a cable out, and all that hangs on it."""
        self._unseal(number)
        for table in ("embeddings", "tokens"):
            self.db.execute(
                f"DELETE FROM {table} WHERE paragraph IN (SELECT id FROM paragraphs WHERE cable = ?)",
                (number,),
            )
        for table in ("paragraphs", "tags", "refs", "places", "bodies"):
            self.db.execute(f"DELETE FROM {table} WHERE cable = ?", (number,))
        if self.db.execute("SELECT shown FROM cables WHERE number = ?", (number,)).fetchone() == (1,):
            self.mark_pending([number])
        self.db.execute("DELETE FROM cables WHERE number = ?", (number,))

    def show_latest(self, cable_id: str) -> None:
        """Let the version with the latest date stand for its id; of one date, the one that came last."""
        versions = self.db.execute(
            "SELECT number, shown FROM cables WHERE id = ? ORDER BY moment IS NULL, moment DESC, number DESC",
            (cable_id,),
        ).fetchall()
        for place, (number, shown) in enumerate(versions):
            if shown != (place == 0):
                self.db.execute("UPDATE cables SET shown = ? WHERE number = ?", (place == 0, number))
                self._unseal(number)
                self.mark_pending([number])

    def mark_pending(self, numbers: Iterable[int]) -> None:
        """Note that the BM25 index must be told of these cables."""
        self.db.executemany("INSERT OR IGNORE INTO pending VALUES (?)", ((number,) for number in numbers))

    def pending(self) -> list[int]:
        """Cables that the BM25 index must be told of."""
        return [number for (number,) in self.db.execute("SELECT cable FROM pending ORDER BY cable")]

    def clear_pending(self) -> None:
        """Note that the BM25 index stands as the database does."""
        self.db.execute("DELETE FROM pending")

    # Where cables were found

    def found_at(self, number: int, source: Source, run: int) -> None:
        """Note that a run found a version at a place."""
        cursor = self.db.execute(
            "INSERT INTO places VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET offset = ?3, run = ?4"
            " WHERE run < ?4 OR offset > ?3",
            (source.file, number, source.offset, run),
        )
        if cursor.rowcount:
            self.db.execute(
                "UPDATE cables SET offset = ? WHERE number = ? AND file = ? AND offset <> ?",
                (source.offset, number, source.file, source.offset),
            )

    def places(self, number: int) -> list[tuple[str, int, int]]:
        """Where a version was found: (file, offset, run)."""
        return self.db.execute("SELECT file, offset, run FROM places WHERE cable = ?", (number,)).fetchall()

    def holds_cables(self) -> bool:
        """Whether there is a version of any cable."""
        return self.db.execute("SELECT 1 FROM cables LIMIT 1").fetchone() is not None

    def count_versions(self) -> int:
        """How many versions of cables there are, those that are not found among them."""
        return int(self.db.execute("SELECT count(*) FROM cables").fetchone()[0])

    def versions(self) -> Iterator[tuple[Any, ...]]:
        """All versions of all cables, by number.

        Gives number, id, identity, date, post, origin, classification, subject, fields, body, and the file and offset
        where it was found.
        """
        yield from self.db.execute(
            "SELECT c.number, c.id, c.identity, c.date, c.post, c.origin, c.classification, c.subject, c.fields,"
            " b.body, c.file, c.offset FROM cables c LEFT JOIN bodies b ON b.cable = c.number ORDER BY c.number"
        )

    def paragraphs_with_vectors(self, number: int) -> list[tuple[Any, ...]]:
        """The paragraphs of a version in order: number, heading, marking, start, end, windows, spans, vectors, signs.

        The last four are None where it is not embedded.
        """
        return self.db.execute(
            'SELECT p.number, p.heading, p.marking, p.start, p."end", e.windows, e.spans, e.vectors, t.signs'
            " FROM paragraphs p LEFT JOIN embeddings e ON e.paragraph = p.id AND p.embedded = 1"
            " LEFT JOIN tokens t ON t.paragraph = e.paragraph WHERE p.cable = ? ORDER BY p.position",
            (number,),
        ).fetchall()

    def paragraph_ids(self, number: int) -> list[tuple[int, bool]]:
        """The ids of the paragraphs of a version in order, and whether each has vectors."""
        rows = self.db.execute(
            "SELECT id, embedded FROM paragraphs WHERE cable = ? ORDER BY position", (number,)
        )
        return [(paragraph, bool(embedded)) for paragraph, embedded in rows]

    def restore_places(self, number: int, places: Iterable[tuple[str, int, int]]) -> None:
        """Say of a version that it was found where another was."""
        self.db.executemany(
            "INSERT OR REPLACE INTO places (cable, file, offset, run) VALUES (?, ?, ?, ?)",
            ((number, *place) for place in places),
        )

    def outdated(self, file: str, run: int) -> list[tuple[int, str, int]]:
        """Versions that a file held before this run and holds no longer, while it holds another of their id.

        Returns (number, cable id, number of the other).
        """
        return self.db.execute(
            "SELECT old.cable, c.id, max(new.cable) FROM places old JOIN cables c ON c.number = old.cable"
            " JOIN cables o ON o.id = c.id AND o.number <> c.number"
            " JOIN places new ON new.cable = o.number AND new.file = old.file AND new.run = ?2"
            " WHERE old.file = ?1 AND old.run < ?2 GROUP BY old.cable",
            (file, run),
        ).fetchall()

    def gone(self, root: str, run: int) -> Iterator[tuple[int, str, str]]:
        """Places under a path where this run did not find what was there: (number, cable id, file).

        What a file held when it was read last is there, where this run passed the file over.
        """
        rows = self.db.execute(
            "SELECT p.cable, c.id, p.file, p.run FROM places p JOIN cables c ON c.number = p.cable"
            f" WHERE p.run < ?1 AND {_UNDER.format('p.file')} AND NOT EXISTS"
            " (SELECT 1 FROM files f WHERE f.file = p.file AND f.run = ?1 AND f.read <= p.run) ORDER BY p.file",
            (run, *_under(root)),
        ).fetchall()
        # The file on disk that the last place was in, where it was passed over, and the run that read it.
        archive, read = "", 0
        for number, cable_id, file, found in rows:
            if not (archive and file.startswith(f"{archive}/")):
                archive, read = self._passed_over(file, run)
            if not archive or found < read:
                yield number, cable_id, file

    def _passed_over(self, file: str, run: int) -> tuple[str, int]:
        """The file on disk in which a place is, and the run that read it, if this run met it; else ""."""
        for path in _with_parents(file):
            row = self.db.execute("SELECT read FROM files WHERE file = ? AND run = ?", (path, run)).fetchone()
            if row is not None:
                return path, int(row[0])
        return "", 0

    def forget_place(self, number: int, file: str) -> bool:
        """Forget that a version was found in a file; whether it was found anywhere else."""
        self.db.execute("DELETE FROM places WHERE cable = ? AND file = ?", (number, file))
        other = self.db.execute(
            "SELECT file, offset FROM places WHERE cable = ? ORDER BY file LIMIT 1", (number,)
        ).fetchone()
        if other is None:
            return False
        self.db.execute(
            "UPDATE cables SET file = ?, offset = ? WHERE number = ? AND file = ?", (*other, number, file)
        )
        return True

    def reject(self, rejected: Rejected, run: int) -> None:
        """Keep what could not be read."""
        source = rejected.source
        self.db.execute(
            "INSERT INTO rejected (file, offset, reason, run) VALUES (?, ?, ?, ?)",
            (source.file, source.offset, rejected.reason, run),
        )

    def forget_rejected(self, root: str, *, before: int | None = None) -> None:
        """Forget what could not be read under a path; where a run is named, only what was before it."""
        sql = f"DELETE FROM rejected WHERE {_WITHIN.format('file')}"
        if before is None:
            self.db.execute(sql, _within(root))
        else:
            self.db.execute(f"{sql} AND run < ?", (*_within(root), before))

    def keep_rejected(self, file: str, run: int) -> list[Rejected]:
        """Say of what could not be read in a file that it could not in this run either; what that is."""
        rows = self.db.execute(
            f"SELECT file, offset, reason FROM rejected WHERE {_WITHIN.format('file')} ORDER BY rowid",
            _within(file),
        ).fetchall()
        if rows:
            self.db.execute(
                f"UPDATE rejected SET run = ? WHERE {_WITHIN.format('file')}", (run, *_within(file))
            )
        return [
            Rejected(source=Source(file=file, offset=offset), reason=reason) for file, offset, reason in rows
        ]

    # Files on disk

    def file_read(self, file: FileOnDisk, edition: str) -> tuple[int, int] | None:
        """Where a file is as it was when this edition read it to its end: (run that did, last run that met it)."""
        found: tuple[int, int] | None = self.db.execute(
            "SELECT read, run FROM files WHERE file = ? AND size = ? AND mtime_ns = ? AND ctime_ns = ?"
            " AND edition = ?",
            (file.name, file.size, file.mtime_ns, file.ctime_ns, edition),
        ).fetchone()
        return found

    def note_edition(self, edition: str) -> None:
        """Note that an edition of the parser reads cables into this database; "" stands for those before this note."""
        known = self.note("editions")
        if known is None:
            known = [""] if self.db.execute("SELECT 1 FROM cables").fetchone() else []
        if edition not in known:
            self.write_note("editions", [*known, edition])

    def edition_of(self, file: str) -> str:
        """Which edition read the file on disk in which a place is, to its end; "" where none did."""
        for path in _with_parents(file):
            row = self.db.execute("SELECT edition FROM files WHERE file = ?", (path,)).fetchone()
            if row is not None:
                return str(row[0])
        return ""

    def remember_file(self, file: FileOnDisk, edition: str, run: int) -> None:
        """Note that a run has read a file to its end."""
        self.db.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
            (file.name, file.size, file.mtime_ns, file.ctime_ns, edition, run, run),
        )

    def pass_over(self, file: str, run: int) -> None:
        """Note that a run met a file that it need not read."""
        self.db.execute("UPDATE files SET run = ? WHERE file = ?", (run, file))

    def forget_files(self, root: str, *, before: int | None = None) -> None:
        """Forget that files under a path, or the archives that it is in, were read; or those not met since a run."""
        if before is None:
            for path in _with_parents(storable(root)):
                self.db.execute("DELETE FROM files WHERE file = ?", (path,))
        self.db.execute(
            f"DELETE FROM files WHERE {_WITHIN.format('file')} AND run < ?",
            (*_within(root), before if before is not None else 1 << 62),
        )

    def numbers_in(self, file: str, *, since: int = 0) -> NDArray[np.int64]:
        """Numbers of the versions that a run, or one after it, found in a file or within it, ascending."""
        # Two ranges, for with OR between them SQLite keeps a list of what it has seen: three times as long.
        (listed,) = self.db.execute(
            "SELECT group_concat(cable) FROM (SELECT cable FROM places WHERE file = ?1 AND run >= ?4"
            " UNION ALL SELECT cable FROM places WHERE file >= ?2 AND file < ?3 AND run >= ?4)",
            (*_within(file), since),
        ).fetchone()
        return np.flatnonzero(np.bincount(_numbers(listed)))  # a fifth of the time of np.unique

    def rejected(self) -> list[Rejected]:
        """What could not be read, by file."""
        rows = self.db.execute("SELECT file, offset, reason FROM rejected ORDER BY file, offset")
        return [
            Rejected(source=Source(file=file, offset=offset), reason=reason) for file, offset, reason in rows
        ]

    def count_rejected(self) -> int:
        """How many files, members and records could not be read."""
        return int(self.db.execute("SELECT count(*) FROM rejected").fetchone()[0])

    # Cables to look at

    def cable(self, cable_id: str) -> Cable | None:
        """The version that stands for an id."""
        cursor = self.db.execute(
            "SELECT c.*, b.body FROM cables c JOIN bodies b ON b.cable = c.number WHERE c.id = ? AND c.shown = 1",
            (cable_id,),
        )
        row = cursor.fetchone()
        if row is None:
            return None
        named = dict(zip((column[0] for column in cursor.description), row, strict=True))
        paragraphs = self.db.execute(
            'SELECT number, heading, marking, start, "end" FROM paragraphs WHERE cable = ? ORDER BY position',
            (named["number"],),
        ).fetchall()
        return packing.unpacked_cable(named, named["body"], paragraphs)

    def rows(self, where: Condition, order: Order, *, limit: int | None, offset: int) -> list[CableRow]:
        """Cables that pass a condition, in an order; a limit of None is none."""
        by, terms = _ORDERS[order]
        found = self.db.execute(
            f"SELECT {_ROW} FROM {_looked_through(where, by)} WHERE {where.sql} ORDER BY {terms} LIMIT ? OFFSET ?",
            (*where.values, -1 if limit is None else limit, offset),
        )
        return [_row(each) for each in found]

    def referring(self, references: Sequence[str], *, limit: int | None) -> list[CableRow]:
        """The shown cables that refer to any of these ids, oldest first."""
        numbers = f"SELECT cable FROM refs WHERE reference IN ({_marks(references)})"
        where = Condition(sql=f"c.shown = 1 AND c.number IN ({numbers})", values=tuple(references), few=True)
        return self.rows(where, "oldest", limit=limit, offset=0)

    def neighbours(self, cable_id: str) -> tuple[str | None, str | None] | None:
        """The ids before and after a cable among those of its post; None where there is no such cable."""
        place = self.db.execute(
            f"SELECT c.post, {_MOMENT}, c.id FROM cables c WHERE c.id = ? AND c.shown = 1", (cable_id,)
        ).fetchone()
        if place is None:
            return None
        before, after = (
            self.db.execute(
                "SELECT c.id FROM cables c INDEXED BY cables_of_post WHERE c.shown = 1 AND c.post = ?1"
                # By the moment alone first, for SQLite does not look up the two at once in an index on an expression.
                f" AND {_MOMENT} {beyond}= ?2 AND ({_MOMENT}, c.id) {beyond} (?2, ?3)"
                f" ORDER BY {_MOMENT} {way}, c.id {way} LIMIT 1",
                place,
            ).fetchone()
            for beyond, way in (("<", "DESC"), (">", "ASC"))
        )
        return before and before[0], after and after[0]

    def count(self, where: Condition) -> int:
        """How many cables pass a condition."""
        found = self.db.execute(
            f"SELECT count(*) FROM {_looked_through(where)} WHERE {where.sql}", where.values
        )
        return int(found.fetchone()[0])

    def count_superseded(self) -> int:
        """How many versions of cables are kept, but not found."""
        return self.count_versions() - self.count(Condition())

    def posts(self) -> list[str]:
        """The posts that cables come from, in the order of the alphabet."""
        return [
            post
            for (post,) in self.db.execute(
                "SELECT DISTINCT post FROM cables INDEXED BY cables_of_post WHERE shown = 1 ORDER BY post"
            )
        ]

    def having(
        self, value: Literal["post", "day", "classification", "tag"]
    ) -> list[tuple[str | None, NDArray[np.int64]]]:
        """Each value in the order of the alphabet, with the numbers of the cables that have it, in no order.

        All versions are among those of a tag, those that are shown only among others.
        """
        return [(each, _numbers(listed)) for each, listed in self.db.execute(_HAVING[value])]

    def having_paragraphs(self) -> list[tuple[int, NDArray[np.int64]]]:
        """Each number of paragraphs, with the numbers of the shown cables that have so many, in no order."""
        return [(count, _numbers(listed)) for count, listed in self.db.execute(_HAVING_PARAGRAPHS)]

    def first_paragraphs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Numbers of the versions of cables that have paragraphs, and of each the id of its first.

        The others follow it: they are inserted one after the other in one transaction, and removed all together.
        """
        cables, ids = self.db.execute(
            "SELECT group_concat(cable), group_concat(id) FROM paragraphs INDEXED BY paragraphs_by_cable"
            " WHERE position = 0"
        ).fetchone()
        return _numbers(cables), _numbers(ids)

    def tagged(self, tags: Sequence[str]) -> NDArray[np.int64]:
        """Numbers of the versions of cables with any of these TAGS, ascending."""
        (listed,) = self.db.execute(
            f"SELECT group_concat(cable) FROM tags WHERE tag IN ({_marks(tags)})", tags
        ).fetchone()
        return np.flatnonzero(np.bincount(_numbers(listed)))  # a fifth of the time of np.unique

    def numbered(self, cable_ids: Sequence[str]) -> NDArray[np.int64]:
        """Numbers of the versions that stand for these ids, ascending."""
        found = [
            number
            for some in portions(cable_ids, _AT_ONCE)
            for (number,) in self.db.execute(
                f"SELECT number FROM cables WHERE shown = 1 AND id IN ({_marks(some)})", some
            )
        ]
        return np.unique(np.array(found, np.int64))

    # Paragraphs

    def cable_numbers(self, where: Condition) -> NDArray[np.int64]:
        """Numbers of the cables that pass a condition, in no order."""
        (listed,) = self.db.execute(
            f"SELECT group_concat(c.number) FROM {_looked_through(where)} WHERE {where.sql}", where.values
        ).fetchone()
        return _numbers(listed)

    def paragraphs(self, ids: Sequence[int]) -> dict[int, StoredParagraph]:
        """Paragraphs by id, of the versions that are shown; an id that is gone is left out."""
        return {
            each.id: each
            for some in portions(ids, _AT_ONCE)
            for each in self._read_paragraphs(f"p.id IN ({_marks(some)}) AND c.shown = 1", some)
        }

    def paragraphs_of(self, numbers: Sequence[int]) -> Iterator[StoredParagraph]:
        """All paragraphs of these cables, as far as they are shown, by cable."""
        for some in portions(numbers, _AT_ONCE):
            yield from self._read_paragraphs(f"c.number IN ({_marks(some)}) AND c.shown = 1", some)

    def unembedded(self, *, after: int, limit: int, tokens: bool = False) -> list[StoredParagraph]:
        """Paragraphs without vectors whose id is above `after`, in the order of their ids.

        With `tokens` also those whose tokens are not kept.
        """
        chosen = _WITHOUT_TOKENS if tokens else _UNEMBEDDED
        ids = [
            row[0]
            for row in self.db.execute(
                f"SELECT p.id {chosen} AND p.id > ? ORDER BY p.id LIMIT ?", (after, limit)
            )
        ]
        found = self.paragraphs(ids)
        return [found[each] for each in ids if each in found]

    def count_unembedded(self, *, tokens: bool = False) -> int:
        """How many paragraphs wait for vectors; with `tokens` also for those of their tokens."""
        if tokens:
            return int(self.db.execute(f"SELECT count(*) {_WITHOUT_TOKENS}").fetchone()[0])
        waiting = (
            "SELECT total(waiting) FROM cables INDEXED BY cables_waiting WHERE shown = 1 AND waiting > 0"
        )
        return int(self.db.execute(waiting).fetchone()[0])

    def count_paragraphs(self) -> int:
        """How many paragraphs can be found."""
        # Without the hint SQLite takes an index that does not hold the number, and looks up every row for it.
        counted = "SELECT total(paragraphs) FROM cables INDEXED BY cables_longest WHERE shown = 1"
        return int(self.db.execute(counted).fetchone()[0])

    def last_paragraph(self) -> int:
        """The highest id of a paragraph; 0 where there is none."""
        return int(self.db.execute("SELECT coalesce(max(id), 0) FROM paragraphs").fetchone()[0])

    def count_paragraphs_after(self, last: int) -> int:
        """How many of the paragraphs that can be found have an id above `last`."""
        found = self.db.execute(
            "SELECT count(*) FROM paragraphs p CROSS JOIN cables c ON c.number = p.cable"
            " WHERE p.id > ? AND c.shown = 1",
            (last,),
        )
        return int(found.fetchone()[0])

    def paragraphs_after(self, last: int) -> Iterator[StoredParagraph]:
        """The paragraphs that can be found whose id is above `last`, by cable."""
        yield from self._read_paragraphs("p.id > ? AND c.shown = 1", (last,))

    def shown_numbers(self) -> list[int]:
        """Numbers of all cables that can be found."""
        return [
            row[0] for row in self.db.execute("SELECT number FROM cables WHERE shown = 1 ORDER BY number")
        ]

    def _read_paragraphs(self, where: str, values: Sequence[object]) -> Iterator[StoredParagraph]:
        rows = self.db.execute(
            # The TAGS alone: in Python it takes as long to read all of the fields as to unpack the texts.
            "SELECT c.number, c.id, c.subject, c.date, c.post, c.origin, c.classification,"
            """ json_extract(c.fields, '$.tags'), p.id, p.number, p.heading, p.position, p."end\""""
            " FROM paragraphs p JOIN cables c ON c.number = p.cable"
            f" WHERE {where} ORDER BY p.cable, p.position",
            values,
        ).fetchall()
        for number, grouped in groupby(rows, key=itemgetter(0)):
            of_one_cable = list(grouped)
            *_, last, end = of_one_cable[-1]
            (body,) = self.db.execute("SELECT body FROM bodies WHERE cable = ?", (number,)).fetchone()
            texts = packing.unpacked_texts(body, last=last, end=end)
            for _, cable_id, subject, date, post, origin, classification, tags, *place in of_one_cable:
                paragraph_id, printed, heading, position, _ = place
                yield StoredParagraph(
                    id=paragraph_id,
                    cable=number,
                    cable_id=cable_id,
                    number=printed,
                    text=texts[position],
                    heading=heading,
                    subject=subject,
                    date=date,
                    post=post,
                    origin=origin,
                    classification=classification,
                    tags=tuple(json.loads(tags)) if tags else (),
                )

    # Embeddings

    def keep_embedding(self, paragraph: int, windows: int, spans: bytes, vectors: bytes) -> None:
        """Store the vectors of a paragraph, packed, the first `windows` of them its windows'."""
        self.db.execute(
            "INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?)", (paragraph, windows, spans, vectors)
        )
        self.db.execute("INSERT OR REPLACE INTO since_base VALUES (?, 0)", (paragraph,))
        row = self.db.execute(
            "SELECT cable FROM paragraphs WHERE id = ? AND embedded = 0", (paragraph,)
        ).fetchone()
        if row is not None:
            self.db.execute("UPDATE paragraphs SET embedded = 1 WHERE id = ?", (paragraph,))
            self.db.execute("UPDATE cables SET waiting = waiting - 1 WHERE number = ?", row)

    def is_embedded(self, paragraph: int) -> bool:
        """Whether a paragraph has vectors."""
        found = self.db.execute("SELECT embedded FROM paragraphs WHERE id = ?", (paragraph,)).fetchone()
        return bool(found and found[0])

    def keep_tokens(self, paragraph: int, signs: bytes) -> None:
        """Store the token vectors of a paragraph, packed."""
        self.db.execute("INSERT OR REPLACE INTO tokens VALUES (?, ?)", (paragraph, signs))

    def tokens(self, ids: Sequence[int]) -> dict[int, bytes]:
        """Token vectors, packed, by id of the paragraph; what has none is left out."""
        return {
            paragraph: signs
            for some in portions(ids, _AT_ONCE)
            for paragraph, signs in self.db.execute(
                f"SELECT paragraph, signs FROM tokens WHERE paragraph IN ({_marks(some)})", some
            )
        }

    def embeddings(self, ids: Sequence[int]) -> dict[int, PackedVectors]:
        """How many windows, spans, and vectors (packed) by id of the paragraph; what is not embedded is left out."""
        found = {}
        for some in portions(ids, _AT_ONCE):
            rows = self.db.execute(
                f"SELECT paragraph, windows, spans, vectors FROM embeddings WHERE paragraph IN ({_marks(some)})",
                some,
            )
            found.update(
                {paragraph: (windows, spans, vectors) for paragraph, windows, spans, vectors in rows}
            )
        return found

    def count_embedded(self) -> int:
        """How many of the paragraphs that can be found have vectors."""
        return self.count_paragraphs() - self.count_unembedded()

    def window_vectors(
        self, dim: int, *, every: int = 1, rows: int = 2_048
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Window vectors of the paragraphs that can be found: ids (n,) and vectors (n, dim), in portions by id.

        Args:
            every: 1 for all paragraphs, 10 for each tenth; never none of them.
            rows: paragraphs a portion. All vectors of so many are unpacked at once: 14 MB for 2,048.
        """
        first = "(SELECT min(paragraph) FROM embeddings)"
        rows_of = (
            "FROM embeddings e CROSS JOIN paragraphs p ON p.id = e.paragraph"
            f" CROSS JOIN cables c ON c.number = p.cable AND c.shown = 1 WHERE (e.paragraph - {first}) % ? = 0"
        )
        yield from self._window_vectors(rows_of, (every,), dim, rows)

    def fresh_vectors(
        self, dim: int, *, unsealed: bool = False, rows: int = 2_048
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """The same of the paragraphs that the base FAISS file does not hold as they are; or of the `unsealed` alone."""
        rows_of = (
            "FROM since_base s CROSS JOIN embeddings e ON e.paragraph = s.paragraph"
            " CROSS JOIN paragraphs p ON p.id = e.paragraph CROSS JOIN cables c ON c.number = p.cable AND c.shown = 1"
        )
        yield from self._window_vectors(
            f"{rows_of} WHERE s.sealed = 0" if unsealed else rows_of, (), dim, rows
        )

    def _window_vectors(
        self, rows_of: str, values: Sequence[object], dim: int, rows: int
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        cursor = self.db.execute(
            f"SELECT e.paragraph, e.windows, e.vectors {rows_of} ORDER BY e.paragraph", values
        )
        while some := cursor.fetchmany(rows):
            vectors, counts = packing.unpacked_vectors((blob for _, _, blob in some), dim)
            windows = np.array([count for _, count, _ in some])
            # Of each paragraph its first vectors: the places of all, less those of its sentences.
            places = np.arange(len(vectors)) - np.repeat(np.cumsum([0, *counts[:-1]]), counts)
            ids = np.repeat(np.array([paragraph for paragraph, _, _ in some], np.int64), windows)
            yield ids, vectors[places < np.repeat(windows, counts)]

    # What the FAISS files do not hold as it is

    def _unseal(self, number: int) -> None:
        """Note that the vectors of a version go, or come to be shown or not."""
        self.db.execute(
            "INSERT OR REPLACE INTO since_base SELECT id, 0 FROM paragraphs WHERE cable = ? AND embedded = 1",
            (number,),
        )

    def unsealed(self) -> NDArray[np.int64]:
        """Ids of the paragraphs that changed since any FAISS file was written, ascending."""
        rows = self.db.execute(
            "SELECT paragraph FROM since_base INDEXED BY since_base_unsealed WHERE sealed = 0 ORDER BY paragraph"
        )
        return np.fromiter((row[0] for row in rows), np.int64)

    def sealed_since_base(self, *, last: int) -> NDArray[np.int64]:
        """Ids up to `last` of the paragraphs for which the fresh FAISS file stands, ascending."""
        rows = self.db.execute(
            "SELECT paragraph FROM since_base WHERE sealed = 1 AND paragraph <= ? ORDER BY paragraph", (last,)
        )
        return np.fromiter((row[0] for row in rows), np.int64)

    def count_since_base(self, *, last: int) -> int:
        """How many of the paragraphs up to `last` changed since the base FAISS file was made."""
        found = self.db.execute("SELECT count(*) FROM since_base WHERE paragraph <= ?", (last,))
        return int(found.fetchone()[0])

    def last_embedded(self) -> int:
        """The highest id of a paragraph that has vectors; 0 where none has."""
        return int(self.db.execute("SELECT coalesce(max(paragraph), 0) FROM embeddings").fetchone()[0])

    def note_sealed(self, *, base: bool) -> None:
        """Note that the FAISS files stand as the database does: the base itself, or with the fresh one."""
        if base:
            self.db.execute("DELETE FROM since_base")
        else:
            self.db.execute("UPDATE since_base SET sealed = 1 WHERE sealed = 0")


_ROW = "c.id, c.date, c.post, c.origin, c.classification, c.subject, c.paragraphs"
_MOMENT = "coalesce(c.moment, 9e999)"  # as in cables_of_post

# The index to group by: SQLite would look at every cable's row.
_HAVING = {
    "post": "SELECT post, group_concat(number) FROM cables INDEXED BY cables_of_post WHERE shown = 1"
    " GROUP BY post ORDER BY post",
    "day": "SELECT day, group_concat(number) FROM cables INDEXED BY cables_oldest WHERE shown = 1"
    " GROUP BY day ORDER BY day",
    "classification": "SELECT classification, group_concat(number) FROM cables INDEXED BY cables_newest"
    " WHERE shown = 1 GROUP BY classification ORDER BY classification",
    "tag": "SELECT tag, group_concat(cable) FROM tags GROUP BY tag ORDER BY tag",
}
_HAVING_PARAGRAPHS = (
    "SELECT paragraphs, group_concat(number) FROM cables INDEXED BY cables_longest WHERE shown = 1"
    " GROUP BY paragraphs"
)


def _said(value: str) -> Any:  # noqa: ANN401 - JSON
    """A value of the manifest. Raises TornText."""
    try:
        return json.loads(value)
    except json.JSONDecodeError as error:
        raise TornText("what it says of itself is no JSON") from error


def _looked_through(where: Condition, by: str = "cables_newest") -> str:
    """The table of cables, and how to go through it.

    SQLite is told, for without statistics it takes the index on whatever a filter names, looks up the row of every
    cable that is left and sorts them: seconds. One pass over an index that is in the order asked for and holds what
    filters ask for takes 50 ms for 250,000 cables, whatever the filters, and ends with the page.
    """
    return "cables c NOT INDEXED" if where.few else f"cables c INDEXED BY {by}"


def _row(found: tuple[Any, ...]) -> CableRow:
    cable_id, date, post, origin, classification, subject, paragraphs = found
    return CableRow(
        id=cable_id,
        date=packing.moment_of(date),
        post=post,
        origin=origin,
        classification=classification,
        subject=subject,
        paragraphs=paragraphs,
    )


def _numbers(listed: str | None) -> NDArray[np.int64]:
    """What group_concat gave: a third of the time that as many rows would take."""
    return np.fromstring(listed or "", np.int64, sep=",")


# CROSS JOIN keeps SQLite to this order of tables: by itself it begins with the cables and sorts every paragraph.
_WITHOUT_TOKENS = (
    "FROM paragraphs p CROSS JOIN cables c ON c.number = p.cable"
    " WHERE c.shown = 1 AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.paragraph = p.id)"
)
_UNEMBEDDED = (
    "FROM paragraphs p INDEXED BY paragraphs_to_embed CROSS JOIN cables c ON c.number = p.cable"
    " WHERE c.shown = 1 AND p.embedded = 0"
)
# A path itself, or anything below it (a folder's files, an archive's members), without LIKE's wildcards.
_UNDER = "({0} = ? OR substr({0}, 1, ?) = ?)"


# The same by ranges of an index on it: "0" comes next after "/".
_WITHIN: Final = "({0} = ? OR ({0} >= ? AND {0} < ?))"


def _within(root: str) -> tuple[str, str, str]:
    root = storable(root)
    below = root.rstrip("/")
    return root, f"{below}/", f"{below}0"


def _with_parents(file: str) -> Iterator[str]:
    yield file
    yield from map(str, PurePosixPath(file).parents)


def _under(root: str) -> tuple[str, int, str]:
    root = storable(root)
    below = root.rstrip("/") + "/"
    return root, len(below), below


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" for _ in values)
