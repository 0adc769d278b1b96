"""When the cables are from: years as bars, and the months of a short period, as SVG that can be brushed."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final

from index import Facets, Filters

STEP, MOST_WIDTH, HEIGHT, FOOT = 56, 1180, 110, 20  # pixels
MONTHS_OF: Final = 3  # years, at most, whose months are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch of time; `since` and `until` as a person types them: "2008" or "2008-05"."""

    since: str
    until: str
    label: str
    spoken: str
    count: int
    chosen: bool


def timeline_html(facets: Facets, wanted: Filters) -> str:
    """The years, and below them the months where the chosen period is short.

    Args:
        facets: Counts that the period itself does not narrow.
        wanted: The filters; the bars in their period are marked.
    """
    if not facets.years:
        return ""
    strips = [_svg(_years(facets, wanted), "Cables by year")]
    period = _period(facets, wanted)
    if period is not None and period[1].year - period[0].year < MONTHS_OF:
        months = _months(facets, wanted, period)
        if len(months) > 1:
            strips.append(_svg(months, "Cables by month"))
    return "".join(strips)


def _years(facets: Facets, wanted: Filters) -> list[Bar]:
    counts = dict(facets.years)
    return [
        Bar(
            since=str(year),
            until=str(year),
            label=str(year),
            spoken=str(year),
            count=counts.get(year, 0),
            chosen=_chosen(date(year, 1, 1), date(year, 12, 31), wanted),
        )
        for year in range(min(counts), max(counts) + 1)
    ]


def _months(facets: Facets, wanted: Filters, period: tuple[date, date]) -> list[Bar]:
    counts = dict(facets.months)
    bars = []
    for year in range(period[0].year, period[1].year + 1):
        for month in range(1, 13):
            first, last = date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
            bars.append(
                Bar(
                    since=f"{first:%Y-%m}",
                    until=f"{first:%Y-%m}",
                    label=str(year) if month == 1 else f"{first:%b}",
                    spoken=f"{first:%B} {year}",
                    count=counts.get(f"{first:%Y-%m}", 0),
                    chosen=_chosen(first, last, wanted),
                )
            )
    return bars


def _period(facets: Facets, wanted: Filters) -> tuple[date, date] | None:
    """The years that are chosen, whichever way, from the first to the last; of all, where they are few."""
    first, last = facets.years[0][0], facets.years[-1][0]
    if wanted.since:
        first = max(first, wanted.since.year)
    if wanted.until:
        last = min(last, wanted.until.year)
    if wanted.years:
        first, last = max(first, min(wanted.years)), min(last, max(wanted.years))
    return (date(first, 1, 1), date(last, 12, 31)) if first <= last else None


def _chosen(first: date, last: date, wanted: Filters) -> bool:
    if not (wanted.since or wanted.until or wanted.years):
        return False
    in_years = not wanted.years or first.year in wanted.years
    return in_years and not (
        (wanted.since is not None and last < wanted.since)
        or (wanted.until is not None and first > wanted.until)
    )


def _svg(bars: Sequence[Bar], name: str) -> str:
    across = min(MOST_WIDTH, STEP * len(bars))
    step = across / len(bars)
    width = step * 0.8
    most = max(1, *(bar.count for bar in bars)) if len(bars) > 1 else max(1, bars[0].count)
    every = ceil(48 / step)  # so that the labels do not overlap
    drawn = []
    for place, bar in enumerate(bars):
        height = (HEIGHT - FOOT - 16) * bar.count / most
        middle = (place + 0.5) * step
        marked = " chosen" if bar.chosen else ""
        label = _text(middle, HEIGHT - 4, bar.label) if place % every == 0 else ""
        number = (
            _text(middle, HEIGHT - FOOT - height - 4, f"{bar.count:,}") if bar.count and step > 30 else ""
        )
        cables = "1 cable" if bar.count == 1 else f"{bar.count:,} cables"
        drawn.append(
            f'<g class="span{marked}" data-since="{bar.since}" data-until="{bar.until}">'
            f"<title>{bar.spoken}: {cables}</title>"
            f'<rect class="hit" x="{middle - step / 2:.1f}" y="0" width="{step:.1f}" height="{HEIGHT}"/>'
            f'<rect class="bar" x="{middle - width / 2:.1f}" y="{HEIGHT - FOOT - height:.1f}" '
            f'width="{width:.1f}" height="{height:.1f}" rx="2"/>{label}{number}</g>'
        )
    spoken = f"{name}: " + ", ".join(f"{bar.spoken}: {bar.count}" for bar in bars if bar.count)
    size = f'viewBox="0 0 {across} {HEIGHT}" width="{across}" height="{HEIGHT}"'
    return f'<svg {size} role="img" aria-label="{spoken}">{"".join(drawn)}</svg>'


def _text(middle: float, base: float, text: str) -> str:
    return f'<text x="{middle:.1f}" y="{base:.1f}">{text}</text>'
