"""The desk: where the page and programs hand in their questions; there is a line before it, and a note of each."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal

from corpus import CableQAError
from index import Filters, Hit, Index
from qa.answer import Answer
from qa.assistant import Assistant
from qa.errors import Busy
from qa.web.line import Left, Line

# Each who waits holds one of the 40 threads in which Gradio and Starlette run functions; some must stay free.
MOST_AT_ONCE: Final = 8
WAITING: Final = 24

Outcome = Literal["answered", "abstained", "found", "refused", "failed", "busy", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What became of one question or search."""

    kind: Literal["ask", "search"]
    by: str  # "page" or "program"
    question: str
    outcome: Outcome = "failed"
    waited_s: float = 0.0
    took: Mapping[str, float] = field(default_factory=dict)  # seconds by stage, and their "total"


Note = Callable[[Asked], None]


class Desk:
    """Answers in turn. Whatever becomes of a question, `notes` are told."""

    def __init__(self, assistant: Assistant, *, line: Line | None = None, notes: Sequence[Note] = ()) -> None:
        self._assistant, self._notes = assistant, notes
        at_once = max(1, min(MOST_AT_ONCE, os.cpu_count() or 1))
        self.line = line or Line(at_once=at_once, waiting=WAITING)

    @property
    def index(self) -> Index:
        """What is asked."""
        return self._assistant.index

    def ask(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        filters: Filters | None = None,
        *,
        by: str = "program",
        who: object = None,
    ) -> Answer:
        """The answer, as `Assistant.ask` gives it, once it is `who`'s turn; raises what that and `Line.turn` do."""
        note = _Note("ask", by, question)
        with self._noted(note, who):
            answer = self._assistant.ask(question, history, filters)
            note.outcome, note.took = "abstained" if answer.abstained else "answered", answer.took
        return answer

    def search(self, words: str, *, k: int, filters: Filters | None, by: str = "program") -> list[Hit]:
        """The hits, as `Index.search` gives them, in turn with the questions."""
        note = _Note("search", by, words)
        with self._noted(note, None):
            begun = time.monotonic()
            hits = self.index.search(words, k=k, filters=filters)
            note.outcome, note.took = "found", {"total": time.monotonic() - begun}
        return hits

    @contextmanager
    def _noted(self, note: "_Note", who: object) -> Iterator[None]:
        begun = time.monotonic()
        try:
            with self.line.turn(who):
                note.waited_s = time.monotonic() - begun
                yield
        except Busy:
            note.outcome = "busy"
            raise
        except Left:
            note.outcome = "left"
            raise
        except CableQAError:
            note.outcome = "refused"
            raise
        finally:
            asked = Asked(
                kind=note.kind,
                by=note.by,
                question=note.question,
                outcome=note.outcome,
                waited_s=note.waited_s,
                took=note.took,
            )
            for told in self._notes:
                told(asked)


class _Note:
    """An `Asked` that is being written."""

    def __init__(self, kind: Literal["ask", "search"], by: str, question: str) -> None:
        self.kind, self.by, self.question = kind, by, question
        self.outcome: Outcome = "failed"
        self.waited_s = 0.0
        self.took: Mapping[str, float] = {}
