"""What stands above a cable's text: the way to the next one, and its fields set out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Final

from corpus import Cable
from corpus.tag_meanings import tag_meaning
from index import Filters
from qa.web import chat, links

MANY: Final = 3  # recipients; from here on they are folded
SHOWN: Final = 12  # of the cables that refer to this one; the others are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The cables that a cable leads to, as far as they are in the index."""

    known: frozenset[str] = frozenset()  # of its references
    referring: tuple[str, ...] = ()  # the cables that refer to it, the oldest first
    previous: str = ""  # of its post, by date
    next: str = ""


def head_html(cable: Cable, place: links.Place, around: Around) -> str:
    """The tools, the fields, and who refers to the cable."""
    return f"{_tools(cable, place, around)}{_fields(cable, around)}"


def _tools(cable: Cable, place: links.Place, around: Around) -> str:
    other = replace(place, as_sent=not place.as_sent)
    label = "In paragraphs" if place.as_sent else "As it was sent"
    top = links.attributes(links.Place(cable_id=cable.id, as_sent=place.as_sent), in_reader=True)
    return (
        '<nav class="tools" aria-label="This cable">'
        # Where the reader stands below the conversation.
        '<a class="back" href="#chat" role="button" data-back="">↑ Answer</a>'
        f'<a class="top" title="The top of this cable" {top}>{escape(cable.id)}</a>'
        f"{_step(cable, around.previous, '← Previous', 'previous')}{_step(cable, around.next, 'Next →', 'next')}"
        '<span class="hits" hidden><a href="#hit" role="button" data-hit="-1" aria-label="Previous passage">‹</a>'
        '<span class="which" role="status"></span>'
        '<a href="#hit" role="button" data-hit="1" aria-label="Next passage">›</a></span>'
        f'<a class="sent" {links.attributes(other, in_reader=True)}>{label}</a></nav>'
    )


def _step(cable: Cable, cable_id: str, label: str, rel: str) -> str:
    post = escape(cable.post or "this post")
    if not cable_id:
        return f'<span class="absent" title="There is no {rel} cable from {post}">{label}</span>'
    to = links.attributes(links.Place(cable_id=cable_id))
    return f'<a data-step="{rel}" title="The {rel} cable from {post}: {escape(cable_id)}" {to}>{label}</a>'


def _fields(cable: Cable, around: Around) -> str:
    sent_from = " · ".join(escape(each) for each in (cable.origin, cable.sender) if each)
    rows = {
        "From": sent_from,
        "To": _recipients(cable.to),
        "Copied to": _recipients(cable.info),
        "Classification": escape(", ".join(dict.fromkeys((cable.classification, *cable.captions)))),
        "Precedence": escape(cable.precedence),
        "TAGS": " ".join(_tag(tag) for tag in cable.tags),
        "References": ", ".join(_reference(each, around.known) for each in cable.references),
        "Referred to by": _referring(around.referring),
        "Signed": escape(cable.signer),
        "File": escape(cable.source.file.replace("\\", "/").rsplit("/", 1)[-1]),
    }
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows.items() if value)
    sent = f"{chat.day(cable.date)}, {cable.date:%H:%M} UTC" if cable.date else "no date printed"
    return (
        f'<header><p class="name"><b>{escape(cable.id)}</b> <span>{sent}</span></p>'
        f"<h2>{escape(cable.subject) or 'No subject'}</h2><dl>{listed}</dl></header>"
    )


def _tag(tag: str) -> str:
    """A tag with its meaning; a click lists the cables that carry it."""
    meaning = tag_meaning(tag)
    meant = f" <span>{escape(meaning)}</span>" if meaning else ""
    address = links.list_address(Filters(tags=(tag,)))
    return (
        f'<a class="tag" href="{escape(address)}" data-list="{escape(address[1:])}" '
        f'title="List the cables with {escape(tag)}"><b>{escape(tag)}</b>{meant}</a>'
    )


def _reference(cable_id: str, known: frozenset[str]) -> str:
    if cable_id not in known:
        return f'<span class="absent" title="Not in this index">{escape(cable_id)}</span>'
    return f"<a {links.attributes(links.Place(cable_id=cable_id))}>{escape(cable_id)}</a>"


def _referring(cable_ids: Sequence[str]) -> str:
    listed = ", ".join(
        f"<a {links.attributes(links.Place(cable_id=each))}>{escape(each)}</a>" for each in cable_ids[:SHOWN]
    )
    more = len(cable_ids) - SHOWN
    return f"{listed} and {more} more" if more > 0 else listed


def _recipients(names: Sequence[str]) -> str:
    listed = "<br>".join(escape(name) for name in names)
    if len(names) < MANY:
        return listed
    return f"<details><summary>{len(names)} recipients</summary>{listed}</details>"
