"""Does an index answer from Milvus as it does from its folder? It is moved, timed, and asked in both places.

python -m benchmarks.moving --index DIR --uri URI --questions FILE [--first 200] [--keep] [--write docs/SCALE.md]

DIR is told to the Milvus at URI, as `cable-qa build --store milvus` does, and forgets it again unless --keep is given;
then the next run tells only what has changed. FILE is as `cable-qa eval` reads it. A file of Milvus Lite says nothing
of the speed of a Milvus.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from unittest.mock import patch

import index
from benchmarks.machine import machine
from benchmarks.markers import printed
from benchmarks.tables import figure, table
from index import Hit, Progress, builder
from qa import Assistant
from qa.evaluate import EvalQuestion, Judged, judge, measures, read_questions

_SHOWN: Final = 10
_FIGURES: Final = {
    "hit@1": "hit@1",
    "hit@5": "hit@5",
    "sentence": "right sentence",
    "abstention_f1": "silence F1",
}


def main() -> None:
    """Move, ask, print, write."""
    given = _options().parse_args()
    questions = [one for one in read_questions(given.questions) if not one.history][: given.first]
    took, report = moved(given.index, given.uri, keep=given.keep)
    lines = [
        f"{report.unchanged:,} cables, {report.paragraphs:,} paragraphs: told in {took / 60:.1f} minutes, "
        f"{report.embedded} of them embedded anew. {len(questions)} questions to both:",
        "",
        *compared(given.index, given.uri, questions),
        "",
        f"*{machine('pymilvus', 'milvus-lite', 'faiss-cpu', 'tantivy')}*",
    ]
    printed(lines, into=given.write, name="moved", maker="benchmarks.moving")


def moved(folder: Path, uri: str, *, keep: bool = False) -> tuple[float, index.BuildReport]:
    """Seconds that it took, and what the build says."""

    def tell(progress: Progress) -> None:
        if progress.stage == "publish" and progress.done % 1_000 == 0:
            print(f"{progress.done} of {progress.total} cables", flush=True)

    begun = time.perf_counter()
    with patch.object(builder, "load", None):  # whatever were to be embedded would fail
        report = index.build(None, folder, milvus=uri, progress=tell)
    took = time.perf_counter() - begun
    if not keep:
        index.build(None, folder, milvus="")
    return took, report


def compared(folder: Path, uri: str, questions: Sequence[EvalQuestion]) -> Iterator[str]:
    """A row for each figure: of the folder, and of Milvus."""
    rows: list[list[str]] = []
    hits: list[list[list[Hit]]] = []
    judged: list[list[Judged]] = []
    times: list[float] = []
    for place in (folder, uri):
        with Assistant.open(place) as assistant:
            begun = time.perf_counter()
            hits.append([assistant.index.search(one.text, k=_SHOWN) for one in questions])
            times.append((time.perf_counter() - begun) / len(questions))
            judged.append(list(judge(assistant, questions)))
    found = [measures(some) for some in judged]
    for name, shown in _FIGURES.items():
        values = [each[name] for each in found]
        rows.append([shown, *(figure(value) for value in values)])
    pairs = list(zip(*judged, strict=True))
    for shown, some in (
        ("where there is an answer: the same, and the same citations", [p for p in pairs if not _silent(p)]),
        ("where there is none in either: the same closest passages", [p for p in pairs if _silent(p)]),
    ):
        same = sum(_answer(one) == _answer(other) for one, other in some)
        rows.append([f"{shown} ({len(some)})", "", figure(100 * same / max(1, len(some)))])
    first, both = _alike(*hits)
    rows.append([f"the same first of {_SHOWN} hits", "", figure(100 * first)])
    rows.append([f"of the first {_SHOWN} hits in both", "", figure(100 * both)])
    rows.append(["a search, ms", *(figure(1000 * each) for each in times)])
    yield from table(["", "folder", "Milvus"], rows)


def _answer(one: Judged) -> tuple[str, list[tuple[str, str, str]]]:
    answer = one.answer
    return answer.text, [(each.cable_id, each.paragraph, each.quote) for each in answer.citations]


def _silent(pair: tuple[Judged, Judged]) -> bool:
    return all(one.answer.abstained for one in pair)


def _alike(ours: Sequence[Sequence[Hit]], theirs: Sequence[Sequence[Hit]]) -> tuple[float, float]:
    """In how many questions the first hit is the same; what share of the hits of one is among those of the other."""
    pairs = list(zip(ours, theirs, strict=True))
    first = sum(_places(one[:1]) == _places(other[:1]) for one, other in pairs) / len(pairs)
    every = sum(len(_places(one)) for one, _ in pairs)
    return first, sum(len(_places(one) & _places(other)) for one, other in pairs) / max(1, every)


def _places(hits: Sequence[Hit]) -> set[tuple[str, str]]:
    return {(each.cable_id, each.paragraph) for each in hits}


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--index", type=Path, required=True, metavar="DIR")
    parser.add_argument("--uri", required=True)
    parser.add_argument("--questions", type=Path, required=True, metavar="FILE")
    parser.add_argument("--first", type=int, default=200, help="how many questions")
    parser.add_argument("--keep", action="store_true", help="leave it told of the index")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the table between its markers")
    return parser


if __name__ == "__main__":
    main()
