"""The command line, on a real index of the shipped cable."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import corpus
import index
from qa import cli

QUESTION = "How many labor migrants did Kazakhstan deport in 2008?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "index"
    index.build(corpus.shipped_cables(), folder)
    return folder


def test_an_answer_comes_with_its_citation(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ask", QUESTION, "--index", str(folder)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("“")
    assert "17,000" in out.splitlines()[0]
    assert "09ASTANA368 ¶7, 27 Feb 2009, Embassy Astana, UNCLASSIFIED\n" in out
    assert "\x1b" not in out


def test_an_answer_in_json_quotes_word_for_word(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ask", QUESTION, "--index", str(folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == [
        "text",
        "short",
        "abstained",
        "citations",
        "asked",
        "took",
        "reason",
        "certainty",
        "covered",
    ]
    best = answer["citations"][0]
    assert (answer["short"], best["cable_id"], best["paragraph"]) == ("17,000", "09ASTANA368", "7")
    with index.open(folder) as cable_index:
        (paragraph,) = [p for p in cable_index.cable("09ASTANA368").paragraphs if p.number == "7"]
    assert best["quote"] == paragraph.text[slice(*best["span"])] == answer["text"]


def test_a_filter_that_no_cable_passes_leaves_nothing_to_cite(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["ask", QUESTION, "--index", str(folder), "--year", "1999", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["abstained"]
    assert answer["citations"] == []


def test_a_cable_can_be_read_whole_or_by_paragraph(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", "09astana368", "--index", str(folder)]) == 0
    whole = capsys.readouterr().out
    assert whole.startswith(
        "09ASTANA368  KAZAKHSTAN: MEDIA REPORTS ON HUMAN TRAFFICKING CASES FOR JANUARY 2009\n"
    )
    assert "\n¶11 " in whole
    assert cli.main(["show", "09ASTANA368", "--paragraph", "10", "--index", str(folder), "--json"]) == 0
    cable = json.loads(capsys.readouterr().out)
    assert [paragraph["number"] for paragraph in cable["paragraphs"]] == ["10"]
    assert cable["date"] == "2009-02-27T09:59:00+00:00"


def test_a_paragraph_that_is_not_there_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", "09ASTANA368", "--paragraph", "12", "--index", str(folder)]) == 1
    assert capsys.readouterr().err == (
        "09ASTANA368 has no paragraph 12. It has: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11.\n"
    )


def test_a_cable_that_is_not_there_is_one_line_and_status_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["show", "09PARIS1", "--index", str(folder)]) == 1
    assert capsys.readouterr().err == (
        "The index holds no cable 09PARIS1. To see those it holds: cable-qa list\n"
    )


def test_cables_are_listed_and_filtered(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["list", "--index", str(folder), "--post", "Astana", "--words", "migrants"]) == 0
    assert capsys.readouterr().out.startswith("09ASTANA368\t2009-02-27\tUNCLASSIFIED\t11 ¶\tKAZAKHSTAN")
    assert cli.main(["list", "--index", str(folder), "--until", "2008", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"total": 0, "offset": 0, "cables": []}
    assert cli.main(["list", "--index", str(folder), "--limit", "0"]) == 0
    assert capsys.readouterr().err == "0 of 1 cables; the next: --offset 0\n"
    assert cli.main(["list", "--index", str(folder), "--post", "NOWHERE"]) == 0
    assert capsys.readouterr().err == "No cable fits. Take a filter away, or use fewer words.\n"
    assert cli.main(["list", "--index", str(folder), "--offset", "9"]) == 0
    assert capsys.readouterr().err == "1 cable in all: none is that far down.\n"


def test_cables_are_listed_in_the_order_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for serial, subject in enumerate(["Wheat", "Apples", "Oil"], start=1):
        header = (
            f"P 0{serial}1200Z FEB 09\nFM AMEMBASSY KYIV\nTO SECSTATE WASHDC\n\nUNCLAS KYIV 00000{serial}\n"
        )
        (tmp_path / f"{serial}.txt").write_text(f"{header}\nSUBJECT: {subject}\n\n1. It rained.\n")
    index.build(tmp_path, tmp_path / "index")

    def listed(*order: str) -> list[str]:
        assert cli.main(["list", "--index", str(tmp_path / "index"), *order]) == 0
        return [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()]

    assert listed() == ["09KYIV3", "09KYIV2", "09KYIV1"]
    assert listed("--order", "oldest") == ["09KYIV1", "09KYIV2", "09KYIV3"]
    assert listed("--order", "subject") == ["09KYIV2", "09KYIV3", "09KYIV1"]


def test_stats_are_numbers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["stats", "--index", str(folder)]) == 0
    assert "cables: 1\n" in capsys.readouterr().out
    assert cli.main(["stats", "--index", str(folder), "--json"]) == 0
    stats = json.loads(capsys.readouterr().out)
    assert (stats["cables"], stats["paragraphs"], stats["embedded"]) == (1, 11, 11)


def test_a_build_tells_what_it_did_and_what_it_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cables = tmp_path / "cables"
    cables.mkdir()
    (cables / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0 no cable")
    (cables / "a.txt").write_bytes((corpus.shipped_cables() / "09ASTANA368.txt").read_bytes())
    assert cli.main(["build", str(cables), "--index", str(tmp_path / "index")]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith(
        "Cables: 1 added, 0 changed, 0 unchanged, 0 removed. Paragraphs: 11 in the index, 11 "
    )
    assert out[1] == "Not taken: 1"
    assert "photo.jpg" in out[2]
    # Without CORPUS the same folder is looked at again.
    (cables / "a.txt").unlink()
    assert cli.main(["build", "--prune", "--index", str(tmp_path / "index"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["added"], report["removed"], report["embedded"]) == (0, 1, 0)
    assert [Path(item["file"]).name for item in report["rejected"]] == ["photo.jpg"]


def test_an_index_that_was_named_and_is_not_there_is_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "nothing"
    sentence = f"There is no index in {missing}. Make one first: cable-qa build CABLES --index {missing}\n"
    assert cli.main(["stats", "--index", str(missing)]) == 1
    assert capsys.readouterr().err == sentence
    monkeypatch.setenv("CABLE_QA_INDEX", str(missing))
    assert cli.main(["ask", QUESTION]) == 1
    assert capsys.readouterr().err == sentence
    assert not missing.exists()


def test_the_first_question_makes_the_default_index(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["list"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("09ASTANA368\t")
    assert captured.err == (
        "No index yet: making cable-index from the one cable that comes with the program. "
        "To add your own: cable-qa build FOLDER\n"
    )
    assert cli.main(["list"]) == 0
    assert capsys.readouterr().err == ""


def test_a_misspelt_path_makes_no_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["build", str(tmp_path / "cabels"), "--index", str(tmp_path / "index")]) == 1
    assert capsys.readouterr().err == (
        f"{tmp_path / 'cabels'}: there is no such file or folder; check how it is spelled.\n"
    )
    assert not (tmp_path / "index").exists()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "index").touch()
    assert cli.main(["build", str(corpus.shipped_cables()), "--index", str(tmp_path / "index")]) == 1
    assert capsys.readouterr().err == (
        f"{tmp_path / 'index'}: File exists. Name another, or see that it may be read and written.\n"
    )


def test_an_empty_question_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ask", "  ", "--index", str(folder)]) == 1
    assert capsys.readouterr().err.startswith("The question holds no word.")


def test_bars_are_drawn_on_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert cli.main(["build", str(corpus.shipped_cables()), "--index", str(tmp_path / "index")]) == 0
    err = capsys.readouterr().err
    assert "read: " in err
    assert "embed: " in err
    assert "11/11" in err


def test_ctrl_c_says_that_nothing_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(index, "build", interrupted)
    assert cli.main(["build", str(tmp_path), "--index", str(tmp_path / "index")]) == 130
    assert capsys.readouterr().err == "Stopped. What was done is kept: the same command goes on from there.\n"


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "qa.cli", "show", "09ASTANA368", "--index", str(folder)]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, cwd=Path(cli.__file__).parent.parent)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out.startswith("cable-qa 0.")


def test_what_was_not_taken_is_listed_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cables").mkdir()
    (tmp_path / "cables" / "empty.txt").touch()
    where = ["--index", str(tmp_path / "index")]
    assert cli.main(["build", str(tmp_path / "cables"), *where]) == 0
    capsys.readouterr()
    assert cli.main(["stats", "--rejected", *where]) == 0
    assert capsys.readouterr().out == f"{tmp_path}/cables/empty.txt: The file is empty.\n"
    assert cli.main(["stats", "--rejected", "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"file": f"{tmp_path}/cables/empty.txt", "offset": 0, "reason": "The file is empty."}
    ]


@pytest.mark.parametrize("option", ["--query-prompt", "--document-prompt"])
def test_a_prompt_that_the_index_was_not_built_with_is_refused(
    folder: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["build", "--index", str(folder), option, "other: "]) == 1
    assert f'was built with {option} ""' in capsys.readouterr().err


def test_people_are_added_listed_and_taken_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    users = ["--users", str(tmp_path / "people")]
    for arguments in (["ada", "--role", "build"], ["bob"]):
        monkeypatch.setattr("sys.stdin", io.StringIO("seven grain trains\n"))
        assert cli.main(["user", "add", *arguments, *users]) == 0
    assert capsys.readouterr().err == "ada may ask and build.\nbob may ask.\n"
    assert cli.main(["user", "token", "bob", *users]) == 0
    assert capsys.readouterr().out.startswith("cqa_")
    assert cli.main(["user", "remove", "ada", *users]) == 0
    assert cli.main(["user", "list", *users]) == 0
    assert capsys.readouterr().out == "bob\task\n"
    (tmp_path / "people").chmod(0o644)
    assert cli.main(["user", "list", *users]) == 0
    assert capsys.readouterr().err.startswith("Others on this machine can read ")


def test_a_person_without_a_name_or_with_a_bad_password_is_not_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    users = ["--users", str(tmp_path / "people")]
    assert cli.main(["user", "add", *users]) == 1
    assert capsys.readouterr().err.startswith("Say whom: cable-qa user add NAME --users ")
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert cli.main(["user", "add", "ada", *users]) == 1
    assert capsys.readouterr().err.startswith("A password has 10 to 1,000 characters")
    assert not (tmp_path / "people").exists()


def test_a_check_says_what_is_wrong_and_a_repair_what_it_did(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    assert cli.main(["backup", str(mine), "--index", str(folder)]) == 0
    assert capsys.readouterr().out.startswith("1 cables, ")
    assert cli.main(["check", "--index", str(mine)]) == 0
    whole = "Looked at: 1 cables (older versions too), 11 paragraphs, 11 of them with vectors.\n"
    assert capsys.readouterr().out == f"{whole}Nothing is wrong.\n"
    (vectors,) = mine.glob("vectors-*")
    vectors.unlink()
    assert cli.main(["check", "--index", str(mine)]) == 1
    told = capsys.readouterr()
    assert told.out == f"{whole}The FAISS file {vectors.name} is missing or damaged.\n"
    assert told.err == f"{mine} has 1 problem. Mend it: cable-qa check --repair --index {mine}\n"
    assert cli.main(["check", "--repair", "--index", str(mine)]) == 0
    assert capsys.readouterr().out.endswith("Made anew from the database: vectors.\n")
    assert cli.main(["check", "--index", str(mine), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "problems": [],
        "cables": 1,
        "paragraphs": 11,
        "embedded": 11,
        "unfinished": "",
    }
    assert cli.main(["backup", str(mine), "--index", str(folder)]) == 1
    assert "There is something in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", ""], "a path is empty"),
        (["build", "--forget", ""], "a path is empty"),
        (["stats", "--index", " "], "a path is empty"),
        (["list", "--limit", "99999999999999999999"], "is too much: the most is 1,000,000,000"),
    ],
)
def test_an_empty_path_and_a_number_beyond_all_are_told(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(arguments)
    assert said in capsys.readouterr().err


def test_an_index_that_was_emptied_is_given_no_cable_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(corpus.shipped_cables(), tmp_path / "cables")
    place = ["--index", str(tmp_path / "index")]
    assert cli.main(["build", str(tmp_path / "cables"), *place]) == 0
    assert cli.main(["build", "--forget", str(tmp_path / "cables"), *place]) == 0
    assert cli.main(["build", *place]) == 1
    assert "remembers none. Name them" in capsys.readouterr().err
    assert cli.main(["stats", *place]) == 0
    assert "cables\t0" in capsys.readouterr().out.replace(": ", "\t")
