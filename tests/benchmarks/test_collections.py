import json
from pathlib import Path

import pytest

import corpus
from benchmarks import collections
from benchmarks.collections import Collection
from corpus import Cable


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    """Four articles of five paragraphs, a question on each."""
    articles = [
        {
            "title": f"Harbour_{place}",
            "paragraphs": [
                {
                    "context": f"In harbour {place} there are  {number + 2} cranes.\n1. They are painted red.",
                    "qas": [
                        {
                            "id": f"{place}-{number}",
                            "question": f"How many cranes stand in the harbour called {place}, part {number}?",
                            "answers": [{"text": f"{number + 2} cranes", "answer_start": 23}],
                        }
                    ],
                }
                for number in range(5)
            ],
        }
        for place in range(4)
    ]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": articles}), encoding="utf-8")
    return file


def cables(collection: Collection) -> list[Cable]:
    read = list(corpus.read(collection.cables))
    assert all(isinstance(item, Cable) for item in read)
    return [item for item in read if isinstance(item, Cable)]


def test_each_paragraph_becomes_a_cable_of_this_one_paragraph(squad: Path, tmp_path: Path) -> None:
    collection = collections.xquad(squad, tmp_path)
    read = cables(collection)
    assert len(read) == collection.paragraphs == 20
    assert read[7].subject == "Harbour 1"
    assert [(one.number, one.text) for one in read[7].paragraphs] == [
        ("1", "In harbour 1 there are 4 cranes. 1. They are painted red.")
    ]
    question = collection.questions[7]
    assert (question.id, question.kind) == ("1-2", "answerable")
    assert question.gold == {(read[7].id, "1")}
    assert question.answers == ("4 cranes",)


def test_every_third_article_is_left_out_and_its_questions_have_no_gold(squad: Path, tmp_path: Path) -> None:
    collection = collections.xquad_without_articles(squad, tmp_path)
    assert {cable.subject for cable in cables(collection)} == {"Harbour 0", "Harbour 1", "Harbour 3"}
    missing = [one.id for one in collection.questions if not one.gold]
    assert missing == ["2-0", "2-1", "2-2", "2-3", "2-4"]
    assert {one.kind for one in collection.questions if not one.gold} == {"unanswerable"}
    assert len(collection.questions) == 20


def test_over_the_folds_each_question_is_asked_once_where_its_paragraph_is_not(
    squad: Path, tmp_path: Path
) -> None:
    whole = collections.xquad(squad, tmp_path)
    home = {question.id: next(iter(question.gold))[0] for question in whole.questions}
    asked = []
    for fold in range(collections.FOLDS):
        collection = collections.xquad_fold(squad, tmp_path, fold)
        ids = {cable.id for cable in cables(collection)}
        assert len(ids) == collection.paragraphs == 16
        assert not [one for one in collection.questions if one.gold or home[one.id] in ids]
        asked += [one.id for one in collection.questions]
    assert sorted(asked) == sorted(home)


def test_mistyped_questions_are_asked_of_the_same_index(squad: Path, tmp_path: Path) -> None:
    plain = collections.xquad(squad, tmp_path)
    mistyped = collections.xquad_mistyped(squad, tmp_path, seed=1)
    assert (mistyped.name, mistyped.cables) == (plain.name, plain.cables)
    assert [one.gold for one in mistyped.questions] == [one.gold for one in plain.questions]
    assert not {one.text for one in mistyped.questions} & {one.text for one in plain.questions}


@pytest.fixture
def cranfield(tmp_path: Path) -> Path:
    """Three documents, one of them empty, and two questions whose printed numbers are not their places."""
    (tmp_path / "cran.all.1400.xml").write_text(
        """<doc>
<docno>1</docno>
<title>on the flutter of
a thin kite .</title>
<author>nobody,n.</author>
<bib>j. kites 1, 1950.</bib>
<text>on the flutter of
a thin kite .
  a kite was flown at three speeds .
1. it fluttered at the third .</text>
</doc>
<doc>
<docno>2</docno>
<title></title>
<author></author>
<bib></bib>
<text></text>
</doc>
<doc>
<docno>3</docno>
<title>heat in a paper lantern .</title>
<author></author>
<bib></bib>
<text>heat in a paper lantern .
  the lantern burned .</text>
</doc>
""",
        encoding="utf-8",
    )
    (tmp_path / "cran.qry.xml").write_text(
        """<?xml version='1.0' encoding='utf-8' standalone='yes'?>
<xml>
<top>
<num> 4</num>
<title>
at what speed does a kite
flutter .
</title>
</top>
<top>
<num> 9</num>
<title>
do lanterns burn .
</title>
</top>
</xml>
""",
        encoding="utf-8",
    )
    (tmp_path / "cranqrel.trec.txt").write_text(
        "1 0 1 1\n1 0 3 0\n2 0 3  1\n2 0 2 1\n2 0 1 -1\n", encoding="utf-8"
    )
    return tmp_path


def test_the_documents_of_cranfield_become_cables_and_its_judgements_count_by_place(
    cranfield: Path, tmp_path: Path
) -> None:
    collection = collections.cranfield(cranfield, tmp_path)
    read = cables(collection)
    assert [(cable.id, cable.subject) for cable in read] == [
        ("62CRANFIELD1", "on the flutter of a thin kite ."),
        ("62CRANFIELD3", "heat in a paper lantern ."),
    ]
    assert [[(one.number, one.text) for one in cable.paragraphs] for cable in read] == [
        [("1", f"{read[0].subject} a kite was flown at three speeds . 1. it fluttered at the third .")],
        [("1", "heat in a paper lantern . the lantern burned .")],
    ]
    # The empty document is judged to answer the second question: nobody can find it, and it counts.
    assert [(one.id, one.text, one.gold) for one in collection.questions] == [
        ("1", "at what speed does a kite flutter .", frozenset([("62CRANFIELD1", "1")])),
        ("2", "do lanterns burn .", frozenset([("62CRANFIELD3", "1"), ("62CRANFIELD2", "1")])),
    ]


GENERATOR = """
import json, pathlib, sys
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
out = pathlib.Path(given["--out"])
out.mkdir(parents=True, exist_ok=True)
with (out.parent / "calls").open("a") as calls:
    calls.write(given["--seed"] + "\\n")
(out / "cables.csv").write_text("")
asked = {"id": "q1", "question": given["--cables"] + " cables?", "kind": "followup", "history": [["a?", "b"]]}
asked |= {"answers": ["17"], "gold": [{"cable": "09ASTANA368", "paragraph": "7"}]}
pathlib.Path(given["--questions"]).write_text(json.dumps(asked) + "\\n")
"""


def test_the_generator_runs_once_for_each_seed(tmp_path: Path) -> None:
    script = tmp_path / "generator.py"
    script.write_text(GENERATOR, encoding="utf-8")
    for seed in (21, 21, 31):
        collection = collections.generated(script, tmp_path, cables=20, seed=seed)
    assert (tmp_path / "calls").read_text().split() == ["21", "31"]
    (question,) = collection.questions
    assert (question.text, question.kind, question.history) == ("20 cables?", "followup", (("a?", "b"),))
    assert question.gold == {("09ASTANA368", "7")}
    assert collection.cables.name == "cables.csv"
