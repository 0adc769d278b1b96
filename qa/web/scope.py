"""The filters of the page: what its fields ask for, the address that holds them, and how a person reads them."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from typing import Final

from index import Filters
from index.surrogates import readable
from qa.days import UnclearDay, days

MOST_VALUES: Final = 50  # of one kind in an address

_LISTS: Final = {"post": "posts", "class": "classifications", "tag": "tags"}  # address: field of Filters


def filters(
    words: str,
    posts: Sequence[str],
    years: Sequence[int],
    classes: Sequence[str],
    tags: Sequence[str],
    since: str = "",
    until: str = "",
) -> Filters:
    """What the fields of the Cables tab ask for. Raises UnclearDay."""
    return Filters(
        words=(words or "").strip(),
        posts=tuple(posts or ()),
        years=tuple(int(year) for year in years or ()),
        classifications=tuple(classes or ()),
        tags=tuple(tags or ()),
        since=first_day(since),
        until=last_day(until),
    )


def first_day(text: str) -> date | None:
    """The first day of what was typed; None where nothing was. Raises UnclearDay."""
    return days(text)[0] if (text or "").strip() else None


def last_day(text: str) -> date | None:
    """Likewise the last."""
    return days(text)[1] if (text or "").strip() else None


def parameters(wanted: Filters | None) -> list[tuple[str, str]]:
    """The filters as the fields of an address, in one order: post, class, tag, year, since, until, words."""
    if wanted is None:
        return []
    fields = [(name, value) for name, field in _LISTS.items() for value in getattr(wanted, field)]
    fields += [("year", str(year)) for year in wanted.years]
    fields += [
        (name, each.isoformat()) for name, each in (("since", wanted.since), ("until", wanted.until)) if each
    ]
    return fields + ([("words", wanted.words)] if wanted.words else [])


def of_address(parameters: Sequence[tuple[str, str]]) -> Filters:
    """The filters that an address holds. What is none, as a stranger's link may hold, is left out."""
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        if value.strip() and len(given.setdefault(name, [])) < MOST_VALUES:
            given[name].append(readable(value.strip()))
    return Filters(
        words=" ".join(given.get("words", ())),
        years=tuple(int(year) for year in given.get("year", ()) if re.fullmatch(r"[12]\d{3}", year)),
        since=_or_none(first_day, given.get("since", [""])[0]),
        until=_or_none(last_day, given.get("until", [""])[0]),
        **{field: tuple(given.get(name, ())) for name, field in _LISTS.items()},
    )


def _or_none(day: Callable[[str], date | None], text: str) -> date | None:
    try:
        return day(text)
    except UnclearDay:
        return None


def said(wanted: Filters | None) -> list[str]:
    """The filters in words, one each: "Post: ASTANA", "2008 or 2009", "since 1 May 2008"."""
    if wanted is None:
        return []
    kinds: Sequence[tuple[str, Sequence[object]]] = (
        ("Post: ", wanted.posts),
        ("", wanted.years),
        ("", wanted.classifications),
        ("TAGS: ", wanted.tags),
    )
    chips = [f"{name}{' or '.join(map(str, values))}" for name, values in kinds if values]
    if wanted.since:
        chips.append(f"since {_spoken(wanted.since)}")
    if wanted.until:
        chips.append(f"until {_spoken(wanted.until)}")
    return [*chips, f"with “{wanted.words}”"] if wanted.words else chips


def _spoken(each: date) -> str:
    return f"{each.day} {each:%b} {each.year}"


def chips(wanted: Filters | None) -> str:
    """The filters as HTML, a box each; "" where there are none."""
    return "".join(f'<span class="chip">{escape(each)}</span> ' for each in said(wanted)).rstrip()


def bar_html(wanted: Filters, *, only: bool, passing: int, total: int) -> str:
    """Which cables a question is asked of, and the way to change that."""
    boxes = chips(wanted)
    everything = f"all {total:,} cables" if total != 1 else "the one cable that there is"
    if not boxes:
        return (
            f"<p>Asking {everything}.</p>"
            if total
            else "<p>There are no cables yet: add some under Index.</p>"
        )
    if only:
        return (
            f"<p>Asking only {passing:,} of {total:,} cables: {boxes} "
            '<a href="?" role="button" data-only="">Ask all</a></p>'
        )
    return f'<p>Asking {everything}. <a href="?" role="button" data-only="yes">Only those in the list</a> {boxes}</p>'
