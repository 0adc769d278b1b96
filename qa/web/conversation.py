"""What one person has asked, and what came of it."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Final

from index import Filters
from qa.answer import Answer

MAX_TURNS: Final = 50  # of one conversation that are kept and shown
MAX_KEPT: Final = 500  # conversations; the one that was longest unused goes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and what became of it: an answer, what went wrong in a sentence, a stop, or nothing yet."""

    number: int
    question: str
    filters: Filters | None = None  # of what it was asked, where not of all
    answer: Answer | None = None
    trouble: str = ""
    stopped: bool = False

    @property
    def waiting(self) -> bool:
        """Whether its answer is still to come."""
        return self.answer is None and not self.trouble and not self.stopped


@dataclass(slots=True)
class Conversation:
    """The turns of one person, in order. A person asks again before the answer is there, so turns may wait."""

    _turns: dict[int, Turn] = field(default_factory=dict)
    _unanswered: deque[int] = field(default_factory=deque)  # numbers that no thread has taken up yet
    _next: int = 0

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns, the oldest first."""
        return tuple(self._turns.values())

    def begin(self, question: str, filters: Filters | None = None) -> None:
        """A new question, which waits for its answer."""
        self._turns[self._next] = Turn(number=self._next, question=question, filters=filters)
        self._unanswered.append(self._next)
        self._next += 1
        for number in list(self._turns)[:-MAX_TURNS]:
            del self._turns[number]

    def take_up(self) -> Turn | None:
        """The oldest question that nobody answers yet, for the one who calls; None where there is none."""
        while self._unanswered:
            turn = self._turns.get(self._unanswered.popleft())
            if turn is not None and turn.waiting:
                return turn
        return None

    def finish(self, turn: Turn, *, answer: Answer | None = None, trouble: str = "") -> None:
        """What came of a question; of one that was stopped or taken back meanwhile, nothing is kept."""
        now = self._turns.get(turn.number)
        if now is not None and now.waiting:
            self._turns[turn.number] = replace(now, answer=answer, trouble=trouble)

    def stop(self) -> None:
        """Wait for no answer any more."""
        for number, turn in list(self._turns.items()):
            if turn.waiting:
                self._turns[number] = replace(turn, stopped=True)

    def take_back(self) -> Turn | None:
        """The last question, taken out; None where there is none."""
        return self._turns.pop(max(self._turns)) if self._turns else None

    def clear(self) -> None:
        """Forget all of it."""
        self._turns.clear()
        self._unanswered.clear()

    def ends_with(self, question: str) -> bool:
        """Whether the last question is this one, as it was asked or as it was understood."""
        last = self.turns[-1] if self._turns else None
        return last is not None and question in (last.question, last.answer.asked if last.answer else "")

    def history(self, before: Turn) -> list[tuple[str, str]]:
        """The turns before one as `Assistant.ask` takes them: (question, answer), the oldest first."""
        return [
            (turn.question, turn.answer.text)
            for turn in self.turns
            if turn.number < before.number and turn.answer is not None
        ]


class Conversations:
    """The conversations of all pages, each under a key that only its page knows, so that a reload finds it again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Conversation] = OrderedDict()
        self._lock = Lock()

    def of(self, key: str, otherwise: Conversation) -> Conversation:
        """What is kept under the key; where that is nothing, `otherwise`, which is kept from now on.

        So is `otherwise` where something has been asked in it already: a quick person asks before the page is done
        loading.
        """
        if not key:
            return otherwise
        with self._lock:
            if otherwise.turns or key not in self._kept:
                self._kept[key] = otherwise
            self._kept.move_to_end(key)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
            return self._kept[key]


def answered(turns: Sequence[Turn]) -> list[tuple[str, Answer]]:
    """The questions that have answers, with these."""
    return [(turn.question, turn.answer) for turn in turns if turn.answer is not None]
