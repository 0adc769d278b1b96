"""The page: Ask, Cables and Index, wired together."""

from pathlib import Path
from typing import Final

import gradio as gr
from gradio.events import api as gradio_api

from qa.web import api, arguments, ask_tab, cables_tab, help_dialog, index_tab
from qa.web.access import Access
from qa.web.assets import asset
from qa.web.build_job import BuildJob
from qa.web.conversation import Conversation
from qa.web.desk import Desk
from qa.web.events import AT_ANY_TIME, QUIET, SAME_TIME, THE_LAST
from qa.web.handlers import Handlers
from qa.web.suggested import Suggested


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


def make_page(
    desk: Desk, folder: Path | None, job: BuildJob, suggested: Suggested, *, access: Access, own: bool
) -> gr.Blocks:
    """The page as Gradio Blocks, to be mounted with the theme and style sheet of this package.

    Args:
        desk: Answers the questions.
        folder: The index folder; None where cables are added on another machine.
        job: The one build of this server.
        suggested: The questions to begin with.
        access: Who may come in.
        own: Whether all who come sit at this machine.
    """
    cable_index = desk.index
    page: gr.Blocks
    with gr.Blocks(
        title="Cables",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(3600, 86400),  # seconds: how often, and how old; added files were copied long before
    ) as page:
        gr.HTML(help_dialog.heading(access.root_path, log_out=access.guarded), elem_id="heading")
        scripts = ("page.js", "address.js", "timeline.js", "keys.js")
        bridge = gr.HTML("", visible="hidden", js_on_load="\n".join(asset(name) for name in scripts))
        mine = gr.State(Conversation())
        key = gr.Textbox(visible="hidden", label="Which conversation")
        with gr.Tabs(selected="ask", elem_id="tabs") as tabs:
            asking = ask_tab.make()
            listing = cables_tab.make(cable_index, asking.bar)
            index_tab.make(cable_index, folder, job, own=own, guarded=access.guarded)

        on = Handlers(desk, suggested)
        fields = [*listing.fields, listing.only]
        asked = [mine, *fields]
        # Told before the box is emptied; by the queue, for a notice comes no other way.
        sent = [asking.ask.click, asking.question.submit]
        gr.on(sent, _remind, asking.question, None, **(QUIET | {"queue": True}))
        gr.on(
            sent,
            on.begin,
            [asking.question, *asked],
            [asking.chat, asking.question],
            js=f"(q, ...others) => {{ if (q.trim()) {_PUSH}; return [q, ...others]; }}",
            **AT_ANY_TIME,
        ).then(on.finish, mine, asking.chat, **AT_ANY_TIME)
        for event, handler in ((bridge.askthis, on.begin_click), (bridge.askagain, on.again)):
            event(handler, asked, asking.chat, **AT_ANY_TIME).then(
                on.finish, mine, asking.chat, **AT_ANY_TIME
            )
        bridge.editlast(on.edit, mine, [asking.chat, asking.question], **QUIET)
        bridge.stopasking(on.stop, mine, asking.chat, **QUIET)
        bridge.whereinline(on.place, mine, asking.place, **THE_LAST)
        asking.clear.click(on.clear, mine, [asking.chat, asking.question, asking.suggestions], **QUIET)
        asking.download.click(ask_tab.markdown, mine, asking.saved, **QUIET).then(
            None, asking.saved, None, js="text => window.cableSave('cables.md', text)"
        )
        bridge.opencable(on.open_place, None, [tabs, asking.reader], **AT_ANY_TIME)
        bridge.listthese(on.pick, None, [tabs, *listing.fields, listing.shown], **QUIET).then(
            listing.show, listing.inputs, listing.outputs, **QUIET
        )
        period = [*listing.fields[-2:], listing.shown]
        bridge.brushtime(on.brush, period, period, **QUIET).then(
            listing.show, listing.inputs, listing.outputs, **QUIET
        )
        bridge.askonly(on.ask_only, None, listing.only, **QUIET).then(
            listing.show, listing.inputs, listing.outputs, **QUIET
        )
        page.load(
            on.arrive,
            [key, mine],
            [mine, asking.chat, asking.suggestions, asking.reader, tabs, *fields, listing.shown, asking.bar],
            js="(_, mine) => [window.cableTab(), mine]",
            **QUIET,
        ).then(on.finish, mine, asking.chat, **QUIET)
        for function in api.endpoints(desk):
            gradio_api(
                function,
                api_name=function.__name__,
                api_description=arguments.described(function),
                # The line decides who waits; in Gradio's own queue there would be no end to it.
                concurrency_limit=None if function.__name__ in api.WAITED_FOR else SAME_TIME,
            )
    return page


_PUSH: Final = "window.history.pushState({}, '', '?' + new URLSearchParams({q: q.trim()}))"


def _remind(asked: str) -> None:
    if not asked.strip():
        gr.Info("Type a question first.")
