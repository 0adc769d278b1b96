"""What the command line prints."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from corpus import Cable, Paragraph, Rejected, Source
from index import BuildReport, CableRow
from qa import Answer, Citation, printed
from qa.steering import harmless

TEXT = "In 2008, Kazakhstan deported 17,000 labor migrants."
CITATION = Citation(
    cable_id="09ASTANA368",
    paragraph="7",
    quote=TEXT,
    span=(0, 51),
    score=1.5,
    subject="TRAFFICKING",
    date=datetime(2009, 2, 27, 9, 59, tzinfo=UTC),
    origin="Embassy Astana",
    classification="UNCLASSIFIED",
    text=TEXT,
)
ANSWER = Answer(text=TEXT, short="17,000", abstained=False, citations=(CITATION,), asked="how many?")
SILENT = Answer(
    text="The cables do not answer this.",
    short=None,
    abstained=True,
    citations=(CITATION,),
    asked="who won?",
    reason="No cable speaks of it.",
)


def test_an_answer_is_quoted_and_cited() -> None:
    assert list(printed.answer_lines(ANSWER, ANSWER.asked)) == [
        f"“{TEXT}”",
        "",
        "09ASTANA368 ¶7, 27 Feb 2009, Embassy Astana, UNCLASSIFIED",
    ]


def test_what_was_understood_and_what_else_was_found_are_told_apart() -> None:
    first = ANSWER.citations[0]
    others = [
        replace(first, paragraph=number, says=says)
        for number, says in (("8", ""), ("9", "something else"), ("10", "the same"))
    ]
    answer = replace(ANSWER, asked="How many in 2008?", citations=(first, *others))
    lines = [line for line in printed.answer_lines(answer, "And in 2008?") if line]
    assert lines[1] == "Understood as: How many in 2008?"
    places = [line.partition(",")[0] for line in lines[2:] if not line.startswith("  ")]
    assert places == [
        "09ASTANA368 ¶7",
        "Also says so:",
        "09ASTANA368 ¶10",
        "Says otherwise:",
        "09ASTANA368 ¶9",
        "Other passages:",
        "09ASTANA368 ¶8",
    ]


def test_the_short_answer_is_bold_also_over_the_end_of_a_line() -> None:
    assert next(iter(printed.answer_lines(ANSWER, ANSWER.asked, bold=True))) == (
        "“In 2008, Kazakhstan deported \x1b[1m17,000\x1b[0m labor migrants.”"
    )
    assert printed.emboldened(["more than", "17,000 people"], "than 17,000") == [
        "more \x1b[1mthan",
        "17,000\x1b[0m people",
    ]


def test_silence_is_explained_and_shows_the_closest() -> None:
    assert list(printed.answer_lines(SILENT, SILENT.asked))[:5] == [
        "The cables do not answer this.",
        "No cable speaks of it.",
        "",
        "The closest passages:",
        "",
    ]


def test_an_answer_in_json_has_these_keys() -> None:
    assert json.loads(printed.as_json(printed.answer_json(ANSWER))) == {
        "text": TEXT,
        "short": "17,000",
        "abstained": False,
        "citations": [
            {
                "cable_id": "09ASTANA368",
                "paragraph": "7",
                "quote": TEXT,
                "span": [0, 51],
                "score": 1.5,
                "subject": "TRAFFICKING",
                "date": "2009-02-27T09:59:00+00:00",
                "origin": "Embassy Astana",
                "classification": "UNCLASSIFIED",
                "says": "",
            }
        ],
        "asked": "how many?",
        "took": {},
        "reason": "",
        "certainty": 1.0,
        "covered": 1.0,
    }


def test_a_width_breaks_lines_and_none_does_not() -> None:
    assert printed.wrapped("one two three", 8, indent="  ") == ["  one", "  two", "  three"]
    assert printed.wrapped("one two three", None, indent="  ") == ["  one two three"]


def test_a_cable_shows_its_fields_and_each_heading_once() -> None:
    paragraphs = (
        Paragraph(number="preamble", text="Topics.", start=0, end=7),
        Paragraph(number="1", text="First.", start=8, end=14, heading="SUMMARY", marking="U"),
        Paragraph(number="2", text="Second.", start=15, end=22, heading="SUMMARY"),
    )
    cable = Cable(
        id="09ASTANA368",
        date=datetime(2009, 2, 7, 9, 59, tzinfo=UTC),
        origin="Embassy Astana",
        post="ASTANA",
        classification="UNCLASSIFIED",
        captions=("SIPDIS",),
        tags=("PGOV", "ELAB"),
        subject="MIGRANTS",
        paragraphs=paragraphs,
    )
    assert list(printed.cable_lines(cable, paragraphs)) == [
        "09ASTANA368  MIGRANTS",
        "date: 7 Feb 2009 09:59 UTC",
        "from: Embassy Astana",
        "classification: UNCLASSIFIED, SIPDIS",
        "TAGS: PGOV ELAB",
        "",
        "(preamble) Topics.",
        "",
        "SUMMARY",
        "",
        "¶1 (U) First.",
        "",
        "¶2 Second.",
    ]


def test_a_row_is_one_line_whatever_its_subject() -> None:
    row = CableRow(
        id="09ASTANA368",
        date=None,
        post="ASTANA",
        origin="",
        classification="",
        subject="TWO\nLINES\t",
        paragraphs=11,
    )
    assert list(printed.row_lines([row])) == ["09ASTANA368\t-\t-\t11 ¶\tTWO LINES"]


def test_of_many_refused_files_twenty_are_named() -> None:
    rejected = tuple(
        Rejected(source=Source(file=f"{n}.jpg"), reason="This is a JPEG image.") for n in range(25)
    )
    report = BuildReport(added=1, rejected=rejected, paragraphs=11, embedded=11, took={"read": 0.25})
    lines = list(printed.report_lines(report))
    assert lines[0] == (
        "Cables: 1 added, 0 changed, 0 unchanged, 0 removed. "
        "Paragraphs: 11 in the index, 11 embedded in this run (read 0.2 s)."
    )
    assert lines[1:3] == ["Not taken: 25", "  0.jpg: This is a JPEG image."]
    assert lines[-2:] == [
        "  19.jpg: This is a JPEG image.",
        "  and 5 more: cable-qa stats --rejected lists them all.",
    ]


def test_escape_codes_of_a_cable_do_not_reach_the_terminal() -> None:
    assert harmless("a\x1b[2Jb\x9b\u202ec\ud800\r\nd\te") == "a\ufffd[2Jb\ufffd\ufffdc\ufffd\nd\te"


@given(st.text(st.characters()))
def test_json_gives_any_text_back_and_holds_no_control_character(text: str) -> None:
    line = printed.as_json({"text": text})
    assert json.loads(line) == {"text": text}
    assert harmless(line) == line


def test_an_answer_from_half_an_index_says_what_it_does_not_rest_on() -> None:
    note = "Not all is indexed yet: 43 percent of the paragraphs were searched by meaning, the rest by words alone."
    for answer in (ANSWER, SILENT):
        assert note in printed.answer_lines(replace(answer, covered=0.437), answer.asked)
        assert not any("indexed yet" in line for line in printed.answer_lines(answer, answer.asked))
    assert "99 percent" in printed.coverage(
        replace(ANSWER, covered=0.9999)
    )  # never all of it, while it is not
