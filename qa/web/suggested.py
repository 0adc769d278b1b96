"""The questions to begin with, kept until the index has changed."""

from threading import Lock, Thread
from typing import Final

from qa.assistant import Assistant
from qa.suggestions import suggestions

_ANEW_WITHIN_S: Final = 10.0  # when it is done beside everything else


class Suggested:
    """Suggestions of one index. Safe to use from many threads."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = Lock()
        self._generation = assistant.index.generation()
        self._questions = suggestions(assistant)

    def now(self) -> tuple[str, ...]:
        """What is known now; made anew in the background where the index has changed."""
        generation = self._assistant.index.generation()
        with self._lock:
            if generation != self._generation:
                self._generation = generation
                Thread(target=self._make, daemon=True).start()
            return self._questions

    def _make(self) -> None:
        questions = suggestions(self._assistant, within_s=_ANEW_WITHIN_S)
        with self._lock:
            self._questions = questions
