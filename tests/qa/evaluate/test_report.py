"""The command, from a file of questions to its figures, on a real index of the shipped cable."""

import json
from pathlib import Path

import pytest

import corpus
import index
from qa import cli

DEPORTED = "How many labor migrants did Kazakhstan deport in 2008?"
ROWS = [
    {
        "id": "deported",
        "question": DEPORTED,
        "kind": "plain",
        "gold": [{"cable": "09ASTANA368", "paragraph": "7"}],
        "answers": ["17,000"],
    },
    {
        "question": "and how many did Uzbekistan deport?",
        "history": [[DEPORTED, "17,000"]],
        "kind": "followup",
    },
    {"question": "How many ships did Peru buy in 1997?", "kind": "unanswerable", "gold": []},
    {
        "id": "misspelt",
        "question": DEPORTED,
        "kind": "plain",
        "gold": [{"cable": "09PARIS1", "paragraph": "7"}],
        "answers": ["17,000"],
    },
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("eval") / "index"
    index.build(corpus.shipped_cables(), folder)
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    return file


def test_the_figures_are_told_by_kind_and_together(
    folder: Path, questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["eval", str(questions), "--index", str(folder), "--compare", "bm25,dense,rrf"]
    assert cli.main(asked) == 0
    out, err = capsys.readouterr()
    lines = [line.split() for line in out.splitlines()]
    assert out.startswith(
        "4 questions: 2 that the cables answer, 2 that they do not. 1 cables, 11 paragraphs.\n"
    )
    assert [line[0] for line in lines[3:8]] == ["kind", "plain", "followup", "unanswerable", "together"]
    assert ["plain", "2", "50.0", "50.0", "50.0", "50.0", "50.0"] in lines
    assert ["unanswerable", "1", "-", "-", "-", "-", "-"] in lines
    assert [line[0] for line in lines if line[-2:] == ["1.0000", "1.0000"]] == ["bm25", "dense", "rrf"]
    assert err == (
        "Not in the index, so no answer can cite it: gold 09PARIS1 ¶7. Check the ids, or build first.\n"
    )


def test_json_has_all_of_it_question_by_question(
    folder: Path, questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["eval", str(questions), "--index", str(folder), "--compare", "bm25", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["questions"], told["cables"], told["paragraphs"]) == (4, 1, 11)
    assert told["missing"] == [{"cable": "09PARIS1", "paragraph": "7"}]
    assert told["measures"]["hit@1"] == told["measures"]["sentence"] == 50
    assert list(told["kinds"]) == ["plain", "followup", "unanswerable"]
    assert told["kinds"]["unanswerable"]["measures"]["hit@1"] is None
    assert told["curve"][0]["coverage"] == 50  # the same question twice: equally sure
    assert (told["curve"][0]["risk"], told["curve"][-1]["coverage"], told["curve"][-1]["risk"]) == (
        50,
        100,
        75,
    )
    assert told["compare"]["bm25"]["p"] == {"hit@1": 1, "mrr": 1}
    first, followup, unanswerable, misspelt = told["results"]
    assert (first["id"], first["rank"], first["right"], first["short"]) == ("deported", 1, True, "17,000")
    assert (
        first["quote"]
        == "In 2008, Kazakhstan deported 17,000 labor migrants for violations of migration law."
    )
    assert first["ranking"][0] == {"cable": "09ASTANA368", "paragraph": "7"}
    assert first["figures"]["mrr"] == first["compare"]["bm25"]["mrr"] == 1
    assert "Uzbekistan" in followup["asked"]
    assert "deport" in followup["asked"]
    assert (unanswerable["id"], unanswerable["abstained"], unanswerable["figures"]) == ("3", True, None)
    assert (misspelt["rank"], misspelt["right"], misspelt["figures"]["mrr"]) == (None, False, 0)


def test_a_bad_line_is_one_sentence_and_status_1(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "Who?"}\n{"answers": ["17"]}\n', encoding="utf-8")
    assert cli.main(["eval", str(file), "--index", str(folder)]) == 1
    assert capsys.readouterr().err == (
        f'{file}, line 2: "question" is missing. A line is an object such as '
        '{"question": "How many were deported?", "gold": [{"cable": "09ASTANA368", "paragraph": "7"}]}\n'
    )


def test_a_baseline_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["eval", "questions.jsonl", "--compare", "bm25,tfidf"])
    assert "tfidf is no baseline; there are bm25, dense, rrf" in capsys.readouterr().err
