"""Plain ways to rank the same questions over the same index, and whether the system does better by more than chance."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from index import Index
from qa.evaluate.figures import by_question, percent
from qa.evaluate.judging import Judged
from qa.evaluate.questions import Place
from qa.options import BASELINES

TESTED: Final = ("hit@1", "mrr")
_DEPTH: Final = 100  # paragraphs of each ranking that are fused
_K: Final = 60
_SHUFFLES: Final = 9_999
_SEED: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A baseline beside the system, over the questions that have gold."""

    name: str
    questions: int
    values: dict[str, list[float]]  # of the baseline, by figure, then for each question; 0 to 1
    p: dict[str, float]  # of each figure tested: how often chance alone would part the two so far; 0 to 1

    @property
    def measures(self) -> dict[str, float]:
        """In percent."""
        return {figure: percent(values) for figure, values in self.values.items()}


def compare(cable_index: Index, judged: Sequence[Judged], names: Sequence[str]) -> list[Comparison]:
    """Each baseline on the questions that were judged, as the system understood them (follow-ups written out)."""
    judged = [one for one in judged if one.question.gold]
    gold = [one.question.gold for one in judged]
    system = by_question(gold, [one.ranking for one in judged])
    compared = []
    for name in names:
        theirs = by_question(gold, [ranked(cable_index, one.answer.asked, name) for one in judged])
        compared.append(
            Comparison(
                name=name,
                questions=len(judged),
                values=theirs,
                p={figure: p_value(system[figure], theirs[figure]) for figure in TESTED},
            )
        )
    return compared


def ranked(cable_index: Index, question: str, name: str) -> list[Place]:
    """The paragraphs as a baseline ranks them, best first."""

    def places(by: Literal["words", "meaning"]) -> list[Place]:
        hits = cable_index.search(question, k=_DEPTH, by=by)
        return list(dict.fromkeys((hit.cable_id, hit.paragraph) for hit in hits))

    match name:
        case "bm25":
            return places("words")
        case "dense":
            return places("meaning")
        case "rrf":
            return reciprocal_rank_fusion([places("words"), places("meaning")])
    raise ValueError(f"{name} is none of the baselines: {', '.join(BASELINES)}.")


def reciprocal_rank_fusion(rankings: Sequence[Sequence[Place]]) -> list[Place]:
    """Rankings merged by where a paragraph stands in each; of equal scores, in the order of the first rankings.

    Source: Cormack, Clarke, Buettcher, SIGIR 2009, https://doi.org/10.1145/1571941.1572114
    """
    scores: defaultdict[Place, float] = defaultdict(float)
    for ranking in rankings:
        for rank, place in enumerate(ranking, start=1):
            scores[place] += 1 / (_K + rank)
    return sorted(scores, key=lambda place: -scores[place])


def p_value(system: Sequence[float], baseline: Sequence[float]) -> float:
    """Two-sided p of Fisher's randomization test, paired by question; 1 where the two never differ.

    Source: Smucker, Allan, Carterette, CIKM 2007, https://doi.org/10.1145/1321440.1321528
    """
    from scipy.stats import permutation_test

    # Where both are equal, nothing is there to swap.
    differences = [one - other for one, other in zip(system, baseline, strict=True) if one != other]
    if len(differences) < 2:  # scipy wants two; with one, both swaps are as far apart
        return 1.0
    tested = permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        n_resamples=_SHUFFLES,
        batch=500,
        rng=np.random.default_rng(_SEED),
    )
    return float(tested.pvalue)
