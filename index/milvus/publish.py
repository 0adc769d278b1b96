"""The last stage of a build whose index is shared: Milvus is told of what has changed in the folder.

The folder stays the truth. What Milvus was told of each cable is noted there after it was told, so that a build that is
killed tells it again: rows have the keys of the folder, and twice is as good as once.
"""

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tantivy import Query

from index import lexical, spellings
from index.errors import StoreHoldsAnother, StoreUnreachable
from index.lexical import Stemmer
from index.milvus import state as states
from index.milvus.client import CABLES, NO_VECTOR, PARAGRAPHS, PIECES, WINDOWS, Connection, in_pieces, is_file
from index.milvus.rows import Body, Catalogued, Written, packed_json, piece_key
from index.milvus.state import State
from index.portions import portions
from index.schema import transaction
from index.store import Store, StoredParagraph
from index.values import Progress

STAGE: Final = "publish"
_NOTE: Final = "milvus"  # in the manifest: {"address", "index", "stamp", "written"}
_PATIENCE_S: Final = 300.0  # how long a Milvus that is away is waited for
_AT_ONCE: Final = 100  # cables: 2,000 paragraphs, some 20 MB
# Cables, after which Milvus is to put in order what it was told; else it does so by itself.
_MANY: Final = 500
_TOLD: Final = "(c.waiting || ' ' || c.offset || ' ' || c.file)"  # what Milvus is told that may change
_OF_MODEL: Final = ("model", "query_prompt", "document_prompt", "fingerprint", "dim", "precision")

_log = logging.getLogger(__name__)


def address_of(store: Store) -> str:
    """The Milvus that the folder tells; "" for none."""
    noted = store.note(_NOTE)
    return noted["address"] if noted else ""


def note_address(store: Store, address: str) -> None:
    """Tell this Milvus from now on; "" for none. One that is new to the folder is told everything.

    Raises StoreUnreachable for a file in a folder that is not there.
    """
    above = Path(address).absolute().parent
    if is_file(address) and not above.is_dir():
        raise StoreUnreachable(address, f"there is no folder {above}")
    noted = store.note(_NOTE)
    if address == (noted["address"] if noted else ""):
        return
    with transaction(store.db):
        store.db.execute("DELETE FROM published")
        told = (
            {"address": address, "index": secrets.token_hex(16), "stamp": 0, "written": 0}
            if address
            else None
        )
        store.write_note(_NOTE, told)


def publish(
    store: Store, *, tell: Callable[[Progress], None], stopped: Callable[[], bool], patient: bool = True
) -> None:
    """Tell Milvus of all that has changed since it was told last; where it is away, it is tried for minutes.

    Raises StoreUnreachable, StoreUnavailable, StoreHoldsAnother.
    """
    connection = Connection(address_of(store), patience=_PATIENCE_S if patient else 0.0)
    try:
        _Publication(store, connection).run(tell, stopped)
    finally:
        connection.close()


class _Publication:
    def __init__(self, store: Store, connection: Connection) -> None:
        self._store, self._connection = store, connection
        self._noted: dict[str, Any] = store.note(_NOTE)
        self._stemmer = Stemmer()
        self._state: State | None = None

    def run(self, tell: Callable[[Progress], None], stopped: Callable[[], bool]) -> None:
        store = self._store
        self._prepare()
        changed, gone = _changed(store), _gone(store)
        total, done = len(changed) + len(gone), 0
        if not total and self._is_said():
            return
        if self._state is None:
            self._write_state(whole=True)  # what is told first is found by its words at once
        for numbers, tell_milvus in ((gone, self._take_out), (changed, self._put_in)):
            for portion in portions(numbers, _AT_ONCE):
                tell(Progress(stage=STAGE, done=done, total=total))
                if stopped():
                    self._write_state(whole=True)
                    return
                tell_milvus(portion)
                done += len(portion)
                self._write_state(whole=done == total)
        if done >= _MANY:
            for collection in (PARAGRAPHS, WINDOWS):
                if self._connection.has(collection):
                    self._connection.flush(collection)
        if not total:
            self._write_state(whole=True)
        tell(Progress(stage=STAGE, done=done, total=total))

    def _prepare(self) -> None:
        """The collections, and whether what they hold was told from this folder."""
        store, connection = self._store, self._connection
        dim = store.note("dim")
        self._state = states.read(connection)
        if self._state is not None and self._state.index != self._noted["index"]:
            raise StoreHoldsAnother(connection.address, store.folder)
        stamp = self._state.stamp if self._state is not None else 0
        if not self._noted["written"] <= stamp <= self._noted["stamp"]:
            # It was emptied, or one of both was set back to a backup: what the folder remembers of it holds no longer.
            _log.warning(
                "The Milvus at %s is told everything anew: it is not as it was left.", connection.address
            )
            if self._state is not None:
                connection.drop_collections()
            self._state = None
            # Under another name, so that readers begin anew too.
            self._note(index=secrets.token_hex(16), stamp=max(stamp, self._noted["stamp"]), written=0)
            with transaction(store.db):
                store.db.execute("DELETE FROM published")
        connection.make_collections(dim, windows=store.count_paragraphs())

    def _take_out(self, numbers: Sequence[int]) -> None:
        """Tell of cables that can no longer be found."""
        written = self._new_rows()
        for number in numbers:
            written.gone(number)
        self._connection.upsert(CABLES, written.cables)
        which = f"cable in [{', '.join(map(str, numbers))}]"
        self._connection.delete(PARAGRAPHS, which)
        if self._store.note("dim") is not None:
            self._connection.delete(WINDOWS, which)
        self._note_told(numbers, [])

    def _put_in(self, numbers: Sequence[int]) -> None:
        """Tell of cables that can be found."""
        store, connection, written = self._store, self._connection, self._new_rows()
        paragraphs: dict[int, list[StoredParagraph]] = {number: [] for number in numbers}
        for each in store.paragraphs_of(numbers):
            paragraphs[each.cable].append(each)
        told: list[tuple[int, int]] = []
        for known, body in _cables(store, numbers):
            found = paragraphs[known.number]
            stems = written.add(known, body, found, store.embeddings([each.id for each in found]))
            told.append((stems, known.number))
        # Before they are there, so that of what is killed here it is not forgotten that it may be.
        with transaction(store.db):
            store.db.executemany(
                "INSERT OR REPLACE INTO published VALUES (?, '', 0)", ((each,) for each in numbers)
            )
        connection.upsert(PIECES, written.pieces)
        connection.upsert(PARAGRAPHS, written.paragraphs)
        connection.upsert(WINDOWS, written.windows)
        connection.upsert(CABLES, written.cables)
        self._note_told(numbers, told)

    def _new_rows(self) -> Written:
        return Written(self._stemmer, stamp=self._next(), dim=self._store.note("dim"))

    def _note_told(self, numbers: Sequence[int], told: Sequence[tuple[int, int]]) -> None:
        """Note of cables what Milvus knows now: (stems, number) of those that it has."""
        db = self._store.db
        with transaction(db):
            db.executemany("DELETE FROM published WHERE cable = ?", ((each,) for each in numbers))
            db.executemany(
                f"INSERT INTO published SELECT c.number, {_TOLD}, ? FROM cables c WHERE c.number = ?", told
            )

    def _next(self) -> int:
        """A stamp that no row has yet. It is noted before it is used: a killed build must not use it twice."""
        stamp = int(self._noted["stamp"]) + 1
        self._note(stamp=stamp)
        return stamp

    def _note(self, **changed: int | str) -> None:
        self._noted = {**self._noted, **changed}
        with transaction(self._store.db):
            self._store.write_note(_NOTE, self._noted)

    def _is_said(self) -> bool:
        """Whether readers know all that was written, and all that is said of the whole."""
        if self._state is None or self._noted["written"] != self._noted["stamp"]:
            return False
        return self._said() == (self._state.notes, self._state.sources)

    def _said(self) -> tuple[dict[str, object], list[str]]:
        notes = self._store.notes()
        return {key: notes[key] for key in _OF_MODEL if key in notes}, self._store.sources()

    def _write_state(self, *, whole: bool) -> None:
        """Let readers see what was written; with `whole` also what is made from all of it."""
        store, old = self._store, self._state
        stamp = self._next()
        stems = int(store.db.execute("SELECT total(stems) FROM published").fetchone()[0])
        paragraphs = int(
            store.db.execute(
                "SELECT total(c.paragraphs) FROM published p JOIN cables c ON c.number = p.cable"
            ).fetchone()[0]
        )
        notes, sources = self._said()
        if whole or old is None:
            rejected = [[r.source.file, r.source.offset, r.reason] for r in store.rejected()]
            pieces = {
                "rejected": self._write_long("rejected", stamp, rejected),
                "vocabulary": self._write_long("vocabulary", stamp, _vocabulary(store)),
                "words_stamp": stamp,
            }
        else:
            pieces = {name: getattr(old, name) for name in ("rejected", "vocabulary", "words_stamp")}
        self._state = State(
            index=self._noted["index"],
            stamp=stamp,
            notes=notes,
            sources=sources,
            superseded=store.count_superseded(),
            paragraphs=paragraphs,
            stems=stems,
            **pieces,
        )
        states.write(self._connection, self._state)
        self._note(written=stamp)
        if old is not None and old.words_stamp != self._state.words_stamp:
            for name in ("rejected", "vocabulary"):
                keys = [piece_key(name, old.words_stamp, at) for at in range(1, 1 + getattr(old, name))]
                listed = ", ".join(f'"{key}"' for key in keys)
                self._connection.delete(PIECES, f"id in [{listed}]")

    def _write_long(self, name: str, stamp: int, value: object) -> int:
        pieces = in_pieces(packed_json(value))
        self._connection.upsert(
            PIECES,
            (
                {"id": piece_key(name, stamp, place), "piece": piece, **NO_VECTOR}
                for place, piece in enumerate(pieces, start=1)
            ),
        )
        return len(pieces)


def _vocabulary(store: Store) -> dict[str, Any]:
    """Every stem, and every word as it is spelled, with how many paragraphs hold it."""
    words = lexical.open_words(store.folder).searcher()
    shown = Query.all_query()  # without it, deleted paragraphs count until their segment is merged
    return {
        "stems": words.terms_with_prefix("words", "", filter_query=shown),
        "spellings": list(spellings.vocabulary(store.folder)),
    }


def _changed(store: Store) -> list[int]:
    """Cables that Milvus does not know as they are, the oldest first."""
    rows = store.db.execute(
        "SELECT c.number FROM cables c LEFT JOIN published p ON p.cable = c.number"
        f" WHERE c.shown = 1 AND p.told IS NOT {_TOLD} ORDER BY c.number"
    )
    return [number for (number,) in rows]


def _gone(store: Store) -> list[int]:
    """Cables that Milvus knows, and that can no longer be found."""
    rows = store.db.execute(
        "SELECT p.cable FROM published p LEFT JOIN cables c ON c.number = p.cable AND c.shown = 1"
        " WHERE c.number IS NULL ORDER BY p.cable"
    )
    return [number for (number,) in rows]


def _cables(store: Store, numbers: Sequence[int]) -> Iterator[tuple[Catalogued, Body]]:
    for number in numbers:
        row = store.db.execute(
            "SELECT c.id, c.date, c.day, c.moment, c.post, c.origin, c.classification, c.subject, c.paragraphs,"
            " c.waiting, c.identity, c.fields, c.file, c.offset, b.body FROM cables c"
            " JOIN bodies b ON b.cable = c.number WHERE c.number = ?",
            (number,),
        ).fetchone()
        *known, identity, fields, file, offset, body = row
        names = ("id", "date", "day", "moment", "post", "origin", "classification", "subject")
        places = store.db.execute(
            'SELECT id, number, heading, marking, start, "end" FROM paragraphs WHERE cable = ?'
            " ORDER BY position",
            (number,),
        ).fetchall()
        yield (
            Catalogued(
                number=number,
                **dict(zip((*names, "paragraphs", "waiting"), known, strict=True)),
                first=places[0][0] if places else 0,
                tags=_listed(store, "SELECT tag FROM tags WHERE cable = ? ORDER BY tag", number),
                references=_listed(store, "SELECT reference FROM refs WHERE cable = ? ORDER BY 1", number),
            ),
            Body(
                identity=identity.hex(),
                fields=fields,
                file=file,
                offset=offset,
                places=[tuple(place) for _, *place in places],
                text=body,
            ),
        )


def _listed(store: Store, sql: str, number: int) -> list[str]:
    return [each for (each,) in store.db.execute(sql, (number,))]
