"""A whole cable out of its text, and what the archive's columns add."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest

from corpus.cable import Cable, Paragraph, Source
from corpus.parser import parse

SEED = Path(__file__).parents[2] / "corpus" / "cables" / "09ASTANA368.txt"

TEXT = """VZCZCXYZ0007
PP RUEHWEB

DE RUEHNY #0461 2281346
ZNR UUUUU ZZH
P 151346Z AUG 08
FM AMEMBASSY OSLO
TO SECSTATE WASHDC PRIORITY 6973
UNCLAS OSLO 000461

SIPDIS

EO 12958 N/A
TAGS KSCA, SENV, AORC, NO

SUBJECT: NORWAY IN FAVOR OF USG IPCC WG II NOMINEE AND ASKS
FOR US SUPPORT IN RETURN

REF: SECSTATE 82698

¶1. (SBU) In response to reftel, Poloff spoke with two lead
members of the delegation.

WHITNEY"""

FALLBACK = Cable(
    id="08OSLO461",
    date=datetime(2008, 8, 15, 13, tzinfo=UTC),
    origin="Embassy Oslo",
    post="OSLO",
    classification="UNCLASSIFIED//FOR OFFICIAL USE ONLY",
    tags=("KSCA",),
    subject="NORWAY",
    references=("08STATE1",),
)


def test_every_field_of_a_cable() -> None:
    start = TEXT.index("¶1.")
    assert parse(TEXT, source=Source(file="a.txt", offset=7)) == Cable(
        id="08OSLO461",
        date=datetime(2008, 8, 15, 13, 46, tzinfo=UTC),
        origin="Embassy Oslo",
        post="OSLO",
        classification="UNCLASSIFIED",
        captions=("SIPDIS",),
        precedence="PRIORITY",
        sender="AMEMBASSY OSLO",
        to=("SECSTATE WASHDC",),
        info=(),
        tags=("KSCA", "SENV", "AORC", "NO"),
        subject="NORWAY IN FAVOR OF USG IPCC WG II NOMINEE AND ASKS FOR US SUPPORT IN RETURN",
        references=("08STATE82698",),
        signer="WHITNEY",
        paragraphs=(
            Paragraph(
                number="1",
                text="In response to reftel, Poloff spoke with two lead members of the delegation.",
                start=start,
                end=TEXT.index("\n\nWHITNEY"),
                marking="SBU",
            ),
        ),
        source=Source(file="a.txt", offset=7),
        text=TEXT,
        sha256=hashlib.sha256(TEXT.encode()).hexdigest(),
    )


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_line_ends_change_nothing_but_offsets(line_end: str) -> None:
    text = TEXT.replace("\n", line_end)
    found, plain = parse(text), parse(TEXT)
    shift = len(line_end) - 1
    (paragraph,) = plain.paragraphs
    moved = replace(
        paragraph,
        start=paragraph.start + shift * TEXT.count("\n", 0, paragraph.start),
        end=paragraph.end + shift * TEXT.count("\n", 0, paragraph.end),
    )
    assert found == replace(plain, text=text, sha256=found.sha256, paragraphs=(moved,))


def test_columns_fill_what_the_text_lacks() -> None:
    found = parse("1. Text.", fallback=FALLBACK)
    assert found == replace(
        FALLBACK,
        paragraphs=(Paragraph(number="1", text="Text.", start=0, end=8),),
        text="1. Text.",
        sha256=found.sha256,
    )


def test_the_text_goes_before_the_columns_but_the_finer_classification_holds() -> None:
    assert parse(TEXT, fallback=FALLBACK) == replace(
        parse(TEXT), classification="UNCLASSIFIED//FOR OFFICIAL USE ONLY"
    )
    milder = replace(FALLBACK, classification="UNCLASSIFIED")
    assert (
        parse(TEXT.replace("UNCLAS", "LIMITED OFFICIAL USE"), fallback=milder).classification
        == "LIMITED OFFICIAL USE"
    )


def test_of_ids_the_marking_line_goes_before_the_name_and_the_name_before_de_and_fm() -> None:
    assert parse(TEXT, "08OSLO1.html").id == "08OSLO461"
    unmarked = TEXT.replace("UNCLAS OSLO 000461", "")
    assert parse(unmarked, "08OSLO10461.txt").id == "08OSLO10461"
    assert parse(unmarked).id == "08OSLO461"
    assert parse(unmarked, "notes.txt").id == "08OSLO461"
    assert parse("1. Text.", "shelf/08OSLO461_corrected.txt").id == "08OSLO461"
    assert parse("1. Text.", "notes.txt").id == ""


def test_a_lone_surrogate_has_a_hash() -> None:
    assert parse("\ud800").sha256 == hashlib.sha256(b"\xed\xa0\x80").hexdigest()


def test_the_seed_under_a_name_that_tells_nothing() -> None:
    assert parse(SEED.read_bytes().decode(), "notes.txt").id == "09ASTANA368"


HOSTILE = {
    "blanks": " ",
    "line feeds": "\n",
    "dashes": "-",
    "broken rows": "- ",
    "ones": "\n1.",
    "lists": "\n\n1. a\n\n2. b\n\n2. c\n\n3. d",
    "page breaks in a line": "ASTANA 00000368 001.2 OF 002 ",
    "page breaks": "\nASTANA 00000368 001.2 OF 002\n\n",
    "old pages": "\nPAGE 02 STATE 212042\n\nO 182017Z MAR 97\nFM X\n",
    "sections": "\nUNCLAS SECTION 02 OF 02 FOO\n",
    "links": "[a](#",
    "markings": "(U) ",
    "headings": "\nHEADING\n----\n",
    "advertisements": "\nVisit http",
    "words cut": "a-\n",
    "blocks": "\n\nfoo bar",
    "empty numbers": "\n\n1.\n\n",
    "carriage returns": "\r",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_twice_the_text_takes_about_twice_the_time(unit: str) -> None:
    def took_s(size: int) -> float:
        text = "1. (U) Start.\n" + unit * (size // len(unit))
        times = []
        for _ in range(3):
            begun = process_time()
            parse(text)
            times.append(process_time() - begun)
        return min(times)

    assert took_s(64_000) < 3 * took_s(32_000) + 0.02
