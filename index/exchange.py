"""The file that carries an index to another: its tables, and what is compared before any of it is believed.

Anybody may have written such a file. So it holds plain tables alone, word for word those below; no SQL of it is run;
and every value is looked at as what it must be. What the tables hold is written down in docs/exchange.md.
"""

import hashlib
import json
import sqlite3
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from corpus import Cable
from index import packing, token_signs
from index.embedding import Embedding
from index.errors import BadExport
from index.surrogates import storable

FORMAT: Final = 1
APPLICATION: Final = 0x43515831  # "CQX1", by which SQLite's header tells whose file it is
TABLES: Final = {
    "manifest": "CREATE TABLE manifest (value TEXT NOT NULL, checksum BLOB NOT NULL)",
    "cables": "CREATE TABLE cables (number INTEGER PRIMARY KEY, id TEXT NOT NULL, identity BLOB NOT NULL, date TEXT,"
    " post TEXT NOT NULL, origin TEXT NOT NULL, classification TEXT NOT NULL, subject TEXT NOT NULL,"
    " fields TEXT NOT NULL, body BLOB NOT NULL, places TEXT NOT NULL, first INTEGER NOT NULL,"
    " paragraphs INTEGER NOT NULL, checksum BLOB NOT NULL)",
    "paragraphs": "CREATE TABLE paragraphs (id INTEGER PRIMARY KEY, number TEXT NOT NULL, heading TEXT NOT NULL,"
    ' marking TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, windows INTEGER, spans BLOB,'
    " vectors BLOB, signs BLOB)",
}
_HEADER: Final = struct.Struct(">60xI4xI28x")  # of an SQLite file: user_version and application_id
_SQLITE: Final = b"SQLite format 3\0"
# Of one cable, so that a file cannot fill the memory: what is packed may unpack to a thousand times as much.
_MOST_TEXT: Final = 1 << 29
_MOST_BYTES: Final = 1 << 29
_LONGEST: Final = 2.0  # a vector of unit length, rounded to steps, is not longer
_DAMAGED: Final = "Take another copy of it, or export it again: cable-qa export NEW_FILE"
_NONE: Final = type(None)
_Kind = type | tuple[type, ...]
# Of the fields that are kept as JSON.
_TEXTS: Final = ("precedence", "sender", "signer", "sha256")
_LISTS: Final = ("captions", "to", "info", "tags", "references")

# The columns of a cable between its number and its checksum, and those of a paragraph behind its id.
_OF_CABLE: Final[tuple[_Kind, ...]] = (
    *(str, bytes, (str, _NONE), str, str, str, str, str, bytes, str),
    *(int, int),
)
_OF_PARAGRAPH: Final[tuple[_Kind, ...]] = (
    *(str, str, str, int, int),
    *((int, _NONE), (bytes, _NONE), (bytes, _NONE), (bytes, _NONE)),
)


class Unbelievable(ValueError):
    """What a file or database holds of a cable cannot be what was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a file says of itself. Without a model, nothing in it is embedded."""

    cables: int  # versions of them
    paragraphs: int
    embedded: int
    model: str = ""
    fingerprint: str = ""
    dim: int = 0
    query_prompt: str = ""
    document_prompt: str = ""
    precision: str = "float32"
    tokens: bool = False  # whether the index keeps the vectors of tokens


class Carried(NamedTuple):
    """One version of a cable, everything compared."""

    cable: Cable
    places: tuple[
        tuple[str, int], ...
    ]  # file and offset; where the cable itself says that it was found, first
    embeddings: tuple[Embedding | None, ...]  # a paragraph each


def carried(columns: Sequence[Any], paragraphs: Sequence[Sequence[Any]], *, dim: int) -> Carried:
    """A version of a cable out of its columns, with its paragraphs'.

    Raises Unbelievable where its text does not agree with its SHA-256, or a value is not what it must be.
    """
    if not _are(columns, _OF_CABLE) or not all(_are(each, _OF_PARAGRAPH) for each in paragraphs):
        raise Unbelievable("a value is of another kind")
    cable_id, identity, date, post, origin, classification, subject, aside, body, places, *_ = columns
    try:
        found_at = _places(places)
        _unzipped(body, _MOST_TEXT)
        row = {
            **{"id": cable_id, "identity": identity, "date": date, "post": post, "origin": origin},
            **{"classification": classification, "subject": subject, "fields": aside},
            **dict(zip(("file", "offset"), found_at[0], strict=True)),
        }
        of_paragraphs = [(each[0], each[1], each[2], each[3], each[4]) for each in paragraphs]
        cable = packing.unpacked_cable(row, body, of_paragraphs)
        if not _sensible(cable) or packing.identity(cable) != identity:
            raise Unbelievable("a field is not what it must be")
        packing.day_and_moment(cable)
        return Carried(
            cable=cable,
            places=found_at,
            embeddings=tuple(
                _embedding(each[5:], length=len(paragraph.text), dim=dim)
                for each, paragraph in zip(paragraphs, cable.paragraphs, strict=True)
            ),
        )
    except Unbelievable:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, OSError) as error:
        raise Unbelievable(str(error) or type(error).__name__) from error
    except (zlib.error, RecursionError) as error:
        raise Unbelievable("it cannot be unpacked") from error


def checksum(columns: Sequence[object], paragraphs: Iterable[Sequence[object]] = ()) -> bytes:
    """BLAKE2b (16 bytes) of the columns of a cable and of all its paragraphs, each with its kind and length."""
    mark = hashlib.blake2b(digest_size=16)
    for row in (columns, *paragraphs):
        for value in row:
            plain = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
            mark.update(f"{type(value).__name__} {len(plain)}:".encode())
            mark.update(plain)
    return mark.digest()


def written_manifest(manifest: Manifest) -> tuple[str, bytes]:
    """The row of a manifest."""
    value = json.dumps(asdict(manifest))
    return value, checksum([value])


class Export:
    """A file that was opened and looked over. What a cable of it holds is compared when it is read."""

    def __init__(self, path: Path, db: sqlite3.Connection, manifest: Manifest) -> None:
        self.path, self.manifest, self._db = path, manifest, db

    def versions(self) -> Iterator[Carried]:
        """All versions of all cables, in the order in which they came. Raises BadExport."""
        with _as_bad_export(self.path):
            for _, *columns, stored in self._db.execute("SELECT * FROM cables ORDER BY number"):
                paragraphs = self._paragraphs(*columns[-2:])
                if checksum(columns, paragraphs) != stored:
                    raise BadExport(
                        self.path, f"it is damaged: {columns[0]} does not agree with its checksum", _DAMAGED
                    )
                try:
                    version = carried(columns, paragraphs, dim=self.manifest.dim)
                except Unbelievable as error:
                    raise BadExport(
                        self.path, f"it is damaged: of {columns[0]}, {error}", _DAMAGED
                    ) from error
                yield version

    def _paragraphs(self, first: object, count: object) -> list[tuple[Any, ...]]:
        rows, size = [], 0
        for row in self._db.execute(
            'SELECT number, heading, marking, start, "end", windows, spans, vectors, signs FROM paragraphs'
            " WHERE id >= ?1 AND id < ?1 + ?2 ORDER BY id",
            (first, count),
        ):
            rows.append(row)
            size += sum(len(each) for each in row if isinstance(each, str | bytes))
            if size > _MOST_BYTES:
                raise BadExport(self.path, "a cable in it is larger than any is", _DAMAGED)
        return rows


@contextmanager
def opened(path: Path) -> Iterator[Export]:
    """An exported file, to be read. Raises BadExport where it is not whole, or not one."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER.size)
    except OSError as error:
        raise BadExport(path, error.strerror or str(error), "Check how it is spelled") from error
    known = len(head) == _HEADER.size and head.startswith(_SQLITE)
    number, application = _HEADER.unpack(head) if known else (0, 0)
    if application != APPLICATION:
        raise BadExport(path, "it is no export of an index", "Make one: cable-qa export NEW_FILE")
    if number != FORMAT:
        reason = f"it has format {number}, and this version knows format {FORMAT}"
        raise BadExport(path, reason, "Take a newer version of the program")
    # Immutable, for it is read as it stands: nothing beside it is looked for, or made.
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with (
        _as_bad_export(path),
        closing(sqlite3.connect(address, uri=True, isolation_level=None)) as db,
    ):
        for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0"):
            db.execute(f"PRAGMA {pragma}")
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
        db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        # Nothing but the tables, word for word: no trigger, view, index, generated column or CHECK, which are SQL.
        found = sorted(db.execute("SELECT type, name, sql FROM sqlite_master"))
        if found != sorted(("table", name, sql) for name, sql in TABLES.items()):
            raise BadExport(path, "it holds other tables than an export does", _DAMAGED)
        for (said,) in db.execute("PRAGMA quick_check(1)"):
            if said != "ok":
                raise BadExport(path, f"it is damaged ({' '.join(str(said).split())})", _DAMAGED)
        yield Export(path, db, _manifest(path, db))


def _manifest(path: Path, db: sqlite3.Connection) -> Manifest:
    rows = db.execute("SELECT value, checksum FROM manifest LIMIT 2").fetchall()
    if len(rows) != 1 or not isinstance(rows[0][0], str) or checksum(rows[0][:1]) != rows[0][1]:
        raise BadExport(path, "it is damaged: its manifest does not agree with its checksum", _DAMAGED)
    try:
        manifest = Manifest(**json.loads(rows[0][0]))
        is_whole = all(type(getattr(manifest, each.name)) is each.type for each in fields(Manifest))
    except (ValueError, TypeError, RecursionError):
        is_whole = False
    if not is_whole or not (0 < manifest.dim <= 1 << 16 if manifest.fingerprint else manifest.embedded == 0):
        raise BadExport(path, "its manifest is not that of an export", _DAMAGED)
    for table, count in (("cables", manifest.cables), ("paragraphs", manifest.paragraphs)):
        (there,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()
        if there != count:
            reason = f"it is damaged: of {count:,} {table} it holds {there:,}"
            raise BadExport(path, reason, _DAMAGED)
    return manifest


@contextmanager
def _as_bad_export(path: Path) -> Iterator[None]:
    """What SQLite finds wrong with a file, as BadExport."""
    try:
        yield
    except sqlite3.Error as error:
        raise BadExport(path, f"it is damaged ({error})", _DAMAGED) from error


def _are(values: Sequence[object], kinds: Sequence[_Kind]) -> bool:
    return len(values) == len(kinds) and all(map(isinstance, values, kinds))


def _places(written: str) -> tuple[tuple[str, int], ...]:
    found = tuple((file, offset) for file, offset in json.loads(written))
    if not found or not all(_are(each, (str, int)) and abs(each[1]) < 1 << 62 for each in found):
        raise Unbelievable("it is not told where it was found")
    return tuple((storable(file), int(offset)) for file, offset in found)


def _sensible(cable: Cable) -> bool:
    return (
        bool(cable.id)
        and all(isinstance(getattr(cable, name), str) for name in _TEXTS)
        and all(isinstance(getattr(cable, name), tuple) for name in _LISTS)
        and all(isinstance(each, str) for name in _LISTS for each in getattr(cable, name))
        and all(
            isinstance(each.text, str) and 0 <= each.start <= each.end <= len(cable.text)
            for each in cable.paragraphs
        )
    )


def _embedding(columns: Sequence[Any], *, length: int, dim: int) -> Embedding | None:
    """The vectors of a paragraph of so many characters."""
    windows, spans, packed, signs = columns
    if windows is None and spans is None and packed is None and signs is None:
        return None
    if not dim or windows is None or spans is None or packed is None:
        raise Unbelievable("some of its vectors are missing")
    places = packing.unpacked_spans(spans)
    # Each window and each sentence begins at a character of its own.
    if not 1 <= windows <= length + 1 or len(places) > length + 1:
        raise Unbelievable("it has more vectors than characters")
    if not all(0 <= start <= end <= length for start, end in places):
        raise Unbelievable("a sentence is not within its paragraph")
    count = windows + len(places)
    plain = _unzipped(packed, count * (dim + 4))
    if len(plain) != count * (dim + 4):
        raise Unbelievable("its vectors have another length")
    codes = np.frombuffer(plain, np.int8, count * dim).reshape(count, dim).astype(np.float32)
    scales = np.frombuffer(plain, "<f4", count, offset=count * dim).astype(np.float64)
    lengths = np.linalg.norm(codes, axis=1) * scales
    # One that is too long would come first whatever is asked. NaN is no figure below another either.
    if not np.all((lengths >= 0) & (lengths <= _LONGEST)):
        raise Unbelievable("its vectors are not of unit length")
    if signs is not None and not token_signs.fits(signs, dim=dim, length=length):
        raise Unbelievable("the vectors of its tokens are not what they must be")
    return Embedding(windows=windows, spans=spans, vectors=packed, tokens=signs)


def _unzipped(blob: bytes, most: int) -> bytes:
    coder = zlib.decompressobj()
    plain = coder.decompress(blob, most + 1)
    if len(plain) > most or not coder.eof:
        raise Unbelievable("it unpacks to another length")
    return plain
