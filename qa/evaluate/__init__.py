"""Questions with known answers, asked and told in figures: behind `cable-qa eval`, and for benchmarks."""

from qa.evaluate.figures import measures
from qa.evaluate.judging import Judged, judge
from qa.evaluate.questions import EvalQuestion, read_questions

__all__ = ["EvalQuestion", "Judged", "judge", "measures", "read_questions"]
