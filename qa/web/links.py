"""The addresses of the page: a question, or a place in a cable, that can be shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from index import Filters
from index.surrogates import readable
from qa.answer import Citation
from qa.web import scope

LONGEST_QUESTION = 5_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the reader opens. `span` counts characters of the paragraph's text, half open."""

    cable_id: str
    paragraph: str = ""  # its number as printed; "" for the top of the cable
    span: tuple[int, int] | None = None
    words: str = ""  # to light up wherever they stand, where nothing is quoted
    as_sent: bool = False  # the text as it came, not set out


def cited(citation: Citation) -> Place:
    """The place of a citation's quote."""
    return Place(cable_id=citation.cable_id, paragraph=citation.paragraph, span=citation.span)


def address(place: Place) -> str:
    """The shareable address of a place: "?cable=09ASTANA368&p=7&s=23&e=103"."""
    fields = {"cable": place.cable_id}
    if place.paragraph:
        fields["p"] = place.paragraph
        if place.span is not None:
            fields["s"], fields["e"] = str(place.span[0]), str(place.span[1])
    if place.words:
        fields["words"] = place.words
    if place.as_sent:
        fields["as"] = "sent"
    return "?" + urlencode(fields)


def question_address(question: str, filters: Filters | None = None) -> str:
    """The shareable address of a question, with what it is asked of."""
    return "?" + urlencode([("q", question), *scope.parameters(filters)])


def list_address(filters: Filters) -> str:
    """The shareable address of the list of cables under these filters."""
    return "?" + urlencode([("tab", "cables"), *scope.parameters(filters)])


def attributes(place: Place, *, in_reader: bool = False) -> str:
    """What an <a> needs to open a place: its address, and the same in data-* for the script; escaped.

    In the reader it is the paragraphs that have data-paragraph, and a link to one has data-p.
    """
    fields = {"href": address(place), "data-cable": place.cable_id}
    if place.paragraph:
        fields["data-p" if in_reader else "data-paragraph"] = place.paragraph
    if place.span is not None:
        fields["data-start"], fields["data-end"] = str(place.span[0]), str(place.span[1])
    if place.words:
        fields["data-words"] = place.words
    if place.as_sent:
        fields["data-as"] = "sent"
    return " ".join(f'{name}="{escape(value)}"' for name, value in fields.items())


def place(params: Mapping[str, object]) -> Place | None:
    """The place that an address or a click names; None where it names no cable.

    Whatever a stranger may have put into a link is let through as text or left out, and never raises.
    """
    cable_id = _text(params, "cable")
    if not cable_id:
        return None
    start, end = _text(params, "s"), _text(params, "e")
    span = None
    if start.isdecimal() and end.isdecimal() and len(start) < 10 and len(end) < 10 and int(start) < int(end):
        span = int(start), int(end)
    return Place(
        cable_id=cable_id,
        paragraph=_text(params, "p").lstrip("¶"),
        span=span,
        words=_text(params, "words"),
        as_sent=_text(params, "as") == "sent",
    )


def question(params: Mapping[str, object]) -> str:
    """The question that an address asks; "" where it asks none."""
    return _text(params, "q")[:LONGEST_QUESTION]


def _text(params: Mapping[str, object], name: str) -> str:
    value = params.get(name)
    return readable(value.strip()) if isinstance(value, str) else ""
