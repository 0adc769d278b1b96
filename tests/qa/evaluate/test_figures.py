"""Figures of answers made up here, each expectation worked out by hand."""

import builtins
import math
from collections.abc import Sequence
from math import log2
from types import ModuleType

import pytest

from qa import Answer, Citation
from qa.errors import EvaluationNotInstalled
from qa.evaluate import EvalQuestion, Judged, measures, squad
from qa.evaluate.baselines import p_value, reciprocal_rank_fusion
from qa.evaluate.figures import by_question
from qa.evaluate.judging import ranking, stands_in
from qa.evaluate.risk import Point, curve, own_choice

A, B, C, D, E = (("09ASTANA1", number) for number in "12345")


def cited(place: tuple[str, str], quote: str = "", score: float = 0.0) -> Citation:
    return Citation(
        cable_id=place[0],
        paragraph=place[1],
        quote=quote,
        span=(0, len(quote)),
        score=score,
        subject="",
        date=None,
        origin="",
        classification="",
    )


def judged(
    ranked: Sequence[tuple[str, str]],
    gold: Sequence[tuple[str, str]] = (),
    *,
    quote: str = "one two three",
    answers: Sequence[str] = (),
    short: str | None = None,
    abstained: bool = False,
    certainty: float = 0.0,
    took_s: float = 0.01,
) -> Judged:
    citations = tuple(cited(place, quote, 1.0) for place in ranked)
    return Judged(
        question=EvalQuestion(id="1", text="Who?", gold=frozenset(gold), answers=tuple(answers)),
        answer=Answer(
            text=quote,
            short=short,
            abstained=abstained,
            citations=citations,
            asked="Who?",
            certainty=certainty,
        ),
        ranking=tuple(ranked),
        took_s=took_s,
    )


def test_the_figures_of_rankings() -> None:
    some = [
        judged([A, B, C], [A]),  # first
        judged([B, C, A, D], [A]),  # third
        judged([E, D], [A, B]),  # not at all
        judged([E, A, B, D], [A, B, C]),  # second and third of three
        judged([A]),  # nothing to be found: left out
    ]
    found = measures(some)
    ideal_of_3 = 1 + 1 / log2(3) + 1 / log2(4)
    assert {name: found[name] for name in ("hit@1", "hit@3", "hit@5", "mrr", "ndcg@10")} == {
        "hit@1": pytest.approx(25),
        "hit@3": pytest.approx(75),
        "hit@5": pytest.approx(75),
        "mrr": pytest.approx(100 * (1 + 1 / 3 + 0 + 1 / 2) / 4),
        "ndcg@10": pytest.approx(100 * (1 + 1 / log2(4) + 0 + (1 / log2(3) + 1 / log2(4)) / ideal_of_3) / 4),
    }


def test_what_stands_below_the_tenth_place_does_not_count_and_no_ranking_counts_as_missed() -> None:
    eleven = [("09ASTANA2", str(number)) for number in range(1, 11)]
    found = by_question(
        [frozenset([A]), frozenset([A]), frozenset([A])], [[*eleven, A], [], [*eleven[1:], A]]
    )
    assert found["mrr"] == [0, 0, pytest.approx(1 / 10)]
    assert found["hit@5"] == [0, 0, 0]


def test_a_sentence_is_right_where_the_first_quote_is_of_gold_and_holds_an_answer() -> None:
    quote = "In 2008, Kazakhstan deported 17,000 migrants."
    some = [
        judged([A, B], [A], quote=quote, answers=["18,000", "17,000"]),
        judged([A, B], [A], quote=quote, answers=["17"]),  # another figure
        judged([B, A], [A], quote=quote, answers=["17,000"]),  # another paragraph
        judged(
            [A], [A], quote=quote, answers=["KAZAKHSTAN deported"], abstained=True
        ),  # the ranking is judged
        judged([A], [A], quote=quote),  # no string is known: not counted
    ]
    assert measures(some)["sentence"] == 50
    assert [one.right for one in some] == [True, False, False, True, True]


@pytest.mark.parametrize(
    ("answer", "quote", "stands"),
    [
        ("17,000", "some 17,000.", True),
        ("7,000", "some 17,000.", False),
        ("ship", "a friendship", False),
        ("U.S. ships", "six u.s. Ships came", True),
        ("Six", "a Six-time winner", True),
        ("ﬁve", "five", True),
        ("--", "a -- b", False),
    ],
)
def test_an_answer_stands_in_a_quote_word_by_word(answer: str, quote: str, stands: bool) -> None:
    assert stands_in([answer], quote) == stands


def test_short_answers_are_counted_where_given() -> None:
    some = [
        judged([A], [A], answers=["the 17,000 migrants"], short="17,000"),  # precision 1, recall 1/2
        judged([A], [A], answers=["x", "The Prime Minister."], short="prime minister"),
        judged([A], [A], answers=["Almaty"], short=None),
        judged([A], [A], short="Almaty"),  # no string is known
        judged([A], short="Almaty"),
    ]
    found = measures(some)
    assert found["short_given"] == pytest.approx(100 * 2 / 3)
    assert found["short_em"] == 50
    assert found["short_f1"] == pytest.approx(100 * (2 / 3 + 1) / 2)


def test_squad_leaves_out_case_punctuation_and_articles() -> None:
    assert squad.normalised("The  U.S. paid $17,000 -- an advance") == "us paid 17000 advance"
    assert squad.f1("a b c", ["b c d"]) == pytest.approx(2 * 2 / (2 + 3))  # "a" is an article
    assert squad.f1("the", ["an"]) == 1
    assert squad.f1("the", ["x"]) == 0


def test_the_figures_of_silence() -> None:
    some = [
        judged([A], abstained=True),
        judged([A], abstained=True),
        judged([A]),
        judged([A], [A], abstained=True),
        judged([A], [A]),
        judged([A], [A]),
        judged([A], [A]),
    ]
    found = measures(some)
    assert found["abstention_precision"] == pytest.approx(100 * 2 / 3)
    assert found["abstention_recall"] == pytest.approx(100 * 2 / 3)
    assert found["abstention_f1"] == pytest.approx(100 * 2 / 3)
    assert found["false_abstention"] == 25
    assert own_choice(some) == (4 / 7, 1 / 4)


def test_quotes_are_counted_in_words_where_an_answer_was_given_and_times_over_all() -> None:
    some = [
        judged([A], quote="one", took_s=0.1),
        judged([A], quote="one two three", took_s=0.2),
        judged([A], quote="one two three four five", took_s=0.3, abstained=True),
    ]
    found = measures(some)
    assert found["quote_words"] == 2
    assert found["ms_median"] == pytest.approx(200)
    assert found["ms_p95"] == pytest.approx(290)  # nine tenths of the way from the second to the third


def test_a_figure_on_which_no_question_bears_is_not_a_number() -> None:
    found = measures([judged([A], abstained=True)])
    assert {name for name, value in found.items() if math.isnan(value)} == {
        "hit@1",
        "hit@3",
        "hit@5",
        "mrr",
        "ndcg@10",
        "sentence",
        "short_given",
        "short_em",
        "short_f1",
        "false_abstention",
        "quote_words",
    }
    assert all(map(math.isnan, measures([]).values()))


def test_the_curve_goes_from_the_surest_to_all() -> None:
    some = [
        judged([A], [B], certainty=0.1),  # wrong
        judged([A], [A], certainty=0.9),
        judged([A], certainty=0.5),  # nothing answers it: wrong
        judged([A], [A], certainty=0.5),
        judged([], [A]),  # nothing cited: the least sure of all, and wrong
    ]
    assert curve(some) == [
        Point(confidence=0.9, coverage=1 / 5, risk=0),
        Point(confidence=0.5, coverage=3 / 5, risk=1 / 3),
        Point(confidence=0.1, coverage=4 / 5, risk=2 / 4),
        Point(confidence=0.0, coverage=1, risk=3 / 5),
    ]
    # The two at 0.5 count as half wrong each.
    assert measures(some)["aurc"] == pytest.approx(100 * (0 + 0.5 / 2 + 1 / 3 + 2 / 4 + 3 / 5) / 5)
    assert measures(some[::-1])["aurc"] == measures(some)["aurc"]


def test_a_paragraph_cited_twice_is_ranked_once() -> None:
    answer = Answer(text="", short=None, abstained=False, citations=(), asked="", ranking=(B, A, B))
    assert ranking(answer) == (B, A)


def test_ranks_are_fused_by_the_sum_of_their_reciprocals() -> None:
    # A 1/61 + 1/63, B 1/62 + 1/61, C 1/63, D 1/62
    assert reciprocal_rank_fusion([[A, B, C], [B, D, A]]) == [B, A, D, C]


def test_the_p_value_counts_every_way_of_swapping_exactly_where_they_are_few() -> None:
    assert p_value([1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0]) == pytest.approx(2 / 2**5)
    assert p_value([1, 1, 1, 0], [0, 0, 0, 1]) == pytest.approx(2 * (1 + 4) / 2**4)
    assert p_value([1, 0], [1, 0]) == 1
    assert p_value([1, 0], [0, 0]) == 1
    one, other = [1.0] * 60 + [0.0] * 40, [0.0] * 60 + [1.0] * 40
    assert 0.04 < p_value(one, other) < 0.08  # where they are many, by chance; the sign test has 0.057
    assert p_value(one, other) == p_value(one, other)


def test_without_its_library_the_evaluation_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def without(name: str, *arguments: object) -> ModuleType:
        if name == "ir_measures":
            raise ImportError(name)
        return original(name, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(EvaluationNotInstalled, match="pip install ir-measures"):
        measures([judged([A], [A])])
