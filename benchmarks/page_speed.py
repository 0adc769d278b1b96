"""How long does a person wait on the page? Makes the table of docs/PERFORMANCE.md.

python -m benchmarks.page_speed --cables MAKE_CABLES.PY [--keep DIR] [--write docs/PERFORMANCE.md]
"""

import argparse
import math
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from tqdm import tqdm

import index
from benchmarks import collections, stand_ins
from benchmarks.browser import chromium, served
from benchmarks.machine import machine
from benchmarks.markers import printed
from benchmarks.page_walk import ANSWERED, CITED, LISTED, TURNED, Visit, walk
from benchmarks.tables import figure, table
from index import Filters, Index
from qa import Assistant
from qa.evaluate import EvalQuestion
from qa.web import cable_view, links
from qa.web.cables_tab import PAGE

Steps = Iterable[tuple[str, float]]  # the name of each, and the milliseconds that it took
Times = Mapping[str, Sequence[float]]  # of each step, those of every visit

BAR_MS: Final = 1000  # for the median of any step


def visits(
    cable_index: Index, questions: Sequence[EvalQuestion], count: int, *, seed: int
) -> Iterator[Visit]:
    """So many visits, each with another question that is answered somewhere, and lists drawn by chance."""
    draw = random.Random(seed)
    facets = cable_index.facets()
    posts, years = [post for post, _ in facets.posts], [year for year, _ in facets.years]
    words = sorted({last_word(row.subject) for row in cable_index.cables(limit=None)} - {""})
    for question in draw.sample([one for one in questions if one.gold and not one.history], count):
        first = draw.randrange(len(years))
        yield Visit(
            question=question.text,
            post=draw.choice(posts),
            year=draw.choice(years),
            word=draw.choice(words),
            brushed=(years[first], years[min(first + 1, len(years) - 1)]),
        )


def last_word(subject: str) -> str:
    """The last word of five letters or more, in small letters; "" where there is none."""
    return "".join(re.findall(r"[A-Za-z]{5,}", subject)[-1:]).lower()


def bare(assistant: Assistant, visit: Visit) -> Steps:
    """The steps of a visit as calls in this process, without server and browser."""
    cable_index = assistant.index
    begun = time.perf_counter()
    answer = assistant.ask(visit.question)
    yield ANSWERED, _ms_since(begun)
    calls: dict[str, Callable[[], object]] = {
        CITED: partial(_cable, cable_index, links.cited(answer.citations[0])),
        LISTED: partial(_list, cable_index, Filters()),
        TURNED: partial(_list, cable_index, Filters(), offset=PAGE),
        **{name: partial(_list, cable_index, wanted) for name, wanted in visit.lists.items()},
    }
    for name, call in calls.items():
        begun = time.perf_counter()
        call()
        yield name, _ms_since(begun)


def _ms_since(begun: float) -> float:
    return 1000 * (time.perf_counter() - begun)


def _cable(cable_index: Index, place: links.Place) -> str:
    return cable_view.cable_html(cable_index.cable(place.cable_id), place)


def _list(cable_index: Index, wanted: Filters, *, offset: int = 0) -> object:
    rows = cable_index.cables(wanted, limit=PAGE, offset=offset)
    return cable_index.count(wanted), cable_index.facets(wanted), rows


def times(steps: Callable[[Visit], Steps], visited: Sequence[Visit], what: str) -> Times:
    """What each step takes on each visit; before them the first visit is made once, to warm up."""
    found: dict[str, list[float]] = {}
    for _ in steps(visited[0]):
        pass
    for visit in tqdm(visited, desc=what, leave=False):
        for name, took_ms in steps(visit):
            found.setdefault(name, []).append(took_ms)
    return found


def rows(page: Times, calls: Times) -> Iterator[list[str]]:
    """A row a step: on the page, called without it, and how many times as long the page takes, in two digits."""
    for name, took in page.items():
        median, p95 = statistics.median(took), float(np.percentile(took, 95))
        called = statistics.median(calls[name]) if name in calls else math.nan
        longer = "-" if math.isnan(called) else f"{float(f'{median / called:.2g}'):g}"
        yield [name, figure(median, 0), figure(p95, 0), figure(called), longer]


def over(page: Times) -> list[str]:
    """The steps whose median is over the bar."""
    return [name for name, took in page.items() if statistics.median(took) > BAR_MS]


def main() -> None:
    """Make the index, call, serve, walk, print, write."""
    options = _options().parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        made = collections.generated(options.cables, folder, cables=options.count, seed=options.seed)
        index_path = folder / f"{made.name}-stand-ins.index"
        print(f"Building {index_path}", file=sys.stderr)
        built = stand_ins.build(made.cables, index_path, seed=options.seed)
        with index.open(index_path) as cable_index:
            visited = list(visits(cable_index, made.questions, options.times, seed=options.seed))
            calls = times(partial(bare, Assistant(cable_index)), visited, "calls")
            cables = cable_index.count()
        with served(index_path) as address, chromium() as browser:
            page = times(partial(walk, browser, address), visited, "page")
            version = browser.version
    head = ["milliseconds", "page, median", "page, p95", "bare call, median", "page / call"]
    slow = ", ".join(over(page)) or "none"
    where = machine("gradio", "sentence-transformers", "faiss-cpu", "tantivy", "playwright")
    lines = [
        f"{cables:,} generated cables (seed {options.seed}), {built.paragraphs:,} paragraphs, their vectors stand-ins; "
        f"{options.times} visits. Medians over {BAR_MS:,} ms: {slow}.",
        "",
        *table(head, list(rows(page, calls))),
        "",
        f"*{where}, Chromium {version}*",
    ]
    printed(lines, into=options.write, name="page-speed", maker="benchmarks.page_speed")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--cables", type=Path, required=True, metavar="MAKE_CABLES.PY", help="the generator of cables"
    )
    parser.add_argument("--count", type=int, default=20_000, help="of the cables")
    parser.add_argument("--seed", type=int, default=41, help="of the cables, the vectors and the visits")
    parser.add_argument("--times", type=int, default=20, help="visits that are timed")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the cables and the index")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the table between its markers")
    return parser


if __name__ == "__main__":
    main()
