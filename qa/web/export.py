"""The list of cables as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from index import CableRow, Filters, Index, Order
from qa.steering import harmless

COLUMNS: Final = ("id", "date", "post", "origin", "classification", "subject", "paragraphs")
_AT_ONCE: Final = 5_000  # cables


def csv_lines(cable_index: Index, wanted: Filters, order: Order) -> Iterator[str]:
    """The head, then every cable that passes the filters, in portions of many lines; as RFC 4180 has it."""
    yield _lines([COLUMNS])
    offset = 0
    while rows := cable_index.cables(wanted, limit=_AT_ONCE, offset=offset, order=order):
        yield _lines(_values(row) for row in rows)
        offset += len(rows)


def _values(row: CableRow) -> tuple[str, ...]:
    date = row.date.isoformat() if row.date else ""
    told = (row.id, date, row.post, row.origin, row.classification, row.subject)
    return (*(_no_formula(each) for each in told), str(row.paragraphs))


def _no_formula(text: str) -> str:
    """A text that a spreadsheet shows and does not compute (OWASP, CSV injection), and that steers no terminal."""
    text = harmless(text)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _lines(rows: Iterable[tuple[str, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
