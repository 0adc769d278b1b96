from pathlib import Path

import pytest

import index
from qa import Assistant
from qa.mentions import mentions
from qa.question import understand


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("What does 09ASTANA368 say on migrants?", ["09ASTANA368"]),
        ("in 09astana000368, who was arrested", ["09ASTANA368"]),
        ("compare 2009ASTANA368 and 05RIODEJANEIRO1238", ["09ASTANA368", "05RIODEJANEIRO1238"]),
        ("See 09 RIO DE JANEIRO 368 on it", ["09RIODEJANEIRO368"]),
        ("How many of the 14 GERMAN 500 riders fell?", []),
        ("In 2008 Kazakhstan deported 17,000", []),
        ("the 20th of May 2008", []),
    ],
)
def test_ids_are_known_and_made_canonical(text: str, ids: list[str]) -> None:
    assert [mention.cable_id for mention in mentions(text)] == ids


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("cables tagged PHUM on prisons", [("PHUM",)]),
        ("TAGS: SMIG, PREL and KZ in 2008", [("SMIG", "PREL", "KZ")]),
        ("what do SMIG cables say", [("SMIG",)]),
        ("price tags in Moscow", []),
        ("What did the NATO summit decide?", []),
    ],
)
def test_tags_are_known_by_what_stands_beside_them(text: str, tags: list[tuple[str, ...]]) -> None:
    assert [mention.tags for mention in mentions(text)] == tags


def test_an_id_is_no_place_and_no_word_of_the_question() -> None:
    question = understand("How many migrants were deported, in 09 ASTANA 368?")
    assert question.places == ()
    assert [word.text for word in question.content] == ["migrants", "deported"]
    assert question.about == "How many migrants were deported, ?"


CABLE = """UNCLAS SECTION 01 OF 01 ASTANA 00000{serial}

E.O. 12958: N/A
TAGS: PREL, KZ
SUBJECT: BRIDGES

1. (U) In May {text}
"""


@pytest.fixture
def two_cables(tmp_path: Path) -> Path:
    files = tmp_path / "files"
    files.mkdir()
    for serial, text in (
        (1, "40 bridges were closed in the valley."),
        (2, "70 bridges were closed in the hills."),
    ):
        (files / f"09ASTANA{serial}.txt").write_text(CABLE.format(serial=serial, text=text), encoding="utf-8")
    index.build(files, tmp_path / "index")
    return tmp_path / "index"


def test_only_the_cable_that_is_named_is_asked(two_cables: Path) -> None:
    with Assistant.open(two_cables) as assistant:
        for serial, figure in (("1", "40"), ("2", "70")):
            answer = assistant.ask(f"How many bridges were closed, in 09ASTANA{serial}?")
            assert {citation.cable_id for citation in answer.citations} == {f"09ASTANA{serial}"}
            assert answer.short == figure


def test_a_cable_that_is_not_there_is_said_to_be_missing(two_cables: Path) -> None:
    with Assistant.open(two_cables) as assistant:
        answer = assistant.ask("How many bridges were closed according to 09ASTANA999?")
    assert answer.abstained
    assert answer.reason == "There is no cable 09ASTANA999 among those that are asked."
