"""The page: Ask, Cables and Index, wired together."""

import logging
import time
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api as gradio_api

import index
from corpus import CableQAError
from qa.assistant import Assistant
from qa.web import api, cable_view, cables_tab, chat, index_tab, links
from qa.web.build_job import BuildJob
from qa.web.chat import Turn

logger = logging.getLogger(__name__)

MAX_TURNS = 50  # of one conversation that are kept and shown
SAME_TIME = 8  # people that are answered at once
EXAMPLE = ("09ASTANA368", "How many migrants were deported in 2008?")  # the cable that comes with the program

HEADING = "<h1>Cables</h1><p>Ask in plain words. The answers are quoted from the cables, word for word.</p>"

QUIET: dict[str, Any] = {
    "show_progress": "hidden",
    "api_visibility": "private",
    "concurrency_limit": SAME_TIME,
    # Each has its answer in the response to its own request. Through the queue, whose one stream is closed and opened
    # as events come and go, a question asked while the page was loading was lost now and then.
    "queue": False,
}


def asset(name: str) -> str:
    """The text of a style sheet or script of this package."""
    return (files("qa.web") / name).read_text("utf-8")


def theme() -> gr.themes.Base:
    """Fonts of the person's own machine, and blues that stand out enough from white and from black."""
    return gr.themes.Default(
        primary_hue="blue",
        neutral_hue="zinc",
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    ).set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_hover_dark="*primary_600",
    )


def make_page(assistant: Assistant, index_path: Path, job: BuildJob, *, local: bool) -> gr.Blocks:
    """The page as Gradio Blocks, to be mounted with the theme and style sheet of this module.

    Args:
        assistant: Answers the questions.
        index_path: The index folder.
        job: The one build of this server.
        local: Whether only this machine reaches the page.
    """
    cable_index = assistant.index
    page: gr.Blocks
    with gr.Blocks(
        title="Cables",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(3600, 86400),  # seconds: how often, and how old; added files were copied long before
    ) as page:
        gr.HTML(HEADING, elem_id="heading")
        bridge = gr.HTML("", visible="hidden", js_on_load=asset("page.js"))
        turns = gr.State([])
        with gr.Tabs(selected="ask", elem_id="tabs") as tabs:
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
                    with gr.Row(elem_id="asking"):
                        question = gr.Textbox(
                            elem_id="question",
                            label="Your question",
                            placeholder="Ask the cables",
                            lines=1,
                            max_lines=4,
                            scale=5,
                            min_width=160,
                            autofocus=True,
                        )
                        ask_button = gr.Button("Ask", elem_id="ask", variant="primary", scale=0, min_width=90)
                    example = gr.HTML(elem_id="example")
                with gr.Column(scale=6, min_width=300, elem_id="side"):
                    reader = gr.HTML(cable_view.NOTHING_OPEN, elem_id="reader", js_on_load=asset("reader.js"))
            listing = cables_tab.make(cable_index)
            index_tab.make(cable_index, index_path, job, local=local)

        def answer(asked: str, turns: list[Turn]) -> tuple[Any, ...]:
            """The question with its answer: (conversation, turns, question box, example)."""
            asked = asked.strip()
            if not asked:
                return gr.skip(), gr.skip(), "", gr.skip()
            earlier = turns[-MAX_TURNS:]
            turns = [*earlier, _turn(assistant, asked, earlier)]
            return chat.messages(turns), turns, "", ""

        def answer_link(turns: list[Turn], request: gr.Request) -> tuple[Any, ...]:
            asked = links.question(dict(request.query_params))
            if asked:
                return answer(asked, turns)
            # Nothing else is touched: a quick person may have asked before the page was done loading.
            return gr.skip(), gr.skip(), gr.skip(), _example(cable_index)

        def answer_click(event: gr.EventData, turns: list[Turn]) -> tuple[Any, ...]:
            return answer(links.question(event._data or {}), turns)

        def open_place(event: gr.EventData) -> tuple[Any, str]:
            place = links.place(event._data or {})
            return gr.Tabs(selected="ask"), _opened(cable_index, place) if place else gr.skip()

        def open_link(request: gr.Request) -> str:
            place = links.place(dict(request.query_params))
            return _opened(cable_index, place) if place else cable_view.NOTHING_OPEN

        def pick_year(event: gr.EventData, *values: Any) -> list[Any]:  # noqa: ANN401 - what Gradio passes
            words, posts, years, classes, tags, _ = values
            year = int(event._data["year"])
            return listing.show(words, posts, [] if years == [year] else [year], classes, tags, 0)

        outputs = [conversation, turns, question, example]
        address = f"(q, turns) => {{ if (q.trim()) {_PUSH}; return [q, turns]; }}"
        # Told before the box is emptied; by the queue, for a notice comes no other way.
        gr.on([ask_button.click, question.submit], _remind, question, None, **(QUIET | {"queue": True}))
        gr.on([ask_button.click, question.submit], answer, [question, turns], outputs, js=address, **QUIET)
        bridge.askthis(answer_click, turns, outputs, **QUIET)
        bridge.opencable(open_place, None, [tabs, reader], **QUIET)
        bridge.pickyear(pick_year, listing.inputs, listing.outputs, **QUIET)
        page.load(open_link, None, reader, **QUIET)
        page.load(answer_link, turns, outputs, **QUIET)
        conversation.clear(lambda: ([], ""), None, [turns, question], **QUIET)
        for function in api.endpoints(assistant):
            gradio_api(function, api_name=function.__name__, concurrency_limit=SAME_TIME)
    return page


_PUSH = "window.history.pushState({}, '', '?' + new URLSearchParams({q: q.trim()}))"


def _remind(asked: str) -> None:
    if not asked.strip():
        gr.Info("Type a question first.")


def _turn(assistant: Assistant, asked: str, earlier: list[Turn]) -> Turn:
    try:
        return Turn(question=asked, answer=assistant.ask(asked, chat.history(earlier)))
    except CableQAError as error:
        return Turn(question=asked, trouble=str(error))
    except Exception:  # the page must not wait for ever; the log has the traceback
        logger.exception("A question could not be answered.")
        return Turn(question=asked, trouble="This went wrong, by a fault of the program. Please ask again.")


def _opened(cable_index: index.Index, place: links.Place) -> str:
    try:
        cable = cable_index.cable(place.cable_id)
    except index.CableNotFound:
        return cable_view.missing_html(place.cable_id)
    known = set()
    if cable.references:
        wanted = index.Filters(cable_ids=cable.references)
        known = {row.id for row in cable_index.cables(wanted, limit=None)}
    return cable_view.cable_html(cable, place, known=known, opened=time.monotonic_ns())


def _example(cable_index: index.Index) -> str:
    cable_id, question = EXAMPLE
    if not cable_index.count(index.Filters(cable_ids=(cable_id,))):
        return ""
    href = escape(links.question_address(question))
    return f'<p>For example: <a href="{href}" data-question="{escape(question)}">{escape(question)}</a></p>'
