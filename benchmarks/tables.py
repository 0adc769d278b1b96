"""Judged questions as Markdown tables."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from benchmarks.asking import Asked, Place
from qa import Answer
from qa.evaluate import Judged, measures
from qa.evaluate.baselines import p_value
from qa.evaluate.figures import by_question, percent

_SHORT_QUOTE: Final = 60  # words; what is longer is hardly read
_SHORT_QUOTES: Final = f"first quote <= {_SHORT_QUOTE} words"

# What the figures of qa.evaluate are called in a table.
_RANKED: Final = {"hit@1": "hit@1", "hit@5": "hit@5", "ndcg@10": "nDCG@10", "mrr": "MRR@10"}
_ANSWERED: Final = {
    "sentence": "right sentence",
    _SHORT_QUOTES: _SHORT_QUOTES,
    "short_given": "`short` given",
    "short_em": "exact match, where given",
    "short_f1": "F1, where given",
}
_ABSTAINED: Final = {
    "abstention_precision": "precision",
    "abstention_recall": "recall",
    "abstention_f1": "F1",
    "false_abstention": "false abstention",
}
_TIMED: Final = {"ms_median": "ms, median", "ms_p95": "ms, p95"}
_NAMES: Final = {
    "bm25": "BM25",
    "dense": "vectors",
    "rrf": "both, by reciprocal rank fusion",
    "haystack": "Haystack",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; the first column is text, the others are figures."""
    yield f"| {' | '.join(head)} |"
    yield f"| --- |{' ---: |' * (len(head) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def figure(value: float, digits: int = 1) -> str:
    """A figure as it is printed."""
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def ranking(asked: Asked) -> Iterator[str]:
    """A row a system: how high the right paragraphs stand, over the questions that have one."""
    answerable = [one for one in asked.judged if one.question.gold]
    gold = [one.question.gold for one in answerable]
    rankings: dict[str, Sequence[tuple[Place, ...]]] = {
        "cable-qa": [one.ranking for one in answerable],
        **asked.others,
    }
    of_system = by_question(gold, rankings["cable-qa"])["hit@1"]
    rows = []
    for name, places in rankings.items():
        values = by_question(gold, places)
        p = "" if name == "cable-qa" else figure(p_value(of_system, values["hit@1"]), 3)
        rows.append([_NAMES.get(name, name), *(figure(percent(values[each])) for each in _RANKED), p])
    return table([f"{len(gold)} questions", *_RANKED.values(), "p"], rows)


def answers(judged: Sequence[Judged]) -> Iterator[str]:
    """How good the answers are, and how long they take."""
    names = {**_ANSWERED, **_TIMED}
    quotes = [one.answer.citations[0].quote for one in judged if one.answer.citations]
    short = percent(len(quote.split()) <= _SHORT_QUOTE for quote in quotes)
    values = measures(judged) | {_SHORT_QUOTES: short}
    return table(["", *names.values()], [["cable-qa", *(_digits(values, each) for each in names)]])


def abstention(judged: Sequence[Judged]) -> Iterator[str]:
    """How well the system tells what the cables do not answer."""
    missing = sum(not one.question.gold for one in judged)
    values = measures(judged)
    head = ["answerable", "unanswerable", *_ABSTAINED.values()]
    row = [f"{len(judged) - missing}", f"{missing}", *(figure(values[each]) for each in _ABSTAINED)]
    return table(["abstention", *head], [["cable-qa", *row]])


def kinds(judged: Sequence[Judged]) -> Iterator[str]:
    """A row a kind of question, in alphabetical order, then all that are answerable."""
    by_kind = {
        kind: [one for one in judged if one.question.kind == kind]
        for kind in sorted({one.question.kind for one in judged})
    }
    by_kind["all answerable"] = [one for one in judged if one.question.gold]
    names = {
        "hit@1": "hit@1",
        "hit@5": "hit@5",
        "sentence": "right sentence",
        "short_given": "`short` given",
        "short_em": "exact match, where given",
        **_TIMED,
    }
    rows = []
    for kind, some in by_kind.items():
        values = measures(some)
        silent = figure(percent(one.answer.abstained for one in some))
        rows.append([kind, f"{len(some)}", *(_digits(values, each) for each in names), silent])
    return table(["cable-qa", "questions", *names.values(), "abstained"], rows)


def certainties(sets: Mapping[str, Sequence[Judged]]) -> Iterator[str]:
    """What `--certainty` trades: a row for each, a pair of columns a set."""
    head = [f"{name}: {figure}" for name in sets for figure in ("abstention F1", "false abstention")]
    rows = []
    for least in (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9):
        row = [f"{least}"]
        for judged in sets.values():
            found = measures([replace(one, answer=_decided(one.answer, least)) for one in judged])
            row += [figure(found["abstention_f1"]), figure(found["false_abstention"])]
        rows.append(row)
    return table(["certainty", *head], rows)


def _decided(answer: Answer, least: float) -> Answer:
    return replace(answer, abstained=answer.certainty < least)


def depths(judged: Mapping[int, Sequence[Judged]]) -> Iterator[str]:
    """What `--paragraphs` trades: a row for each number of them."""
    names = {"hit@1": "hit@1", "hit@5": "hit@5", "sentence": "right sentence", **_TIMED}
    rows = []
    for depth, some in judged.items():
        values = measures(some)
        rows.append([f"{depth}", *(_digits(values, each) for each in names)])
    return table(["paragraphs read", *names.values()], rows)


def _digits(values: Mapping[str, float], name: str) -> str:
    return figure(values[name], 0 if name in _TIMED else 1)
