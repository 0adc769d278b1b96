"""Asks an index and answers with citations."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Final, Self

import index
from index import Filters, Index
from qa.answer import Answer, Citation
from qa.decide import silence
from qa.duplicates import without_copies
from qa.errors import EmptyQuestion
from qa.evidence import Evidence, evidence, rarity
from qa.extract import best_of_each, score, worth_reading
from qa.followup import standalone
from qa.question import Question, understand
from qa.short import short

_SEARCHED: Final = 200  # paragraphs that are looked at for each question
_CITED: Final = 5


class Assistant:
    """Answers questions from one index. Holds the index open: use it as a context manager, or close it."""

    def __init__(self, cable_index: Index) -> None:
        self.index = cable_index

    @classmethod
    def open(
        cls,
        index_path: Path | str,
        *,
        model: str | None = None,
        device: str | None = None,
        threads: int | None = None,
    ) -> Self:
        """Opens the index in a folder; raises IndexNotFound or ModelMismatch."""
        return cls(index.open(index_path, model=model, device=device, threads=threads))

    def ask(
        self, question: str, history: Sequence[tuple[str, str]] = (), filters: Filters | None = None
    ) -> Answer:
        """The answer, word for word from the cables, with what it rests on.

        `history` holds the (question, answer) pairs before it, oldest first. Raises EmptyQuestion.
        """
        if not question.strip():
            raise EmptyQuestion
        took: dict[str, float] = {}
        with _timed(took, "understand"):
            understood = understand(standalone(question.strip(), history))
        with _timed(took, "search"):
            hits = without_copies(self.index.search(understood.text, k=_SEARCHED, filters=filters))
        with _timed(took, "read"):
            read = worth_reading(understood, hits)
            matches = self.index.token_matches(understood.text, read)
        with _timed(took, "extract"):
            weights = self._weights(understood)
            found = [
                one
                for hit, match in zip(read, matches, strict=True)
                for one in evidence(understood, hit, match, weights)
            ]
            ranked = best_of_each(found)
        with _timed(took, "decide"):
            best = ranked[0] if ranked else None
            reason = silence(understood, best, self.index.cable(best.hit.cable_id).text if best else "")
            if best is None and filters is not None and not self.index.count(filters):
                reason = "No cable passes the filters that are set."
        with _timed(took, "cite"):
            citations = tuple(_citation(found) for found in ranked[:_CITED])
        took["total"] = sum(took.values())
        return Answer(
            text=_silent_text(reason, citations) if reason else citations[0].quote,
            short=None if reason else short(understood, citations[0].quote),
            abstained=bool(reason),
            citations=citations,
            asked=understood.text,
            reason=reason,
            took=took,
        )

    def close(self) -> None:
        """Closes the index."""
        self.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _weights(self, question: Question) -> dict[str, float]:
        """The stems that the question is about, each with its rarity in the index."""
        spoken = {word.text: word.stem for word in question.content}
        total = self.index.count_paragraphs()
        counts = self.index.document_frequencies(list(spoken))
        return {stem: rarity(counts.get(text, 0), total) for text, stem in spoken.items()}


@contextmanager
def _timed(took: dict[str, float], stage: str) -> Iterator[None]:
    begun = perf_counter()
    yield
    took[stage] = perf_counter() - begun


def _citation(found: Evidence) -> Citation:
    hit = found.hit
    return Citation(
        cable_id=hit.cable_id,
        paragraph=hit.paragraph,
        quote=found.quote,
        span=found.span,
        score=score(found),
        subject=hit.subject,
        date=hit.date,
        origin=hit.origin,
        classification=hit.classification,
        text=hit.text,
    )


def _silent_text(reason: str, citations: Sequence[Citation]) -> str:
    if not citations:
        return f"The cables do not say. {reason}"
    nearest = citations[0]
    return f"The cables do not say. {reason} The nearest is {nearest.cable_id} ¶{nearest.paragraph}."
