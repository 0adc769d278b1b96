"""Whether a stored cable is what it was when it was stored."""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from corpus import Cable
from index import packing, token_signs
from index.store import Store

# What can be wrong with a cable, as the end of "...". Its text, all that was parsed from it, or its vectors alone.
UNREADABLE: Final = "SQLite cannot read them"
NO_TEXT: Final = "their text is gone, cannot be unpacked, or does not agree with its SHA-256"
PARTICULARS: Final = "what was parsed from their text does not agree with its checksum"
COUNTS: Final = "their counts of paragraphs and vectors do not agree with what is there"
TABLES: Final = "the tables of TAGS, references or places do not agree with them"
VECTORS: Final = "vectors are gone, cannot be unpacked, or have another length"

_COLUMNS: Final = (
    "number, id, identity, digest, date, day, moment, post, origin, classification, subject, paragraphs,"
    " waiting, fields, file, offset"
)


class Version(NamedTuple):
    """One version of a cable, as far as it is sound."""

    number: int
    id: str
    faults: tuple[str, ...]
    text: str | None  # None where it does not agree with its SHA-256
    paragraphs: int
    vectors: tuple[int, ...]  # paragraphs whose vectors are sound


def version(store: Store, number: int, *, dim: int, edition: str) -> Version | None:
    """A version of a cable, looked at whole; None where there is none of this number.

    Args:
        store: the database, which may be damaged.
        number: of the version.
        dim: of the vectors.
        edition: of the parser. What another one parsed has a checksum that cannot be compared.

    Raises sqlite3.DatabaseError where SQLite cannot read it.
    """
    row = _row(store.db, number)
    if row is None:
        return None
    faults, cable = [], None
    paragraphs = store.db.execute(
        'SELECT id, number, heading, marking, start, "end", embedded FROM paragraphs WHERE cable = ?'
        " ORDER BY position",
        (number,),
    ).fetchall()
    body = store.db.execute("SELECT body FROM bodies WHERE cable = ?", (number,)).fetchone()
    text = None if body is None else _text(body[0], row["identity"])
    if text is None:
        faults.append(NO_TEXT)
    else:
        cable = _cable(row, body[0], [each[1:6] for each in paragraphs])
        if cable is None or not _agrees(store, row, cable, edition):
            faults.append(PARTICULARS)
    waiting = sum(not embedded for *_, embedded in paragraphs)
    if (row["paragraphs"], row["waiting"]) != (len(paragraphs), waiting):
        faults.append(COUNTS)
    if cable is not None and not _tables_agree(store.db, number, cable):
        faults.append(TABLES)
    marked = [each[0] for each in paragraphs if each[6]]
    sound = tuple(_sound_vectors(store, marked, dim))
    if len(sound) < len(marked):
        faults.append(VECTORS)
    return Version(number, row["id"], tuple(faults), text, len(paragraphs), sound)


def _row(db: sqlite3.Connection, number: int) -> dict[str, Any] | None:
    found = db.execute(f"SELECT {_COLUMNS} FROM cables WHERE number = ?", (number,)).fetchone()
    return None if found is None else dict(zip(_COLUMNS.split(", "), found, strict=True))


def _text(body: bytes, identity: bytes) -> str | None:
    try:
        text, _ = packing.unpacked_body(body)
    except (ValueError, TypeError, zlib.error):
        return None
    return text if packing.identity_of(text) == identity else None


def _cable(
    row: dict[str, Any], body: bytes, paragraphs: Sequence[tuple[str, str, str, int, int]]
) -> Cable | None:
    try:
        return packing.unpacked_cable(row, body, paragraphs)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _agrees(store: Store, row: dict[str, Any], cable: Cable, edition: str) -> bool:
    day, moment = packing.day_and_moment(cable)
    if row["day"] != day:
        return False
    # Of a date without a zone the moment is that of the machine that stored it.
    if (cable.date is None or cable.date.tzinfo is not None) and row["moment"] != moment:
        return False
    if row["digest"] in (b"", packing.digest(cable)):  # empty: it was parsed from its own text by a repair
        return True
    # Another edition of the parser may have given a cable other fields, and its mark of them is not to be had again.
    return store.edition_of(row["file"]) != edition and store.note("editions") != [edition]


def _tables_agree(db: sqlite3.Connection, number: int, cable: Cable) -> bool:
    for sql, expected in (
        ("SELECT tag FROM tags WHERE cable = ?", cable.tags),
        ("SELECT reference FROM refs WHERE cable = ?", cable.references),
    ):
        found = [value for (value,) in db.execute(sql, (number,))]
        if sorted(map(_folded, found)) != sorted(set(map(_folded, expected))):
            return False
    return db.execute("SELECT 1 FROM places WHERE cable = ?", (number,)).fetchone() is not None


def _folded(text: str) -> str:
    """As SQLite's NOCASE compares: the letters of ASCII alone."""
    return "".join(each.lower() if each.isascii() else each for each in text)


def _sound_vectors(store: Store, paragraphs: Sequence[int], dim: int) -> Iterator[int]:
    tokens = store.tokens(paragraphs)
    for paragraph, (windows, spans, packed) in store.embeddings(paragraphs).items():
        if paragraph in tokens and not token_signs.sound(tokens[paragraph]):
            continue
        try:
            plain = zlib.decompress(packed)
            places = packing.unpacked_spans(spans)
        except (ValueError, TypeError, zlib.error):
            continue
        count = len(plain) // (dim + 4)
        scales = np.frombuffer(plain[dim * count :], "<f4") if count * (dim + 4) == len(plain) else None
        if scales is None or windows < 1 or count != windows + len(places) or not np.isfinite(scales).all():
            continue
        if all(0 <= start <= end for start, end in places):
            yield paragraph


def numbers(db: sqlite3.Connection) -> dict[int, str]:
    """The ids of all versions by their numbers, from the table of cables and, where that is torn, from its indexes."""
    found: dict[int, str] = {}
    for through in (
        "NOT INDEXED ORDER BY number",
        "NOT INDEXED ORDER BY number DESC",
        "INDEXED BY sqlite_autoindex_cables_1 ORDER BY id",
        "INDEXED BY sqlite_autoindex_cables_1 ORDER BY id DESC",
    ):
        try:
            for number, cable_id in db.execute(f"SELECT number, id FROM cables {through}"):
                found.setdefault(number, cable_id)
        except sqlite3.DatabaseError:  # at a torn page; the next way comes from elsewhere
            continue
        break
    return dict(sorted(found.items()))


def ids_of(ids: Iterable[str]) -> tuple[str, ...]:
    """Each id once, sorted."""
    return tuple(sorted(set(ids)))
