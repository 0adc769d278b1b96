"""The Index tab: what is in the index, adding files, bringing it up to date, what was rejected and why."""

import time
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from corpus import Rejected
from index import BuildReport, Index
from qa.web import uploads
from qa.web.access import ONLY_ASK, may_build
from qa.web.build_job import ELSEWHERE, BuildJob, State
from qa.web.events import QUIET

SHOWN_REJECTED = 200
_NOT_KEPT = "The files cannot be kept with the index: {}. See that the server may write in its folder."

STAGES: Mapping[str, str] = {
    "read": "Reading the cables",
    "embed": "Learning what the paragraphs say",
    "seal": "Putting the new paragraphs in place",
}
UNITS: Mapping[str, str] = {"read": "cables", "embed": "paragraphs", "seal": ""}


def stats_html(stats: Mapping[str, int], sources: Sequence[str]) -> str:
    """What the index holds, and where it came from, where that is told."""
    cables, paragraphs = stats.get("cables", 0), stats.get("paragraphs", 0)
    sealed = min(paragraphs, stats.get("sealed", paragraphs))
    facts = [(_units(cables, "cable"), cables), (_units(paragraphs, "paragraph"), paragraphs)]
    if sealed < paragraphs:
        facts.append(("found by meaning", sealed))
    listed = "".join(f"<li><b>{count:,}</b> {name}</li>" for name, count in facts)
    waiting = ""
    if sealed < paragraphs:
        waiting = (
            f'<p class="waiting">{_count(paragraphs - sealed, "paragraph")} can be found by words only, '
            "until the index is updated.</p>"
        )
    folders = "".join(f"<li>{escape(source)}</li>" for source in sources)
    where = f"<details><summary>Where they came from</summary><ul>{folders}</ul></details>" if folders else ""
    return f'<ul class="stats">{listed}</ul>{waiting}{where}'


def progress_html(state: State) -> str:
    """What the build is doing, or what the last one did."""
    if state.running:
        return _running(state, time.monotonic())
    lines = []
    if state.trouble:
        lines.append(f'<p class="trouble">{escape(state.trouble)}</p>')
    if state.stopped:
        lines.append("<p>Stopped. What was done is kept, and it goes on from there.</p>")
    if state.report is not None and not state.trouble:
        lines.append(f'<p class="done">{report_sentence(state.report)}</p>')
    return "".join(lines)


def _running(state: State, now: float) -> str:
    progress = state.progress
    if state.stopping:
        return '<p class="busy">Stopping at the next safe point…</p>'
    if progress is None:
        return '<p class="busy">Starting…</p>'
    stage = STAGES.get(progress.stage, progress.stage)
    unit = UNITS.get(progress.stage, "")
    if progress.total:
        share = min(1.0, progress.done / progress.total)
        count = f"{progress.done:,} of {progress.total:,} {unit}".strip()
        left = state.left_s(now)
        count += f", {_duration(left)} left" if left is not None and left >= 1 else ""
        bar = f'<progress max="1" value="{share:.3f}" aria-label="{escape(stage)}"></progress>'
    else:
        count = f"{progress.done:,} {unit}".strip()
        bar = f'<progress aria-label="{escape(stage)}"></progress>'
    note = f'<p class="note">{escape(progress.note)}</p>' if progress.note else ""
    return f'<p class="busy">{escape(stage)}: {count}</p>{bar}{note}'


def report_sentence(report: BuildReport) -> str:
    """What a build did, in plain words, such as: Up to date. 2 cables added, 1 unchanged."""
    kinds = (("added", report.added), ("changed", report.changed), ("removed", report.removed))
    did = [f"{_count(number, 'cable')} {kind}" for kind, number in kinds if number]
    if report.unchanged:
        number = f"{report.unchanged:,}" if did else _count(report.unchanged, "cable")
        did.append(f"{number} unchanged")
    if report.rejected:
        did.append(f"{len(report.rejected):,} not taken")
    took = sum(report.took.values())
    spent = f" It took {_duration(took)}." if took >= 1 else ""
    return f"Up to date. {', '.join(did) or 'No cables found'}.{spent}"


def rejected_html(rejected: Sequence[Rejected]) -> str:
    """What holds no cable, with the reasons."""
    if not rejected:
        return ""
    listed = "".join(
        f"<li><b>{escape(_file_name(each.source.file))}</b> <span>{escape(each.reason)}</span></li>"
        for each in rejected[:SHOWN_REJECTED]
    )
    more = len(rejected) - SHOWN_REJECTED
    rest = f"<p>And {more:,} more: cable-qa stats --rejected lists them all.</p>" if more > 0 else ""
    return (
        "<h3>Not read</h3><p>These hold no cable. Everything else went on without them.</p>"
        f"<ul>{listed}</ul>{rest}"
    )


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _count(number: int, unit: str) -> str:
    return f"{number:,} {_units(number, unit)}"


def _units(number: int, unit: str) -> str:
    return unit if number == 1 else f"{unit}s"


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 100 * 60 else f"{seconds / 3600:.1f} hours"


def make(cable_index: Index, folder: Path | None, job: BuildJob, *, own: bool, guarded: bool) -> None:
    """Lay the tab out inside the page's Tabs.

    Args:
        cable_index: What is shown.
        folder: The index folder, where added files are kept; None where cables are added on another machine.
        job: The one build of this server.
        own: Whether all who come sit at this machine; only then may they name files of it.
        guarded: Whether people log in, so that some may ask alone.
    """
    with gr.Tab("Index", id="index") as tab, gr.Row(equal_height=False):
        with gr.Column(min_width=300):
            stats = gr.HTML(elem_id="stats")
            if folder is None:
                gr.HTML(f"<p>{ELSEWHERE}</p>")
            with gr.Column(visible=not guarded and folder is not None) as controls:
                gr.HTML(
                    "<p>Add cables as text files, web pages, tables, or archives of these.</p>",
                    elem_id="adding",
                )
                files = gr.File(label="Add files", file_count="multiple", height=140, buttons=[])
                added = gr.HTML(elem_id="added")
                path = gr.Textbox(
                    label="Or a folder or file on this computer",
                    placeholder="for example /home/me/cables",
                    lines=1,
                    max_lines=1,
                    visible=own,
                )
                prune = gr.Checkbox(label="Take out cables whose files are gone", container=False)
                with gr.Row():
                    build = gr.Button("Update the index", variant="primary", elem_id="build")
                    stop = gr.Button("Stop", elem_id="stop", visible=False)
            progress = gr.HTML(elem_id="progress")
        with gr.Column(min_width=300):
            rejected = gr.HTML(elem_id="rejected")
        # In the tab: Gradio counts whatever else stands among the tabs, and then shows a tab twice.
        timer = gr.Timer(1, active=False)
        seen = gr.State(job.state)
    on = _Actions(cable_index, folder, job, own=own, guarded=guarded)
    outputs = [controls, stats, rejected, progress, build, stop, timer, seen]
    files.upload(on.add, files, [added, files], **QUIET)
    gr.on([build.click, path.submit], on.start, [path, prune], [added, *outputs], **QUIET)
    stop.click(on.halt, None, outputs, **QUIET)
    timer.tick(on.follow, seen, outputs, **QUIET)
    tab.select(on.whole, None, outputs, **QUIET)


class _Actions:
    """What the events of the tab call. Each looks who asks: whoever reaches the page can call any of them."""

    def __init__(
        self, cable_index: Index, folder: Path | None, job: BuildJob, *, own: bool, guarded: bool
    ) -> None:
        self._index, self._folder, self._job = cable_index, folder, job
        self._own, self._guarded = own, guarded

    def whole(self, request: gr.Request) -> list[Any]:
        """The tab as things stand. Where things lie on this machine concerns those who build."""
        rejected = rejected_html(self._index.rejected())
        may = self._allowed(request)
        return [gr.Column(visible=may), self._held(may), rejected, *_controls(self._job.state)]

    def follow(self, seen: State, request: gr.Request) -> list[Any]:
        """What has changed since this page was last brought up to date, whoever started it."""
        state = self._job.state
        if state == seen:
            return [gr.skip()] * 8
        if state.running and seen.running:  # what was not taken is told at the end
            return [gr.skip(), self._held(self._allowed(request)), gr.skip(), *_controls(state)]
        return self.whole(request)

    def add(self, uploaded: list[str] | None, request: gr.Request) -> tuple[str, None]:
        """Keeps the files that were added; gives what is said of that, and empties the field."""
        if self._folder is None or not self._allowed(request):
            return f"<p>{self._why_not}</p>", None
        try:
            names = [uploads.save(Path(each), self._folder).name for each in uploaded or ()]
        except OSError as error:
            return f'<p class="trouble">{escape(_NOT_KEPT.format(error.strerror))}</p>', None
        if not names:
            return "", None
        listed = ", ".join(escape(name) for name in names)
        what = "1 file is kept" if len(names) == 1 else f"{len(names)} files are kept"
        return f"<p>{what} with the index: {listed}. Update the index to ask about them.</p>", None

    def start(self, typed: str, prune: bool, request: gr.Request) -> list[Any]:
        """Begins a build; gives what is said of that, and the tab."""
        if not self._allowed(request):
            return [f"<p>{self._why_not}</p>", *self.whole(request)]
        source = Path(typed.strip()).expanduser() if self._own and typed.strip() else None
        begun = self._job.start(source, prune=prune)
        return ["" if begun else "<p>It is already being updated.</p>", *self.whole(request)]

    def halt(self, request: gr.Request) -> list[Any]:
        """Stops the build, and gives the tab."""
        if self._allowed(request):
            self._job.stop()
        return self.whole(request)

    def _held(self, may: bool) -> str:
        return stats_html(self._index.stats(), self._index.sources() if may else ())

    @property
    def _why_not(self) -> str:
        return ONLY_ASK if self._folder else ELSEWHERE

    def _allowed(self, request: gr.Request) -> bool:
        return self._folder is not None and may_build(
            request.request.scope if request.request else {}, guarded=self._guarded
        )


def _controls(state: State) -> list[Any]:
    """The progress, both buttons, the timer and the state that they show."""
    return [
        progress_html(state),
        gr.Button(_label(state), interactive=not state.running),
        gr.Button(visible=state.running, interactive=not state.stopping),
        gr.Timer(active=True),
        state,
    ]


def _label(state: State) -> str:
    if state.running:
        return "Working…"
    return "Go on" if state.stopped else "Update the index"
