"""What would a larger archive take? Arithmetic from what benchmarks.scale has measured. Makes tables of docs/SCALE.md.

python -m benchmarks.sizing --keep DIR --index DIR --questions FILE [--cables 250000 10000000 1000000000]
    [--core-hour 0.04] [--node-month 300] [--node-gib 64] [--write docs/SCALE.md]

DIR of --keep is that of benchmarks.scale. The searches of --index, one after the other by one thread, are what the
latency of many shards is drawn from: an answer waits for the slowest of them. Prices are in whatever money you pay.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import index
from benchmarks import scale_tables
from benchmarks.machine import machine
from benchmarks.markers import printed
from benchmarks.tables import figure, table

_GIB: Final = 2**30
_DIM: Final = 384
# HNSW keeps 2 M neighbours of 4 bytes in its lowest layer, and a tenth more above; float32 beside them.
_GRAPH: Final = 4 * 2 * 16 * 1.1
_WINDOWS: Final = 1.0  # a paragraph; of generated cables each has one
_STEMS: Final = 60  # different ones of a paragraph: 8 bytes each in an inverted index
_BASE64: Final = 4 / 3
_USABLE: Final = 0.7  # of a node's memory: the rest is for growing segments, compaction and the system
_REPLICAS: Final = 2
_WEEK: Final = 7 * 24  # hours
_SHARDS: Final = (1, 2, 4, 8, 16, 64, 256)
_DRAWS: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a paragraph takes, of the largest size that benchmarks.scale was run with."""

    cables: int
    paragraphs: float  # of a cable
    embed: float  # CPU seconds, all of the stage
    read: float  # CPU seconds
    folder: float  # bytes
    text: float  # bytes, of which Milvus holds a copy
    vectors: float  # bytes, packed, likewise

    @classmethod
    def of(cls, folder: Path) -> "Measured":
        """From the figures in a folder."""
        cables = max(int(path.name.split("-")[0]) for path in folder.glob("*-disk.json"))
        found = {name: _json(folder / f"{cables}-{name}.json") for name in ("read", "fill", "seal", "disk")}
        paragraphs = found["fill"]["paragraphs"]
        sums, others = scale_tables.embedding(found)
        return cls(
            cables=cables,
            paragraphs=paragraphs / cables,
            embed=sums + others,
            read=found["read"]["stages"]["read"]["cpu"] / paragraphs,
            folder=sum(found["disk"].values()) / paragraphs,
            text=found["disk"]["text and tables"] / paragraphs,
            vectors=found["disk"]["vectors"] / paragraphs,
        )

    @property
    def memory(self) -> float:
        """Bytes of Milvus's memory a paragraph, of one replica: vectors, their graph, words."""
        return _WINDOWS * (4 * _DIM + _GRAPH) + 8 * _STEMS

    @property
    def stored(self) -> float:
        """Bytes of Milvus's disk a paragraph: what is in memory, and texts and vectors packed as text."""
        return self.memory + 8 * _STEMS + _BASE64 * (self.text + self.vectors)


def main() -> None:
    """Work it out, print, write."""
    given = _options().parse_args()
    measured = Measured.of(given.keep)
    lines = [
        *needs(measured, given),
        "",
        *fan_out(_searches(given.index, given.questions, given.first), seed=given.seed),
        "",
        f"*Of {measured.cables:,} cables as measured; {machine('faiss-cpu', 'tantivy')}*",
    ]
    printed(lines, into=given.write, name="sizing", maker="benchmarks.sizing")


def needs(measured: Measured, given: argparse.Namespace) -> Iterator[str]:
    """What sizes take."""
    rows = []
    for cables in given.cables:
        paragraphs = cables * measured.paragraphs
        hours = paragraphs * (measured.embed + measured.read) / 3600
        memory = paragraphs * measured.memory * _REPLICAS / _GIB
        nodes = int(np.ceil(memory / (given.node_gib * _USABLE)))
        rows.append(
            [
                f"{cables:,}",
                f"{paragraphs / 1e6:,.1f}",
                f"{hours:,.0f}",
                f"{np.ceil(hours / _WEEK):,.0f}",
                f"{hours * given.core_hour:,.0f}",
                f"{paragraphs * measured.folder / _GIB:,.0f}",
                f"{memory:,.0f}",
                f"{paragraphs * measured.stored / _GIB:,.0f}",
                f"{nodes:,}",
                f"{nodes * given.node_month:,.0f}",
            ]
        )
    head = [
        "cables",
        "million paragraphs",
        "CPU hours, once",
        "cores for a week",
        f"at {given.core_hour} an hour",
    ]
    head += ["index folder, GiB", f"Milvus memory, GiB, {_REPLICAS} replicas", "Milvus disk, GiB, one copy"]
    head += [f"nodes of {given.node_gib:g} GiB", f"a month, at {given.node_month:g} a node"]
    yield from table(head, rows)


def fan_out(seconds: NDArray[np.float64], *, seed: int) -> Iterator[str]:
    """The slowest of so many shards, each of whose searches takes as long as one that was measured."""
    chance = np.random.default_rng(seed)
    rows = []
    for shards in _SHARDS:
        slowest = chance.choice(seconds, (_DRAWS, shards)).max(axis=1) * 1000
        rows.append([str(shards), *(figure(float(each)) for each in np.percentile(slowest, [50, 95, 99]))])
    yield from table(["shards", "median of the slowest, ms", "p95, ms", "p99, ms"], rows)


def _searches(folder: Path, questions: Path, first: int) -> NDArray[np.float64]:
    texts = [json.loads(line)["question"] for line in questions.read_text(encoding="utf-8").splitlines()]
    found = []
    with index.open(folder, threads=1) as cable_index:
        for text in texts[: first // 10]:
            cable_index.search(text)
        for text in texts[:first]:
            begun = time.perf_counter()
            cable_index.search(text)
            found.append(time.perf_counter() - begun)
    return np.array(found)


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--keep", type=Path, required=True, help="where benchmarks.scale keeps its figures")
    parser.add_argument("--index", type=Path, required=True, metavar="DIR")
    parser.add_argument("--questions", type=Path, required=True, metavar="FILE")
    parser.add_argument("--first", type=int, default=200, help="how many questions")
    parser.add_argument("--seed", type=int, default=1, help="of the draws")
    sizes = [250_000, 10_000_000, 1_000_000_000]
    parser.add_argument("--cables", type=int, nargs="+", default=sizes)
    parser.add_argument("--core-hour", type=float, default=0.04, help="price of a core for an hour")
    parser.add_argument("--node-month", type=float, default=300, help="price of a node for a month")
    parser.add_argument("--node-gib", type=float, default=64, help="memory of a node")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the tables between their markers")
    return parser


if __name__ == "__main__":
    main()
