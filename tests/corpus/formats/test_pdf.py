import io

from corpus.cable import Rejected
from corpus.formats import pdf
from corpus.formats.record import Record


def pdf_of(lines: list[str]) -> bytes:
    """A PDF of one page with these lines in its text layer."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    stream = f"BT /F1 10 Tf 12 TL 50 750 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (
            table,
            len(out),
        )
    )


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
