"""The tables of the index, as numbered steps: SQLite is the one source of truth in the folder."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from index.damage import require_access, unwritten
from index.errors import IndexDamaged, IndexNotFound, IndexReadOnly, IndexTooNew

DATABASE: Final = "index.sqlite"

# A step that has been released is never changed: a later one is added below it.
STEPS: Final[tuple[tuple[str, ...], ...]] = (
    (
        # value: JSON. model, fingerprint, dim, generation, words_generation, vectors_generation, run, vectors;
        # since step 2 also cables_generation.
        "CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE sources (path TEXT PRIMARY KEY) WITHOUT ROWID",
        # One row a version of a cable. identity: SHA-256 of the text; digest: of what was parsed from it;
        # moment: seconds since 1970, to sort by; fields: JSON of what is never searched; shown: 1 for the
        # version that stands for its id. Numbers are never used twice, so that nothing derived can mistake one.
        """CREATE TABLE cables (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, identity BLOB NOT NULL,
            digest BLOB NOT NULL, shown INTEGER NOT NULL DEFAULT 0, date TEXT, day TEXT, moment REAL,
            post TEXT NOT NULL COLLATE NOCASE, origin TEXT NOT NULL,
            classification TEXT NOT NULL COLLATE NOCASE, subject TEXT NOT NULL, paragraphs INTEGER NOT NULL,
            fields TEXT NOT NULL, file TEXT NOT NULL, offset INTEGER NOT NULL, UNIQUE (id, identity))""",
        "CREATE INDEX cables_by_moment ON cables (shown, moment, id)",
        # body: zlib over the text and the paragraphs' texts, interleaved (see store.packed).
        "CREATE TABLE bodies (cable INTEGER PRIMARY KEY, body BLOB NOT NULL)",
        """CREATE TABLE tags (tag TEXT NOT NULL COLLATE NOCASE, cable INTEGER NOT NULL,
            PRIMARY KEY (tag, cable)) WITHOUT ROWID""",
        "CREATE INDEX tags_by_cable ON tags (cable)",
        # Every file in which a version was found, and the last run that found it there.
        """CREATE TABLE places (file TEXT NOT NULL, cable INTEGER NOT NULL, offset INTEGER NOT NULL,
            run INTEGER NOT NULL, PRIMARY KEY (file, cable)) WITHOUT ROWID""",
        "CREATE INDEX places_by_cable ON places (cable)",
        """CREATE TABLE paragraphs (
            id INTEGER PRIMARY KEY AUTOINCREMENT, cable INTEGER NOT NULL, position INTEGER NOT NULL,
            number TEXT NOT NULL, heading TEXT NOT NULL, marking TEXT NOT NULL,
            start INTEGER NOT NULL, "end" INTEGER NOT NULL, embedded INTEGER NOT NULL DEFAULT 0)""",
        "CREATE UNIQUE INDEX paragraphs_by_cable ON paragraphs (cable, position)",
        # What is to be embedded is found, and counted, without a look at the table of vectors, by far the largest.
        "CREATE INDEX paragraphs_to_embed ON paragraphs (id) WHERE embedded = 0",
        # spans: uint32 pairs (start, end), a sentence each. vectors: of the windows, then of the sentences, unit
        # length, as packing.packed_vectors makes them. windows: how many of them are windows.
        """CREATE TABLE embeddings (paragraph INTEGER PRIMARY KEY, windows INTEGER NOT NULL, spans BLOB NOT NULL,
            vectors BLOB NOT NULL)""",
        "CREATE TABLE rejected (file TEXT NOT NULL, offset INTEGER NOT NULL, reason TEXT NOT NULL)",
        # Cables whose paragraphs the BM25 index does not yet hold as they stand here.
        "CREATE TABLE pending (cable INTEGER PRIMARY KEY)",
    ),
    (
        # The ids that every version of a cable refers to, whether or not the index holds them.
        """CREATE TABLE refs (reference TEXT NOT NULL COLLATE NOCASE, cable INTEGER NOT NULL,
            PRIMARY KEY (reference, cable)) WITHOUT ROWID""",
        """INSERT OR IGNORE INTO refs
            SELECT each.value, c.number FROM cables c, json_each(c.fields, '$.references') each""",
        "CREATE INDEX refs_by_cable ON refs (cable)",
        # An index for each order of a list, with all that filters ask of a cable behind it: a list is read off one
        # of them from its top, and a cable's row (long, for its fields) is looked at only where it is on the page.
        "DROP INDEX cables_by_moment",
        """CREATE INDEX cables_newest ON cables (day DESC, moment DESC, id, post, classification)
            WHERE shown = 1""",
        "CREATE INDEX cables_oldest ON cables (day, moment, id, post, classification) WHERE shown = 1",
        """CREATE INDEX cables_by_post ON cables
            (post = '', post, day DESC, moment DESC, id, classification) WHERE shown = 1""",
        """CREATE INDEX cables_by_subject ON cables
            (subject = '', subject COLLATE NOCASE, id, day, post, classification) WHERE shown = 1""",
        """CREATE INDEX cables_longest ON cables (paragraphs DESC, id, day, post, classification)
            WHERE shown = 1""",
        # A post's cables one after the other; 9e999 is infinity, for those without a date come last.
        "CREATE INDEX cables_of_post ON cables (post, coalesce(moment, 9e999), id) WHERE shown = 1",
    ),
    (
        # waiting: how many of a cable's paragraphs have no vectors. To count them one by one took seconds.
        "ALTER TABLE cables ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0",
        """UPDATE cables SET waiting =
            (SELECT count(*) FROM paragraphs p WHERE p.cable = cables.number AND p.embedded = 0)
            WHERE number IN (SELECT cable FROM paragraphs WHERE embedded = 0)""",
        "CREATE INDEX cables_waiting ON cables (waiting, shown) WHERE shown = 1 AND waiting > 0",
        # Paragraphs whose vectors came, went, or came to be shown or not since the base FAISS file was made: there they
        # do not count. sealed: 1 where the fresh FAISS file holds them as they stand here.
        "CREATE TABLE since_base (paragraph INTEGER PRIMARY KEY, sealed INTEGER NOT NULL)",
        "CREATE INDEX since_base_unsealed ON since_base (paragraph) WHERE sealed = 0",
        # What the manifest says of one FAISS file, as it says it of two. One that was behind is made anew.
        """UPDATE manifest SET value = json_object(
            'generation', json_extract(value, '$.generation'),
            'fingerprint', json_extract(value, '$.fingerprint'),
            'paragraphs', json_extract(value, '$.paragraphs'),
            'base', json_object(
                'name', json_extract(value, '$.file'), 'count', json_extract(value, '$.count'),
                'bytes', json_extract(value, '$.bytes'), 'checksum', json_extract(value, '$.checksum'),
                'mtime_ns', 0),
            'last', (SELECT coalesce(max(paragraph), 0) FROM embeddings),
            'trained_on', json_extract(value, '$.count'),
            'behind', json(CASE WHEN json_extract(value, '$.generation') = coalesce(
                (SELECT CAST(m.value AS INTEGER) FROM manifest m WHERE m.key = 'vectors_generation'), 0)
                THEN 'false' ELSE 'true' END),
            'fresh', NULL)
            WHERE key = 'vectors'""",
        # Files on disk that were read to their end, as the system described them: what is described alike, and was
        # read by the same edition of the parser, is not read again. read: the run that did; run: the last that met it.
        """CREATE TABLE files (file TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
            ctime_ns INTEGER NOT NULL, edition TEXT NOT NULL, read INTEGER NOT NULL,
            run INTEGER NOT NULL) WITHOUT ROWID""",
        "ALTER TABLE rejected ADD COLUMN run INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX rejected_by_file ON rejected (file)",
    ),
    (
        # signs: the vectors of the tokens of a paragraph, as token_signs.packed makes them. Kept apart from the others,
        # which every search reads: they are three times as many bytes.
        "CREATE TABLE tokens (paragraph INTEGER PRIMARY KEY, signs BLOB NOT NULL)",
    ),
    (
        # The cables that Milvus holds, where a build tells one of what has changed. told: how many of their paragraphs
        # had no vectors yet, and where they had been found; "" for not yet. stems: of all of their paragraphs.
        "CREATE TABLE published (cable INTEGER PRIMARY KEY, told TEXT NOT NULL, stems INTEGER NOT NULL)",
    ),
)


def connect(folder: Path, *, create: bool = False) -> sqlite3.Connection:
    """The database of an index, in WAL mode, brought to the newest format.

    Raises IndexNotFound, IndexTooNew, IndexReadOnly, IndexDamaged where the file is no database, or IndexNotWritten
    where there is no room to open it.
    """
    path = folder / DATABASE
    if create:
        folder.mkdir(parents=True, exist_ok=True)
    elif not path.is_file():
        raise IndexNotFound(folder)
    else:
        require_access(path, os.R_OK)
        if not (os.access(folder, os.W_OK) and os.access(path, os.W_OK)):
            return _read_only(folder)
    if _is_emptied(path):
        raise IndexDamaged(folder, f"{DATABASE} is empty, and other files of an index stand beside it")
    with unwritten(folder):  # SQLite makes files beside a database, even for who only reads it
        db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        return _brought_up_to_date(db, folder)


def _brought_up_to_date(db: sqlite3.Connection, folder: Path) -> sqlite3.Connection:
    """The same database, set up; closed where that fails."""
    try:
        # Rows of vectors have 1 to 2 KB: of the usual pages of 4 KB they would leave a quarter empty.
        db.execute("PRAGMA page_size = 16384")
        db.execute("PRAGMA journal_mode = WAL")
        # FULL, for the BM25 index must never know of a commit that a power cut took back from SQLite.
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA cache_size = -32000")
        migrate(db, folder)
    except sqlite3.OperationalError:
        db.close()
        raise
    except sqlite3.DatabaseError as error:
        db.close()
        raise IndexDamaged(folder, str(error)) from error
    except UnicodeDecodeError as error:  # a name in it, of which SQLite tells
        db.close()
        raise IndexDamaged(folder, "its list of tables cannot be read") from error
    except BaseException:
        db.close()
        raise
    return db


def _is_emptied(path: Path) -> bool:
    """Whether nothing is left of a database: one that a build has only just begun has no files beside it yet."""
    rest = path.with_name(f"{path.name}-wal")
    if not path.is_file() or path.stat().st_size or (rest.is_file() and rest.stat().st_size):
        return False
    return any(path.parent.glob("vectors-*.faiss")) or any(path.parent.glob("words/meta.json"))


def _read_only(folder: Path) -> sqlite3.Connection:
    """The database in a folder where nothing can be written: on a read-only disk, or somebody else's.

    Raises IndexReadOnly where something would have to be written first.
    """
    path = folder / DATABASE
    address = f"{path.absolute().as_uri()}?mode=ro"
    # A program that may write has it open, perhaps a server: what it has committed is read as it reads it.
    shared = path.with_name(f"{path.name}-shm")
    if not (shared.is_file() and os.access(shared, os.R_OK)):
        rest = path.with_name(f"{path.name}-wal")
        if rest.is_file() and rest.stat().st_size:
            raise IndexReadOnly(folder, "a build did not come to its end")
        address += "&immutable=1"  # for even a reader of a database in WAL mode would make a file beside it
    db = sqlite3.connect(address, timeout=60, uri=True, isolation_level=None, check_same_thread=False)
    try:
        found = version(db)
        if found > len(STEPS):
            raise IndexTooNew(folder, found=found, known=len(STEPS))
        if found < len(STEPS):
            raise IndexReadOnly(folder, "an earlier version made it")
    except sqlite3.DatabaseError as error:
        db.close()
        raise IndexDamaged(folder, str(error)) from error
    except BaseException:
        db.close()
        raise
    return db


def migrate(db: sqlite3.Connection, folder: Path) -> None:
    """Run the steps that the database has not seen; each is one transaction with the note that it ran."""
    if version(db) > len(STEPS):
        raise IndexTooNew(folder, found=version(db), known=len(STEPS))
    while version(db) < len(STEPS):
        with transaction(db):
            number = version(db)  # asked again inside: another process may just have taken the step
            if number < len(STEPS):
                for statement in STEPS[number]:
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {number + 1}")


def version(db: sqlite3.Connection) -> int:
    """The number of steps that the database has seen. Raises sqlite3.DatabaseError where it is none."""
    number = int(db.execute("PRAGMA user_version").fetchone()[0])
    if number < 0:
        raise sqlite3.DatabaseError(f"its format is {number}")
    return number


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, also on Ctrl-C."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


@contextmanager
def snapshot(db: sqlite3.Connection) -> Iterator[None]:
    """Several reads of one state, whatever a build commits meanwhile."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute(
            "ROLLBACK"
        )  # nothing was written, and a COMMIT fails once SQLite has come upon a torn page
