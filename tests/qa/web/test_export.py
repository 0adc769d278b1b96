import csv
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from index import CableRow, Filters, Index
from qa.web.export import COLUMNS, csv_lines

ROW = CableRow(
    id="08BISHKEK1",
    date=datetime(2008, 10, 1, 12, tzinfo=UTC),
    post="BISHKEK",
    origin="Embassy Bishkek",
    classification="SECRET",
    subject='=HYPERLINK("http://x"), "quoted"\nand on two lines',
    paragraphs=3,
)


@dataclass
class Rows:
    """The two hundred thousand rows of an index are not needed to see how they are written."""

    rows: list[CableRow]
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def cables(self, wanted: Filters, *, limit: int, offset: int, order: str) -> list[CableRow]:
        self.asked.append((wanted, order))
        return self.rows[offset : offset + limit]


def test_every_cable_is_a_row_and_no_cell_is_a_formula() -> None:
    rows = Rows([ROW] * 12_000)
    wanted = Filters(posts=("BISHKEK",))
    text = "".join(csv_lines(cast("Index", rows), wanted, "oldest"))
    read = list(csv.reader(text.splitlines(keepends=True)))
    assert len(read) == 12_001
    assert tuple(read[0]) == COLUMNS
    assert read[1] == [
        "08BISHKEK1",
        "2008-10-01T12:00:00+00:00",
        "BISHKEK",
        "Embassy Bishkek",
        "SECRET",
        f"'{ROW.subject}",
        "3",
    ]
    assert set(rows.asked) == {(wanted, "oldest")}
