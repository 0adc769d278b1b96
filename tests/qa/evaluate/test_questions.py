"""A file of questions is taken line by line, and a line that cannot be taken is named."""

import json
import re
from pathlib import Path

import pytest

from corpus import UnreadableSource
from qa.errors import BadQuestions
from qa.evaluate import EvalQuestion, read_questions

GOLD = [{"cable": "09ASTANA368", "paragraph": "7"}]


def written(folder: Path, *rows: object) -> Path:
    file = folder / "questions.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_a_question_has_all_that_its_line_says_and_unknown_fields_are_passed_over(tmp_path: Path) -> None:
    row = {
        "id": "q1",
        "question": "and in 2008?",
        "history": [["How many in 2007?", "5,000"]],
        "kind": "followup",
        "gold": [*GOLD, {"cable": "09 Astana 000368", "paragraph": 8}],
        "answers": ["17,000", "17000"],
        "difficulty": "hard",
    }
    assert read_questions(written(tmp_path, row)) == [
        EvalQuestion(
            id="q1",
            text="and in 2008?",
            kind="followup",
            history=(("How many in 2007?", "5,000"),),
            gold=frozenset({("09ASTANA368", "7"), ("09ASTANA368", "8")}),
            answers=("17,000", "17000"),
        )
    ]


def test_a_question_alone_is_one_that_the_cables_do_not_answer(tmp_path: Path) -> None:
    file = written(tmp_path, "\ufeff" + '{"question": "Who?"}', "", '{"question": "When?", "answers": null}')
    assert read_questions(file) == [
        EvalQuestion(id="1", text="Who?"),
        EvalQuestion(id="3", text="When?"),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{", "it is not JSON"),
        ("[1]", "it is no JSON object"),
        ({"gold": GOLD}, '"question" is missing'),
        ({"question": " "}, '"question" must be a text'),
        ({"question": "Who?", "kind": 3}, '"kind" must be a text'),
        ({"question": "Who?", "gold": ["09ASTANA368"]}, '"gold" must be a list of paragraphs'),
        (
            {"question": "Who?", "gold": {"cable": "09ASTANA368", "paragraph": "7"}},
            '"gold" must be a list of',
        ),
        ({"question": "Who?", "gold": GOLD, "answers": "X"}, '"answers" must be a list of texts'),
        ({"question": "Who?", "gold": GOLD, "answers": [17]}, '"answers" must be a list of texts'),
        ({"question": "Who?", "history": [["one"]]}, '"history" must be a list of pairs'),
        ({"question": "Who?", "answers": ["X"]}, '"answers" stand without "gold"'),
    ],
    ids=str,
)
def test_a_line_that_cannot_be_taken_is_told_with_its_number(
    tmp_path: Path, row: object, reason: str
) -> None:
    file = written(tmp_path, {"question": "Who?"}, row)
    with pytest.raises(BadQuestions) as raised:
        read_questions(file)
    assert str(raised.value).startswith(f"{file}, line 2: {reason}")
    assert (raised.value.line, raised.value.file) == (2, file)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(b'{"question": "\xff"}')
    with pytest.raises(BadQuestions, match="line 1: it is not JSON"):
        read_questions(file)


def test_a_file_that_is_not_there_or_empty_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="there is no such file"):
        read_questions(tmp_path / "questions.jsonl")
    with pytest.raises(UnreadableSource, match="it cannot be read"):
        read_questions(tmp_path)
    with pytest.raises(BadQuestions, match="there is no question"):
        read_questions(written(tmp_path, ""))


def test_the_example_in_the_docs_can_be_asked(tmp_path: Path) -> None:
    page = Path(__file__).parents[3] / "docs" / "evaluation.md"
    (example,) = re.findall(r"^```json\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    assert [question.kind for question in read_questions(written(tmp_path, example))] == [
        "figure",
        "follow-up",
        "not there",
    ]
