"""The Cables tab: the list of cables, narrowed by words, post, time, classification and TAGS."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

import gradio as gr

from index import CableRow, Facets, Filters, Index, Order
from qa.days import UnclearDay
from qa.web import chat, links, scope
from qa.web.events import QUIET, THE_LAST
from qa.web.timeline import timeline_html

PAGE: Final = 50  # cables on one page of the list
MOST_CHOICES: Final = 300  # of a filter; a longer menu is slow in the browser

ORDERS: Final[tuple[tuple[str, Order], ...]] = (
    ("Newest", "newest"),
    ("Oldest", "oldest"),
    ("Post", "post"),
    ("Subject", "subject"),
    ("Longest", "longest"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CablesTab:
    """The parts that the page wires up."""

    fields: list[gr.components.Component]  # as scope.filters takes them
    only: gr.Checkbox
    shown: gr.State  # the filters of the list; to be set with the fields by whatever sets these
    inputs: list[gr.components.Component]
    outputs: list[gr.components.Component]
    show: Callable[..., list[Any]]


class Latest:
    """Of the requests of one page for its list, which came last."""

    def __init__(self) -> None:
        self._last = 0

    def answered(self, answer: Callable[[], list[Any]]) -> list[Any]:
        """What a request is answered with; where another came meanwhile, nothing that would undo its answer."""
        self._last += 1
        this = self._last
        found = answer()
        return found if this == self._last else [gr.skip() for _ in found]


def order_of(value: object) -> Order:
    """The order that an address or a menu names; the newest first where it names none."""
    return next((order for _, order in ORDERS if order == value), "newest")


def choices(cable_index: Index, wanted: Filters) -> Facets:
    """How many cables each further choice would show: a field's own choice does not narrow its own menu."""
    facets = cable_index.facets(wanted)
    if wanted.posts:
        facets = replace(facets, posts=cable_index.facets(replace(wanted, posts=())).posts)
    if wanted.years or wanted.since or wanted.until:
        ever = cable_index.facets(replace(wanted, years=(), since=None, until=None))
        facets = replace(facets, years=ever.years, months=ever.months)
    if wanted.classifications:
        others = cable_index.facets(replace(wanted, classifications=()))
        facets = replace(facets, classifications=others.classifications)
    if wanted.tags:
        facets = replace(facets, tags=cable_index.facets(replace(wanted, tags=())).tags)
    return facets


def list_html(
    rows: Sequence[CableRow], wanted: Filters, *, order: Order = "newest", offset: int, total: int
) -> str:
    """One page of the list, with a line above it that says which part of how many it is."""
    here = f'data-address="{escape(links.list_address(wanted))}"'
    if not total:
        return f'<p class="count" role="status" {here}>No cable fits. Take a filter away, or use fewer words.</p>'
    if total == 1:
        count = "1 cable"
    elif total <= PAGE:
        count = f"{total} cables"
    else:
        count = f"{offset + 1:,} to {offset + len(rows):,} of {total:,} cables"
    saved = urlencode([*scope.parameters(wanted), ("order", order)])
    csv = f'<a class="csv" href="cables.csv?{escape(saved)}" download="cables.csv">Save the list as CSV</a>'
    listed = "".join(f"<li>{_row(row, wanted.words)}</li>" for row in rows)
    return f'<p class="count" role="status" {here}>{count} {csv}</p><ol class="rows">{listed}</ol>'


def complaint_html(error: UnclearDay) -> str:
    """What stands in place of the list where a field cannot be understood."""
    return f'<p class="count trouble" role="alert">{escape(str(error))}</p>'


def _row(row: CableRow, words: str) -> str:
    about = [row.origin or row.post, row.classification]
    about.append("1 paragraph" if row.paragraphs == 1 else f"{row.paragraphs} paragraphs")
    return (
        f"<a {links.attributes(links.Place(cable_id=row.id, words=words))}>"
        f'<span class="when">{chat.day(row.date) or "No date"}</span>'
        f'<span class="subject">{escape(row.subject) or "No subject"}</span>'
        f'<span class="about"><b>{escape(row.id)}</b> · '
        f"{' · '.join(escape(each) for each in about if each)}</span></a>"
    )


def make(cable_index: Index, bar: gr.HTML) -> CablesTab:
    """Lay the tab out inside the page's Tabs; `bar` says in the Ask tab which cables are asked."""
    with gr.Tab("Cables", id="cables") as tab:
        with gr.Row(elem_classes="filters"):
            words = gr.Textbox(label="Words", placeholder="in the cables", max_lines=1, min_width=130)
            posts = gr.Dropdown(label="Post", multiselect=True, min_width=120)
            years = gr.Dropdown(label="Year", multiselect=True, min_width=110)
            classes = gr.Dropdown(label="Classification", multiselect=True, min_width=120)
            tags = gr.Dropdown(label="TAGS", multiselect=True, min_width=110)
            since = gr.Textbox(label="From", placeholder="2008-05", max_lines=1, min_width=110)
            until = gr.Textbox(label="Until", placeholder="2009", max_lines=1, min_width=110)
            order = gr.Dropdown(label="Order", choices=list(ORDERS), value="newest", min_width=120)
        with gr.Row(elem_id="holding"):
            only = gr.Checkbox(label="Ask only these cables", elem_id="only", container=False)
            clear = gr.Button("Clear all filters", size="sm", elem_id="unfiltered")
        timeline = gr.HTML(elem_id="timeline")
        listed = gr.HTML(elem_id="cables")
        with gr.Row(elem_classes="paging"):
            previous = gr.Button("Previous page", size="sm", visible=False)
            following = gr.Button("Next page", size="sm", visible=False)
        offset = gr.State(0)
        shown = gr.State(Filters())  # what the list shows, or will once the fields that were set are told
        latest = gr.State(Latest())

    def show(*values: Any) -> list[Any]:  # noqa: ANN401 - what Gradio passes
        """The tab for the values of `inputs`, so many cables down the list; nothing where more was asked for since."""
        *asked, latest = values
        found: list[Any] = latest.answered(partial(listing, *asked))
        return found

    def listing(*values: Any) -> list[Any]:  # noqa: ANN401 - what Gradio passes
        *fields, only, order, offset = values
        try:
            wanted = scope.filters(*fields)
        except UnclearDay as error:
            return [gr.skip(), complaint_html(error), *[gr.skip()] * 6, offset, gr.skip(), None]
        order = order_of(order)
        total = cable_index.count(wanted)
        offset = offset if 0 <= offset < total else 0
        facets = choices(cable_index, wanted)
        rows = cable_index.cables(wanted, limit=PAGE, offset=offset, order=order)
        return [
            timeline_html(facets, wanted),
            list_html(rows, wanted, order=order, offset=offset, total=total),
            _menu(facets.posts, wanted.posts),
            _menu(tuple(reversed(facets.years)), wanted.years),
            _menu(facets.classifications, wanted.classifications),
            _menu(facets.tags, wanted.tags),
            gr.Button(visible=total > PAGE, interactive=offset > 0),
            gr.Button(visible=total > PAGE, interactive=offset + PAGE < total),
            offset,
            scope.bar_html(wanted, only=only, passing=total, total=cable_index.count()),
            wanted,
        ]

    def typed(shown: Filters | None, *values: Any) -> list[Any]:  # noqa: ANN401 - what Gradio passes
        """`show` from the top of the list, where what is typed is anything else than what it shows.

        Fields that the page itself sets, as on its arrival, change too: one after the other, so that the first of them
        come with what the others held before. Who sets them shows the list as well.
        """
        with suppress(UnclearDay):
            if shown is not None and _typed(scope.filters(*values[: len(fields)])) == _typed(shown):
                return [gr.skip() for _ in outputs]
        *others, _, latest = values
        return show(*others, 0, latest)

    def moved(step: int | None) -> Callable[..., list[Any]]:
        """`show`, so many cables further down the list; with None from its top."""

        def shown(*values: Any) -> list[Any]:  # noqa: ANN401 - what Gradio passes
            *others, offset, latest = values
            return show(*others, 0 if step is None else offset + step, latest)

        return shown

    texts, menus = (words, since, until), (posts, years, classes, tags, order)
    fields: list[gr.components.Component] = [words, posts, years, classes, tags, since, until]
    inputs = [*fields, only, order, offset, latest]
    outputs: list[gr.components.Component] = [
        *(timeline, listed, posts, years, classes, tags, previous, following, offset, bar, shown)
    ]
    gr.on([field.change for field in texts], typed, [shown, *inputs], outputs, **THE_LAST)
    gr.on([field.input for field in (*menus, only)], moved(None), inputs, outputs, **THE_LAST)
    following.click(moved(PAGE), inputs, outputs, **QUIET)
    previous.click(moved(-PAGE), inputs, outputs, **QUIET)
    clear.click(
        lambda: ["", [], [], [], [], "", "", False, Filters()], None, [*fields, only, shown], **QUIET
    ).then(moved(None), inputs, outputs, **QUIET)
    tab.select(show, inputs, outputs, **QUIET)
    return CablesTab(fields=fields, only=only, shown=shown, inputs=inputs, outputs=outputs, show=show)


def bar(cable_index: Index, wanted: Filters, *, only: bool) -> str:
    """Which cables a question is asked of."""
    return scope.bar_html(wanted, only=only, passing=cable_index.count(wanted), total=cable_index.count())


def field_values(wanted: Filters) -> tuple[Any, ...]:
    """The fields that ask for these filters, as scope.filters takes them; the counts of the menus come later."""
    menus = (wanted.posts, wanted.years, wanted.classifications, wanted.tags)
    since, until = (each.isoformat() if each else "" for each in (wanted.since, wanted.until))
    chosen = (gr.Dropdown(choices=[(str(each), each) for each in menu], value=list(menu)) for menu in menus)
    return (wanted.words, *chosen, since, until)


def _typed(wanted: Filters) -> tuple[object, ...]:
    return wanted.words, wanted.since, wanted.until


def _menu(counted: Sequence[tuple[str | int, int]], chosen: Sequence[str | int]) -> gr.Dropdown:
    """The menu of a filter, with how many cables each choice would show."""
    listed = [(f"{value} ({count:,})", value) for value, count in counted[:MOST_CHOICES]]
    listed += [(f"{value} (0)", value) for value in chosen if value not in dict(counted[:MOST_CHOICES])]
    return gr.Dropdown(choices=listed)  # without a value: more may have been chosen since
