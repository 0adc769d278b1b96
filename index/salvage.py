"""What SQLite can still give of a damaged database, into a new one."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import corpus
from corpus.edition import edition
from index import packing, schema, soundness
from index.packing import Packed
from index.store import Store

# The rows of each table in the order of its key, which is also how it is stored. `files` is left out, so that the next
# build reads all files again; `pending` and `since_base` tell of derived files, which are made anew.
_TABLES: Final = {
    "manifest": ("key",),
    "sources": ("path",),
    "cables": ("number",),
    "bodies": ("cable",),
    "tags": ("tag", "cable"),
    "refs": ("reference", "cable"),
    "places": ("file", "cable"),
    "paragraphs": ("id",),
    "embeddings": ("paragraph",),
    "tokens": ("paragraph",),
    "rejected": ("rowid",),
}
# Of the manifest: what tells of derived files.
_DERIVED_NOTES: Final = ("vectors", "words_mark", "spellings_generation", "spellings_of")
_TORN: Final = (
    sqlite3.DatabaseError,
    UnicodeDecodeError,
)  # the other where SQLite tells of a name that is torn
_PROBES: Final = 200_000  # between what was read from either end


def rows_into(new: Store, old: Path) -> None:
    """Copy every row that can be read, table by table, and no index: those of the new database are made from the rows.

    One that breaks a rule of its table is left out.
    """
    with (
        closing(sqlite3.connect(old, timeout=60, isolation_level=None)) as damaged,
        schema.transaction(new.db),
    ):
        for table, key in _TABLES.items():
            names = [row[1] for row in new.db.execute(f"PRAGMA table_info({table})")]
            listed = ", ".join(f'"{name}"' for name in names)
            marks = ", ".join("?" for _ in names)
            insert = f"INSERT OR IGNORE INTO {table} ({listed}) VALUES ({marks})"
            for row in _rows(damaged, table, listed, key):
                try:
                    new.db.execute(insert, row)
                except sqlite3.DatabaseError:  # such as NULL where none may be
                    continue
        # A number is never used twice, also not that of a cable that is lost.
        for table, number in (("cables", "number"), ("paragraphs", "id")):
            new.db.execute(
                f"UPDATE sqlite_sequence SET seq = max(seq, ?, (SELECT coalesce(max({number}), 0) FROM {table}))"
                " WHERE name = ?",
                (_sequence(damaged, table), table),
            )
        new.db.execute(
            f"DELETE FROM manifest WHERE NOT json_valid(value) OR key IN ({', '.join('?' for _ in _DERIVED_NOTES)})",
            _DERIVED_NOTES,
        )


def _sequence(damaged: sqlite3.Connection, table: str) -> int:
    try:
        row = damaged.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    except _TORN:
        return 0
    return int(row[0]) if row else 0


def _rows(
    damaged: sqlite3.Connection, table: str, listed: str, key: Sequence[str]
) -> Iterator[tuple[object, ...]]:
    """The rows before a torn page, those behind it, and what is found by looking for single keys in between."""
    order = ", ".join(key)
    selected = f"SELECT {order}, {listed} FROM {table}"
    unordered = f"{selected} NOT INDEXED"
    ends: list[int | None] = [None, None]
    for end, way in enumerate(("", " DESC")):
        terms = ", ".join(f"{each}{way}" for each in key)
        try:
            for row in damaged.execute(f"{unordered} ORDER BY {terms}"):
                yield row[len(key) :]
                ends[end] = row[0] if isinstance(row[0], int) else None
        except _TORN:
            continue
        return
    low, high = ends
    if low is not None and high is not None:
        yield from _between(damaged, f"{unordered} WHERE {key[0]}", len(key), low + 1, high - 1)


def _between(
    damaged: sqlite3.Connection, selected: str, keys: int, low: int, high: int
) -> Iterator[tuple[object, ...]]:
    probes, ranges = 0, [(low, high)]
    while ranges and probes < _PROBES:
        low, high = ranges.pop()
        if low > high:
            continue
        probes += 1
        try:
            found = damaged.execute(f"{selected} BETWEEN ? AND ?", (low, high)).fetchall()
        except _TORN:
            if low < high:
                middle = (low + high) // 2
                ranges += [(middle + 1, high), (low, middle)]
            continue
        yield from (row[keys:] for row in found)


def only_what_is_sound(new: Store, *, dim: int) -> tuple[set[str], set[str]]:
    """Take out of the copy what does not agree with its checksums.

    A cable whose text is sound, and nothing else, is parsed from that text; the next build that meets it in a file
    reads it from there instead. Of a paragraph whose vectors are damaged the next build makes them anew.

    Returns the ids of the cables that were parsed so, and of those that were taken out.
    """
    from_text, gone, now = set[str](), set[str](), edition()
    with schema.transaction(new.db):
        for table in ("bodies", "paragraphs", "tags", "refs", "places"):
            new.db.execute(f"DELETE FROM {table} WHERE cable NOT IN (SELECT number FROM cables)")
        for table in ("embeddings", "tokens"):
            new.db.execute(f"DELETE FROM {table} WHERE paragraph NOT IN (SELECT id FROM paragraphs)")
        for number, cable_id in soundness.numbers(new.db).items():
            version = soundness.version(new, number, dim=dim, edition=now)
            if version is None or not version.faults:
                continue
            if soundness.NO_TEXT in version.faults:
                new.remove(number)
                gone.add(cable_id)
            elif version.text is not None and not set(version.faults) <= {
                soundness.VECTORS,
                soundness.COUNTS,
            }:
                _parse_again(new, number, version.text)
                from_text.add(cable_id)
            else:
                _keep_vectors(new, number, version.vectors)
        for table in ("embeddings", "tokens"):
            new.db.execute(
                f"DELETE FROM {table} WHERE paragraph NOT IN (SELECT id FROM paragraphs WHERE embedded = 1)"
            )
        new.db.execute("DELETE FROM since_base")
        new.db.execute("DELETE FROM pending")
        new.db.execute("UPDATE cables SET shown = 0")
        for (cable_id,) in new.db.execute("SELECT DISTINCT id FROM cables").fetchall():
            new.show_latest(cable_id)
        new.db.execute("DELETE FROM since_base")
    return from_text, gone


def _keep_vectors(new: Store, number: int, sound: Sequence[int]) -> None:
    """Let a version count its paragraphs and those of them that have vectors as they are."""
    new.db.execute("UPDATE paragraphs SET embedded = 0 WHERE cable = ?", (number,))
    new.db.executemany("UPDATE paragraphs SET embedded = 1 WHERE id = ?", ((each,) for each in sound))
    new.db.execute(
        "UPDATE cables SET paragraphs = (SELECT count(*) FROM paragraphs WHERE cable = ?1),"
        " waiting = (SELECT count(*) FROM paragraphs WHERE cable = ?1 AND embedded = 0) WHERE number = ?1",
        (number,),
    )


def _parse_again(new: Store, number: int, text: str) -> None:
    cable_id, file, offset = new.db.execute(
        "SELECT id, file, offset FROM cables WHERE number = ?", (number,)
    ).fetchone()
    places = new.places(number) or [(file, offset, 0)]
    parsed = corpus.parse(text, name=cable_id)
    new.remove(number)
    again: Packed = packing.packed(parsed)._replace(
        id=cable_id,
        source=corpus.Source(file=file, offset=offset),
        # Like no other, so that a build that meets the cable in a file stores it as that file has it.
        digest=b"",
    )
    if new.version_of(cable_id, again.identity) is None:
        new.restore_places(new.insert_packed(again), places)
