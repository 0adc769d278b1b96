"""Citations as notes and entries; conversations as Markdown."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from qa.answer import Answer, Citation
from qa.citing import FORMATS, bibtex, escaped, markdown, note, paragraph, plain, ris

CITATION = Citation(
    cable_id="09ASTANA368",
    paragraph="7",
    quote="In 2008, Kazakhstan deported\n17,000 labor migrants.",
    span=(0, 51),
    score=1.0,
    subject='KAZAKHSTAN: "MIGRATION" & 50% OF_IT',
    date=datetime(2009, 2, 27, 9, 59, tzinfo=UTC),
    origin="Embassy Astana",
    classification="UNCLASSIFIED",
)
BARE = replace(CITATION, subject="", date=None, origin="", classification="", paragraph="p3")


def answered(question: str, *citations: Citation, abstained: bool = False) -> Answer:
    text = "The cables do not say." if abstained else citations[0].quote
    return Answer(text=text, short=None, abstained=abstained, citations=citations, asked=question)


def test_a_note_as_historians_write_it() -> None:
    assert note(CITATION) == (
        "U.S. Embassy Astana, \"KAZAKHSTAN: 'MIGRATION' & 50% OF_IT,\" cable 09ASTANA368, February 27, 2009, "
        "unclassified, para. 7."
    )
    assert note(BARE) == "cable 09ASTANA368, unnumbered para. 3."


def test_plain() -> None:
    assert plain(CITATION) == (
        "“In 2008, Kazakhstan deported 17,000 labor migrants.” "
        "(09ASTANA368, para. 7; 2009-02-27; Embassy Astana; UNCLASSIFIED)"
    )


def test_an_entry_for_bibtex() -> None:
    assert bibtex(CITATION).splitlines() == [
        "@misc{09ASTANA368,",
        "  author = {{U.S. Embassy Astana}},",
        '  title = {{KAZAKHSTAN: "MIGRATION" \\& 50\\% OF\\_IT}},',
        "  howpublished = {Diplomatic cable 09ASTANA368},",
        "  year = {2009},",
        "  month = {2},",
        "  day = {27},",
        "  note = {UNCLASSIFIED, para. 7},",
        "}",
    ]
    assert bibtex(BARE).splitlines()[1:-1] == [
        "  howpublished = {Diplomatic cable 09ASTANA368},",
        "  note = {unnumbered para. 3},",
    ]


def test_an_entry_in_ris() -> None:
    lines = ris(CITATION).split("\r\n")
    assert lines[0] == "TY  - GOVDOC"
    assert lines[-2:] == ["ER  - ", ""]
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    assert "DA  - 2009/02/27" in lines
    assert "AB  - In 2008, Kazakhstan deported 17,000 labor migrants." in lines


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_what_a_cable_lacks(name: str) -> None:
    made = FORMATS[name](BARE)
    assert "09ASTANA368" in made
    assert "None" not in made


@pytest.mark.parametrize(("number", "named"), [("7", "para. 7"), ("p3", "unnumbered para. 3"), ("", "")])
def test_paragraphs(number: str, named: str) -> None:
    assert paragraph(number) == named


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<img src=x onerror=alert(1)>", r"\<img src=x onerror=alert(1)\>"),
        ("[here](http://x) ![](y) **b** $a$ &amp;", r"\[here\](http\://x) \!\[\](y) \*\*b\*\* \$a\$ \&amp;"),
        ("1. first", r"1\. first"),
        ("- not a list", r"\- not a list"),
        ("# no\n\nheading", r"\# no heading"),
        ("see http://x.y or www.x.y or a@x.y at 10:30", r"see http\://x.y or www\.x.y or a\@x.y at 10:30"),
        ("a\x1b[2J\u202eb", "a\ufffd\\[2J\ufffdb"),
    ],
)
def test_markup_in_a_text_means_nothing(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_a_conversation_has_a_heading_a_question_and_a_footnote_a_citation() -> None:
    other = replace(CITATION, cable_id="08ASTANA1", says="something else", quote="16,000 were deported.")
    turns = [
        ("how many were deported", answered("how many were deported?", CITATION, other)),
        ("and in 1990?", answered("how many were deported in 1990?", CITATION, abstained=True)),
    ]
    lines = markdown(turns).splitlines()
    assert [line for line in lines if line.startswith("## ")] == [
        "## how many were deported",
        "## and in 1990?",
    ]
    assert "> In 2008, Kazakhstan deported 17,000 labor migrants.[^1]" in lines
    assert "- “16,000 were deported.”[^2] (says otherwise)" in lines
    assert "Understood as: how many were deported in 1990?" in lines
    assert "The cables do not say." in lines
    assert "- “In 2008, Kazakhstan deported 17,000 labor migrants.”[^3]" in lines
    notes = [line for line in lines if line.startswith("[^")]
    assert [line.split(":")[0] for line in notes] == ["[^1]", "[^2]", "[^3]"]
    assert "cable 08ASTANA1" in notes[1]
