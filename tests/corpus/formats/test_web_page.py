import io

from corpus.cable import Rejected
from corpus.formats import plusd_page, web_page
from corpus.formats.record import Record


def test_a_cable_on_somebodys_own_page_is_found() -> None:
    page = (
        b"<html><head><title>x</title></head><body><p>UNCLAS OSLO 000461</p><p>SUBJECT: X</p>"
        b"<p>1. Text &amp; all.</p>"
    )
    (record,) = web_page.texts(io.BytesIO(page), "page.html")
    assert isinstance(record, Record)
    assert record.text == "UNCLAS OSLO 000461\nSUBJECT: X\n1. Text & all.\n"


def test_the_archives_table_is_found_far_down_the_page() -> None:
    page = (
        "<html>" + "<p>Navigation</p>" * 9_000 + "<table class='cable'></table><pre>UNCLAS OSLO 000461</pre>"
    )
    (record,) = web_page.texts(io.BytesIO(page.encode()), "page.html")
    assert isinstance(record, Record)
    assert record.text == "UNCLAS OSLO 000461"


def test_a_page_without_a_cable_is_refused() -> None:
    page = b"<html><script>var a = 'UNCLAS OSLO 000461';</script><body>Browse by tag: SUBJECT</body></html>"
    (refused,) = web_page.texts(io.BytesIO(page), "page.html")
    assert isinstance(refused, Rejected)
    assert refused.reason == "A web page without a cable (no table of class cable, no marking line)."


def test_a_page_of_the_1970s_gives_its_table_and_text() -> None:
    page = (
        b'<html><table id="synopsis"><tr><td><div class="s_key">Canonical ID:</div>'
        b'<div class="s_val">1976STATE212042_b</div></td><td><div class="s_key">Date:</div>'
        b'<div class="s_val">1976-08-26 00:00</div></td></tr></table><pre>UNCLAS STATE 212042\nTEXT</pre>'
    )
    assert plusd_page.fits(page)
    (record,) = plusd_page.texts(io.BytesIO(page), "page.html")
    assert isinstance(record, Record)
    assert record.text == "UNCLAS STATE 212042\nTEXT"
    assert record.fallback is not None
    assert record.fallback.id == "76STATE212042"
    assert record.fallback.date is not None


def test_a_page_without_any_text_is_refused_with_a_reason() -> None:  # found by `make fuzz`
    (item,) = web_page.texts(io.BytesIO(b"<html>\n"), "page.html")
    assert isinstance(item, Rejected)
    assert item.reason == "A web page without a cable (no table of class cable, no marking line)."
