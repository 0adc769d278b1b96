import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cable import Cable, Rejected
from corpus.formats import dump_csv
from corpus.formats.record import MAX_CABLE, Record

HEADER = "R 270959Z FEB 09\nFM AMEMBASSY ASTANA"


def row(number: int, body: str = "UNCLAS ASTANA 1\n\n1. Text.", header: str = HEADER) -> bytes:
    return (
        f'"{number}","2/7/2009 9:59","09ASTANA{number}","Embassy Astana","UNCLASSIFIED",'
        f'"08ASTANA2311|09TASHKENT12","{header}","{body}"\n'
    ).encode()


def read(data: bytes) -> list[Record | Rejected]:
    return list(dump_csv.texts(io.BytesIO(data), "cables.csv"))


def outcome(items: Iterable[Record | Rejected]) -> list[str]:
    return [item.name if isinstance(item, Record) else item.reason for item in items]


def test_a_record_is_its_header_a_line_feed_its_body_and_the_columns_beside_them() -> None:
    assert read(row(1)) == [
        Record(
            text=f"{HEADER}\nUNCLAS ASTANA 1\n\n1. Text.",
            name="09ASTANA1",
            offset=0,
            fallback=Cable(
                id="09ASTANA1",
                date=datetime(2009, 2, 7, 9, 59, tzinfo=UTC),
                origin="Embassy Astana",
                post="ASTANA",
                classification="UNCLASSIFIED",
                references=("08ASTANA2311", "09TASHKENT12"),
            ),
        )
    ]


def test_it_is_known_by_a_line_that_begins_as_a_record_does() -> None:
    assert dump_csv.fits(row(1))
    assert dump_csv.fits(b'"torn","row"\r\n' + row(2))
    assert not dump_csv.fits(b'"doc_nbr","date","body"\n"1973ABIDJA00073","1/5/1973","text"\n')


def test_escaped_quotes_of_both_kinds_and_escaped_backslashes_are_undone() -> None:
    (record,) = read(row(1, body=r"He said \"no\", it\'s \",\" C:\\X \\"))
    assert isinstance(record, Record)
    assert record.text.endswith("""He said "no", it's "," C:\\X \\""")


def test_the_encoding_may_change_from_record_to_record() -> None:
    utf8 = row(1, body="¶1. “Café”")
    cp1252 = row(2, body="¶1. “Café”").decode().encode("cp1252")
    latin1 = row(3, body="¶1. \x81").decode().encode("latin-1")
    texts = [record.text.removeprefix(f"{HEADER}\n") for record in read(utf8 + cp1252 + latin1 + utf8)]  # type: ignore[union-attr]
    assert texts == ["¶1. “Café”", "¶1. “Café”", "¶1. \x81", "¶1. “Café”"]


def test_offsets_count_bytes_whatever_the_line_ends() -> None:
    data = row(1, body="¶ a\r\nb").replace(b'"\n', b'"\r\n') + row(2)
    first, second = read(data)
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.text, first.offset) == (f"{HEADER}\n¶ a\r\nb", 0)
    assert data[second.offset :] == row(2)


def test_a_row_with_too_few_fields_is_left_out_with_its_row_and_line() -> None:
    broken = b'"2","2/7/2009 9:59","09ASTANA2","Embassy Astana","UNCLASSIFIED"\n'
    items = read(row(1) + broken + row(3))
    assert outcome(items) == [
        "09ASTANA1",
        "Row 2 (line 5): 5 fields instead of 8; the row was left out.",
        "09ASTANA3",
    ]
    assert isinstance(items[1], Rejected)
    assert (items[1].source.file, items[1].source.offset) == ("cables.csv", len(row(1)))


def test_after_a_lost_quote_reading_goes_on_at_the_next_line_that_begins_a_record() -> None:
    lost = row(2, body='a lost" quote, and, a comma\nand a line,\n"more", of it')
    found = outcome(read(row(1) + lost + row(3) + lost + row(4)))
    assert [found[0], found[2], found[4]] == ["09ASTANA1", "09ASTANA3", "09ASTANA4"]
    assert found[1].startswith("Row 2 (line 5): ")
    assert found[3].startswith("Row 2 (line 13): ")
    assert found[3].endswith(" fields instead of 8; the row was left out.")


def test_a_record_that_was_cut_off_keeps_its_text_and_spoils_no_other() -> None:
    cut = row(2)[:-6] + b"\n"
    items = read(row(1) + cut + row(3))
    assert outcome(items) == ["09ASTANA1", "09ASTANA2", "09ASTANA3"]


def test_a_whole_record_behind_a_damaged_date_is_found() -> None:
    damaged = row(2).replace(b"2/7/2009 9:59", b"2/7/2O09 9:59")
    assert outcome(read(row(1) + damaged + row(3))) == ["09ASTANA1", "09ASTANA2", "09ASTANA3"]


@pytest.mark.parametrize("damage", [b'"2"\n9ASTANA2",', b'"\x00', b"0002 ", b'"2","2/7/2009 9:59","09AST\n'])
def test_a_record_is_read_whatever_became_of_the_beginning_of_the_next(damage: bytes) -> None:
    rest = row(2).removeprefix(b'"2","2/7/2009 9:59","09ASTANA2",')
    body = "UNCLAS ASTANA 1\n\n1. Text.\n"
    first, second, third = read(row(1, body=body) + damage + rest + row(3))
    assert isinstance(first, Record)
    assert (first.name, first.text) == ("09ASTANA1", f"{HEADER}\n{body}")
    assert isinstance(second, Rejected)
    assert second.source.offset == len(row(1, body=body))
    assert isinstance(third, Record)
    assert third.name == "09ASTANA3"


def test_a_record_that_is_torn_within_its_text_is_not_taken_for_whole() -> None:
    torn = row(2, body='UNCLAS ASTANA 1\n\n1. Text that\n"goes", "on here.')
    items = read(row(1) + torn + row(3))
    assert [item.name for item in items if isinstance(item, Record)] == ["09ASTANA1", "09ASTANA3"]


def test_rubbish_before_the_first_record_is_refused_alone() -> None:
    assert outcome(read(b'"torn","row"\n' + row(2))) == [
        "Row 1 (line 1): 2 fields instead of 8; the row was left out.",
        "09ASTANA2",
    ]


def test_a_record_without_text_is_refused() -> None:
    assert outcome(read(row(17, body="", header="") + row(18, body=" \n"))) == [
        "Row 17 (line 1): no text, only metadata.",
        "Only a header: no text follows the addressees.",
    ]


def test_records_are_whole_wherever_the_blocks_that_are_read_end() -> None:
    body = "x" * 70_001
    items = read(b"".join(row(number, body=body) for number in range(1, 80)))
    assert outcome(items) == [f"09ASTANA{number}" for number in range(1, 80)]
    assert {item.text for item in items if isinstance(item, Record)} == {f"{HEADER}\n{body}"}


def test_a_record_longer_than_any_cable_is_refused_and_the_next_is_read() -> None:
    data = row(1) + row(2, body="x\n" * (MAX_CABLE // 2 + 3_000_000)) + row(3) + row(4)[:-9]
    items = read(data)
    lines = MAX_CABLE // 2 + 3_000_000
    assert outcome(items) == [
        "09ASTANA1",
        "Row 2 (line 5): Longer than 16 MiB, which no cable is: not read.",
        "09ASTANA3",
        "09ASTANA4",
    ]
    assert lines > MAX_CABLE // 2
    assert isinstance(items[2], Record)
    assert data[items[2].offset :].startswith(row(3))


def test_a_record_that_is_too_long_by_little_is_refused_too() -> None:
    items = read(row(1) + row(2, body="x" * MAX_CABLE) + row(3))
    assert outcome(items) == [
        "09ASTANA1",
        "Row 2 (line 5): Longer than 16 MiB, which no cable is: not read.",
        "09ASTANA3",
    ]


def test_a_long_field_with_escapes_is_read_whole() -> None:
    csv.field_size_limit(131_072)  # as Python begins
    items = read(row(1) + row(2, body=r"C:\\X " + "x y " * 60_000) + row(3))
    assert outcome(items) == ["09ASTANA1", "09ASTANA2", "09ASTANA3"]


def test_the_id_column_is_normalised() -> None:
    (record,) = read(row(1).replace(b"09ASTANA1", b"09AMEMBASSYHANOI1284"))
    assert isinstance(record, Record)
    assert record.fallback is not None
    assert record.fallback.id == "09HANOI1284"


@given(st.text(alphabet='a ,"\\\n\0', max_size=20))
def test_any_body_comes_out_as_it_was_before_it_was_quoted(body: str) -> None:
    quoted = body.replace("\\", "\\\\").replace('"', '\\"')
    assert [item.text for item in read(row(1, f"Text. {quoted}")) if isinstance(item, Record)] == [
        f"{HEADER}\nText. {body}"
    ]
