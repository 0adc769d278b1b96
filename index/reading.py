"""The first stage of a build: what the files hold now, into the database and the BM25 index."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final

from corpus import Cable, Rejected, Source, UnreadableSource
from index import lexical, packing
from index.errors import UnknownSource
from index.schema import transaction
from index.store import Store
from index.surrogates import storable
from index.values import Progress

# A batch is committed when it has this many cables or is this old, at the next end of a file. A commit of the BM25
# index takes some 0.2 s, and readers see nothing of a batch before it.
_BATCH: Final = 2_000
_BATCH_S: Final = 5.0
_TOO_MANY: Final = 10 * _BATCH  # then it is committed within a file as well

ADDED_FILES: Final = "cables"  # in the index folder: files that were added through the page; always a source

Read = Callable[
    [str, Callable[[str], None]], Iterable[Cable | Rejected]
]  # a path, and what to tell of each file


@dataclass(slots=True, kw_only=True)
class Counts:
    """What a reading did, counted while it goes on."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: list[Rejected] = field(default_factory=list)


class Reading:
    """One run over the sources. Changes stand in an open transaction from `_begin` to `_commit`."""

    def __init__(
        self, store: Store, *, tell: Callable[[Progress], None], stopped: Callable[[], bool], read: Read
    ) -> None:
        self.counts = Counts()
        self.run = store.advance("run")
        self._store, self._tell, self._stopped, self._read = store, tell, stopped, read
        self._home = f"{store.folder.absolute().as_posix()}/"
        self._touched: set[str] = set()  # ids whose shown version must be chosen anew
        self._added: set[int] = set()  # numbers of versions that this run brought
        self._done, self._in_batch, self._since = 0, 0, time.monotonic()

    def sources(self, roots: Iterable[str], *, prune: bool, lenient: bool) -> None:
        """Read paths, one after the other.

        Args:
            roots: absolute paths.
            prune: drop cables that were found under a path and are not there any more.
            lenient: note a path that cannot be read as rejected (nothing under it is dropped then), rather than raise.
        """
        for root in roots:
            if self._stopped():
                return
            try:
                self._source(root, prune=prune)
            except UnreadableSource as error:
                if not lenient:
                    raise
                self._reject(Rejected(source=Source(file=root), reason=str(error)))
                self._commit()

    def forget(self, root: str) -> None:
        """Drop the cables that were found under a path, and nowhere else, and the path from the sources.

        Raises UnknownSource where nothing came from there.
        """
        self._begin()
        try:
            found = self._store.gone(root, self.run)
            if not self._store.forget_source(root) and not found:
                raise UnknownSource(root, self._store.sources())
            self._store.forget_rejected(root)
            self._drop(found, spared=set())
        finally:
            self._commit()

    def _source(self, root: str, *, prune: bool) -> None:
        items = iter(self._read(root, self._told))
        file, unread = "", set[str]()  # files and folders that gave nothing but a reason
        self._begin()
        try:
            self._store.forget_rejected(root)
            for found in items:
                item = _storable(found)
                if self._ours(item.source.file):
                    continue
                if item.source.file != file:
                    self._end_of_file(file)
                    file = item.source.file
                    if isinstance(item, Rejected):
                        unread.add(file)
                if self._in_batch >= _TOO_MANY:
                    self._renew()
                if isinstance(item, Rejected):
                    self._reject(item)
                else:
                    unread.discard(file)
                    self._cable(item)
                if self._stopped():
                    break
            else:
                self._end_of_file(file)
                if prune:
                    self._prune(root, unread)
        finally:
            self._commit()

    def _told(self, file: str) -> None:
        self._tell(Progress(stage="read", done=self._done, note=file))

    def _begin(self) -> None:
        self._store.db.execute("BEGIN IMMEDIATE")
        self._in_batch, self._since = 0, time.monotonic()

    def _commit(self) -> None:
        """Commit the database, then tell the BM25 index, then let readers know."""
        db = self._store.db
        if not db.in_transaction:
            self._begin()
        for cable_id in sorted(self._touched):
            self._store.show_latest(cable_id)
        self._touched.clear()
        changed = bool(self._store.pending())
        if changed:
            # In the transaction of the change itself: who counts cables never counts those of another state.
            self._store.advance("cables_generation")
            self._store.advance("vectors_generation")
        db.execute("COMMIT")
        self._tell(Progress(stage="read", done=self._done))
        if changed:
            tell_words(self._store)

    def _renew(self) -> None:
        self._commit()
        self._begin()

    def _ours(self, file: str) -> bool:
        """Whether a file belongs to the index itself, which may lie in a folder of cables."""
        return file.startswith(self._home) and not file.startswith(f"{self._home}{ADDED_FILES}/")

    def _cable(self, cable: Cable) -> None:
        self._done += 1
        self._in_batch += 1
        known = self._store.version_of(cable.id, packing.identity(cable))
        if known is None:
            number = self._store.insert(cable)
            self._added.add(number)
            self.counts.added += 1
            self._touched.add(cable.id)
        else:
            number, digest = known
            if digest != packing.digest(
                cable
            ):  # the same text, understood better: a new version of this program
                number = self._replace(number, cable)
            elif number not in self._added and not self._store.seen(number, self.run):
                self.counts.unchanged += 1
        self._store.found_at(number, cable.source, self.run)

    def _replace(self, number: int, cable: Cable) -> int:
        places = self._store.places(number)
        self._store.remove(number)
        replacement = self._store.insert(cable)
        self._store.restore_places(replacement, places)
        self._touched.add(cable.id)
        self._added.add(replacement)
        self.counts.changed += 1
        return replacement

    def _reject(self, rejected: Rejected) -> None:
        self._store.reject(rejected)
        self.counts.rejected.append(rejected)

    def _end_of_file(self, file: str) -> None:
        """Let go of texts that the file has replaced by others, and commit if there is enough."""
        if not file:
            return
        for number, cable_id, instead in self._store.outdated(file, self.run):
            if not self._store.forget_place(number, file):
                self._store.remove(number)
                self._touched.add(cable_id)
                self.counts.changed += 1
                if instead in self._added:
                    self.counts.added -= 1
                else:  # it was read by a build that was killed before it came to the end of the file
                    self.counts.unchanged -= 1
        if self._in_batch >= _BATCH or time.monotonic() - self._since > _BATCH_S:
            self._renew()

    def _prune(self, root: str, unread: set[str]) -> None:
        """Drop what is gone; what only could not be read this time is kept."""
        self._drop(self._store.gone(root, self.run), spared=unread)

    def _drop(self, places: Iterable[tuple[int, str, str]], *, spared: set[str]) -> None:
        for number, cable_id, file in places:
            if spared and not spared.isdisjoint([file, *map(str, PurePosixPath(file).parents)]):
                continue
            if not self._store.forget_place(number, file):
                self._store.remove(number)
                self._touched.add(cable_id)
                self.counts.removed += 1


def _storable(item: Cable | Rejected) -> Cable | Rejected:
    """The item with a source that SQLite can hold, whatever bytes its file's name has."""
    file = storable(item.source.file)
    return item if file == item.source.file else replace(item, source=replace(item.source, file=file))


def tell_words(store: Store) -> None:
    """Bring the BM25 index up to date, and let readers know."""
    lexical.bring_up_to_date(store)
    with transaction(store.db):
        store.clear_pending()
        store.advance("words_generation")
        store.advance("generation")
