"""What happens on the page: each method is what one event calls, with values of the page in and out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr

from index import Filters
from qa.days import UnclearDay
from qa.web import ask_tab, cables_tab, chat, links, reading, scope
from qa.web.access import person_of
from qa.web.conversation import Conversation, Conversations
from qa.web.desk import Desk
from qa.web.suggested import Suggested

Messages = list[dict[str, str]]


class Handlers:
    """The events of one server's pages. Whose conversation it is about is passed in, so none sees another's."""

    def __init__(self, desk: Desk, suggested: Suggested) -> None:
        self._desk, self._suggested = desk, suggested
        self._conversations = Conversations()

    def begin(self, question: str, conversation: Conversation, *fields: Any) -> tuple[Messages, str]:  # noqa: ANN401
        """The question, with its answer to come, and an empty box."""
        if question.strip():
            conversation.begin(question.strip()[: links.LONGEST_QUESTION], _firm(fields))
        return chat.messages(conversation.turns), ""

    def begin_click(self, event: gr.EventData, conversation: Conversation, *fields: Any) -> Messages:  # noqa: ANN401
        """The question of a link, with its answer to come."""
        return self.begin(links.question(event._data or {}), conversation, *fields)[0]

    def again(self, conversation: Conversation, *fields: Any) -> Messages:  # noqa: ANN401
        """The last question once more, of what is asked now."""
        turn = conversation.take_back()
        return self.begin(turn.question if turn else "", conversation, *fields)[0]

    def finish(self, conversation: Conversation) -> Messages:
        """The conversation with the answer to the question that has waited longest."""
        return ask_tab.finish(self._desk, conversation)

    def edit(self, conversation: Conversation) -> tuple[Messages, str]:
        """The last question taken out and put back into its box."""
        turn = conversation.take_back()
        return chat.messages(conversation.turns), turn.question if turn else ""

    def stop(self, conversation: Conversation) -> Messages:
        """The conversation, which waits for nothing any more."""
        conversation.stop()
        self._desk.line.leave(conversation)
        return chat.messages(conversation.turns)

    def place(self, conversation: Conversation) -> str:
        """Where the question that waits longest stands in the line."""
        return ask_tab.place_html(self._desk.line.before(conversation))

    def clear(self, conversation: Conversation) -> tuple[Messages, str, str]:
        """An empty conversation and box, with the questions to begin with."""
        conversation.clear()
        self._desk.line.leave(conversation)
        return [], "", ask_tab.suggestions_html(self._suggested.now())

    def open_place(self, event: gr.EventData) -> tuple[Any, Any]:
        """The Ask tab in front, and the cable of a link in the reader."""
        place = links.place(event._data or {})
        return gr.Tabs(selected="ask"), reading.opened(self._desk.index, place) if place else gr.skip()

    def pick(self, event: gr.EventData) -> tuple[Any, ...]:
        """The Cables tab in front, its fields as a link has them, and the filters that they ask for."""
        wanted = scope.of_address(parse_qsl(str((event._data or {}).get("list", ""))))
        return gr.Tabs(selected="cables"), *cables_tab.field_values(wanted), wanted

    def brush(
        self, event: gr.EventData, since: str, until: str, shown: Filters | None
    ) -> tuple[str, str, Filters | None]:
        """The stretch of time that was brushed, and the filters with it; the one that is chosen already is let go."""
        brushed = str((event._data or {}).get("since", "")), str((event._data or {}).get("until", ""))
        first, last = ("", "") if brushed == (since, until) else brushed
        try:
            if shown is not None:
                shown = replace(shown, since=scope.first_day(first), until=scope.last_day(last))
        except UnclearDay:  # the Cables tab says so
            shown = None
        return first, last, shown

    def ask_only(self, event: gr.EventData) -> bool:
        """Whether questions are asked only of the cables in the list."""
        return bool((event._data or {}).get("only"))

    def arrive(self, key: str, conversation: Conversation, request: gr.Request) -> tuple[Any, ...]:
        """The page as its address has it, with the conversation that its browser tab had before a reload.

        Returns the conversation, its messages, the suggestions, the reader, the tabs, the fields of the Cables tab,
        whether they hold for questions, the filters that they ask for, and what is said of that.
        """
        cable_index = self._desk.index
        person = person_of(request.request.scope if request.request else {})
        if key and person is not None:  # who logs in after another in the same browser sees nothing of it
            key = f"{person.name}:{key}"
        conversation = self._conversations.of(key, conversation)
        parameters = list(request.query_params.multi_items())
        named = dict(parameters)
        wanted, asked = scope.of_address(parameters), links.question(named)
        if named.get("cable"):  # its words are to be lit up, not to narrow the list
            wanted = Filters()
        only = bool(asked) and wanted != Filters()
        if asked and not conversation.ends_with(asked):
            conversation.begin(asked, ask_tab.firm(wanted, only=only))
        return (
            conversation,
            chat.messages(conversation.turns),
            ask_tab.suggestions_html(self._suggested.now()),
            reading.opened(cable_index, links.place(named)),
            gr.Tabs(selected=named["tab"]) if named.get("tab") in ("cables", "index") else gr.skip(),
            *cables_tab.field_values(wanted),
            only,
            wanted,
            cables_tab.bar(cable_index, wanted, only=only),
        )


def _firm(fields: Sequence[Any]) -> Filters | None:
    """The filters that hold for a question, from the fields of the Cables tab and whether they are to hold."""
    *values, only = fields
    try:
        return ask_tab.firm(scope.filters(*values), only=only)
    except UnclearDay:  # the Cables tab says so
        return None
