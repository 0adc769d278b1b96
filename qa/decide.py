"""Whether the best sentence answers, and if not, why, in plain words."""

from typing import Final

from qa.evidence import Evidence, context, missing_names
from qa.period import MONTHS
from qa.question import Question
from qa.short import holds

# A sentence must come near the question as a whole, and the paragraph hold its words or their like: one may make
# up for the other. Of the sums tried it told best apart the questions whose paragraph was left out.
_ENOUGH: Final = 0.98
_WANTED: Final = {"figure": "figure", "money": "sum of money"}  # a date may be told in words ("last spring")


def silence(question: Question, best: Evidence | None, cable_text: str) -> str:
    """Why the question is not answered, as a sentence; "" where `best` answers it.

    `cable_text` is the whole cable of `best`: a name that stands anywhere in it is not missing.
    """
    if best is None:
        return "The index holds no paragraph that shares a word or a meaning with the question."
    absent = missing_names(question, f"{context(best.hit)} {best.hit.text} {cable_text}")
    if absent:
        return f"Nothing was found about {' or '.join(absent)}."
    if not best.period_fits:
        return f"Nothing was found for {_periods(question)}."
    if best.sentence_match + best.words_match < _ENOUGH:
        return "No paragraph comes close enough to what is asked."
    if question.kind in _WANTED and not holds("figure", best.hit.text):
        return f"The nearest passage gives no {_WANTED[question.kind]}."
    return ""


def _periods(question: Question) -> str:
    said = []
    for period in question.periods:
        parts = [
            MONTHS[period.month - 1].capitalize() if period.month else "",
            f"quarter {period.quarter} of" if period.quarter else "",
            str(period.year) if period.year else "",
        ]
        said.append(" ".join(part for part in parts if part))
    return " or ".join(said)
