"""What the Cables and Index tabs show, as HTML."""

import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import gradio as gr

import corpus
import index
from corpus import Rejected, Source
from index import BuildReport, CableRow, Filters, Progress
from qa.web import cables_tab, index_tab
from qa.web.build_job import BuildJob, State


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
    shown = cables_tab.list_html([row], Filters(posts=("BISHKEK",)), order="oldest", offset=50, total=51)
    assert "51 to 51 of 51 cables" in shown
    assert '<a href="?cable=08BISHKEK1" data-cable="08BISHKEK1">' in shown
    assert "&lt;WALNUTS&gt;" in shown
    assert "Embassy Bishkek · SECRET · 1 paragraph<" in shown
    assert 'data-address="?tab=cables&amp;post=BISHKEK"' in shown
    assert 'href="cables.csv?post=BISHKEK&amp;order=oldest"' in shown


def test_a_row_found_by_words_opens_with_these_lit() -> None:
    row = CableRow(id="A", date=None, post="", origin="", classification="", subject="", paragraphs=2)
    shown = cables_tab.list_html([row], Filters(words="cotton"), offset=0, total=1)
    assert 'href="?cable=A&amp;words=cotton"' in shown


def test_an_order_that_is_none_is_the_newest_first() -> None:
    assert [cables_tab.order_of(each) for each in ("post", "evil", None)] == ["post", "newest", "newest"]


def test_the_menus_count_without_their_own_choice(tmp_path: Path) -> None:
    index.build(corpus.shipped_cables(), tmp_path)
    with index.open(tmp_path) as opened:
        facets = cables_tab.choices(opened, Filters(posts=("NOWHERE",)))
        assert facets.posts == (("ASTANA", 1),)
        assert facets.years == ()
        facets = cables_tab.choices(opened, Filters(since=date(2020, 1, 1), tags=("XX",)))
        assert (facets.years, facets.months, facets.tags) == ((), (), ())
        facets = cables_tab.choices(opened, Filters(since=date(2020, 1, 1)))
        assert (facets.years, facets.months, facets.posts) == (((2009, 1),), (("2009-02", 1),), ())


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
    assert " left" not in shown
    later = replace(known, first=Progress(stage="embed", done=0, total=1000), first_at=time.monotonic() - 100)
    assert re.search(r"250 of 1,000 paragraphs, 30\d s left|5 minutes left", index_tab.progress_html(later))
    unknown = State(running=True, progress=Progress(stage="read", done=7))
    assert "value=" not in index_tab.progress_html(unknown)


def test_what_was_rejected_is_named_without_its_folder_and_with_its_reason() -> None:
    rejected = [Rejected(source=Source(file="/home/x/a.zip/<b>.jpg"), reason="It is a <picture>.")]
    shown = index_tab.rejected_html(rejected)
    assert "<li><b>&lt;b&gt;.jpg</b> <span>It is a &lt;picture&gt;.</span></li>" in shown
    assert index_tab.rejected_html([]) == ""


def test_what_is_embedded_and_not_yet_sealed_is_not_said_to_be_found_by_meaning() -> None:
    shown = index_tab.stats_html({"cables": 2, "paragraphs": 90, "embedded": 60, "sealed": 40}, ())
    assert "<b>40</b> found by meaning" in shown
    assert "50 paragraphs can be found by words only" in shown
    assert "meaning" not in index_tab.stats_html({"cables": 2, "paragraphs": 90, "sealed": 95}, ())


def test_added_files_that_cannot_be_kept_are_said_to_be_so(tmp_path: Path) -> None:
    index.build(corpus.shipped_cables(), tmp_path)
    (tmp_path / "cables").touch()  # in the place of the folder that they are kept in
    with index.open(tmp_path) as opened:
        on = index_tab._Actions(opened, tmp_path, BuildJob(lambda *_: BuildReport()), own=True, guarded=False)
        said, field = on.add([str(corpus.shipped_cables())], gr.Request(None))
    assert field is None
    assert "cannot be kept with the index: File exists. See that the server may write in its folder." in said


def test_an_answer_that_another_has_overtaken_changes_nothing() -> None:
    latest, later = cables_tab.Latest(), []

    def overtaken() -> list[str]:
        later.append(latest.answered(lambda: ["the later list", "its menus"]))
        return ["the earlier list", "its menus"]

    assert latest.answered(overtaken) == [gr.skip(), gr.skip()]
    assert later == [["the later list", "its menus"]]
    assert latest.answered(lambda: ["the next list"]) == ["the next list"]
