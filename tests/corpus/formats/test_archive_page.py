import io
import time
from datetime import UTC, datetime
from pathlib import Path

from corpus.cable import Cable, Rejected
from corpus.formats import archive_page
from corpus.formats.record import Record

FIXTURES = Path(__file__).parent.parent / "fixtures"
TABLE = (
    "<table class='cable'><tr><th>Reference ID</th><th>Created</th><th>Released</th><th>Classification</th>"
    "<th>Origin</th></tr><tr><td><a href='/c'>08OSLO461</a></td><td>2008-08-15 13:01</td>"
    "<td>2011-08-30 01:44</td>"
    "<td><a href='/x' title='unclassified//fouo'>UNCLASSIFIED</a></td><td>Embassy Oslo</td></tr></table>"
)
HEADER = "R 151346Z AUG 08&#x000A;FM AMEMBASSY OSLO"


def page(*blocks: str, table: str = TABLE) -> str:
    return f"<html><body>CONFIDENTIAL {table}" + "".join(f"<code><pre>{b}</pre></code>" for b in blocks)


def cable_of(text: str) -> Record:
    (record,) = archive_page.texts(io.BytesIO(text.encode()), "page.html")
    assert isinstance(record, Record)
    return record


def test_a_page_is_known_by_its_table_even_behind_an_xml_declaration() -> None:
    assert archive_page.fits((FIXTURES / "partial_extract.html").read_bytes())
    assert archive_page.fits(b'<TABLE border=0 class="cable">')
    assert not archive_page.fits(b"<table class='browse'>")
    assert not archive_page.fits(b"A text about <table class='cable'>")


def test_the_text_is_header_line_feed_body_without_tags() -> None:
    body = (
        "UNCLAS OSLO 000461 &#x000A;&#x000A;TAGS: <a href='/tag/NO_0.html'>NO</a>&#x000A;"
        "<a id='par7' href='#par7'>¶</a>7. Done."
    )
    text = cable_of(page(HEADER, body)).text
    assert text == "R 151346Z AUG 08\nFM AMEMBASSY OSLO\nUNCLAS OSLO 000461 \n\nTAGS: NO\n¶7. Done."


def test_the_columns_are_known_by_their_headings_and_created_is_good_to_the_hour() -> None:
    assert cable_of(page(HEADER, "UNCLAS OSLO 000461")).fallback == Cable(
        id="08OSLO461",
        date=datetime(2008, 8, 15, 13, 0, tzinfo=UTC),
        origin="Embassy Oslo",
        post="OSLO",
        classification="UNCLASSIFIED",
    )


def test_a_table_of_four_columns_keeps_its_true_minutes() -> None:
    table = (
        '<table class="cable"><tr><th>Reference ID</th><th>Created</th><th>Classification</th>'
        "<th>Origin</th></tr><tr><td>06KAMPALA3</td><td>2006-12-17 10:36</td><td>UNCLASSIFIED</td>"
        "<td>Embassy Kampala</td></tr>"
        "<tr><td>Appears in these articles</td></tr></table>"
    )
    fallback = cable_of(page("", "UNCLAS KAMPALA 000003", table=table)).fallback
    assert fallback is not None
    assert (fallback.id, fallback.date) == ("06KAMPALA3", datetime(2006, 12, 17, 10, 36, tzinfo=UTC))


def test_entities_count_only_with_a_semicolon_and_only_those_of_xml() -> None:
    text = cable_of(
        page("", "&notable &Chechen &eacute; &amp; &lt;x&gt; &#233;&#xE9; &#xD800; &quot;q&apos;")
    ).text
    assert text == "&notable &Chechen &eacute; & <x> éé &#xD800; \"q'"


def test_what_only_looks_like_a_tag_stays() -> None:
    assert (
        cable_of(page("", "Mail <name@state.gov>, if a < b > c")).text
        == "Mail <name@state.gov>, if a < b > c"
    )


def test_raw_line_feeds_and_lost_ends_are_read() -> None:
    assert cable_of(page("R 1\nFM X", "UNCLAS OSLO 000461\ntext")[: -len("</pre></code>")]).text.endswith(
        "\ntext"
    )


def test_a_page_that_ends_its_lines_in_backslashes_and_repeats_the_header_is_mended() -> None:
    header = "R 151346Z AUG 08\\\nFM AMEMBASSY OSLO\\\nTO SECSTATE\\\nINFO X\\\n\\\n"
    body = f"08/15/2008\t08OSLO461\tEmbassy Oslo\tUNCLAS\t\\\n{header}UNCLAS OSLO 000461\\\n\\\n1. Text.\\\n"
    assert cable_of(page(header, body)).text == (
        "R 151346Z AUG 08\nFM AMEMBASSY OSLO\nTO SECSTATE\nINFO X\n\nUNCLAS OSLO 000461\n\n1. Text.\n"
    )


def test_where_the_text_is_another_cable_than_the_table_says_the_marking_line_names_it() -> None:
    record = cable_of(page(HEADER, "C O N F I D E N T I A L ROME 000077&#x000A;SUBJECT: X"))
    assert record.fallback is not None
    assert (record.name, record.fallback.id, record.fallback.origin) == ("", "", "")
    assert record.fallback.post == "ROME"


def test_a_page_without_a_body_is_refused() -> None:
    (refused,) = archive_page.texts(io.BytesIO(page(HEADER, "").encode()), "page.html")
    assert isinstance(refused, Rejected)
    assert refused.reason == "Only a header: no text follows the addressees."
    (refused,) = archive_page.texts(io.BytesIO(page().encode()), "page.html")
    assert isinstance(refused, Rejected)
    assert refused.reason == "No text, only metadata."


def test_a_partial_extract_is_a_cable_all_the_same() -> None:
    record = cable_of((FIXTURES / "partial_extract.html").read_text(encoding="utf-8"))
    assert record.text.startswith("This record is a partial extract of the original cable.")
    assert record.fallback is not None
    assert record.fallback.id == "05RIODEJANEIRO1238"


def test_hostile_markup_costs_no_more_than_its_length() -> None:
    begin = time.process_time()
    for piece in ("<table ", "<th", "<th>", "<td><", "<pre>", "<pre", "&#x", "<a ", "\\\n", "\t"):
        hostile = "<html><table class='cable'>" + piece * (300_000 // len(piece))
        list(archive_page.texts(io.BytesIO(hostile.encode()), "page.html"))
    assert time.process_time() - begin < 10
