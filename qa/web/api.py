"""What programs may ask of a running server: `ask`, `search` and `read_cable`. docs/API.md is their manual."""

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import PurePath
from typing import Any, Final

import gradio as gr

from corpus import CableQAError
from qa import printed
from qa.web import arguments
from qa.web.arguments import (
    CableId,
    CableIds,
    Classifications,
    History,
    HoldingWords,
    Limit,
    Posts,
    Question,
    Since,
    Tags,
    Until,
    Words,
    Years,
)
from qa.web.desk import Desk
from qa.web.results import AnswerResult, CableResult, HitResult

Endpoint = Callable[..., Any]  # one of the three; what each takes and gives stands in its signature

NAMES: Final = ("ask", "search", "read_cable")
WAITED_FOR: Final = ("ask", "search")  # in line; a cable is read at once


def functions(desk: Desk) -> tuple[Endpoint, ...]:
    """The three functions, in the order of `NAMES`. They raise CableQAError with a sentence for the program."""

    def ask(
        question: Question,
        history: History = None,
        posts: Posts = None,
        classifications: Classifications = None,
        tags: Tags = None,
        years: Years = None,
        since: Since = None,
        until: Until = None,
        cable_ids: CableIds = None,
        holding_words: HoldingWords = None,
    ) -> AnswerResult:
        """Answer a question from the cables, word for word, with the paragraphs that the answer comes from.

        Where the cables do not answer, `abstained` is true, and the citations are the closest passages only.
        """
        chosen = arguments.filters(
            posts=posts,
            classifications=classifications,
            tags=tags,
            years=years,
            since=since,
            until=until,
            cable_ids=cable_ids,
            holding_words=holding_words,
        )
        asked = arguments.text("question", question)
        answer = desk.ask(asked, arguments.history(history), chosen)
        return plain(printed.answer_json(answer))  # type: ignore[no-any-return]

    def search(
        words: Words,
        limit: Limit = 10,
        posts: Posts = None,
        classifications: Classifications = None,
        tags: Tags = None,
        years: Years = None,
        since: Since = None,
        until: Until = None,
        cable_ids: CableIds = None,
        holding_words: HoldingWords = None,
    ) -> list[HitResult]:
        """Find the paragraphs that come closest to some words in wording and meaning, the best first."""
        chosen = arguments.filters(
            posts=posts,
            classifications=classifications,
            tags=tags,
            years=years,
            since=since,
            until=until,
            cable_ids=cable_ids,
            holding_words=holding_words,
        )
        wanted = arguments.words(words)
        hits = desk.search(wanted, k=arguments.limit(limit), filters=chosen)
        # A paragraph's number in the index is none of a cable, and another after the next build.
        return [plain({name: value for name, value in asdict(hit).items() if name != "id"}) for hit in hits]

    def read_cable(cable_id: CableId) -> CableResult:
        """Read one whole cable: its header fields, its numbered paragraphs and the original text."""
        cable = desk.index.cable(arguments.text("cable_id", cable_id))
        source = {"file": PurePath(cable.source.file).name, "offset": cable.source.offset}
        return plain(asdict(cable) | {"source": source})  # type: ignore[no-any-return]

    return ask, search, read_cable


def endpoints(desk: Desk) -> tuple[Endpoint, ...]:
    """The three functions for Gradio, which shows programs an error's text only where it is Gradio's own."""
    return tuple(_telling(function) for function in functions(desk))


def plain(value: object) -> Any:  # noqa: ANN401 - JSON is what it is
    """The same as JSON gives it back: lists for tuples, dates in ISO 8601."""
    return json.loads(printed.as_json(value))


def _telling(function: Endpoint) -> Endpoint:
    @wraps(function)
    def told(*args: object, **kwargs: object) -> Any:  # noqa: ANN401 - what the function gives
        try:
            return function(*args, **kwargs)
        except CableQAError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return told
