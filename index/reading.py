"""The first stage of a build: what the files hold now, into the database and the BM25 index."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

import numpy as np

from corpus import Rejected, Source, UnreadableSource
from corpus.cable import FileOnDisk
from corpus.edition import edition
from corpus.reader import ReadToEnd
from index import lexical
from index.errors import UnknownSource
from index.packing import Packed
from index.parsing import Found
from index.schema import transaction
from index.store import Store
from index.surrogates import storable
from index.values import Progress

# A batch is committed when it has this many cables or, at the next end of a file, is this old. A commit of the BM25
# index takes some 0.2 s, and readers see nothing of a batch before it; meanwhile as many more are parsed beside.
_BATCH: Final = 2_000
_BATCH_S: Final = 5.0

LEFT_OUT: Final = (
    "left_out"  # in the manifest of a backup: the derived files that the first build on it makes
)
ADDED_FILES: Final = "cables"  # in the index folder: files that were added through the page; always a source
# Before the places of cables that were imported: no path of this machine is so called, so that no build looks for them.
IMPORTED: Final = "imported:"


class Read(Protocol):
    """What gives the cables under a path, as `parsing.packed_cables` does."""

    def __call__(
        self, root: str, *, on_file: Callable[[str], None], passed_over: Callable[[FileOnDisk], bool]
    ) -> Iterable[Found]:
        """In order, with what was refused and the ends of files."""


_MET, _ADDED = 1, 2  # of a version that this run found; that it brought


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
        self,
        store: Store,
        *,
        tell: Callable[[Progress], None],
        stopped: Callable[[], bool],
        read: Read,
        reread: bool = False,
    ) -> None:
        self.counts = Counts()
        self.run = store.advance("run")
        self._store, self._tell, self._stopped, self._read = store, tell, stopped, read
        self._edition, self._reread = edition(), reread
        store.note_edition(self._edition)
        self._home = f"{store.folder.absolute().as_posix()}/"
        self._touched: set[str] = set()  # ids whose shown version must be chosen anew
        self._met = bytearray()  # by number of a version: 0, _MET or _ADDED
        self._unread: set[str] = (
            set()
        )  # files and folders under the path at hand that gave nothing but a reason
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
            if not lenient and self._ours(f"{root}/"):
                reason = f"it is, or is in, the index folder, where {ADDED_FILES}/ alone is read: move the cables out."
                raise UnreadableSource(Path(root), reason)
            try:
                self._source(root, prune=prune)
            except UnreadableSource as error:
                if not lenient:
                    raise
                self._begin()
                self._store.forget_rejected(root, before=self.run)
                self._reject(Rejected(source=Source(file=storable(root)), reason=str(error)))
                self._commit()

    def forget(self, root: str) -> None:
        """Drop the cables that were found under a path, and nowhere else, and the path from the sources.

        Raises UnknownSource where nothing came from there.
        """
        self._begin()
        try:
            found = list(self._store.gone(root, self.run))
            if not self._store.forget_source(root) and not found:
                raise UnknownSource(root, self._store.sources())
            self._store.forget_rejected(root)
            self._store.forget_files(root)
            self._drop(found, spared=set())
        finally:
            self._commit()

    def _source(self, root: str, *, prune: bool) -> None:
        items = iter(self._read(root, on_file=self._told, passed_over=self._passed_over))
        file = ""
        self._unread = set()
        self._begin()
        try:
            for found in items:
                if isinstance(found, ReadToEnd):
                    self._end_of_file(file)
                    file = ""
                    self._remember(found.file)
                    continue
                item = _storable(found)
                if self._ours(item.source.file):
                    continue
                if item.source.file != file:
                    self._end_of_file(file)
                    file = item.source.file
                    if isinstance(item, Rejected):
                        self._unread.add(file)
                if self._in_batch >= _BATCH:
                    self._renew()
                if isinstance(item, Rejected):
                    self._reject(item)
                else:
                    self._unread.discard(file)
                    self._cable(item)
                if self._stopped():
                    break
            else:
                self._end_of_file(file)
                self._store.forget_rejected(root, before=self.run)
                if prune:
                    self._prune(root)
        finally:
            self._commit()

    def _passed_over(self, file: FileOnDisk) -> bool:
        """Whether a file is as it was when it was read last; then what it holds counts as found."""
        if self._ours(file.name):
            return True
        file = replace(file, name=storable(file.name))
        read, met = self._store.file_read(file, self._edition) or (0, 0)
        if met == self.run:
            return True
        if self._reread or not read:
            self._store.forget_rejected(file.name)
            return False
        self._store.pass_over(file.name, self.run)
        self._told(file.name)
        numbers = self._store.numbers_in(file.name, since=read)
        if len(numbers):
            self._met.extend(bytes(max(0, int(numbers[-1]) + 1 - len(self._met))))
            with memoryview(self._met) as view:
                met_already = np.frombuffer(view, np.uint8)
                self.counts.unchanged += int(np.count_nonzero(met_already[numbers] == 0))
                met_already[numbers] = np.maximum(met_already[numbers], _MET)
                del met_already
            self._done += len(numbers)
        for each in self._store.keep_rejected(file.name, self.run):
            self.counts.rejected.append(each)
            if not len(self._store.numbers_in(each.source.file, since=read)):
                self._unread.add(each.source.file)
        return True

    def _remember(self, file: FileOnDisk) -> None:
        if not self._ours(file.name):
            self._store.remember_file(replace(file, name=storable(file.name)), self._edition, self.run)

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

    def _cable(self, cable: Packed) -> None:
        self._done += 1
        self._in_batch += 1
        known = self._store.version_of(cable.id, cable.identity)
        if known is None:
            number = self._store.insert_packed(cable)
            self._meet(number, _ADDED)
            self.counts.added += 1
            self._touched.add(cable.id)
        else:
            number, digest = known
            if digest != cable.digest:  # the same text, understood better: a new version of this program
                number = self._replace(number, cable)
            elif not self._meet(number, _MET):
                self.counts.unchanged += 1
        self._store.found_at(number, cable.source, self.run)

    def _meet(self, number: int, how: int) -> int:
        """Note that this run found a version; how it had already, or 0."""
        if number >= len(self._met):
            self._met.extend(bytes(number + 1 - len(self._met)))
        before = self._met[number]
        self._met[number] = max(before, how)
        return before

    def _replace(self, number: int, cable: Packed) -> int:
        places = self._store.places(number)
        self._store.remove(number)
        replacement = self._store.insert_packed(cable)
        self._store.restore_places(replacement, places)
        self._touched.add(cable.id)
        self._meet(replacement, _ADDED)
        self.counts.changed += 1
        return replacement

    def _reject(self, rejected: Rejected) -> None:
        self._store.reject(rejected, self.run)
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
                if self._meet(instead, _MET) == _ADDED:
                    self.counts.added -= 1
                else:  # it was read by a build that was killed before it came to the end of the file
                    self.counts.unchanged -= 1
        if self._in_batch >= _BATCH or time.monotonic() - self._since > _BATCH_S:
            self._renew()

    def _prune(self, root: str) -> None:
        """Drop what is gone; what only could not be read this time is kept."""
        self._drop(list(self._store.gone(root, self.run)), spared=self._unread)
        self._store.forget_files(root, before=self.run)

    def _drop(self, places: Iterable[tuple[int, str, str]], *, spared: set[str]) -> None:
        for number, cable_id, file in places:
            if spared and not spared.isdisjoint([file, *map(str, PurePosixPath(file).parents)]):
                continue
            if not self._store.forget_place(number, file):
                self._store.remove(number)
                self._touched.add(cable_id)
                self.counts.removed += 1


def _storable(item: Packed | Rejected) -> Packed | Rejected:
    """The item with a source that SQLite can hold, whatever bytes its file's name has."""
    file = storable(item.source.file)
    if file == item.source.file:
        return item
    source = replace(item.source, file=file)
    return item._replace(source=source) if isinstance(item, Packed) else replace(item, source=source)


def tell_words(store: Store) -> None:
    """Bring the BM25 index up to date, and let readers know."""
    lexical.bring_up_to_date(store)
    with transaction(store.db):
        lexical.note_told(store)
