"""Many judged questions as a few figures."""

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from qa.errors import EvaluationNotInstalled
from qa.evaluate import squad
from qa.evaluate.judging import Judged
from qa.evaluate.questions import Place
from qa.evaluate.risk import risk_by_count

DEPTH: Final = 10  # what stands further down a ranking is not looked at
RANKED: Final = {
    "hit@1": "Success@1",
    "hit@3": "Success@3",
    "hit@5": "Success@5",
    "mrr": "RR",
    "ndcg@10": "nDCG@10",
}  # our names, and those of ir-measures


def measures(judged: Sequence[Judged]) -> dict[str, float]:
    """Every figure by its name, shares in percent; NaN where no question bears on it. See docs/evaluation.md.

    Raises EvaluationNotInstalled.
    """
    answerable = [one for one in judged if one.question.gold]
    with_answers = [one for one in answerable if one.question.answers]
    shorts = [(one.answer.short, one.question.answers) for one in with_answers if one.answer.short]
    quotes = [one.quote for one in judged if not one.answer.abstained]
    took_ms = [1000 * one.took_s for one in judged]
    ranked = by_question([one.question.gold for one in answerable], [one.ranking for one in answerable])
    return {
        **{name: percent(values) for name, values in ranked.items()},
        "sentence": percent(one.right for one in with_answers),
        "short_given": percent(bool(one.answer.short) for one in with_answers),
        "short_em": percent(squad.exact_match(*each) for each in shorts),
        "short_f1": percent(squad.f1(*each) for each in shorts),
        **_abstention(judged),
        "aurc": percent(risk_by_count(judged)),
        "quote_words": statistics.median(len(quote.split()) for quote in quotes) if quotes else math.nan,
        "ms_median": statistics.median(took_ms) if took_ms else math.nan,
        "ms_p95": float(np.percentile(took_ms, 95)) if took_ms else math.nan,
    }


def by_question(
    gold: Sequence[frozenset[Place]], rankings: Sequence[Sequence[Place]]
) -> dict[str, list[float]]:
    """Of each ranking, in their order, the figures of `RANKED`, 0 to 1; every question must have gold."""
    library = require_library()
    names = {library.parse_measure(theirs): ours for ours, theirs in RANKED.items()}
    right = {str(n): {_key(place): 1 for place in places} for n, places in enumerate(gold)}
    run = {
        str(n): {_key(place): -rank for rank, place in enumerate(places[:DEPTH])}
        for n, places in enumerate(rankings)
        if places
    }
    values = {name: [0.0] * len(gold) for name in RANKED}
    for found in library.iter_calc(list(names), right, run) if gold else ():
        values[names[found.measure]][int(found.query_id)] = float(found.value)
    return values


def require_library() -> Any:  # noqa: ANN401 - a module
    """ir-measures; raises EvaluationNotInstalled where it is missing."""
    try:
        import ir_measures
    except ImportError as error:
        raise EvaluationNotInstalled from error
    return ir_measures


def percent(values: Iterable[float]) -> float:
    """The mean in percent; NaN of nothing."""
    values = list(values)
    return 100 * float(np.mean(values)) if values else math.nan


def _abstention(judged: Sequence[Judged]) -> dict[str, float]:
    silent = [one for one in judged if one.answer.abstained]
    missing = [one for one in judged if not one.question.gold]
    rightly = sum(not one.question.gold for one in silent)
    return {
        "abstention_precision": percent(not one.question.gold for one in silent),
        "abstention_recall": percent(one.answer.abstained for one in missing),
        "abstention_f1": 200 * rightly / (len(silent) + len(missing)) if silent or missing else math.nan,
        "false_abstention": percent(one.answer.abstained for one in judged if one.question.gold),
    }


def _key(place: Place) -> str:
    return "\t".join(place)
