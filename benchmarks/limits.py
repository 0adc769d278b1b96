"""What the machine could do at best: sums, memory and disk, against which a stage of a build can be held.

python -m benchmarks.limits [--folder DIR]
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.machine import machine
from index.bert import Linear

_TIMES: Final = 7
_ROWS, _IN, _OUT = (
    1_024,
    384,
    1_536,
)  # the largest product of a layer of all-MiniLM-L6-v2, over about one batch
_MATRICES: Final = 6 * (
    4 * 384 * 384 + 2 * 384 * 1_536
)  # numbers in its layers' matrices: each is used once a token
_ATTENTION: Final = 6 * 2 * 384  # products of numbers for each pair of tokens
_BLOCK: Final = 256 << 20  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Medians of several runs."""

    gflops: float  # oneDNN, float32, one thread, CPU seconds
    copied: float  # GB a second, memory read and written by numpy, one thread, CPU seconds
    written: float  # MB a second, to the disk (fsync)
    read: float  # MB a second, what is not in the system's cache


def of_model(tokens: int, squares: int) -> float:
    """Floating point operations to read texts of so many tokens, the squares of whose lengths have such a sum."""
    return 2.0 * (_MATRICES * tokens + _ATTENTION * squares)


def measured(folder: Path) -> Limits:
    """Measure; `folder` is where files are written."""
    import torch

    from index.bert_torch import in_float32

    torch.set_num_threads(1)
    rows = torch.rand(_ROWS, _IN)
    multiplied = in_float32(Linear(torch.rand(_IN, _OUT).numpy(), np.zeros(_OUT, np.float32)))
    block = np.ones(_BLOCK // 4, np.float32)
    into = np.empty_like(block)

    def product() -> None:
        with torch.inference_mode():
            for _ in range(20):
                multiplied(rows)

    sums = _median(product, time.process_time)
    copying = _median(lambda: np.copyto(into, block), time.process_time)
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        path = Path(file.name)
        writing = _median(lambda: _write(path, block.data.cast("B")), time.perf_counter, times=3)
        reading = _median(lambda: _read(path), time.perf_counter, times=3)
    return Limits(
        gflops=20 * 2 * _ROWS * _IN * _OUT / sums / 1e9,
        copied=2 * _BLOCK / copying / 1e9,
        written=_BLOCK / writing / 1e6,
        read=_BLOCK / reading / 1e6,
    )


def _median(call: Callable[[], object], clock: Callable[[], float], *, times: int = _TIMES) -> float:
    call()
    took = []
    for _ in range(times):
        begun = clock()
        call()
        took.append(clock() - begun)
    return statistics.median(took)


def _write(path: Path, data: memoryview) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> None:
    with path.open("rb", buffering=0) as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while file.read(1 << 20):
            pass


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--folder", type=Path, default=Path(), help="where files are written")
    found = measured(options.parse_args().folder)
    print(
        f"{found.gflops:.0f} GFLOP/s, {found.copied:.1f} GB/s copied, {found.written:.0f} MB/s written, "
        f"{found.read:.0f} MB/s read. {machine('torch')}"
    )


if __name__ == "__main__":
    main()
