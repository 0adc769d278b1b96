"""One input after the other, each within bounds of time and memory; the one that fails is kept."""

import hashlib
import resource
import signal
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final

from tests.fuzz.targets import Check

MOST_S: Final = 20.0  # for one input of some kilobytes, on a busy machine
MOST_BYTES: Final = 400 << 20  # beside what the process held when it began
_ROOM: Final = 4 << 30  # bytes of address space; what asks for more gets a MemoryError


class Outlasted(BaseException):
    """An input that took too long; no Exception, for code that is tried may catch these."""


def _too_long(_: int, __: FrameType | None) -> None:
    raise Outlasted


@dataclass
class Tried:
    """What came of all inputs so far."""

    tried: int = 0
    slowest_s: float = 0.0
    peak: int = 0  # bytes, beside what the process held when it began
    became: Counter[str] = field(default_factory=Counter)
    failed: str = ""  # a sentence
    kept: str = ""  # the file of the input that failed

    def row(self) -> dict[str, object]:
        """As JSON."""
        return {
            "tried": self.tried, "slowest_s": self.slowest_s, "peak": self.peak, "became": dict(self.became),
            "failed": self.failed, "kept": self.kept,
        }  # fmt: skip


class Guard:
    """Runs the check of a target on inputs. Not for threads: it needs the signals of a process.

    With `limit` the process itself is kept to so much address space, for good.
    """

    def __init__(self, check: Check, findings: Path, *, limit: bool = True) -> None:
        self.tried = Tried()
        self._check, self._findings = check, findings
        self._held = _held()
        signal.signal(signal.SIGALRM, _too_long)
        if not limit:
            return
        virtual = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (virtual + _ROOM, virtual + _ROOM))

    def run(self, data: bytes) -> None:
        """Try one. Raises what the check raised, once the input is kept."""
        began = time.perf_counter()
        signal.setitimer(signal.ITIMER_REAL, MOST_S)
        try:
            became = self._check(data)
            self.tried.peak = _held() - self._held
            assert self.tried.peak < MOST_BYTES, f"{self.tried.peak >> 20} MiB"
        except BaseException as error:
            signal.setitimer(signal.ITIMER_REAL, 0)
            if isinstance(error, Exception | Outlasted | RecursionError | MemoryError):
                self._keep(data, error)
            raise
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self.tried.tried += 1
        self.tried.became[became] += 1
        self.tried.slowest_s = max(self.tried.slowest_s, time.perf_counter() - began)

    def _keep(self, data: bytes, error: BaseException) -> None:
        self._findings.mkdir(parents=True, exist_ok=True)
        path = self._findings / hashlib.sha256(data).hexdigest()[:16]
        path.write_bytes(data)
        path.with_suffix(".txt").write_text(
            "".join(traceback.format_exception(error)), encoding="utf-8", errors="replace"
        )
        said = " ".join(str(error).split())[:120]
        self.tried.failed, self.tried.kept = f"{type(error).__name__}: {said}", str(path)


def _held() -> int:
    """The most bytes that the process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
