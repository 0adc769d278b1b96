from collections.abc import Iterator
from dataclasses import replace

import pytest

from index import Hit
from qa.evidence import Evidence
from qa.extract import SIGNALS, quote, ranked, score, worth_reading
from qa.question import understand
from qa.weights import RANKING
from tests.qa.evidences import HIT, NEAR


def test_every_signal_has_a_weight() -> None:
    assert SIGNALS.keys() == RANKING.keys()


def test_the_score_is_the_weighed_sum_of_the_signals() -> None:
    assert score(NEAR, {"rare match": 2.0, "period fit": 3.0}) == pytest.approx(2 * 0.7 + 3 * 1.0)


def test_the_best_sentence_of_each_paragraph_best_first() -> None:
    worse = replace(NEAR, rare_match=0.3)
    other = replace(NEAR, rare_match=0.5, hit=replace(HIT, paragraph="8"))
    assert [best for _, best in ranked([[worse, NEAR], [other], []])] == [NEAR, other]


def paragraph(*matches: float, words: int = 10) -> list[Evidence]:
    """Sentences of so many words that match so well, one after the other."""
    sentence = " ".join(["word"] * words)
    text = " ".join([sentence] * len(matches))
    size = len(sentence) + 1
    return [
        replace(
            NEAR, hit=replace(HIT, text=text), span=(place * size, place * size + size - 1), rare_match=match
        )
        for place, match in enumerate(matches)
    ]


def test_a_neighbour_that_answers_nearly_as_well_is_quoted_too() -> None:
    near = paragraph(0.1, 0.70, 0.68)
    assert quote(near[1], near) == (near[1].span[0], near[2].span[1])
    far = paragraph(0.1, 0.70, 0.2)
    assert quote(far[1], far) == far[1].span


def test_what_holds_the_figure_asked_for_needs_a_neighbour_less() -> None:
    first, second = paragraph(0.70, 0.62)
    assert quote(first, [first, second]) == first.span
    bare, other = replace(first, holds_kind=False), replace(second, holds_kind=False)
    assert quote(bare, [bare, other]) == (first.span[0], second.span[1])


def test_a_quote_of_two_sentences_has_sixty_words_at_most() -> None:
    long = paragraph(0.70, 0.69, words=31)
    assert quote(long[0], long) == long[0].span


def test_a_neighbour_that_alone_holds_the_figure_is_quoted_too() -> None:
    first, second = paragraph(0.70, 0.2)
    bare = replace(first, holds_kind=False, answer_match=0.0)
    assert quote(bare, [bare, second]) == (first.span[0], second.span[1])
    assert quote(bare, [bare, replace(second, holds_kind=False)]) == first.span


def test_what_fits_the_period_and_place_asked_for_is_read_first() -> None:
    question = understand("How many migrants did Kazakhstan deport in 2008?")
    other = replace(
        HIT, text="In 2005, 12 were deported.", subject="", post="BERN", origin="Embassy Bern", score=1.4
    )
    assert worth_reading(question, [other, HIT]) == [HIT, other]
    assert worth_reading(question, [other, HIT], paragraphs=1) == [HIT]


def test_no_more_hits_are_taken_than_it_needs_to_tell_the_best() -> None:
    elsewhere = replace(HIT, text="Twelve went home.", subject="", post="BERN", origin="Embassy Bern")
    taken: list[float] = []

    def hits() -> Iterator[Hit]:
        for points in (2.0, 1.9, 1.7, 1.4):
            taken.append(points)
            yield replace(elsewhere, score=points)

    anywhere = understand("How many migrants were deported?")
    assert [hit.score for hit in worth_reading(anywhere, hits(), paragraphs=2)] == [2.0, 1.9]
    assert taken == [2.0, 1.9, 1.7]
    taken.clear()
    # A third one could still be put before the second, if it were from Kazakhstan.
    there = understand("How many migrants did Kazakhstan deport?")
    assert [hit.score for hit in worth_reading(there, hits(), paragraphs=2)] == [2.0, 1.9]
    assert taken == [2.0, 1.9, 1.7, 1.4]
