"""The sentences in which a file, member or record is refused, each where more than one format needs it."""

from typing import Final

from corpus.formats.record import MAX_CABLE

NO_CABLE: Final = (
    "No cable found: neither a date-time group with FM, nor a marking line, nor TAGS and SUBJECT."
)
NO_CABLE_PAGE: Final = "A web page without a cable (no table of class cable, no marking line)."
NO_TEXT: Final = "no text, only metadata."
ONLY_HEADER: Final = "Only a header: no text follows the addressees."
TOO_LONG: Final = f"Longer than {MAX_CABLE >> 20} MiB, which no cable is: not read."
FAULT: Final = "A fault of the program: it cannot parse this text, please report it"
UNAVAILABLE: Final = (
    "The archive holds no text for this telegram (TELEGRAM TEXT FOR THIS MRN IS UNAVAILABLE)."
)


def capitalized(sentence: str) -> str:
    """The sentence for standing alone, without "Line 3: " before it."""
    return sentence[:1].upper() + sentence[1:]


def why_empty(header: str, body: str) -> str:
    """Why this header and body hold no text, or "" where they do."""
    if is_unavailable(body):
        return UNAVAILABLE
    if body and not body.isspace():
        return ""
    return ONLY_HEADER if header.strip() else NO_TEXT


def is_unavailable(body: str) -> bool:
    """The body is only the archive's own notice that it lost the text [1973ABIDJA00073]."""
    return len(body) < 1000 and "TEXT FOR THIS MRN IS UNAVAILABLE" in body
