"""Asks an index and answers with citations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Final, Self

import index
from index import Filters, Hit, Index
from qa.answer import Answer, Citation
from qa.candidates import asked_of, candidates
from qa.corroborate import says
from qa.decide import CERTAINTY, Case, case, chance
from qa.decide import reason as reason_for
from qa.duplicates import without_copies
from qa.errors import EmptyQuestion
from qa.evidence import Evidence, evidence, rarity, told_by
from qa.extract import PARAGRAPHS, quote, ranked, score, worth_reading
from qa.followup import standalone
from qa.models import Models, load
from qa.question import Question, understand
from qa.reader import Span
from qa.reranker import reranked
from qa.short import short
from qa.spelling import mended, unknown
from qa.stronger import by_reader, by_reranker, chance_by_reader, read_spans
from qa.words import words

_CITED: Final = 5
_RANKED: Final = 20  # of the paragraphs that were found, in the answer's ranking


class Assistant:
    """Answers questions from one index. Holds the index open: use it as a context manager, or close it."""

    def __init__(
        self,
        cable_index: Index,
        *,
        certainty: float = CERTAINTY,
        paragraphs: int = PARAGRAPHS,
        models: Models | None = None,
    ) -> None:
        self.index, self.certainty, self.paragraphs = cable_index, certainty, paragraphs
        self.models = models or Models()

    @classmethod
    def open(
        cls,
        index_path: Path | str,
        *,
        model: str | None = None,
        device: str | None = None,
        threads: int | None = None,
        certainty: float = CERTAINTY,
        paragraphs: int = PARAGRAPHS,
        reranker: str | None = None,
        reader: str | None = None,
    ) -> Self:
        """Opens the index in a folder; raises IndexNotFound, ModelMismatch or ModelUnavailable.

        Args:
            index_path: the folder.
            model: the embedding model, which must be the index's.
            device: where the models run.
            threads: for the models.
            certainty: 0 to 1; a question is answered where the cables answer it with at least that chance.
            paragraphs: how many of the best are read token by token; fewer are faster.
            reranker: a cross-encoder that puts the best paragraphs in order, by name or folder.
            reader: a model that marks the words that answer, by name or folder.
        """
        opened = index.open(index_path, model=model, device=device, threads=threads)
        try:
            models = load(reranker=reranker, reader=reader, device=device)
        except BaseException:
            opened.close()
            raise
        return cls(opened, certainty=certainty, paragraphs=paragraphs, models=models)

    def ask(
        self, question: str, history: Sequence[tuple[str, str]] = (), filters: Filters | None = None
    ) -> Answer:
        """The answer, word for word from the cables, with what it rests on.

        `history` holds the (question, answer) pairs before it, oldest first. Raises EmptyQuestion.
        """
        if not words(question):  # "???" asks nothing either
            raise EmptyQuestion
        took: dict[str, float] = {}
        with _timed(took, "understand"):
            understood = understand(standalone(mended(question.strip(), self.index).text, history))
            weights = self.rarities(understood)
            filters = asked_of(understood, filters)
        with _timed(took, "search"):
            all_hits = without_copies(candidates(self.index, understood, filters))
            hits = list(islice(all_hits, _RANKED))
            if self.models.reranker:
                hits = reranked(self.models.reranker, understood.text, hits)
        with _timed(took, "read"):
            found = self.evidence(understood, chain(hits, all_hits), weights)
        with _timed(took, "rank"):
            order = ranked(found)
            spans = read_spans(self.models, understood.text, found)
            if any(spans):
                order = by_reader(found, spans)
            elif self.models.reranker:
                order = by_reranker(order)
        # What was learned on the scores of the rules is decided by them, whoever made the order.
        by_rules = [(score(best), best) for _, best in order]
        with _timed(took, "decide"):
            certainty, reason = self._decided(understood, by_rules, spans, filters)
        with _timed(took, "cite"):
            sentences = {id(some[0].hit): some for some in found if some}
            beside = [""] * _CITED if reason else says(understood, by_rules[:_CITED])
            citations = tuple(
                _citation(best, points, sentences[id(best.hit)], said)
                for (points, best), said in zip(order[:_CITED], beside, strict=False)
            )
        took["total"] = sum(took.values())
        return Answer(
            text=_silent_text(reason, citations) if reason else citations[0].quote,
            short=None if reason else _short(understood, order[0][1], citations[0], found, spans),
            abstained=bool(reason),
            citations=citations,
            asked=understood.text,
            reason=reason,
            certainty=certainty,
            covered=self.index.covered(),
            ranking=tuple(
                dict.fromkeys(
                    (hit.cable_id, hit.paragraph) for hit in [*(best.hit for _, best in order), *hits]
                )
            ),
            took=took,
        )

    def _decided(
        self,
        question: Question,
        order: Sequence[tuple[float, Evidence]],
        spans: Sequence[Span | None],
        filters: Filters | None,
    ) -> tuple[float, str]:
        """How likely the cables answer, and where that is not enough, why they do not; "" where they do."""
        if not order:
            if not self.index.count():
                return 0.0, "There are no cables in the index yet: add some with cable-qa build."
            if filters is not None and not self.index.count(filters):
                return 0.0, _nothing_to_ask(question)
            return 0.0, "The index holds no paragraph that shares a word or a meaning with the question."
        cable_text = self.index.cable(order[0][1].hit.cable_id).text
        found = self.case(question, order, cable_text)
        certainty = min(chance(found), chance_by_reader(spans))
        return certainty, "" if certainty >= self.certainty else reason_for(question, found, cable_text)

    def close(self) -> None:
        """Closes the index."""
        self.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def evidence(
        self, question: Question, hits: Iterable[Hit], rarities: Mapping[str, float]
    ) -> list[list[Evidence]]:
        """What the best of the hits hold of what is asked, sentence by sentence, read token by token.

        `hits` come best first, and no more of them are taken than are needed to tell the best.
        """
        if self.models.reranker:  # it has put them in order
            read = list(islice(hits, self.paragraphs))
        else:
            read = worth_reading(question, hits, paragraphs=self.paragraphs)
        matches = self.index.token_matches(question.about, read)
        return [evidence(question, hit, match, rarities) for hit, match in zip(read, matches, strict=True)]

    def case(
        self,
        question: Question,
        order: Sequence[tuple[float, Evidence]],
        cable_text: str,
    ) -> Case:
        """What there is to decide from whether the best of the ranked sentences answers."""
        return case(
            question,
            order,
            unknown=unknown(question.content, self.index),
            cable_text=cable_text,
        )

    def rarities(self, question: Question) -> dict[str, float]:
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


def _nothing_to_ask(question: Question) -> str:
    """Why no cable is left to be asked."""
    named = [mention.cable_id or f"with the TAGS {', '.join(mention.tags)}" for mention in question.mentions]
    if named:
        return f"There is no cable {' or '.join(named)} among those that are asked."
    return "No cable passes the filters that are set."


def _citation(best: Evidence, points: float, sentences: Sequence[Evidence], said: str) -> Citation:
    hit, span = best.hit, quote(best, sentences)
    return Citation(
        cable_id=hit.cable_id,
        paragraph=hit.paragraph,
        quote=hit.text[span[0] : span[1]],
        span=span,
        score=points,
        subject=hit.subject,
        date=hit.date,
        origin=hit.origin,
        classification=hit.classification,
        text=hit.text,
        says=said,
    )


def _short(
    question: Question,
    best: Evidence,
    first: Citation,
    found: Sequence[Sequence[Evidence]],
    spans: Sequence[Span | None],
) -> str | None:
    """What alone would answer, as it stands in the first quote: what a reader marked, else what the rules find."""
    for some, span in zip(found, spans, strict=True):
        if (
            span
            and some
            and some[0].hit is best.hit
            and first.span[0] <= span.start < span.end <= first.span[1]
        ):
            return best.hit.text[span.start : span.end]
    sentence = short(question, best.quote, told_by(best.hit, best.quote))
    return sentence or short(question, first.quote, told_by(best.hit, first.quote))


def _silent_text(reason: str, citations: Sequence[Citation]) -> str:
    if not citations:
        return f"The cables do not say. {reason}"
    nearest = citations[0]
    return f"The cables do not say. {reason} The nearest is {nearest.cable_id} ¶{nearest.paragraph}."
