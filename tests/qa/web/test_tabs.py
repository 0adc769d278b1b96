"""What the Cables and Index tabs show, as HTML."""

import re
from datetime import UTC, datetime

from corpus import Rejected, Source
from index import BuildReport, CableRow, Progress
from qa.web import cables_tab, index_tab
from qa.web.build_job import State


def test_a_row_opens_its_cable_and_is_escaped() -> None:
    row = CableRow(
        id="08BISHKEK1",
        date=datetime(2008, 10, 1, tzinfo=UTC),
        post="BISHKEK",
        origin="Embassy Bishkek",
        classification="SECRET",
        subject="<WALNUTS>",
        paragraphs=1,
    )
    shown = cables_tab.list_html([row], offset=50, total=51)
    assert "51 to 51 of 51 cables" in shown
    assert '<a href="?cable=08BISHKEK1" data-cable="08BISHKEK1">' in shown
    assert "&lt;WALNUTS&gt;" in shown
    assert "Embassy Bishkek · SECRET · 1 paragraph<" in shown


def test_the_timeline_has_a_bar_for_every_year_between_and_says_its_figures() -> None:
    shown = cables_tab.timeline_html([(2006, 3), (2008, 1)], chosen=[2008])
    assert 'aria-label="Cables by year: 2006: 3, 2008: 1"' in shown
    assert re.findall(r'class="year( chosen)?" data-year="(\d+)"', shown) == [
        ("", "2006"),
        ("", "2007"),
        (" chosen", "2008"),
    ]
    assert cables_tab.timeline_html([]) == ""


def test_a_report_says_what_was_done_in_plain_words() -> None:
    report = BuildReport(added=2, unchanged=1, rejected=(Rejected(source=Source(file="a"), reason="b"),))
    assert index_tab.report_sentence(report) == ("Up to date. 2 cables added, 1 unchanged, 1 not taken.")
    assert index_tab.report_sentence(BuildReport(unchanged=3)) == "Up to date. 3 cables unchanged."
    assert index_tab.report_sentence(BuildReport()) == "Up to date. No cables found."


def test_progress_has_a_bar_that_fills_where_the_end_is_known() -> None:
    known = State(running=True, progress=Progress(stage="embed", done=250, total=1000, note="<a>.txt"))
    shown = index_tab.progress_html(known)
    assert "Learning what the paragraphs say: 250 of 1,000 paragraphs" in shown
    assert 'value="0.250"' in shown
    assert "&lt;a&gt;.txt" in shown
    unknown = State(running=True, progress=Progress(stage="read", done=7))
    assert "value=" not in index_tab.progress_html(unknown)


def test_what_was_rejected_is_named_without_its_folder_and_with_its_reason() -> None:
    rejected = [Rejected(source=Source(file="/home/x/a.zip/<b>.jpg"), reason="It is a <picture>.")]
    shown = index_tab.rejected_html(rejected)
    assert "<li><b>&lt;b&gt;.jpg</b> <span>It is a &lt;picture&gt;.</span></li>" in shown
    assert index_tab.rejected_html([]) == ""
