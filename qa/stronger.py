"""What an optional reranker or reader changes in the order of the sentences."""

import math
from collections.abc import Sequence

from qa.evidence import Evidence
from qa.models import Models
from qa.reader import Span, holder

Ranked = list[tuple[float, Evidence]]


def by_reranker(order: Ranked) -> Ranked:
    """The best sentences in the order of their paragraphs' scores, which a reranker gave (see qa.reranker.reranked)."""
    return sorted(((best.hit.score, best) for _, best in order), key=lambda scored: -scored[0])


def read_spans(models: Models, question: str, found: Sequence[Sequence[Evidence]]) -> list[Span | None]:
    """What the reader marks in each paragraph; nothing where there is no reader."""
    if models.reader is None:
        return [None] * len(found)
    return models.reader.spans(question, [some[0].hit.text if some else "" for some in found])


def by_reader(found: Sequence[Sequence[Evidence]], spans: Sequence[Span | None]) -> Ranked:
    """In each paragraph the sentence that holds what the reader marked, the surest first."""
    marked = [
        (span.margin, some[holder(span, [one.span for one in some])])
        for some, span in zip(found, spans, strict=True)
        if some and span is not None
    ]
    return sorted(marked, key=lambda scored: -scored[0])


def chance_by_reader(spans: Sequence[Span | None]) -> float:
    """How likely a reader that knows silence holds it that an answer stands in what it read; 1 where none does."""
    margins = [span.margin for span in spans if span is not None and span.no_answer_score is not None]
    return 1 / (1 + math.exp(min(-max(margins), 700.0))) if margins else 1.0
