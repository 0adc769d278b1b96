from datetime import UTC, datetime

import pytest

from index import Hit, SentenceHit, TokenMatches
from qa.decide import silence
from qa.evidence import Evidence, evidence, missing_names, period_fits, rarity
from qa.extract import best_of_each
from qa.question import understand

TEXT = "In 2008, Kazakhstan deported 17,000 labor migrants. Masimov was silent."
SPANS = ((0, 51), (52, 71))


def hit(text: str = TEXT, *, paragraph: str = "7", month: int = 2) -> Hit:
    return Hit(
        cable_id="09ASTANA368",
        paragraph=paragraph,
        score=1.0,
        text=text,
        subject="KAZAKHSTAN: MIGRATION",
        date=datetime(2009, month, 27, tzinfo=UTC),
        origin="Embassy Astana",
        classification="UNCLASSIFIED",
        post="ASTANA",
        sentences=tuple(SentenceHit(start=start, end=end, cosine=0.5) for start, end in SPANS),
    )


def found(
    question: str, rows: tuple[tuple[float, float], ...], pieces: tuple[tuple[int, int], ...]
) -> list[Evidence]:
    asked = understand(question)
    weights = {word.stem: 1.0 for word in asked.content}
    return evidence(asked, hit(), TokenMatches(pieces=pieces, sentences=SPANS, cosines=rows), weights)


def test_matches_are_means_over_the_tokens_of_the_nearest_one() -> None:
    first, second = found("expelled workers", ((0.6, 0.2), (0.4, 0.5)), ((0, 8), (9, 16)))
    assert first.sentence_match == pytest.approx(0.5)
    assert second.sentence_match == pytest.approx((0.6 * 0.6 + 0.5) / 2), "what was told before counts 0.6"
    assert first.paragraph_match == second.paragraph_match == pytest.approx(0.55)
    assert (first.quote, second.quote) == (TEXT[:51], TEXT[52:])


def test_a_word_that_stands_there_counts_whole_another_as_its_like() -> None:
    # "migrants" stands in the paragraph; "expelled" is as near as its nearest token.
    first, _ = found("expelled migrants", ((0.6, 0.2), (0.9, 0.1)), ((0, 8), (9, 17)))
    assert first.words_match == pytest.approx((0.6 + 1.0) / 2)


def test_a_word_weighs_by_its_rarity() -> None:
    assert rarity(0, 100) > rarity(1, 100) > rarity(50, 100) > 0


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("how many in 2008", TEXT[:51], True),
        ("how many in 2005", TEXT[:51], False),
        ("how many", TEXT[:51], True),
        ("how many in 2007", "It is half the number recorded in 2007.", True),
        ("how many in May 2008", "In July 2008, 17 were deported.", False),
        ("how many in May 2008", "In the second quarter of 2008, 17 were deported.", True),
        ("how many in the first quarter of 2008", "In May 2008, 17 were deported.", False),
        ("how many in 2008", "In May 2008, 17 were deported, against 12 in May 2007.", True),
    ],
)
def test_a_sentence_of_another_year_does_not_fit(question: str, sentence: str, fits: bool) -> None:
    assert period_fits(understand(question), hit(), sentence) is fits


def test_without_a_year_a_cable_speaks_of_its_own_and_early_on_of_the_one_that_ended() -> None:
    bare = "Police found 2,500 illegal migrants."
    asked = {year: understand(f"how many in {year}") for year in (2007, 2008, 2009)}
    assert period_fits(asked[2009], hit(bare), bare)
    assert period_fits(asked[2008], hit(bare), bare)
    assert not period_fits(asked[2008], hit(bare, month=9), bare)
    assert not period_fits(asked[2007], hit(bare), bare)


def test_a_name_is_missing_where_no_kindred_word_stands() -> None:
    question = understand("Did the Kazakh government or Karzai say so?")
    assert missing_names(question, TEXT) == ["Karzai"]


def test_a_name_of_several_words_is_missing_as_a_whole() -> None:
    question = understand("What did Ambassador Hoagland of the United States tell the states?")
    assert missing_names(question, "The states heard from Hoagland.") == ["United States"]


def test_the_best_sentence_of_each_paragraph_best_first() -> None:
    one, two = found("deported migrants", ((0.9, 0.2), (0.9, 0.1)), ((0, 8), (9, 17)))
    assert best_of_each([two, one]) == [one]


def decided(question: str, best: Evidence | None) -> str:
    return silence(understand(question), best, TEXT)


def test_the_reason_for_silence_is_told() -> None:
    (near, _) = found("how many migrants were deported in 2008", ((0.9, 0.1),) * 7, ((0, 40),) * 7)
    assert decided("how many migrants were deported in 2008", near) == ""
    assert decided("How many did Karzai deport?", near) == "Nothing was found about Karzai."
    (other, _) = found("how many migrants were deported in 2005", ((0.9, 0.1),) * 7, ((0, 40),) * 7)
    assert decided("how many migrants were deported in 2005", other) == "Nothing was found for 2005."
    (far, _) = found("price of oil", ((0.1, 0.1),) * 3, ((0, 12),) * 3)
    assert decided("price of oil", far) == "No paragraph comes close enough to what is asked."
    assert "shares a word or a meaning" in decided("price of oil", None)
