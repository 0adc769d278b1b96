"""Builds the index of a collection once, and asks it: the system, plain ways of ranking, other programs."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from tqdm import tqdm

import index
from benchmarks.collections import Collection
from benchmarks.peers import PEERS
from index import Index, Progress
from qa import Assistant
from qa.evaluate import EvalQuestion, Judged, judge
from qa.evaluate.baselines import ranked
from qa.extract import PARAGRAPHS
from qa.followup import standalone
from qa.options import BASELINES

T = TypeVar("T")
Place = tuple[str, str]  # the id of a cable and the number of a paragraph in it
DEPTH: Final = 10  # places of a ranking that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the systems made of a collection's questions."""

    collection: Collection
    paragraphs: int  # in the index
    judged: tuple[Judged, ...]  # the system's answers, in the order of the questions
    # Of the others, by name: a ranking for each question that has gold, in their order.
    others: dict[str, list[tuple[Place, ...]]]


def ask(
    collection: Collection,
    folder: Path,
    *,
    baselines: bool = True,
    peers: Sequence[str] = (),
    paragraphs: int = PARAGRAPHS,
) -> Asked:
    """Asks everything; the index lies in `folder`, under the collection's name, and is made where it is missing.

    `paragraphs` is how many the system reads closely.
    """
    with _built(collection, folder) as cable_index:
        assistant = Assistant(cable_index, paragraphs=paragraphs)
        asked = judge(assistant, collection.questions)
        judged = tuple(_told(asked, f"{collection.name}: cable-qa", len(collection.questions)))
        answerable = [one for one in collection.questions if one.gold]
        others = {}
        for name in BASELINES if baselines else ():
            rank = _baseline(cable_index, name)
            others[name] = [rank(one) for one in _told(answerable, f"{collection.name}: {name}")]
        texts = [] if not peers else list(_texts(cable_index))
        for name in peers:
            print(f"{collection.name}: {name} embeds {len(texts):,} paragraphs", file=sys.stderr)
            find = PEERS[name](texts, DEPTH)
            # They know no conversation: a follow-up is asked as it stands.
            others[name] = [tuple(find(one.text)) for one in _told(answerable, f"{collection.name}: {name}")]
        return Asked(
            collection=collection, paragraphs=cable_index.count_paragraphs(), judged=judged, others=others
        )


def _baseline(cable_index: Index, name: str) -> Callable[[EvalQuestion], tuple[Place, ...]]:
    def rank(question: EvalQuestion) -> tuple[Place, ...]:
        # The question as it was asked, but for a follow-up, that says nothing without what came before.
        return tuple(ranked(cable_index, standalone(question.text, question.history), name)[:DEPTH])

    return rank


@contextmanager
def _built(collection: Collection, folder: Path) -> Iterator[Index]:
    with _progress(collection.name) as progress:
        built = index.build(collection.cables, folder / f"{collection.name}.index", progress=progress)
    if collection.paragraphs not in (None, built.paragraphs):
        raise SystemExit(
            f"The index of {collection.name} has {built.paragraphs:,} paragraphs, not {collection.paragraphs:,}: "
            "the cables were not read as they were written, or the kept folder is of others. Remove it and run again."
        )
    with index.open(folder / f"{collection.name}.index") as cable_index:
        yield cable_index


def _texts(cable_index: Index) -> Iterator[tuple[Place, str]]:
    """Every paragraph with its subject before it: what the other programs are given."""
    for row in cable_index.cables(limit=None):
        for paragraph in cable_index.cable(row.id).paragraphs:
            yield (row.id, paragraph.number), f"{row.subject}\n{paragraph.text}"


@contextmanager
def _progress(name: str) -> Iterator[Callable[[Progress], None]]:
    with tqdm(unit="", leave=False) as bar:

        def tell(progress: Progress) -> None:
            bar.set_description(f"{name}: {progress.stage}", refresh=False)
            bar.total = progress.total
            bar.update(progress.done - bar.n)

        yield tell


def _told(items: Sequence[T] | Iterator[T], what: str, total: int | None = None) -> Iterator[T]:
    yield from tqdm(items, desc=what, total=total, leave=False)
