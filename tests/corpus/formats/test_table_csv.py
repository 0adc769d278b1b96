import io

from corpus.cable import Rejected
from corpus.formats import table_csv
from corpus.formats.record import Record

NAMES = b"doc_nbr,date,from_field,classification,subject,tags,body\n"
ROW = b'1973ABIDJA00073,1/5/1973,ABIDJAN,UNCLAS,COCOA,"EAGR, IV","R 051200Z JAN 73 FM AMEMBASSY ABIDJAN"\n'


def read(data: bytes) -> list[Record | Rejected]:
    return list(table_csv.texts(io.BytesIO(data), "table.csv"))


def test_it_is_known_by_a_header_line_that_names_an_id_and_two_columns_more() -> None:
    assert table_csv.fits(NAMES + ROW)
    assert table_csv.fits(b"URL;Draft Date;Document Number;Film Number;From;Subject;TAGS;To\n")
    assert not table_csv.fits(b"Dear all, the date of the subject is unknown\n")


def test_a_row_is_its_body_and_the_columns_beside_it() -> None:
    (record,) = read(NAMES + ROW)
    assert isinstance(record, Record)
    assert record.text == "R 051200Z JAN 73 FM AMEMBASSY ABIDJAN"
    assert record.offset == len(NAMES)
    assert record.fallback is not None
    assert (record.fallback.subject, record.fallback.tags) == ("COCOA", ("EAGR", "IV"))
    assert record.fallback.date is not None
    assert record.fallback.date.year == 1973


def test_quotes_doubled_line_breaks_and_the_encoding_of_each_row_are_understood() -> None:
    rows = 'a1,,,,,,"He said ""no"",\nCafé"\n'
    texts = [
        item.text for item in read(NAMES + rows.encode() + rows.encode("cp1252")) if isinstance(item, Record)
    ]
    assert texts == ['He said "no",\nCafé'] * 2


def test_a_row_with_another_number_of_fields_is_left_out_with_its_row_and_line() -> None:
    items = read(NAMES + ROW + b"a,b,c,d,e\n" + ROW)
    assert isinstance(items[1], Rejected)
    assert items[1].reason == "Row 2 (line 3): 5 fields instead of 7; the row was left out."
    assert isinstance(items[2], Record)


def test_a_telegram_whose_text_the_archive_lost_is_refused() -> None:
    lost = b"a1,,,,,,ERROR READING TEXT INDEX FILE; TELEGRAM TEXT FOR THIS MRN IS UNAVAILABLE\n"
    (refused,) = read(NAMES + lost)
    assert isinstance(refused, Rejected)
    assert refused.reason == (
        "The archive holds no text for this telegram (TELEGRAM TEXT FOR THIS MRN IS UNAVAILABLE)."
    )


def test_a_table_without_a_column_of_text_is_refused_once() -> None:
    (refused,) = read(
        b"URL,Draft Date,Document Number,From,Subject,TAGS,To\nhttp://x,1/5/1973,1973ABIDJA00073,A,B,C,D\n"
    )
    assert isinstance(refused, Rejected)
    assert refused.reason == (
        "A table without a column of text (URL, Draft Date, Document Number, From, …): "
        "no text, only metadata."
    )


def test_a_table_without_rows_is_refused_with_a_reason() -> None:
    assert [item.reason for item in read(NAMES) if isinstance(item, Rejected)] == ["A table without rows."]


def test_a_field_of_two_lines_is_one_line() -> None:
    (record,) = read(NAMES + ROW.replace(b"COCOA", b'"COCOA\nAND RICE"'))
    assert isinstance(record, Record)
    assert record.fallback is not None
    assert record.fallback.subject == "COCOA AND RICE"
