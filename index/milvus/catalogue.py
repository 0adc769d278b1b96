"""What a reader keeps of the cables in Milvus on its own machine: enough to list, to count and to filter them.

Milvus neither sorts nor groups, and a page of a list is wanted in milliseconds. It is a database like that of a folder,
without texts and vectors, half a kilobyte a cable; it is made anew when the reader starts and follows what changes.
"""

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from corpus import Rejected, Source
from index.milvus.client import CABLES, PIECES, Connection, Row, whole
from index.milvus.rows import Catalogued, piece_key, unpacked_json, unpacked_row
from index.milvus.state import State
from index.portions import portions
from index.schema import transaction
from index.store import Store
from index.stores import Stores

_STAMP: Final = "stamp"  # in the manifest: of the state that it follows
_WORDS_STAMP: Final = "words_stamp"  # likewise: of what could not be read
_AT_ONCE: Final = 1_000  # cables a transaction


class Catalogue:
    """A database in a folder of its own, which goes with it."""

    def __init__(self, replaced: Callable[[], None]) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="cable-qa-"))
        self._removed = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        Store(self.path, create=True).close()
        self.stores = Stores(self.path, replaced=replaced)

    def close(self) -> None:
        """Give it up."""
        self.stores.close()
        self._removed()

    def follow(self, connection: Connection, state: State) -> None:
        """Bring it up to a state of Milvus."""
        with Store(self.path) as store:
            known = int(store.note(_STAMP) or 0)
            if known == state.stamp:
                return
            rows = connection.rows(
                CABLES, f"stamp > {known} && stamp <= {state.stamp}", ["id", "shown", "row", "row_pieces"]
            )
            changed = False
            for some in portions(rows, _AT_ONCE):
                changed = True
                self._keep(store, connection, some)
            rejected = None
            if store.note(_WORDS_STAMP) != state.words_stamp:
                rejected = read_long(connection, "rejected", state.words_stamp, state.rejected)
            with transaction(store.db):
                for key, value in state.notes.items():
                    store.write_note(key, value)
                if changed:
                    store.write_note("cables_generation", state.stamp)
                for key in (_STAMP, "generation", "words_generation"):
                    store.write_note(key, state.stamp)
                store.db.execute("DELETE FROM sources")
                store.remember(state.sources)
                if rejected is not None:
                    store.db.execute("DELETE FROM rejected")
                    for file, offset, reason in rejected:
                        store.reject(Rejected(source=Source(file=file, offset=offset), reason=reason), 0)
                    store.write_note(_WORDS_STAMP, state.words_stamp)

    def _keep(self, store: Store, connection: Connection, rows: Iterable[Row]) -> None:
        with transaction(store.db):
            for row in rows:
                for table, key in (("cables", "number"), *_OF_A_CABLE):
                    store.db.execute(f"DELETE FROM {table} WHERE {key} = ?", (row["id"],))
                if row["shown"]:
                    _insert(store, unpacked_row(long_value(connection, "row", row)))


_OF_A_CABLE: Final = (("paragraphs", "cable"), ("tags", "cable"), ("refs", "cable"))


def _insert(store: Store, known: Catalogued) -> None:
    store.db.execute(
        "INSERT INTO cables (number, id, identity, digest, shown, date, day, moment, post, origin, classification,"
        " subject, paragraphs, waiting, fields, file, offset) VALUES (?, ?, ?, x'', 1, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " '{}', '', 0)",
        (
            # For its text the number, since until the other version of its id goes both are here.
            *(known.number, known.id, str(known.number).encode(), known.date, known.day, known.moment),
            *(known.post, known.origin),
            *(known.classification, known.subject, known.paragraphs, known.waiting),
        ),
    )
    if known.paragraphs:  # the first alone, from whose id those of the others follow
        store.db.execute(
            'INSERT INTO paragraphs (id, cable, position, number, heading, marking, start, "end", embedded)'
            " VALUES (?, ?, 0, '', '', '', 0, 0, 1)",
            (known.first, known.number),
        )
    store.db.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?)", ((t, known.number) for t in known.tags))
    store.db.executemany(
        "INSERT OR IGNORE INTO refs VALUES (?, ?)", ((each, known.number) for each in known.references)
    )


def cables_of(store: Store, paragraphs: Iterable[int]) -> dict[int, int]:
    """The number of the cable of each paragraph; one that is gone is left out."""
    found = {}
    for each in paragraphs:
        row = store.db.execute(
            "SELECT c.number FROM (SELECT id, cable FROM paragraphs WHERE id <= ?1 ORDER BY id DESC LIMIT 1) f"
            " JOIN cables c ON c.number = f.cable WHERE ?1 < f.id + c.paragraphs",
            (each,),
        ).fetchone()
        if row is not None:
            found[each] = int(row[0])
    return found


def long_value(connection: Connection, field: str, row: Row) -> bytes:
    """A value of a row, whose further pieces are asked for where it has any."""
    return whole([row[field], *_further(connection, field, row["id"], row[f"{field}_pieces"])])


def read_long(connection: Connection, name: str, stamp: int, pieces: int) -> Any:  # noqa: ANN401 - JSON
    """A value that stands in pieces alone, unpacked."""
    return unpacked_json(whole(_further(connection, name, stamp, 1 + pieces)))


def _further(connection: Connection, field: str, key: object, pieces: int) -> list[str]:
    keys = [piece_key(field, key, place) for place in range(1, pieces)]
    found = {row["id"]: row["piece"] for row in connection.get(PIECES, keys, ["id", "piece"], now=True)}
    return [found[each] for each in keys]
