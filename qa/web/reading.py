"""Opens a cable in the reader: looks up what it leads to and sets it out."""

import time
from typing import Final

import index
from qa.web import cable_view, links
from qa.web.cable_head import Around

REFERRING: Final = 200  # cables that refer to one are listed, at most


def opened(cable_index: index.Index, place: links.Place | None) -> str:
    """The reader's HTML for a place; what to do where there is none, or no such cable."""
    if place is None:
        return cable_view.NOTHING_OPEN
    try:
        cable = cable_index.cable(place.cable_id)
    except index.CableNotFound:
        return cable_view.missing_html(place.cable_id)
    # Cables whose post is unknown are not of one post.
    previous, following = cable_index.neighbours(cable.id) if cable.post else (None, None)
    known = []
    if cable.references:
        wanted = index.Filters(cable_ids=cable.references)
        known = cable_index.cables(wanted, limit=len(cable.references))
    around = Around(
        known=frozenset(row.id for row in known),
        referring=tuple(row.id for row in cable_index.referring(cable.id, limit=REFERRING)),
        previous=previous or "",
        next=following or "",
    )
    return cable_view.cable_html(cable, place, around, opened=time.monotonic_ns())
