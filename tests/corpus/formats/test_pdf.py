import io

from corpus.cable import Rejected
from corpus.formats import pdf
from corpus.formats.record import Record
from tests.containers import pdf_of


def read(data: bytes) -> list[Record | Rejected]:
    return list(pdf.texts(io.BytesIO(data), "cable.pdf"))


def test_the_text_layer_is_a_cable() -> None:
    lines = [
        "R 270959Z FEB 09",
        "FM AMEMBASSY ASTANA",
        "UNCLAS ASTANA 000368",
        "SUBJECT: X",
        "1. Sugar rose.",
    ]
    (record,) = read(pdf_of(lines))
    assert isinstance(record, Record)
    assert record.text.splitlines() == lines


def test_a_scan_is_refused() -> None:
    (refused,) = read(pdf_of([]))
    assert isinstance(refused, Rejected)
    assert refused.reason == "The PDF has no text layer (a scan?); run OCR first."


def test_a_damaged_file_is_refused_and_says_what_helps() -> None:
    (refused,) = read(b"%PDF-1.4 rubbish")
    assert isinstance(refused, Rejected)
    assert refused.reason.startswith("The PDF is damaged (")
    assert refused.reason.endswith("save it anew.")
