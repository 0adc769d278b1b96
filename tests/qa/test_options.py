"""What the options of the command line may be."""

import inspect
from datetime import date

import pytest

from qa import Assistant, options


def test_a_period_may_be_given_by_year_month_or_day() -> None:
    given = options.parser().parse_args(["ask", "who?", "--since", "2008", "--until", "2008-02"])
    assert (given.since, given.until) == (date(2008, 1, 1), date(2008, 2, 29))
    given = options.parser().parse_args(["list", "--since", "2009-02-27", "--until", "2009"])
    assert (given.since, given.until) == (date(2009, 2, 27), date(2009, 12, 31))


def test_posts_tags_and_ids_may_be_typed_as_one_likes() -> None:
    given = options.parser().parse_args(
        [
            "ask",
            "who?",
            "--post",
            "Rio de Janeiro",
            "--post",
            "astana",
            "--tag",
            "pgov",
            "--cable",
            "09 Astana 368",
        ]
    )
    assert (given.post, given.tag, given.cable) == (["RIODEJANEIRO", "ASTANA"], ["PGOV"], ["09ASTANA368"])
    assert options.parser().parse_args(["show", "1976state212042"]).id == "76STATE212042"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list", "--since", "yesterday"], "“yesterday” is no date. Write a year, a month or a day"),
        (["list", "--until", "2009-02-30"], "“2009-02-30” is no date"),
        (["list", "--limit", "-1"], "-1 is too little: it cannot be below 0"),
        (["list", "--order", "random"], "invalid choice: 'random' (choose from 'newest', 'oldest', 'post',"),
        (["build", "--threads", "0"], "it must be at least 1"),
        (["serve", "--port", "70000"], "70000 is no port: the highest is 65535"),
        (["ask", "who?", "--certainty", "1.01"], "1.01 is no share: give a figure from 0 to 1, such as 0.2"),
        (["ask", "who?", "--certainty=-0.1"], "-0.1 is no share: give a figure from 0 to 1"),
        (["eval", "FILE", "--certainty", "nan"], "nan is no share"),
        (["serve", "--certainty", "20%"], "20% is no share"),
        (["ask", "who?", "--paragraphs", "0"], "it must be at least 1"),
        (["eval", "FILE", "--paragraphs", "-3"], "-3 is too little: it must be at least 1"),
        (["serve", "--paragraphs", "1.5"], "1.5 is not a whole number"),
        ([], "COMMAND"),
    ],
)
def test_wrong_usage_is_told_and_exits_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        options.parser().parse_args(arguments)
    assert words in capsys.readouterr().err


ANSWERING = [["ask", "who?"], ["eval", "FILE"], ["serve"]]


@pytest.mark.parametrize("command", ANSWERING, ids=lambda command: command[0])
def test_of_answering_only_what_was_said_is_handed_on(command: list[str]) -> None:
    assert options.answering(options.parser().parse_args(command)) == {}
    said = ["--certainty", "0.35", "--paragraphs", "4", "--reranker", "cross", "--reader", "squad2"]
    assert options.answering(options.parser().parse_args([*command, *said])) == {
        "certainty": 0.35,
        "paragraphs": 4,
        "reranker": "cross",
        "reader": "squad2",
    }
    assert options.answering(options.parser().parse_args([*command, *said[2:4]])) == {"paragraphs": 4}


def test_the_ends_of_the_ranges_may_be_given() -> None:
    for share in ("0", "1"):  # 0 is said, and not the same as nothing
        given = options.parser().parse_args(["ask", "who?", "--certainty", share, "--paragraphs", "1"])
        assert options.answering(given) == {"certainty": float(share), "paragraphs": 1}


def test_what_is_handed_on_is_what_an_assistant_takes() -> None:
    assert options.Answering.__annotations__.keys() <= inspect.signature(Assistant.open).parameters.keys()
