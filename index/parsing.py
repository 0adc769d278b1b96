"""Files -> packed cables: parsed in this process while there are few, in others beside it where there are many."""

import logging
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import BinaryIO, Final, Self, cast

from corpus import Rejected
from corpus.cable import FileOnDisk
from corpus.reader import ReadToEnd, Unparsed, cable_of, unparsed
from index import packing
from index.packing import Packed
from index.processors import processors

Found = Packed | Rejected | ReadToEnd

# So many cables are parsed before it pays to start another process, which takes half a second.
_FEW: Final = 400
_PARCEL: Final = 64  # cables that are sent at once
_PARCEL_LETTERS: Final = 1 << 20
# Parcels on their way: work for the others while this process commits a batch, some 3 s.
_AHEAD: Final = 40
_AHEAD_LETTERS: Final = 32 << 20
_MOST: Final = 2  # processes: what comes of more, this one cannot store as fast

_log = logging.getLogger(__name__)


def packed_cables(
    root: str, *, on_file: Callable[[str], None], passed_over: Callable[[FileOnDisk], bool]
) -> Iterator[Found]:
    """What `corpus.reader.unparsed` gives, in its order, with packed cables in the place of texts.

    Raises UnreadableSource at once where the path itself cannot be read.
    """
    return _found(unparsed(Path(root), on_file=on_file, passed_over=passed_over))


def _found(items: Iterator[Unparsed | Rejected | ReadToEnd]) -> Iterator[Found]:
    left = _FEW
    for item in items:
        yield _packed(item)
        left -= isinstance(item, Unparsed)
        if not left:
            break
    else:
        return
    processes = min(_MOST, processors() - 1)
    if processes < 1 or not sys.executable or getattr(sys, "frozen", False):
        yield from map(_packed, items)
    else:
        yield from _in_others(items, processes)


def _packed(item: Unparsed | Rejected | ReadToEnd) -> Found:
    return _parsed(item) if isinstance(item, Unparsed) else item


def _parsed(found: Unparsed) -> Packed | Rejected:
    cable = cable_of(found)
    return cable if isinstance(cable, Rejected) else packing.packed(cable)


_Parcel = list[Unparsed | Rejected | ReadToEnd]


def _parcels(items: Iterator[Unparsed | Rejected | ReadToEnd]) -> Iterator[tuple[int, _Parcel]]:
    """The items in portions, and how many letters are in each."""
    letters, cables, parcel = 0, 0, _Parcel()
    for item in items:
        parcel.append(item)
        if isinstance(item, Unparsed):
            letters, cables = letters + len(item.text), cables + 1
        if cables >= _PARCEL or letters >= _PARCEL_LETTERS or len(parcel) >= 4 * _PARCEL:
            yield letters, parcel
            letters, cables, parcel = 0, 0, []
    if parcel:
        yield letters, parcel


def _in_others(items: Iterator[Unparsed | Rejected | ReadToEnd], processes: int) -> Iterator[Found]:
    parcels, ahead, letters = _parcels(items), deque[tuple[int, Future[list[Found]]]](), 0
    with _Workers(processes) as workers:
        while True:
            while len(ahead) < _AHEAD and letters < _AHEAD_LETTERS:
                found = next(parcels, None)
                if found is None:
                    break
                size, parcel = found
                ahead.append((size, workers.submit(parcel)))
                letters += size
            if not ahead:
                return
            size, future = ahead.popleft()
            letters -= size
            yield from future.result()


class _Workers:
    """Processes that parse, each with a thread of this one that waits for it."""

    def __init__(self, count: int) -> None:
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._all = [_Worker() for _ in range(count)]
        for each in self._all:
            self._idle.put(each)
        self._threads = ThreadPoolExecutor(count, "parsing")

    def submit(self, parcel: _Parcel) -> Future[list[Found]]:
        return self._threads.submit(self._parsed, parcel)

    def _parsed(self, parcel: _Parcel) -> list[Found]:
        worker = self._idle.get()
        try:
            cables = iter(worker.packed([item for item in parcel if isinstance(item, Unparsed)]))
        finally:
            self._idle.put(worker)
        return [next(cables) if isinstance(item, Unparsed) else item for item in parcel]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(cancel_futures=True)
        for each in self._all:
            each.close()


class _Worker:
    """Another process of this program; should it die, this one does its work.

    Not one of multiprocessing's: those run the person's own script again from its top to find their way, and a script
    that builds an index need not expect that.
    """

    def __init__(self) -> None:
        path = f"import sys; sys.path[:] = {sys.path!r}; from index import parsing; parsing.work()"
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        except OSError as error:
            self._gone(error)

    def packed(self, texts: Sequence[Unparsed]) -> list[Packed | Rejected]:
        """The cables in the texts, in their order."""
        if self._process is not None:
            try:
                to, back = cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)
                pickle.dump(texts, to, pickle.HIGHEST_PROTOCOL)
                to.flush()
                return cast(list[Packed | Rejected], pickle.load(back))
            except (OSError, EOFError, pickle.UnpicklingError) as error:
                self.close()
                self._gone(error)
        return [_parsed(each) for each in texts]

    def _gone(self, error: Exception) -> None:
        _log.warning("The process that parses beside this one is gone (%s); it goes on alone.", error)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what was still to be sent
                cast(BinaryIO, pipe).close()
        process.wait()


def work() -> None:
    """What the other process does, until it is sent no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first process, which ends this one
    back, sys.stdout = sys.stdout.buffer, sys.stderr
    try:
        while True:
            texts: list[Unparsed] = pickle.load(sys.stdin.buffer)
            pickle.dump([_parsed(each) for each in texts], back, pickle.HIGHEST_PROTOCOL)
            back.flush()
    except (EOFError, BrokenPipeError):
        os._exit(0)  # not even a word about the pipe that is closed
