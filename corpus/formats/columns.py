"""Named columns, whatever an archive calls them -> the text of a cable and the fields beside it."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from corpus import identity
from corpus.cable import Cable

# Ours -> theirs, best first. Compared in lower case, with blanks as underscores and colons dropped.
NAMES: Final = {
    "id": ("id", "refid", "doc_nbr", "reference_id", "canonical_id", "document_number", "mrn", "cable_id"),
    "date": ("date", "created", "draft_date", "sent"),
    "origin": ("origin", "from_field", "from", "sender"),
    "classification": ("classification", "original_classification", "current_classification"),
    "references": ("references", "refs", "reference(s)"),
    "subject": ("subject", "title"),
    "tags": ("tags",),
    "header": ("header",),
    "body": ("body", "text", "content", "raw_body"),
}
_OURS: Final = {theirs: ours for ours, names in NAMES.items() for theirs in names}
_YEAR_FIRST: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d?):(\d\d))?")
_MONTH_FIRST: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}):(\d\d))?")
_CANONICAL: Final = re.compile(r"\d\d([A-Z]{3,20})[1-9]\d{0,5}")
_BETWEEN_ITEMS: Final = re.compile(r"[|;,\s]+")


def our_name(column: str) -> str:
    """What we call a column, or "" where we have no use for it."""
    return _OURS.get(column.strip().strip(":").lower().replace(" ", "_"), "")


def fields(named: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Our names -> the values under them; of two columns for one name the better known."""
    found: dict[str, tuple[int, object]] = {}
    for column, value in named:
        ours = our_name(column)
        if not ours or not value:
            continue
        rank = NAMES[ours].index(column.strip().strip(":").lower().replace(" ", "_"))
        if ours not in found or rank < found[ours][0]:
            found[ours] = rank, value
    return {ours: value for ours, (_, value) in found.items()}


def string(value: object) -> str:
    """A text column, on one line; "" for what is no text."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def items(value: object) -> tuple[str, ...]:
    """A column of several: a list, or one string with bars, commas, semicolons or blanks between."""
    if isinstance(value, str):
        return tuple(item for item in _BETWEEN_ITEMS.split(value) if item)
    if isinstance(value, list):
        return tuple(item for each in value if (item := string(each)))
    return ()


def date(value: object) -> datetime | None:
    """The date of `2009-02-27T09:59Z`, `2009-02-27 09:59` or `2/27/2009 9:59`, in UTC; None for any other."""
    text = value.strip() if isinstance(value, str) else ""
    if match := _MONTH_FIRST.match(text):
        month, day, year, hour, minute = match.groups()
    elif match := _YEAR_FIRST.match(text):
        year, month, day, hour, minute = match.groups()
    else:
        return None
    try:
        return datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), tzinfo=UTC)
    except ValueError:
        return None


def fallback(values: Mapping[str, object]) -> Cable:
    """The columns as a cable without text, from which the parser takes what the text does not say."""
    origin = string(values.get("origin"))
    return Cable(
        id=_canonical(string(values.get("id"))),
        date=date(values.get("date")),
        origin=origin,
        post=identity.post_of_origin(origin) if origin else "",
        classification=string(values.get("classification")),
        references=tuple(map(_canonical, items(values.get("references")))),
        subject=string(values.get("subject")),
        tags=items(values.get("tags")),
    )


def _canonical(raw: str) -> str:
    """The id as we write it, where damage has left enough of it."""
    found = _CANONICAL.fullmatch(raw)
    return raw if not raw or (found and found[1] in identity.POSTS) else identity.repaired_id(raw) or raw


def whole_text(header: str, body: str) -> str:
    """The text of a cable that was stored in two parts: the header block, a line feed, the body block."""
    return f"{header}\n{body}" if header else body
