"""What programs may ask of a running server: `ask`, `search` and `read_cable`, over Gradio's interface."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import gradio as gr

from corpus import CableQAError
from qa.assistant import Assistant

MAX_HITS = 100


def plain(value: object) -> Any:  # noqa: ANN401 - JSON is what it is
    """A dataclass as what JSON can hold; dates in ISO 8601."""
    return json.loads(json.dumps(asdict(value), default=_date))  # type: ignore[call-overload]


def _date(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into JSON.")


def endpoints(assistant: Assistant) -> tuple[Callable[..., Any], ...]:
    """The three functions. Their names and docstrings are what programs see."""

    def ask(question: str, history: list[list[str]] | None = None) -> dict[str, Any]:
        """Answer a question from the cables, word for word, with the paragraphs it comes from.

        Args:
            question: The question, in plain words.
            history: Earlier turns as pairs of question and answer, the oldest first.

        Returns:
            text, short, abstained, reason, citations (best first), asked (the question as understood) and
            took (seconds by stage).
        """
        with _sentences():
            return dict(plain(assistant.ask(question, [(turn[0], turn[1]) for turn in history or ()])))

    def search(words: str, limit: int = 10) -> list[dict[str, Any]]:
        """Find the paragraphs closest to some words, the best first.

        Args:
            words: What to look for, in plain words.
            limit: How many paragraphs, from 1 to 100.
        """
        with _sentences():
            return [plain(hit) for hit in assistant.index.search(words, k=max(1, min(limit, MAX_HITS)))]

    def read_cable(cable_id: str) -> dict[str, Any]:
        """Read one whole cable: its header fields, numbered paragraphs and original text.

        Args:
            cable_id: Its id, for example 09ASTANA368.
        """
        with _sentences():
            return dict(plain(assistant.index.cable(cable_id)))

    return ask, search, read_cable


@contextmanager
def _sentences() -> Iterator[None]:
    """What is raised on purpose reaches the program as its sentence."""
    try:
        yield
    except CableQAError as error:
        raise gr.Error(str(error), print_exception=False) from error
