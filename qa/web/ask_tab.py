"""The Ask tab: the conversation, the box for the next question, and the reader beside them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import gradio as gr

from corpus import CableQAError
from index import Filters
from qa import citing
from qa.web import cable_view, chat, links
from qa.web.assets import asset
from qa.web.conversation import Conversation, Turn, answered
from qa.web.desk import Desk
from qa.web.line import Left

logger = logging.getLogger(__name__)

FAULT: Final = "This went wrong, by a fault of the program. Please ask again."


@dataclass(frozen=True, slots=True, kw_only=True)
class AskTab:
    """The parts that the page wires up."""

    chat: gr.Chatbot
    question: gr.Textbox
    ask: gr.Button
    clear: gr.Button
    download: gr.Button
    place: gr.HTML  # in the line of those who wait for an answer
    bar: gr.HTML
    suggestions: gr.HTML
    reader: gr.HTML
    saved: gr.Textbox  # hidden: what the browser is to save as a file


def make() -> AskTab:
    """Lay the tab out inside the page's Tabs."""
    with gr.Tab("Ask", id="ask"), gr.Row(equal_height=False, elem_id="desk"):
        with gr.Column(scale=5, min_width=300, elem_id="talk"):
            conversation = gr.Chatbot(
                elem_id="chat",
                label="Conversation",
                show_label=False,
                container=False,
                height=None,
                autoscroll=False,
                # Each string in it went through html.escape; the sanitizer would take data-* away.
                sanitize_html=False,
                render_markdown=False,
                latex_delimiters=[],
                buttons=[],
                feedback_options=None,
                layout="bubble",
            )
            place = gr.HTML(elem_id="place")
            bar = gr.HTML(elem_id="scope")
            with gr.Row(elem_id="asking"):
                question = gr.Textbox(
                    elem_id="question",
                    label="Your question",
                    placeholder="Ask the cables",
                    lines=1,
                    max_lines=4,
                    max_length=links.LONGEST_QUESTION,
                    scale=5,
                    min_width=160,
                    autofocus=True,
                )
                ask = gr.Button("Ask", elem_id="ask", variant="primary", scale=0, min_width=90)
            suggestions = gr.HTML(elem_id="suggestions")
            with gr.Row(elem_id="keeping"):
                download = gr.Button("Download as Markdown", size="sm", variant="secondary")
                clear = gr.Button("New conversation", size="sm", variant="secondary")
        with gr.Column(scale=6, min_width=300, elem_id="side"):
            reader = gr.HTML(cable_view.NOTHING_OPEN, elem_id="reader", js_on_load=asset("reader.js"))
        saved = gr.Textbox(visible="hidden", label="To be saved")
    return AskTab(
        chat=conversation,
        question=question,
        ask=ask,
        clear=clear,
        download=download,
        place=place,
        bar=bar,
        suggestions=suggestions,
        reader=reader,
        saved=saved,
    )


def finish(desk: Desk, conversation: Conversation) -> list[dict[str, str]]:
    """Answer the question that has waited longest, and give the whole conversation."""
    turn = conversation.take_up()
    if turn is not None:
        answer_turn(desk, conversation, turn)
    return chat.messages(conversation.turns)


def answer_turn(desk: Desk, conversation: Conversation, turn: Turn) -> None:
    """Answer one question of a conversation, or note in a sentence what went wrong."""
    try:
        history = conversation.history(turn)
        answer = desk.ask(turn.question, history, turn.filters, by="page", who=conversation)
    except Left:  # it was stopped, and says so already
        return
    except CableQAError as error:
        conversation.finish(turn, trouble=str(error))
    except Exception:  # the page must not wait for ever; the log has the traceback
        logger.exception("A question could not be answered.")
        conversation.finish(turn, trouble=FAULT)
    else:
        conversation.finish(turn, answer=answer)


def place_html(before: int | None) -> str:
    """Where a question stands in the line; "" where it waits in none."""
    if before is None:
        return ""
    said = {0: "Yours is next", 1: "1 question is before yours"}.get(
        before, f"{before} questions are before yours"
    )
    return f'<p role="status">{said}.</p>'


def firm(wanted: Filters, *, only: bool) -> Filters | None:
    """The filters that hold for a question; None where it is asked of all cables."""
    return wanted if only and wanted != Filters() else None


def markdown(conversation: Conversation) -> str:
    """The conversation as a file."""
    return citing.markdown(answered(conversation.turns))


def suggestions_html(questions: Sequence[str]) -> str:
    """Questions to begin with, as links that ask them."""
    items = "".join(
        f'<li><a href="{escape(links.question_address(each))}" data-question="{escape(each)}">{escape(each)}</a></li>'
        for each in questions
    )
    return f"<p>For example:</p><ul>{items}</ul>" if items else ""
