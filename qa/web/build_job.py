"""One build at a time, in a thread of its own, whose state every open page can show."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import index
from corpus import CableQAError
from index import BuildReport, Progress
from index.processors import give_way

ELSEWHERE: Final = "Cables are added on the machine where this index is built."

logger = logging.getLogger(__name__)

# What a job runs: index.build with everything but these four bound to it. The truth value is `prune`.
Build = Callable[[Path | None, bool, Callable[[Progress], None], threading.Event], BuildReport]


_TELLING_S: Final = 3.0  # a rate of less than this says little


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is going on, or was last."""

    running: bool = False
    stopping: bool = False
    progress: Progress | None = None
    first: Progress | None = None  # what was said first of the stage at hand
    first_at: float = 0.0  # and when, in seconds of time.monotonic()
    report: BuildReport | None = None  # of the last build that came to its end
    stopped: bool = False  # the last build was stopped before its end
    trouble: str = ""  # why the last build failed, in a sentence
    since: float = field(default_factory=time.monotonic)  # of the last start or end, seconds

    def left_s(self, now: float) -> float | None:
        """How long the stage at hand will still take at its rate so far; None where that cannot be told yet."""
        if self.progress is None or self.first is None or not self.progress.total:
            return None
        done, took = self.progress.done - self.first.done, now - self.first_at
        if done <= 0 or took < _TELLING_S:
            return None
        return (self.progress.total - self.progress.done) * took / done


class BuildJob:
    """Starts builds and remembers how the last went. Safe to use from any thread."""

    def __init__(self, build: Build, *, ended: Callable[[State], None] = lambda _: None) -> None:
        """Runs `build`, and tells `ended` what came of it."""
        self._build, self._ended = build, ended
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._state = State()

    @property
    def state(self) -> State:
        """The state now; a value, so it does not change while it is shown."""
        return self._state

    def start(self, source: Path | None = None, *, prune: bool = False) -> bool:
        """Start a build of `source` and all that the index remembers; False where one is running already.

        With `prune`, cables whose files are gone are dropped.
        """
        with self._lock:
            if self._state.running:
                return False
            self._stop = threading.Event()
            self._state = State(running=True)
            self._thread = threading.Thread(target=self._run, args=(source, prune, self._stop), daemon=True)
            self._thread.start()
            return True

    def stop(self) -> None:
        """Ask the running build to stop at the next safe point. What it has done stays done."""
        with self._lock:
            if self._state.running:
                self._state = replace(self._state, stopping=True)
                self._stop.set()

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait for the running build, if there is one."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self, source: Path | None, prune: bool, stop: threading.Event) -> None:
        give_way()
        trouble, report = "", None
        try:
            if source is not None:
                report = self._build(source, False, self._advance, stop)
            if not stop.is_set():
                report = _both(report, self._build(None, prune, self._advance, stop))
        except CableQAError as error:
            trouble = str(error)
        except OSError as error:
            logger.warning("The build failed: %s", error)
            place = error.filename or "The index"
            trouble = f"{place}: {error.strerror}. See that the server may read and write there."
        except Exception as error:  # a page that waits for ever would be worse; the log has the traceback
            logger.exception("The build failed.")
            trouble = f"The build failed: {error or type(error).__name__}. What was done before that is kept."
        with self._lock:
            self._state = state = State(report=report, stopped=stop.is_set(), trouble=trouble)
        self._ended(state)

    def _advance(self, progress: Progress) -> None:
        with self._lock:
            before = self._state.first
            if before is None or before.stage != progress.stage:
                self._state = replace(self._state, first=progress, first_at=time.monotonic())
            self._state = replace(self._state, progress=progress)


def of_index(
    folder: Path | None,
    *,
    model: str | None,
    device: str | None,
    threads: int | None,
    ended: Callable[[State], None] = lambda _: None,
) -> BuildJob:
    """A job that builds the index in this folder, and tells `ended` what came of each build; None: it never begins."""

    def build(
        source: Path | None, prune: bool, progress: Callable[[Progress], None], stop: threading.Event
    ) -> BuildReport:
        if folder is None:
            raise CableQAError(ELSEWHERE)
        return index.build(
            source,
            folder,
            prune=prune,
            progress=progress,
            stop=stop,
            model=model,
            device=device,
            threads=threads,
        )

    return BuildJob(build, ended=ended)


def _both(first: BuildReport | None, then: BuildReport) -> BuildReport:
    """The report of a new source and, after it, of everything: the second counts the first's as unchanged."""
    if first is None:
        return then
    return replace(
        then,
        added=first.added + then.added,
        changed=first.changed + then.changed,
        removed=first.removed + then.removed,
        unchanged=max(0, then.unchanged - first.added - first.changed),
        embedded=first.embedded + then.embedded,
        rejected=tuple(dict.fromkeys((*first.rejected, *then.rejected))),
        took={
            stage: first.took.get(stage, 0) + then.took.get(stage, 0) for stage in {**first.took, **then.took}
        },
    )
