"""How often answers are wrong, if only those are given of which the system is surest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluate.judging import Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What comes of answering only where the confidence is at least so high."""

    confidence: float
    coverage: float  # share of all questions that are answered
    risk: float  # share of the answered that are answered wrongly


def curve(judged: Sequence[Judged]) -> list[Point]:
    """A point for each confidence that occurs, the highest first; what nothing answers is wrong however answered.

    Source: El-Yaniv and Wiener, JMLR 11 (2010), https://jmlr.org/papers/v11/el-yaniv10a.html
    """
    risks = risk_by_count(judged)
    confidences = sorted((one.confidence for one in judged), reverse=True)
    last_of_each = {each: count for count, each in enumerate(confidences, start=1)}
    return [
        Point(confidence=each, coverage=count / len(judged), risk=risks[count - 1])
        for each, count in last_of_each.items()
    ]


def risk_by_count(judged: Sequence[Judged]) -> list[float]:
    """The share of wrong answers among the 1, 2, 3, ... surest; of equally sure ones each counts as their mean."""
    if not judged:
        return []
    confidences = np.array([-one.confidence for one in judged])
    wrong = np.array([not one.right for one in judged], dtype=np.float64)
    _, group, sizes = np.unique(confidences, return_inverse=True, return_counts=True)
    mean = np.bincount(group, weights=wrong) / sizes
    risks: list[float] = (np.cumsum(mean[np.sort(group)]) / np.arange(1, len(judged) + 1)).tolist()
    return risks


def own_choice(judged: Sequence[Judged]) -> tuple[float, float]:
    """Coverage and risk where the system itself decides what it answers; a risk of nothing is 0."""
    answered = [one for one in judged if not one.answer.abstained]
    wrong = sum(not one.right for one in answered)
    return len(answered) / max(1, len(judged)), wrong / max(1, len(answered))
