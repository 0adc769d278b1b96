"""What programs may pass, and the sentences that they get for the rest."""

from datetime import date

import pytest

from index import Filters
from qa.errors import BadArgument
from qa.web import arguments

NONE: dict[str, object] = dict.fromkeys(
    ("posts", "classifications", "tags", "years", "since", "until", "cable_ids", "holding_words")
)


def filters(**given: object) -> Filters:
    return arguments.filters(**(NONE | given))


def test_what_is_left_out_filters_nothing() -> None:
    assert filters() == Filters()
    assert filters(posts=[], since="", holding_words="") == Filters()
    assert filters(until="2008-02") == Filters(until=date(2008, 2, 29))


def test_filters_are_written_as_the_index_writes_them() -> None:
    assert filters(
        posts=["Rio de Janeiro", "ASTANA"],
        classifications=["unclassified"],
        tags=["smig "],
        years=[2008, 2009],
        since="2008-02-01",
        until="2009-02-27",
        cable_ids=["09 Astana 000368", "nonsense"],
        holding_words="border guard",
    ) == Filters(
        posts=("RIODEJANEIRO", "ASTANA"),
        classifications=("UNCLASSIFIED",),
        tags=("SMIG",),
        years=(2008, 2009),
        since=date(2008, 2, 1),
        until=date(2009, 2, 27),
        cable_ids=("09ASTANA368", "nonsense"),
        words="border guard",
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"since": "spring"},
            "since: “spring” is no date. Write a year, a month or a day: 2008, 2008-05 or 2008-05-12.",
        ),
        (
            {"until": "2009-02-30"},
            "until: “2009-02-30” is no date. Write a year, a month or a day: 2008, 2008-05 or 2008-05-12.",
        ),
        ({"until": 2009}, "until is 2009, which is no text."),
        ({"posts": "ASTANA"}, 'posts is "ASTANA", which is no list of texts, such as ["ASTANA"].'),
        ({"tags": {"a": 1}}, 'tags is {"a": 1}, which is no list of texts, such as ["SMIG"].'),
        ({"cable_ids": [1]}, "An entry of cable_ids is 1, which is no text."),
        ({"years": ["2009"]}, '"2009" in years is no year: write such as [2009].'),
        ({"years": [True]}, "true in years is no year: write such as [2009]."),
        ({"years": 2009}, "years is 2009, which is no list of whole numbers, such as [2009]."),
        ({"posts": ["A"] * 1001}, "posts has 1,001 entries; 1,000 are the most."),
        ({"holding_words": 7}, "holding_words is 7, which is no text."),
        (
            {"since": "2009-02-01", "until": "2008-12-31"},
            "since is 2009-02-01, later than until, 2008-12-31: no cable is of such a day.",
        ),
    ],
)
def test_a_filter_that_is_none_is_told_in_a_sentence(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadArgument) as raised:
        filters(**given)
    assert str(raised.value) == sentence


def test_history_is_pairs() -> None:
    assert arguments.history(None) == []
    assert arguments.history([["How many?", "17,000"], ("And then?", "")]) == [
        ("How many?", "17,000"),
        ("And then?", ""),
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("How many?", r'history is "How many\?", which is no list of pairs of question and answer\.'),
        ([["How many?"]], r"Turn 1 of history is .* a turn is a pair of question and answer, such as .*"),
        ([["a", "b"], ["a", "b", "c"]], r"Turn 2 of history is .*"),
        (["ab"], r'Turn 1 of history is "ab": .*'),
        ([{"role": "user", "content": "a"}], r"Turn 1 of history is \{.*"),
        ([["a", None]], r"Turn 1 of history is null, which is no text\."),
        ([["a", "b"]] * 51, r"history has 51 entries; 50 are the most\."),
    ],
)
def test_a_history_of_another_shape_is_told_in_a_sentence(given: object, sentence: str) -> None:
    with pytest.raises(BadArgument, match=f"^{sentence}$"):
        arguments.history(given)


def test_texts_have_a_greatest_length_and_hold_what_utf8_can() -> None:
    assert arguments.text("question", "a\ud800" * 2_500) == "a?" * 2_500
    with pytest.raises(BadArgument, match=r"^question has 5,001 characters; 5,000 are the most\.$"):
        arguments.text("question", "a" * 5_001)
    with pytest.raises(BadArgument, match=r"^words is empty: "):
        arguments.words(" \n")


@pytest.mark.parametrize("given", [0, 101, True, 2.5, "10", None])
def test_a_limit_is_a_whole_number_from_1_to_100(given: object) -> None:
    with pytest.raises(BadArgument, match=r"^limit is .*: give a whole number from 1 to 100\.$"):
        arguments.limit(given)
    assert arguments.limit(100) == 100
