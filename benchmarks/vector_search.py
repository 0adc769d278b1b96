"""Does the FAISS index find what looking at every vector finds, and how much sooner? At several sizes.

python -m benchmarks.vector_search --like DIR --questions FILE [--sizes 16000 330000 4100000] [--lists 0.0625 ...]

DIR is an index with real vectors: those searched are stand-ins near them, each drawn anew and rounded as the database
keeps it. FILE has a line of JSON with a "question" for each; beside questions, real vectors of windows are looked for
that no stand-in was drawn from. Both by one thread.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import machine
from benchmarks.stand_ins import Real, Vectors, drawn, nearness
from benchmarks.tables import table
from index import packing, sealing, vectors
from index.encoder import load
from index.store import Store

_PORTION: Final = 32_768  # vectors
_BEST: Final = 10
_CANDIDATES: Final = 200  # as a search asks for
_FLAT_UP_TO: Final = 400_000  # vectors: a float32 index of 4 million has 6 GB
_TIMES: Final = 50  # questions that are timed


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What came of one way to search one size."""

    vectors: int
    kind: str
    lists: int  # looked at; 0 where there are none
    of_questions: float  # recall@10, by exact search over what the database keeps
    of_windows: float
    ms: float  # median, of a question
    ms_p95: float
    flat_ms: float  # median, of looking at every vector in float32; scaled by size where `flat_scaled`
    flat_scaled: bool
    seconds: float  # to train and fill
    cpu: float


def main() -> None:
    """Make, search and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--like", type=Path, required=True)
    options.add_argument("--questions", type=Path, required=True)
    options.add_argument("--sizes", type=int, nargs="+", default=[16_000, 330_000, 4_100_000])
    options.add_argument("--lists", type=float, nargs="+", help="shares; as a search does it by default")
    options.add_argument("--first", type=int, default=200, help="questions, and windows, that are looked for")
    options.add_argument("--json", action="store_true", help="lines of JSON instead of a table")
    given = options.parse_args()
    with Store(given.like) as store:
        real = Real.of(store).windows
    order = np.random.default_rng(2).permutation(len(real))
    held_out, real = real[order[: given.first]], real[order[given.first :]]
    texts = [
        json.loads(line)["question"] for line in given.questions.read_text(encoding="utf-8").splitlines()
    ]
    encoder = load()
    asked = np.stack([encoder.encode_question(text) for text in texts[: given.first]])
    found = [one for size in given.sizes for one in searched(real, size, asked, held_out, given.lists)]
    if given.json:
        print("\n".join(json.dumps(asdict(one)) for one in found))
        return
    print("\n".join(lines(found)))
    print(f"\n{spread(real)}\n\n{machine('faiss-cpu')}")


def lines(found: Sequence[Searched]) -> Iterator[str]:
    """The table."""
    head = ["vectors", "kind", "lists looked at", "recall@10: questions", "windows", "ms, median", "p95"]
    rows = [
        [
            f"{one.vectors:,}",
            one.kind,
            f"{one.lists or '-'}",
            f"{one.of_questions:.3f}",
            f"{one.of_windows:.3f}",
            f"{one.ms:.1f}",
            f"{one.ms_p95:.1f}",
            f"{one.flat_ms:,.0f}{' *' if one.flat_scaled else ''}",
            f"{one.ms / one.flat_ms:.2f}",
            f"{one.cpu:,.0f}",
        ]
        for one in found
    ]
    return table([*head, "Flat, ms", "ratio", "CPU s to make"], rows)


def spread(real: Vectors) -> str:
    """How near neighbours are among real vectors, and among as many stand-ins."""
    stand_ins = drawn(np.random.default_rng(3), len(real), real)
    said = []
    for name, some in (("real vectors", real), ("stand-ins", stand_ins)):
        near = nearness(some)
        said.append(f"{name} {', '.join(f'{k} {v}' for k, v in near.items())}")
    return f"Cosines of neighbours among {len(real):,} at 5, 25, 50, 75, 95 percent: {'; '.join(said)}."


def searched(
    real: Vectors, size: int, asked: Vectors, held_out: Vectors, shares: Sequence[float]
) -> Iterator[Searched]:
    """One index of a size, each share of its lists looked at."""
    begun, used = time.perf_counter(), time.process_time()
    made, enough = sealing.untrained(real.shape[1], size)
    made.train(np.concatenate([some for _, some in _portions(real, min(enough, size), seed=5)]))
    flat = _flat(real.shape[1])
    exact = _Exact(np.concatenate([asked, held_out]))
    looking = 0.0
    for start, some in _portions(real, size, seed=4):
        ids = np.arange(start, start + len(some))
        made.add_with_ids(some, ids)
        apart = time.process_time()
        exact.add(start, some)
        if start < _FLAT_UP_TO:
            flat.add(some)
        looking += time.process_time() - apart
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used - looking
    flat_ms = _flat_ms(flat, asked) * size / flat.ntotal
    flat_scaled = flat.ntotal < size
    flat.reset()
    nlist = getattr(made, "nlist", 0)
    wrapped = vectors.Vectors(made, 0)
    for share in (shares or [vectors.share_looked_at(size)]) if nlist else [0.0]:
        with patch.object(vectors, "share_looked_at", lambda _, share=share: share):
            recalls = [
                _recall(wrapped, some, best)
                for some, best in ((asked, exact.ids[: len(asked)]), (held_out, exact.ids[len(asked) :]))
            ]
            took = _timed(lambda question: wrapped.nearest(question, limit=_CANDIDATES), asked)
        yield Searched(
            vectors=size,
            kind=f"IVF{nlist},{sealing.PARTITIONED}" if nlist else sealing.FLAT,
            lists=round(nlist * share),
            of_questions=recalls[0],
            of_windows=recalls[1],
            ms=statistics.median(took),
            ms_p95=float(np.percentile(took, 95)),
            flat_ms=flat_ms,
            flat_scaled=flat_scaled,
            seconds=seconds,
            cpu=cpu,
        )


class _Exact:
    """The best of all vectors for each question, kept as portions come."""

    def __init__(self, questions: Vectors) -> None:
        self._questions = questions
        self._scores = np.zeros((len(questions), 0), np.float32)
        self.ids: NDArray[np.int64] = np.zeros((len(questions), 0), np.int64)

    def add(self, start: int, some: Vectors) -> None:
        """Look at a portion whose ids begin at `start`."""
        products = self._questions @ some.T
        best = np.argpartition(-products, min(_BEST, len(some) - 1), axis=1)[:, :_BEST]
        scores = np.concatenate([self._scores, np.take_along_axis(products, best, axis=1)], axis=1)
        ids = np.concatenate([self.ids, best + start], axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :_BEST]
        self._scores = np.take_along_axis(scores, order, axis=1)
        self.ids = np.take_along_axis(ids, order, axis=1)


def _recall(made: vectors.Vectors, questions: Vectors, best: NDArray[np.int64]) -> float:
    """The share of the best that is among the candidates: those are scored anew, so the best of them are the best."""
    return statistics.mean(
        len(set(made.nearest(question, limit=_CANDIDATES)) & set(wanted.tolist())) / _BEST
        for question, wanted in zip(questions, best, strict=True)
    )


def _flat_ms(flat: Any, asked: Vectors) -> float:  # noqa: ANN401 - FAISS has no types
    return statistics.median(_timed(lambda question: flat.search(question[None], _CANDIDATES), asked))


def _timed(search: Callable[[Vectors], object], questions: Vectors) -> list[float]:
    import faiss

    faiss.omp_set_num_threads(1)
    took = []
    for question in questions[:_TIMES]:
        begun = time.perf_counter()
        search(question)
        took.append(1000 * (time.perf_counter() - begun))
    return took


def _portions(real: Vectors, size: int, *, seed: int) -> Iterator[tuple[int, Vectors]]:
    """So many stand-ins as the database gives them back, the same for the same seed."""
    chance = np.random.default_rng(seed)
    for start in range(0, size, _PORTION):
        yield start, _kept(drawn(chance, min(_PORTION, size - start), real))


def _kept(some: Vectors) -> Vectors:
    codes, scales = packing.rounded(some)
    return np.asarray(codes.astype(np.float32) * scales[:, None], np.float32)


def _flat(dim: int) -> Any:  # noqa: ANN401
    import faiss

    return faiss.IndexFlatIP(dim)


if __name__ == "__main__":
    main()
