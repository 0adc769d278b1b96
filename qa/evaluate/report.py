"""What an evaluation found, as lines of text or as values for JSON: nothing here prints."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from qa.evaluate.baselines import Comparison
from qa.evaluate.figures import RANKED, by_question, measures
from qa.evaluate.judging import Judged
from qa.evaluate.questions import Place
from qa.evaluate.risk import curve, own_choice, risk_by_count
from qa.steering import harmless

# Title, and the columns: heading and figure.
TABLES: Final = (
    (
        "The right paragraph is found (questions that the cables answer)",
        {"hit@1": "hit@1", "hit@3": "hit@3", "hit@5": "hit@5", "MRR": "mrr", "nDCG@10": "ndcg@10"},
    ),
    (
        "The right sentence is quoted, and the right words in it",
        {
            "sentence": "sentence",
            "words quoted": "quote_words",
            "short given": "short_given",
            "short EM": "short_em",
            "short F1": "short_f1",
        },
    ),
    (
        "Silence where the cables do not answer, and time",
        {
            "precision": "abstention_precision",
            "recall": "abstention_recall",
            "F1": "abstention_f1",
            "false silence": "false_abstention",
            "AURC": "aurc",
            "ms": "ms_median",
            "ms p95": "ms_p95",
        },
    ),
)
TOGETHER: Final = "together"
STEPS: Final = 10
NAMED: Final = 5  # missing paragraphs


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One evaluation."""

    judged: Sequence[Judged]
    compared: Sequence[Comparison]
    missing: Sequence[Place]  # gold that the index does not hold
    stats: Mapping[str, int]  # of the index


def report_lines(report: Report) -> Iterator[str]:
    """Tables with a line for each kind of question and one for all together; shares in percent."""
    judged = report.judged
    answerable = sum(bool(one.question.gold) for one in judged)
    yield (
        f"{len(judged):,} questions: {answerable:,} that the cables answer, {len(judged) - answerable:,} that they do "
        f"not. {report.stats['cables']:,} cables, {report.stats['paragraphs']:,} paragraphs."
    )
    rows = [(" ".join(harmless(kind).split()), some) for kind, some in _kinds(judged).items()]
    if len(rows) > 1:
        rows.append((TOGETHER, list(judged)))
    told = [(name, f"{len(some):,}", measures(some)) for name, some in rows]
    for title, columns in TABLES:
        yield from ("", title)
        yield from _table(
            ["kind", "questions", *columns],
            (
                [name, count, *(_figure(figures[each]) for each in columns.values())]
                for name, count, figures in told
            ),
        )
    yield from _curve_lines(judged)
    if report.compared:
        yield from _comparison_lines(report)


def report_json(report: Report) -> dict[str, object]:
    """Everything, question by question too; shares in percent, what cannot be told is None."""
    judged = report.judged
    coverage, risk = own_choice(judged)
    return {
        "questions": len(judged),
        "cables": report.stats["cables"],
        "paragraphs": report.stats["paragraphs"],
        "missing": [_place(place) for place in report.missing],
        "measures": _finite(measures(judged)),
        "kinds": {
            kind: {"questions": len(some), "measures": _finite(measures(some))}
            for kind, some in _kinds(judged).items()
        },
        "answered": {"coverage": 100 * coverage, "risk": 100 * risk},
        "curve": [
            _finite(
                {"confidence": point.confidence, "coverage": 100 * point.coverage, "risk": 100 * point.risk}
            )
            for point in curve(judged)
        ],
        "compare": {
            each.name: {"questions": each.questions, "measures": _finite(each.measures), "p": each.p}
            for each in report.compared
        },
        "results": _results(report),
    }


def missing_line(missing: Sequence[Place]) -> str:
    """Says of which gold paragraphs the index knows nothing."""
    named = ", ".join(f"{cable} ¶{paragraph}" for cable, paragraph in missing[:NAMED])
    more = f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else ""
    return f"Not in the index, so no answer can cite it: gold {named}{more}. Check the ids, or build first."


def _curve_lines(judged: Sequence[Judged]) -> Iterator[str]:
    risks, total = risk_by_count(judged), len(judged)
    counts = dict.fromkeys(math.ceil(step * total / STEPS) for step in range(1, STEPS + 1))
    yield from ("", "Wrong, if only the surest were answered (risk and coverage)")
    yield from _table(
        ["answered", "%", "% of them wrong"],
        ([f"{count:,}", _figure(100 * count / total), _figure(100 * risks[count - 1])] for count in counts),
    )
    coverage, risk = own_choice(judged)
    yield f"By its own choice: {_figure(100 * coverage)} % answered, {_figure(100 * risk)} % of them wrong."


def _comparison_lines(report: Report) -> Iterator[str]:
    judged = [one for one in report.judged if one.question.gold]
    yield from (
        "",
        f"Beside plain rankings of the same index ({len(judged):,} questions that the cables answer)",
    )
    own = measures(judged)
    rows = [["cable-qa", *(_figure(own[name]) for name in RANKED), "", ""]]
    for each in report.compared:
        figures = [_figure(each.measures[name]) for name in RANKED]
        rows.append([each.name, *figures, *(f"{p:.4f}" for p in each.p.values())])
    heads = [heading for heading, name in TABLES[0][1].items() if name in RANKED]
    yield from _table(["ranking", *heads, "p hit@1", "p MRR"], rows)
    yield "p: two-sided, Fisher's randomization by question, cable-qa against that line."


def _results(report: Report) -> list[dict[str, object]]:
    answerable = [one for one in report.judged if one.question.gold]
    values = by_question([one.question.gold for one in answerable], [one.ranking for one in answerable])
    place_of = {id(one): place for place, one in enumerate(answerable)}
    results = []
    for one in report.judged:
        place = place_of.get(id(one))
        results.append(
            _result(one)
            | {
                "figures": None if place is None else {name: each[place] for name, each in values.items()},
                "compare": {}
                if place is None
                else {
                    other.name: {name: each[place] for name, each in other.values.items()}
                    for other in report.compared
                },
            }
        )
    return results


def _result(one: Judged) -> dict[str, object]:
    question, answer = one.question, one.answer
    return {
        "id": question.id,
        "kind": question.kind,
        "question": question.text,
        "asked": answer.asked,
        "gold": [_place(place) for place in sorted(question.gold)],
        "answers": list(question.answers),
        "abstained": answer.abstained,
        "reason": answer.reason,
        "quote": one.quote or None,
        "short": answer.short,
        "ranking": [_place(place) for place in one.ranking],
        "rank": one.rank or None,
        "right": one.right,
        "ms": 1000 * one.took_s,
        **_finite({"confidence": one.confidence}),
    }


def _kinds(judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    kinds: dict[str, list[Judged]] = {}
    for one in judged:
        kinds.setdefault(one.question.kind, []).append(one)
    return kinds


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as what stands in them, the first to the left, the others to the right."""
    lines = [list(heads), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *others in lines:
        cells = chain([first.ljust(widths[0])], map(str.rjust, others, widths[1:]))
        yield "  ".join(cells).rstrip()


def _figure(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1f}"


def _finite(figures: Mapping[str, float]) -> dict[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in figures.items()}


def _place(place: Place) -> dict[str, str]:
    return {"cable": place[0], "paragraph": place[1]}
