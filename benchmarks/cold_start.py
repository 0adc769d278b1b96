"""How soon does a new process answer? `cable-qa ask` beside one that loads sentence-transformers and embeds a question.

python -m benchmarks.cold_start --index DIR [--question TEXT] [--runs 9]
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.machine import machine
from benchmarks.tables import table
from index.encoder import default_folder

_QUESTION: Final = "how many migrants were deported in 2008"
_PEER: Final = """
from sentence_transformers import SentenceTransformer
SentenceTransformer({folder!r}, device="cpu").encode({question!r})
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took."""

    wall: float  # seconds
    cpu: float  # seconds of all threads, the system's among them
    memory: float  # MB, the most that was resident

    @classmethod
    def of(cls, command: Sequence[str], *, into: Path = Path(os.devnull)) -> "Run":
        """Start a process and wait for its end. Raises CalledProcessError where it fails.

        What it prints goes to the file `into`.
        """
        started = time.perf_counter()
        with (
            into.open("wb") as printed,
            subprocess.Popen(
                command,
                stdout=printed,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "HF_HUB_OFFLINE": "1"},
            ) as process,
        ):
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        memory = used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
        return cls(time.perf_counter() - started, used.ru_utime + used.ru_stime, memory)


def main() -> None:
    """Run both by turns, print the medians and their ratios."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--index", type=Path, required=True)
    options.add_argument("--question", default=_QUESTION)
    options.add_argument("--runs", type=int, default=9)
    given = options.parse_args()
    ask = [sys.executable, "-m", "qa.cli", "ask", given.question, "--index", str(given.index), "--json"]
    peer = [sys.executable, "-c", _PEER.format(folder=str(default_folder()), question=given.question)]
    for command in (ask, peer):
        Run.of(command)  # what both read is then in the system's cache
    runs = [(Run.of(ask), Run.of(peer)) for _ in range(given.runs)]
    rows = []
    for name, unit in (("wall", "s"), ("cpu", "s"), ("memory", "MB")):
        ours, theirs = ([getattr(run, name) for run in some] for some in zip(*runs, strict=True))
        ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
        medians = [f"{statistics.median(some):.{2 if unit == 's' else 0}f} {unit}" for some in (ours, theirs)]
        rows.append([name, *medians, f"{ratio:.2f}"])
    print("\n".join(table(["", "cable-qa ask --json", "sentence-transformers, one question", "ratio"], rows)))
    print(f"\nMedians of {given.runs} runs by turns. {machine('sentence-transformers', 'torch')}")


if __name__ == "__main__":
    main()
