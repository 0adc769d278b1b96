"""The connections of an open index: each is lent to one reader at a time, and some are kept for the next."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from index.store import Store

# Each has a cache of up to 32 MB. One a thread, as it once was, a server's threads, which come and go, left behind.
KEPT: Final = 8


class Stores:
    """Lends connections to the database of one folder. Safe to use from many threads."""

    def __init__(self, folder: Path, *, replaced: Callable[[], None]) -> None:
        """Calls `replaced` when the database that was open is found to be no longer the one in the folder."""
        self._folder, self._replaced = folder, replaced
        self._lock = Lock()
        self._idle: list[Store] = []

    @contextmanager
    def lent(self) -> Iterator[Store]:
        """A connection until the end of the block: the one that came back last, whose cache is warm."""
        store = self._taken()
        try:
            yield store
        finally:
            self._back(store)

    def close(self) -> None:
        """Close those that are not lent."""
        with self._lock:
            idle, self._idle = self._idle, []
        for store in idle:
            store.close()

    def _taken(self) -> Store:
        while True:
            with self._lock:
                if not self._idle:
                    break
                store = self._idle.pop()
            if not store.replaced:
                return store
            self._forget(store)
        return Store(self._folder)

    def _back(self, store: Store) -> None:
        if store.replaced:
            self._forget(store)
            return
        with self._lock:
            if len(self._idle) < KEPT and not store.db.in_transaction:
                self._idle.append(store)
                return
        store.close()

    def _forget(self, store: Store) -> None:
        """Close it. The folder was deleted, and perhaps made anew: nothing of the old one may answer."""
        store.close()
        self._replaced()
