"""The questions to begin with, kept until the index has changed."""

import logging
from threading import Lock, Thread
from typing import Final

from corpus import CableQAError
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
        self._bring_up_to_date()
        self._making.join(_WAITED_FOR_S)

    def now(self) -> tuple[str, ...]:
        """What is known now; made anew in the background where the index has changed."""
        self._bring_up_to_date()
        return self._questions

    def _bring_up_to_date(self) -> None:
        generation = self._assistant.index.generation()
        with self._lock:
            if generation == self._generation:
                return
            self._generation = generation
            self._making = Thread(target=self._make, args=(generation,), daemon=True)
            self._making.start()

    def _make(self, generation: int) -> None:
        found: list[str] = []
        try:
            for question in suggestions(self._assistant):
                if generation != self._generation:  # a build goes on: others are being made
                    return
                found.append(question)
                self._questions = tuple(found)
        except CableQAError as error:
            _log.info("No questions were suggested: %s", error)
