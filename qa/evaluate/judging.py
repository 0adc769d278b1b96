"""Asks the questions, and says of each answer whether it was right."""

import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from index import CableNotFound, Index
from qa.answer import Answer
from qa.assistant import Assistant
from qa.evaluate.questions import EvalQuestion, Place

# A figure with its commas is one word: 17 does not stand in 17,000.
_WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How one question was answered."""

    question: EvalQuestion
    answer: Answer
    ranking: tuple[Place, ...]  # the paragraphs, best first, each once
    took_s: float

    @property
    def quote(self) -> str:
        """The first quote; "" where nothing is cited."""
        return self.answer.citations[0].quote if self.answer.citations else ""

    @property
    def rank(self) -> int:
        """Of the first right paragraph, from 1; 0 where there is none."""
        gold = self.question.gold
        return next((rank for rank, place in enumerate(self.ranking, start=1) if place in gold), 0)

    @property
    def right(self) -> bool:
        """Whether the first quote, given as the answer, would be right.

        It stands in a gold paragraph and holds an acceptable answer; where none are known the paragraph is enough.
        """
        answers = self.question.answers
        return self.rank == 1 and (not answers or stands_in(answers, self.quote))

    @property
    def confidence(self) -> float:
        """How sure the system was of its first quote; comparable between questions."""
        return confidence(self.answer)


def judge(assistant: Assistant, questions: Sequence[EvalQuestion]) -> Iterator[Judged]:
    """Asks every question, in order. What is loaded once (model, index) is loaded before the first is timed."""
    if questions:
        assistant.ask("Is everything loaded?")
    for question in questions:
        begun = time.perf_counter()
        answer = assistant.ask(question.text, question.history)
        took_s = time.perf_counter() - begun
        yield Judged(question=question, answer=answer, ranking=ranking(answer), took_s=took_s)


def absent(cable_index: Index, questions: Sequence[EvalQuestion]) -> list[Place]:
    """The gold paragraphs that the index does not hold, so that no answer can cite them."""
    wanted = sorted({place for question in questions for place in question.gold})
    held: set[Place] = set()
    for cable_id in dict.fromkeys(cable_id for cable_id, _ in wanted):
        with suppress(CableNotFound):
            held |= {(cable_id, paragraph.number) for paragraph in cable_index.cable(cable_id).paragraphs}
    return [place for place in wanted if place not in held]


def ranking(answer: Answer) -> tuple[Place, ...]:
    """The paragraphs that were read closely, best first, each once; the first of them are cited."""
    return tuple(dict.fromkeys(answer.ranking))


def confidence(answer: Answer) -> float:
    """How likely the system holds it that the cables answer, 0 to 1."""
    return answer.certainty


def stands_in(answers: Sequence[str], quote: str) -> bool:
    """Whether one of the answers stands in the quote, word by word, in whichever case and punctuation.

    As retrievers for question answering are judged: Karpukhin et al., EMNLP 2020,
    https://doi.org/10.18653/v1/2020.emnlp-main.550
    """
    return any(words and f" {words} " in f" {_words(quote)} " for words in map(_words, answers))


def _words(text: str) -> str:
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
