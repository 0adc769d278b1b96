"""The Cables tab: the list of cables and their years, narrowed by words, post, classification and TAGS."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from math import ceil
from typing import Any

import gradio as gr

from index import CableRow, Facets, Filters, Index
from qa.web import chat, links

PAGE = 50  # cables on one page of the list
MOST_CHOICES = 300  # of a filter; a longer menu is slow in the browser

STEP, MOST_WIDTH, HEIGHT, FOOT = 56, 1180, 110, 20  # of the timeline, in pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class CablesTab:
    """The parts that the page wires up."""

    show: Callable[..., list[Any]]
    inputs: list[gr.components.Component]
    outputs: list[gr.components.Component]


def filters(
    words: str, posts: Sequence[str], years: Sequence[int], classes: Sequence[str], tags: Sequence[str]
) -> Filters:
    """What the five fields of the tab ask for."""
    return Filters(
        words=(words or "").strip(),
        posts=tuple(posts or ()),
        years=tuple(int(year) for year in years or ()),
        classifications=tuple(classes or ()),
        tags=tuple(tags or ()),
    )


def choices(cable_index: Index, wanted: Filters) -> Facets:
    """How many cables each further choice would show: a field's own choice does not narrow its own menu."""
    facets = cable_index.facets(wanted)
    if wanted.posts:
        facets = replace(facets, posts=cable_index.facets(replace(wanted, posts=())).posts)
    if wanted.years:
        facets = replace(facets, years=cable_index.facets(replace(wanted, years=())).years)
    if wanted.classifications:
        others = cable_index.facets(replace(wanted, classifications=()))
        facets = replace(facets, classifications=others.classifications)
    if wanted.tags:
        facets = replace(facets, tags=cable_index.facets(replace(wanted, tags=())).tags)
    return facets


def list_html(rows: Sequence[CableRow], *, offset: int, total: int) -> str:
    """One page of the list, with a line above it that says which part of how many it is."""
    if not total:
        return '<p class="count" role="status">No cable fits. Take a filter away, or use fewer words.</p>'
    if total == 1:
        count = "1 cable"
    elif total <= PAGE:
        count = f"{total} cables"
    else:
        count = f"{offset + 1:,} to {offset + len(rows):,} of {total:,} cables"
    listed = "".join(f"<li>{_row(row)}</li>" for row in rows)
    return f'<p class="count" role="status">{count}</p><ol class="rows">{listed}</ol>'


def _row(row: CableRow) -> str:
    about = [row.origin or row.post, row.classification]
    about.append("1 paragraph" if row.paragraphs == 1 else f"{row.paragraphs} paragraphs")
    return (
        f"<a {links.attributes(links.Place(cable_id=row.id))}>"
        f'<span class="when">{chat.day(row.date) or "No date"}</span>'
        f'<span class="subject">{escape(row.subject) or "No subject"}</span>'
        f'<span class="about"><b>{escape(row.id)}</b> · '
        f"{' · '.join(escape(each) for each in about if each)}</span></a>"
    )


def timeline_html(years: Sequence[tuple[int, int]], chosen: Sequence[int] = ()) -> str:
    """The years as bars of an SVG; a click on one shows that year alone, as the Year menu does by key."""
    if not years:
        return ""
    counts = dict(years)
    first, last = min(counts), max(counts)
    across = min(MOST_WIDTH, STEP * (last - first + 1))
    step = across / (last - first + 1)
    width = step * 0.8
    most = max(counts.values())
    every = ceil(48 / step)  # so that the labels do not overlap
    bars = []
    for year in range(first, last + 1):
        count = counts.get(year, 0)
        height = (HEIGHT - FOOT - 16) * count / most
        middle = (year - first + 0.5) * step
        marked = " chosen" if year in chosen else ""
        label = _text(middle, HEIGHT - 4, str(year)) if (year - first) % every == 0 else ""
        number = _text(middle, HEIGHT - FOOT - height - 4, f"{count:,}") if count and step > 30 else ""
        bars.append(
            f'<g class="year{marked}" data-year="{year}"><title>{year}: {_cables(count)}</title>'
            f'<rect class="hit" x="{middle - step / 2:.1f}" y="0" width="{step:.1f}" height="{HEIGHT}"/>'
            f'<rect class="bar" x="{middle - width / 2:.1f}" y="{HEIGHT - FOOT - height:.1f}" '
            f'width="{width:.1f}" height="{height:.1f}" rx="2"/>{label}{number}</g>'
        )
    spoken = "Cables by year: " + ", ".join(f"{year}: {count}" for year, count in sorted(counts.items()))
    size = f'viewBox="0 0 {across} {HEIGHT}" width="{across}" height="{HEIGHT}"'
    return f'<svg {size} role="img" aria-label="{spoken}">{"".join(bars)}</svg>'


def _text(middle: float, base: float, text: str) -> str:
    return f'<text x="{middle:.1f}" y="{base:.1f}">{text}</text>'


def _cables(count: int) -> str:
    return "1 cable" if count == 1 else f"{count:,} cables"


def make(cable_index: Index) -> CablesTab:
    """Lay the tab out inside the page's Tabs."""
    with gr.Tab("Cables", id="cables") as tab:
        with gr.Row(elem_classes="filters"):
            words = gr.Textbox(label="Words", placeholder="in subject or text", max_lines=1, min_width=180)
            posts = gr.Dropdown(label="Post", multiselect=True, min_width=150)
            years = gr.Dropdown(label="Year", multiselect=True, min_width=130)
            classes = gr.Dropdown(label="Classification", multiselect=True, min_width=150)
            tags = gr.Dropdown(label="TAGS", multiselect=True, min_width=130)
        timeline = gr.HTML(elem_id="timeline")
        listed = gr.HTML(elem_id="cables")
        with gr.Row(elem_classes="paging"):
            newer = gr.Button("Newer", size="sm", visible=False)
            older = gr.Button("Older", size="sm", visible=False)
        offset = gr.State(0)

    def show(
        words: str, posts: list[str], years: list[int], classes: list[str], tags: list[str], offset: int
    ) -> list[Any]:
        """The tab for these filters, `offset` cables down the list."""
        wanted = filters(words, posts, years, classes, tags)
        total = cable_index.count(wanted)
        offset = offset if 0 <= offset < total else 0
        facets = choices(cable_index, wanted)
        return [
            timeline_html(facets.years, wanted.years),
            list_html(cable_index.cables(wanted, limit=PAGE, offset=offset), offset=offset, total=total),
            _menu(facets.posts, wanted.posts),
            _menu(tuple(reversed(facets.years)), wanted.years),
            _menu(facets.classifications, wanted.classifications),
            _menu(facets.tags, wanted.tags),
            gr.Button(visible=total > PAGE, interactive=offset > 0),
            gr.Button(visible=total > PAGE, interactive=offset + PAGE < total),
            offset,
        ]

    def moved(step: int | None) -> Callable[..., list[Any]]:
        """`show`, so many cables further down the list; with None from its top."""

        def shown(*values: Any) -> list[Any]:  # noqa: ANN401 - what Gradio passes
            words, posts, years, classes, tags, offset = values
            return show(words, posts, years, classes, tags, 0 if step is None else offset + step)

        return shown

    inputs: list[gr.components.Component] = [words, posts, years, classes, tags, offset]
    outputs = [timeline, listed, posts, years, classes, tags, newer, older, offset]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": 8}
    gr.on(
        [words.change, words.submit, *(field.input for field in (posts, years, classes, tags))],
        moved(None),
        inputs,
        outputs,
        trigger_mode="always_last",
        **quiet,
    )
    older.click(moved(PAGE), inputs, outputs, **quiet)
    newer.click(moved(-PAGE), inputs, outputs, **quiet)
    tab.select(show, inputs, outputs, **quiet)
    return CablesTab(show=show, inputs=inputs, outputs=outputs)


def _menu(counted: Sequence[tuple[str | int, int]], chosen: Sequence[str | int]) -> gr.Dropdown:
    """The menu of a filter, with how many cables each choice would show."""
    listed = [(f"{value} ({count:,})", value) for value, count in counted[:MOST_CHOICES]]
    listed += [(f"{value} (0)", value) for value in chosen if value not in dict(counted[:MOST_CHOICES])]
    return gr.Dropdown(choices=listed, value=list(chosen))
