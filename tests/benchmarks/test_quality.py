import json
from pathlib import Path

import pytest

from benchmarks.quality import main, spread

PAGE = """# Quality

<!-- xquad: made by benchmarks.quality -->
what an earlier run found
<!-- end of xquad -->
"""


def test_the_questions_of_a_limit_are_taken_from_everywhere() -> None:
    assert spread(range(10), 3) == (0, 3, 6)
    assert spread(range(3), 10) == spread(range(3), None) == (0, 1, 2)
    assert spread([], 5) == ()


def test_an_unknown_set_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--sets", "xquad,moon"])
    assert "moon is none of xquad, xquad-articles" in capsys.readouterr().err


def test_a_set_whose_files_are_not_named_says_so() -> None:
    with pytest.raises(SystemExit, match="needs --cranfield"):
        main(["--sets", "cranfield", "--peers", ""])


def test_one_command_makes_the_table_writes_the_page_and_tells_every_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = ["The harbour has 14 cranes.", "Bread costs 40 cents.", "The mayor is called Ilse Brandt."]
    asked = ["How many cranes has the harbour?", "What does bread cost?", "Who is the mayor?"]
    article = {
        "title": "A_town",
        "paragraphs": [
            {
                "context": text,
                "qas": [{"id": str(place), "question": question, "answers": [{"text": text[-9:-1]}]}],
            }
            for place, (text, question) in enumerate(zip(texts, asked, strict=True))
        ],
    }
    squad, page, told = tmp_path / "squad.json", tmp_path / "page.md", tmp_path / "told.json"
    squad.write_text(json.dumps({"data": [article]}), encoding="utf-8")
    page.write_text(PAGE, encoding="utf-8")
    where = [
        "--xquad",
        str(squad),
        "--keep",
        str(tmp_path / "kept"),
        "--json",
        str(told),
        "--write",
        str(page),
    ]
    main(["--sets", "xquad", "--peers", "", *where])

    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows if not row.startswith("| ---")] == [
        "| 3 questions",
        "| cable-qa",
        "| BM25",
        "| vectors",
        "| both, by reciprocal rank fusion",
        "| ",
        "| cable-qa",
    ]
    assert set(rows) <= set(capsys.readouterr().out.splitlines())
    questions = json.loads(told.read_text(encoding="utf-8"))["xquad"]["xquad"]
    assert [one["question"] for one in questions] == asked
    assert questions[0]["rank"] == 1
    assert set(questions[0]["others"]) == {"bm25", "dense", "rrf"}
