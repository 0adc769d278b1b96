"""How long does a search take, as a multiple of the time in which the model reads the question?

python -m benchmarks.search_speed --index DIR --questions FILE [--first 100] [--threads 1]

FILE has a line of JSON with a "question" for each. The index is warm; of a question nothing is kept from one row to the
next.
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.machine import machine
from benchmarks.tables import figure, table
from index import Filters, Index
from index.folder import Derived, Folder
from qa import Assistant
from qa.candidates import candidates
from qa.question import understand

_FOUND: Final = 200  # hits, from as many an answer is chosen
_SHOWN: Final = 10
_EMBEDDING: Final = "embedding the question"


def main() -> None:
    """Ask, and print a row for each way."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--index", type=Path, required=True)
    options.add_argument("--questions", type=Path, required=True)
    options.add_argument("--first", type=int, default=100, help="how many questions, drawn by chance")
    options.add_argument("--threads", type=int, default=1, help="of the model")
    given = options.parse_args()
    lines = given.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    questions = random.Random(1).sample(questions, min(given.first, len(questions)))
    with Assistant.open(given.index, threads=given.threads) as assistant:
        begun = time.perf_counter()
        assistant.index.search("anything", filters=Filters(years=(2000,)))
        first = time.perf_counter() - begun
        rows = measured(assistant, questions)
        stats = assistant.index.stats()
    print(
        f"{stats['cables']:,} cables, {stats['paragraphs']:,} paragraphs, {stats['sealed']:,} of them in FAISS;"
    )
    print(f"{len(questions)} questions; the first search took {first:.1f} s, the model's loading included;")
    print(f"resident in memory after the last question: {_resident()}\n")
    print("\n".join(table(["", "median, ms", "p95, ms", "max, ms", "p95 / embedding"], list(_lines(rows)))))
    print(f"\n{machine('tantivy', 'faiss-cpu', 'torch')}, {given.threads} threads of the model")


def measured(assistant: Assistant, questions: Sequence[str]) -> dict[str, list[float]]:
    """Seconds of each question, by what was done."""
    cable_index = assistant.index
    with cable_index._views.snapshot() as view:
        derived, encoder = _derived(cable_index), cable_index._ready(view.store)
    facets = cable_index.facets()
    post, year = facets.posts[0][0], max(facets.years, key=lambda counted: counted[1])[0]
    of_both = Filters(posts=(post,), years=(year,))

    def embed(question: str) -> object:
        return encoder.encode_question(question)

    def rank(question: str) -> object:
        asked = derived.words.asked(question)
        return asked and derived.words.best(asked, limit=_FOUND)

    def find(question: str) -> object:
        with cable_index._views.snapshot() as view:
            return cable_index._found(view, question, None, _FOUND)

    def search(question: str, filters: Filters | None) -> object:
        return cable_index.search(question, k=_FOUND, filters=filters)

    def narrow(question: str) -> object:
        return list(candidates(cable_index, understand(question), None))

    ways: dict[str, Callable[[str], object]] = {_EMBEDDING: embed, "BM25 alone": rank}
    if derived.nearest.faiss_index is not None:
        vectors = {question: encoder.encode_question(question) for question in questions}
        ways["FAISS alone"] = lambda question: derived.nearest.nearest(vectors[question], limit=_FOUND)
    ways |= {
        "candidates: embedding, BM25, FAISS": find,
        f"search, {_SHOWN} shown": lambda question: cable_index.search(question, k=_SHOWN),
        "search": partial(search, filters=None),
        f"search, {year}": partial(search, filters=Filters(years=(year,))),
        f"search, {post}": partial(search, filters=Filters(posts=(post,))),
        f"search, {post} in {year}": partial(search, filters=of_both),
        "search, and as the question narrows it": narrow,
        "ask": assistant.ask,
    }
    return {name: list(_seconds(way, questions, cable_index)) for name, way in ways.items()}


def _derived(cable_index: Index) -> Derived:
    assert isinstance(cable_index._views, Folder)
    with cable_index._views.snapshot() as view:
        return view.derived


def _seconds(way: Callable[[str], object], questions: Sequence[str], cable_index: Index) -> Iterator[float]:
    for question in questions[: max(1, len(questions) // 10)]:
        way(question)
    for question in questions:
        cable_index._questions.clear()
        cable_index._rankings.clear()
        _derived(cable_index).words._rankings.clear()
        begun = time.perf_counter()
        way(question)
        yield time.perf_counter() - begun


def _lines(rows: Mapping[str, Sequence[float]]) -> Iterator[list[str]]:
    embedding = float(np.median(rows[_EMBEDDING])) * 1000
    for name, seconds in rows.items():
        median, high, most = (float(each) * 1000 for each in np.percentile(seconds, [50, 95, 100]))
        yield [name, figure(median), figure(high), figure(most), figure(high / embedding)]


def _resident() -> str:
    """Memory of this process; of it the pages of files, which the system takes back when it needs them."""
    status = Path("/proc/self/status")
    if not status.exists():
        return "unknown"
    kilobytes = {
        name: value for name, _, value in (line.partition(":") for line in status.read_text().splitlines())
    }
    whole, files = (int(kilobytes[name].split()[0]) // 1024 for name in ("VmRSS", "RssFile"))
    return f"{whole} MB, {files} MB of them pages of files"


if __name__ == "__main__":
    main()
