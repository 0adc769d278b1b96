"""The questions to begin with, kept until the index has changed."""

import logging
from threading import Lock, Thread
from typing import Final

from corpus import CableQAError
from index.processors import give_way
from qa.assistant import Assistant
from qa.suggestions import suggestions

_WAITED_FOR_S: Final = (
    3.0  # when the server starts; what is found later stands on the next page that is opened
)

_log = logging.getLogger(__name__)


class Suggested:
    """Suggestions of one index, made beside everything else. Safe to use from many threads."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = Lock()
        self._generation = -1
        self._questions: tuple[str, ...] = ()
        self._making: Thread | None = None
        self._bring_up_to_date()
        if self._making is not None:
            self._making.join(_WAITED_FOR_S)

    def now(self) -> tuple[str, ...]:
        """What is known now; made anew in the background where the index has changed."""
        self._bring_up_to_date()
        return self._questions

    def _bring_up_to_date(self) -> None:
        generation = self._assistant.index.generation()
        with self._lock:
            # One at a time: a build changes the index every few seconds, and each of them asks dozens of questions.
            if generation == self._generation or (self._making is not None and self._making.is_alive()):
                return
            self._generation = generation
            self._making = Thread(target=self._make, daemon=True)
            self._making.start()

    def _make(self) -> None:
        give_way()
        found: list[str] = []
        try:
            for question in suggestions(self._assistant):
                found.append(question)
                self._questions = tuple(found)
        # A RuntimeError is Python's, where the program ends meanwhile.
        except (CableQAError, RuntimeError) as error:
            _log.info("No questions were suggested: %s", error)
