"""How well are questions answered? Makes the tables of docs/QUALITY.md.

python -m benchmarks.quality --xquad FILE --cranfield DIR --cables MAKE_CABLES.PY [--keep DIR] [--write docs/QUALITY.md]
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from benchmarks import collections, tables
from benchmarks.asking import Asked, ask
from benchmarks.collections import Collection
from benchmarks.machine import machine
from benchmarks.markers import written
from benchmarks.peers import PEERS
from qa.evaluate import Judged

T = TypeVar("T")

_TIMED: Final = 150  # questions that are asked again for each number of paragraphs read
_PACKAGES: Final = {"txtai": "txtai", "haystack": "haystack-ai"}  # of the peers


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Where the collections are, and what is asked of them."""

    xquad: Path | None
    cranfield: Path | None
    cables: Path | None
    folder: Path
    limit: int | None
    peers: tuple[str, ...]
    peers_5000: bool
    seeds: tuple[int, int]
    typing_seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What came of a set: its tables, and the answers that they rest on."""

    lines: tuple[str, ...]
    asked: tuple[Asked, ...]


def xquad(given: Given) -> Section:
    """Ranking and answers."""
    asked = _whole_xquad(given)
    return _section(asked, tables.ranking(asked), tables.answers(asked.judged))


def xquad_articles(given: Given) -> Section:
    """Abstention on questions that are far from all that is in the index."""
    collection = collections.xquad_without_articles(_needed(given.xquad, "--xquad"), given.folder)
    asked = _ask(collection, given, baselines=False)
    return _section(asked, tables.abstention(asked.judged))


def xquad_paragraphs(given: Given) -> Section:
    """Abstention on questions that are near to what is in the index."""
    return Section(lines=tuple(tables.abstention(_xquad_near(given))), asked=_folds(given))


def xquad_typing(given: Given) -> Section:
    """Ranking of mistyped questions."""
    file = _needed(given.xquad, "--xquad")
    collection = collections.xquad_mistyped(file, given.folder, seed=given.typing_seed)
    asked = _ask(collection, given, peers=given.peers)
    return _section(asked, tables.ranking(asked))


def cranfield(given: Given) -> Section:
    """Ranking of scientific abstracts."""
    collection = collections.cranfield(_needed(given.cranfield, "--cranfield"), given.folder)
    asked = _ask(collection, given, peers=given.peers)
    return _section(asked, tables.ranking(asked))


def generated_2000(given: Given) -> Section:
    """Everything, on 2,000 cables."""
    return _generated(_of_2000(given))


def generated_5000(given: Given) -> Section:
    """Everything, on 5,000 cables."""
    script = _needed(given.cables, "--cables")
    collection = collections.generated(script, given.folder, cables=5000, seed=given.seeds[1])
    return _generated(_ask(collection, given, peers=given.peers if given.peers_5000 else ()))


def trade_offs(given: Given) -> Section:
    """What the options `--certainty` and `--paragraphs` trade."""
    near, cables = _xquad_near(given), _of_2000(given)
    some = replace(cables.collection, questions=spread(cables.collection.questions, _TIMED))
    by_depth = {
        depth: ask(some, given.folder, baselines=False, paragraphs=depth).judged for depth in (3, 6, 12, 24)
    }
    lines = [
        *tables.certainties({"XQuAD, the right paragraph left out": near, "generated, 2,000": cables.judged}),
        "",
        *tables.depths(by_depth),
    ]
    return Section(lines=tuple(lines), asked=())


SETS: Final[dict[str, Callable[[Given], Section]]] = {
    "xquad": xquad,
    "xquad-articles": xquad_articles,
    "xquad-paragraphs": xquad_paragraphs,
    "xquad-typing": xquad_typing,
    "cranfield": cranfield,
    "generated-2000": generated_2000,
    "trade-offs": trade_offs,
    "generated-5000": generated_5000,
}


def _generated(asked: Asked) -> Section:
    judged = asked.judged
    return _section(asked, tables.ranking(asked), tables.kinds(judged), tables.abstention(judged))


@cache
def _xquad_near(given: Given) -> tuple[Judged, ...]:
    return _whole_xquad(given).judged + tuple(one for fold in _folds(given) for one in fold.judged)


@cache
def _folds(given: Given) -> tuple[Asked, ...]:
    file = _needed(given.xquad, "--xquad")
    return tuple(
        _ask(collections.xquad_fold(file, given.folder, fold), given, baselines=False)
        for fold in range(collections.FOLDS)
    )


@cache
def _of_2000(given: Given) -> Asked:
    script = _needed(given.cables, "--cables")
    collection = collections.generated(script, given.folder, cables=2000, seed=given.seeds[0])
    return _ask(collection, given, peers=given.peers)


@cache  # two sets rest on it
def _whole_xquad(given: Given) -> Asked:
    return _ask(collections.xquad(_needed(given.xquad, "--xquad"), given.folder), given, peers=given.peers)


def _ask(collection: Collection, given: Given, *, baselines: bool = True, peers: Sequence[str] = ()) -> Asked:
    some = replace(collection, questions=spread(collection.questions, given.limit))
    return ask(some, given.folder, baselines=baselines, peers=peers)


def spread(questions: Sequence[T], limit: int | None) -> tuple[T, ...]:
    """So many of the questions, taken at even distances: the first ones would all be of one article."""
    count = min(limit or len(questions), len(questions))
    return tuple(questions[place * len(questions) // count] for place in range(count))


def _section(asked: Asked, *parts: Iterator[str]) -> Section:
    lines = [f"{asked.paragraphs:,} paragraphs in the index."]
    for part in parts:
        lines += ["", *part]
    return Section(lines=tuple(lines), asked=(asked,))


def _needed(path: Path | None, option: str) -> Path:
    if path is None:
        raise SystemExit(f"This set needs {option}; leave it out with --sets, or say where it is.")
    return path


def record(one: Judged, others: dict[str, tuple[tuple[str, str], ...]]) -> dict[str, object]:
    """All about one question, for JSON."""
    answer = one.answer
    return {
        "id": one.question.id,
        "question": one.question.text,
        "kind": one.question.kind,
        "gold": sorted(one.question.gold),
        "answers": one.question.answers,
        "ranking": one.ranking,
        "rank": one.rank,
        "right": one.right,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "confidence": one.confidence if answer.citations else None,
        "quote": answer.citations[0].quote if answer.citations else None,
        "short": answer.short,
        "took_s": round(one.took_s, 4),
        "others": others,
    }


def records(asked: Asked) -> Iterator[dict[str, object]]:
    """All about every question, in order."""
    answerable = 0
    for one in asked.judged:
        others = {}
        if one.question.gold:
            others = {name: rankings[answerable] for name, rankings in asked.others.items()}
            answerable += 1
        yield record(one, others)


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask, print, write."""
    options = _options().parse_args(arguments)
    packages = ["sentence-transformers", "faiss-cpu", "tantivy", *(_PACKAGES[peer] for peer in options.peers)]
    where = machine(*packages)
    kept: dict[str, object] = {"machine": where}
    with tempfile.TemporaryDirectory() as scratch:
        given = Given(
            xquad=options.xquad,
            cranfield=options.cranfield,
            cables=options.cables,
            folder=options.keep or Path(scratch),
            limit=options.limit,
            peers=tuple(options.peers),
            peers_5000=options.peers_5000,
            seeds=options.seeds,
            typing_seed=options.typing_seed,
        )
        for name in options.sets:
            section = SETS[name](given)
            lines = [*section.lines, "", f"*{where}*"]
            print(f"\n## {name}\n", *lines, sep="\n", flush=True)
            kept[name] = {asked.collection.name: list(records(asked)) for asked in section.asked}
            if options.json:
                options.json.write_text(json.dumps(kept, indent=1), encoding="utf-8")
            if options.write:
                page = options.write.read_text(encoding="utf-8")
                page = written(page, name, lines, maker="benchmarks.quality")
                options.write.write_text(page, encoding="utf-8")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--xquad", type=Path, metavar="FILE", help="XQuAD or SQuAD 1.1 in JSON")
    parser.add_argument("--cranfield", type=Path, metavar="DIR", help="Cranfield, three files")
    parser.add_argument("--cables", type=Path, metavar="MAKE_CABLES.PY", help="the generator of cables")
    parser.add_argument("--sets", type=_names(SETS), default=list(SETS), help=",".join(SETS))
    parser.add_argument("--limit", type=int, metavar="N", help="ask so many questions of each collection")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep cables and indexes, to ask them again")
    parser.add_argument(
        "--peers", type=_names(PEERS), default=list(PEERS), help='txtai,haystack, or "" for none'
    )
    parser.add_argument(
        "--peers-5000", action="store_true", help="the peers on 5,000 cables too: an hour each"
    )
    parser.add_argument(
        "--seeds", type=_two, default=(21, 31), help="of the 2,000 and the 5,000 cables: 21,31"
    )
    parser.add_argument("--typing-seed", type=int, default=1, help="of the typing errors")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every question with its answer")
    parser.add_argument(
        "--write", type=Path, metavar="PAGE", help="write the tables between the page's markers"
    )
    return parser


def _names(known: Mapping[str, object]) -> Callable[[str], list[str]]:
    def names(text: str) -> list[str]:
        given = [name.strip() for name in text.split(",") if name.strip()]
        if wrong := [name for name in given if name not in known]:
            raise argparse.ArgumentTypeError(f"{', '.join(wrong)} is none of {', '.join(known)}")
        return given

    return names


def _two(text: str) -> tuple[int, int]:
    first, second = map(int, text.split(","))
    return first, second


if __name__ == "__main__":
    main()
