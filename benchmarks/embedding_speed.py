"""How fast and how exactly are paragraphs embedded, beside sentence-transformers? Speed, cosines and peak memory.

python -m benchmarks.embedding_speed --cables FILE [--threads N] [--paragraphs 384] [--turns 5] [--no-memory]
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

import corpus
from benchmarks.machine import machine
from benchmarks.tables import figure, table
from corpus import Cable
from corpus.sentences import sentence_spans
from index.bert import Linear, Shape
from index.bert_model import Precision
from index.bert_torch import in_float32
from index.embedding import before, embedded
from index.encoder import Encoder, default_folder, load
from index.store import StoredParagraph
from index.windows import Window, windows

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PRECISIONS: Final[tuple[Precision, ...]] = ("float32", "int8")
_LIBRARY: Final = "`SentenceTransformer.encode()`"
_IN_MEMORY: Final = 2_000  # paragraphs
_AT_ONCE: Final = 384  # paragraphs, as a build takes them
_ROWS: Final = 2_048  # of the products that tell what the processor can do


Vectors = NDArray[np.float32]


@dataclass(slots=True)
class Way:
    """One way of embedding the paragraphs, the seconds that each turn took, and what came of the last."""

    work: Callable[[], Vectors | None]  # of all windows (windows, dim); None where they are packed
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    vectors: Vectors | None = None


def paragraphs(cables: Path, most: int) -> list[StoredParagraph]:
    """The first paragraphs of cables, as a build takes them from the index."""
    return list(islice(_paragraphs(cables), most))


def _paragraphs(cables: Path) -> Iterator[StoredParagraph]:
    for cable in corpus.read(cables):
        if isinstance(cable, Cable):
            for paragraph in cable.paragraphs:
                yield StoredParagraph(
                    id=0,
                    cable=0,
                    cable_id=cable.id,
                    number=paragraph.number,
                    text=paragraph.text,
                    heading=paragraph.heading,
                    subject=cable.subject,
                    date=cable.date.isoformat() if cable.date else None,
                    post=cable.post,
                    origin=cable.origin,
                    classification=cable.classification,
                    tags=cable.tags,
                )


def cut(encoder: Encoder, some: Sequence[StoredParagraph]) -> list[list[Window]]:
    """The windows of each paragraph."""
    return [windows(each.text, before(each), encoder.offsets, max_tokens=encoder.max_tokens) for each in some]


def library() -> "SentenceTransformer":
    """The same model by sentence-transformers."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(default_folder()), device="cpu", local_files_only=True)


def by_library(model: "SentenceTransformer", texts: list[str], threads: int) -> Vectors:
    """The vectors of texts as sentence-transformers gives them without being told anything."""
    import torch

    torch.set_num_threads(threads)  # a batch of ours has set it to one
    found = model.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(found, np.float32)


def ways(some: Sequence[StoredParagraph], threads: int) -> tuple[dict[str, Way], list[int]]:
    """The ways by name, sentence-transformers first, and the tokens of each text, special ones counted."""
    encoders = [load(device="cpu", threads=threads, bulk=True, precision=each) for each in PRECISIONS]
    of_paragraphs = cut(encoders[0], some)
    spans = [sentence_spans(each.text) for each in some]
    model, texts = library(), [window.text for windows_of in of_paragraphs for window in windows_of]

    def whole(encoder: Encoder) -> None:
        embedded(encoder, some)

    def alone(encoder: Encoder) -> Vectors:
        return np.concatenate([each.windows for each in encoder.encode_paragraphs(of_paragraphs, spans)])

    made = {_LIBRARY: Way(lambda: by_library(model, texts, threads))}
    for precision, encoder in zip(PRECISIONS, encoders, strict=True):
        made[f"a build, {precision}"] = Way(partial(whole, encoder))
        made[f"`encode_paragraphs` alone, {precision}"] = Way(partial(alone, encoder))
    return made, [window.tokens + 2 for windows_of in of_paragraphs for window in windows_of]


def measured(made: dict[str, Way], turns: int) -> None:
    """Let each way have its turns, after one that nobody times."""
    for turn in range(turns + 1):
        for way in made.values():
            wall, processor = time.perf_counter(), time.process_time()
            way.vectors = way.work()
            if turn:
                way.wall.append(time.perf_counter() - wall)
                way.processor.append(time.process_time() - processor)


def operations(lengths: Sequence[int], shape: Shape, wide: int) -> float:
    """The additions and multiplications of matrices that the model takes for texts of so many tokens."""
    of_layer = 4 * shape.dim * shape.dim + 2 * shape.dim * wide
    return float(sum(2 * shape.layers * n * (of_layer + 2 * n * shape.dim) for n in lengths))


def limit(shape: Shape, wide: int, threads: int) -> tuple[float, float]:
    """Operations a second, and a second of processor, of bare float32 products of the model's shapes.

    The best of six turns of torch's own products (MKL) and of oneDNN's. As many are made side by side as there are
    threads, each on one, which is how a build embeds.
    """
    import torch

    rows = {size: torch.randn(_ROWS, size) for size in (shape.dim, wide)}
    sizes = [(shape.dim, 3 * shape.dim), (shape.dim, shape.dim), (shape.dim, wide), (wide, shape.dim)]
    matrices = [torch.randn(made, given) for given, made in sizes]
    onednn = [in_float32(Linear(each.T.numpy(), np.zeros(len(each), np.float32))) for each in matrices]
    ways: list[list[Callable[[torch.Tensor], torch.Tensor]]] = [
        [partial(torch.mm, mat2=each.T) for each in matrices],
        list(onednn),
    ]
    repeats = 20

    def products(way: Sequence[Callable[[torch.Tensor], torch.Tensor]]) -> None:
        torch.set_num_threads(1)
        with torch.inference_mode():
            for _ in range(repeats):
                for (given, _), product in zip(sizes, way, strict=True):
                    product(rows[given])

    best = (0.0, 0.0)
    total = threads * repeats * sum(2 * _ROWS * given * made for given, made in sizes)
    with ThreadPoolExecutor(threads) as pool:
        for way in 6 * ways:
            wall, processor = time.perf_counter(), time.process_time()
            list(pool.map(products, threads * [way]))
            found = total / (time.perf_counter() - wall), total / (time.process_time() - processor)
            best = max(best[0], found[0]), max(best[1], found[1])
    return best


def report(some: Sequence[StoredParagraph], threads: int, turns: int) -> Iterator[str]:
    """A row a way."""
    made, lengths = ways(some, threads)
    measured(made, turns)
    config: dict[str, Any] = json.loads((default_folder() / "config.json").read_text(encoding="utf-8"))
    shape, wide = Shape.of(default_folder()), config["intermediate_size"]
    most_wall, most_processor = limit(shape, wide, threads)
    work = operations(lengths, shape, wide)
    first = made[_LIBRARY]
    rows = []
    for name, way in made.items():
        ratio = [statistics.median(_ratios(getattr(first, each), getattr(way, each))) for each in _CLOCKS]
        cosines = np.array([np.nan])
        if way is not first and way.vectors is not None and first.vectors is not None:
            cosines = (way.vectors * first.vectors).sum(axis=1)
        wall, processor = statistics.median(way.wall), statistics.median(way.processor)
        rows.append(
            [
                name,
                figure(len(lengths) / wall, 0),
                figure(ratio[0], 2),
                figure(processor, 2),
                figure(ratio[1], 2),
                figure(float(cosines.mean()), 5),
                figure(float(cosines.min()), 5),
                figure(100 * work / processor / most_processor, 0),
            ]
        )
    word = "thread" if threads == 1 else "threads"
    head = ["texts a second", "times as fast", "CPU seconds", "times as little CPU"]
    yield from table([f"{threads} {word}", *head, "cosine, mean", "lowest", "% of the limit"], rows)
    yield (
        f"\n{len(lengths)} texts of {statistics.mean(lengths):.0f} tokens, medians of {turns} turns. The limit: "
        f"{most_processor / 1e9:.0f} billion operations a second of processor ({most_wall / 1e9:.0f} a second), "
        "products of float32 matrices alone.\n"
    )


_CLOCKS: Final = ("wall", "processor")


def _ratios(first: Sequence[float], other: Sequence[float]) -> list[float]:
    return [a / b for a, b in zip(first, other, strict=True)]


def memory(cables: Path) -> Iterator[str]:
    """The peak of a process that embeds 2,000 paragraphs on one thread, for each way one of its own."""
    names: dict[str, Precision | None] = {_LIBRARY: None, **{f"a build, {each}": each for each in PRECISIONS}}
    found: list[float] = []
    rows = []
    for name, precision in names.items():
        command = [sys.executable, "-m", "benchmarks.embedding_speed", "--cables", str(cables), "--peak"]
        command.append(precision or "library")
        found.append(float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))
        rows.append([name, figure(found[-1] / 2**20, 0), figure(found[-1] / found[0], 2)])
    return table([f"{_IN_MEMORY:,} paragraphs", "peak MiB", "beside the first"], rows)


def peak(cables: Path, precision: Precision | None) -> int:
    """The most bytes that this process has held, once it has embedded; None embeds by sentence-transformers."""
    some = paragraphs(cables, _IN_MEMORY)
    if precision is None:
        texts = [f"{before(each)}\n{each.text}" for each in some]
        by_library(library(), texts, 1)
    else:
        encoder = load(device="cpu", threads=1, bulk=True, precision=precision)
        for start in range(0, len(some), _AT_ONCE):
            embedded(encoder, some[start : start + _AT_ONCE])
    # Not getrusage: its peak is, in a process that was just started, that of the one that started it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cables", type=Path, required=True, help="cables in whichever form a build reads")
    parser.add_argument("--threads", type=int, default=1, help="measure also with so many")
    parser.add_argument("--paragraphs", type=int, default=_AT_ONCE, help="how many are embedded a turn")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--no-memory", action="store_true", help="leave out the peak memory (Linux alone)")
    parser.add_argument("--peak", choices=("library", *PRECISIONS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        print(peak(options.cables, None if options.peak == "library" else options.peak))
        return
    some = paragraphs(options.cables, options.paragraphs)
    for threads in sorted({1, options.threads}):
        print("\n".join(report(some, threads, options.turns)), flush=True)
    if not options.no_memory:
        print("\n".join([*memory(options.cables), ""]))
    print(machine("torch", "sentence-transformers"))


if __name__ == "__main__":
    main()
