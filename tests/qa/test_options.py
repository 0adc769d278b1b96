"""What the options of the command line may be."""

from datetime import date

import pytest

from qa import options


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
        (["list", "--since", "yesterday"], "yesterday is no date: write 2009, 2009-02 or 2009-02-27"),
        (["list", "--until", "2009-02-30"], "2009-02-30 is no date"),
        (["list", "--limit", "-1"], "-1 is not a whole number"),
        (["build", "--threads", "0"], "it must be at least 1"),
        (["serve", "--port", "70000"], "70000 is no port: the highest is 65535"),
        ([], "COMMAND"),
    ],
)
def test_wrong_usage_is_told_and_exits_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        options.parser().parse_args(arguments)
    assert words in capsys.readouterr().err
