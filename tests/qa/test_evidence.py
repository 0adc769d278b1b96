from datetime import UTC, datetime

import numpy as np
import pytest

from index import Hit, TokenMatches
from qa.evidence import (
    Evidence,
    evidence,
    missing_names,
    missing_places,
    period_fit,
    place_fit,
    rarity,
)
from qa.question import understand

TEXT = "In 2008, Kazakhstan deported 17,000 labor migrants. Masimov was silent."
SPANS = ((0, 51), (52, 71))
TOKENS = (
    (9, 19),
    (20, 28),
    (29, 35),
    (42, 50),
    (52, 59),
    (64, 70),
)  # Kazakhstan deported 17,000 migrants Masimov silent


def hit(
    text: str = TEXT, *, paragraph: str = "7", month: int = 2, subject: str = "KAZAKHSTAN: MIGRATION"
) -> Hit:
    return Hit(
        cable_id="09ASTANA368",
        paragraph=paragraph,
        score=1.0,
        text=text,
        subject=subject,
        date=datetime(2009, month, 27, tzinfo=UTC),
        origin="Embassy Astana",
        classification="UNCLASSIFIED",
        post="ASTANA",
    )


def found(
    question: str,
    rows: tuple[tuple[float, ...], ...],
    pieces: tuple[tuple[int, int], ...],
    *,
    above: tuple[float, ...] | None = None,
    weights: dict[str, float] | None = None,
) -> list[Evidence]:
    """`rows`: for each piece of the question its cosines with the six TOKENS."""
    asked = understand(question)
    matches = TokenMatches(
        pieces=pieces,
        tokens=TOKENS,
        cosines=np.array(rows, np.float32),
        above=np.array(above or (0.0,) * len(pieces), np.float32),
        sentences=SPANS,
        sentence_cosines=np.array((0.5, 0.25), np.float32),
    )
    return evidence(asked, hit(), matches, weights or {word.stem: 1.0 for word in asked.content})


def test_a_match_is_the_mean_over_the_tokens_of_the_nearest_one() -> None:
    first, second = found(
        "expelled workers", ((0, 0.6, 0, 0.1, 0.2, 0), (0, 0.3, 0, 0.4, 0.1, 0.5)), ((0, 8), (9, 16))
    )
    assert first.sentence_match == pytest.approx(0.5)
    assert second.sentence_match == pytest.approx((0.6 * 0.6 + 0.5) / 2), "what was told before counts 0.6"
    assert first.paragraph_match == second.paragraph_match == pytest.approx(0.55)
    assert (first.sentence_cosine, second.sentence_cosine) == (0.5, 0.25)
    assert (first.quote, second.quote) == (TEXT[:51], TEXT[52:])


def test_a_rare_word_weighs_more_and_one_that_says_nothing_less() -> None:
    (first, _) = found(
        "how workers",
        ((0.2, 0, 0, 0, 0, 0), (0, 0, 0, 0.8, 0, 0)),
        ((0, 3), (4, 11)),
        weights={"worker": 2.0},
    )
    assert first.rare_match == pytest.approx((0.3 * 0.2 + 1.0 * 0.8) / 1.3)
    assert first.sentence_match == pytest.approx(0.5)


def test_what_stands_above_the_paragraph_counts_for_the_context_match() -> None:
    (first, _) = found(
        "expelled workers", ((0, 0.6, 0, 0, 0, 0), (0, 0, 0, 0.2, 0, 0)), ((0, 8), (9, 16)), above=(0, 1)
    )
    assert first.sentence_match == pytest.approx(0.4)
    assert first.context_match == pytest.approx(0.8)


def test_a_word_that_stands_there_counts_whole_another_as_its_like() -> None:
    # "migrants" stands in the paragraph; "expelled" is as near as its nearest token.
    first, _ = found("expelled migrants", ((0, 0.6, 0, 0, 0, 0), (0, 0, 0, 0.9, 0, 0)), ((0, 8), (9, 17)))
    assert first.words_match == pytest.approx((0.6 + 1.0) / 2)
    assert first.words_found == pytest.approx(0.5)


def test_the_answer_is_matched_by_what_stands_around_it() -> None:
    first, second = found(
        "how many workers", ((0, 0, 0.3, 0, 0, 0),) * 2 + ((0, 0, 0, 0.9, 0, 0.9),), ((0, 3), (4, 8), (9, 16))
    )
    assert first.holds_kind
    assert first.answer_match == pytest.approx((0.3 + 0.3 + 0.9) / 3)
    assert not second.holds_kind
    assert second.answer_match == 0.0


def test_a_word_weighs_by_its_rarity() -> None:
    assert rarity(0, 100) > rarity(1, 100) > rarity(50, 100) > 0


@pytest.mark.parametrize(
    ("question", "sentence", "fit"),
    [
        ("how many in 2008", TEXT[:51], 1.0),
        ("how many in 2005", TEXT[:51], 0.0),
        ("how many", TEXT[:51], 1.0),
        ("how many in 2007", "It is half the number recorded in 2007.", 1.0),
        ("how many in May 2008", "In July 2008, 17 were deported.", 0.0),
        ("how many in May 2008", "In the second quarter of 2008, 17 were deported.", 0.5),
        ("how many in May 2008", "In 2008 as a whole, 17 were deported.", 0.5),
        ("how many in the first quarter of 2008", "In May 2008, 17 were deported.", 0.0),
        ("how many in 2008", "In May 2008, 17 were deported, against 12 in May 2007.", 0.5),
        (
            "how many in May 2007",
            "In May 2008, 17 were deported, against 12 a year earlier, in the same month.",
            1.0,
        ),
        ("how many in 2008", "Twelve were deported last year.", 1.0),
    ],
)
def test_a_sentence_fits_the_period_asked_for(question: str, sentence: str, fit: float) -> None:
    assert period_fit(understand(question), hit(sentence), sentence) == fit


def test_a_report_tells_of_its_period_and_compares_with_the_year_before() -> None:
    report = hit(
        "137 kilograms, against 151 a year earlier, in the same month.", subject="UPDATE FOR APRIL 2001"
    )
    assert period_fit(understand("how many kilograms in April 2001"), report, report.text) == 1.0
    assert period_fit(understand("how many kilograms in April 2000"), report, report.text) == 1.0
    assert period_fit(understand("how many kilograms in April 1999"), report, report.text) == 0.0


def test_what_names_no_period_takes_that_of_its_cable() -> None:
    bare = "Two women were arrested."
    asked = {year: understand(f"who was arrested in {year}") for year in (2007, 2008, 2009)}
    assert period_fit(asked[2009], hit(bare), bare) == 0.9
    assert period_fit(asked[2008], hit(bare), bare) == 0.45, (
        "in its first weeks a cable speaks of the year that ended"
    )
    assert period_fit(asked[2008], hit(bare, month=9), bare) == 0
    assert period_fit(asked[2007], hit(bare), bare) == 0


def test_a_place_fits_where_the_cable_comes_from_it_or_the_paragraph_names_it() -> None:
    assert place_fit(understand("how many migrants did the Kazakhs deport"), hit()) == 1.0
    assert (
        place_fit(understand("how many Uzbeks were deported"), hit("17 men from Tashkent were deported."))
        == 1.0
    )
    assert place_fit(understand("how many came to Tbilisi from Almaty"), hit()) == 0.5
    assert place_fit(understand("what did the Americans say"), hit()) == 1.0, "every cable is American"


def test_a_place_is_missing_where_its_country_is_nowhere() -> None:
    question = understand("How many were deported to Tbilisi from Almaty?")
    assert missing_places(question, hit(), TEXT) == ["Tbilisi"]
    assert missing_places(question, hit(), f"{TEXT} The Georgian side was silent.") == []


def test_a_name_is_missing_where_no_kindred_word_stands() -> None:
    question = understand("Did the Kazakh government or Karzai or Massimov say so?")
    assert missing_names(question, TEXT) == ["Karzai"]


def test_of_a_name_of_several_words_half_must_be_there() -> None:
    question = understand("What did Hugo Chavez tell Human Rights Watch?")
    assert missing_names(question, "Chavez told the rights group.") == ["Human Rights Watch"]
    assert missing_names(question, "Chavez told a human rights group.") == []


def test_a_name_in_pieces_is_near_only_to_what_is_spelled_like_it() -> None:
    pieces = ((0, 3), (3, 7), (8, 14))  # Kar-imov silent
    near = (0.2, 0.2, 0.2, 0.2, 0.6, 0.2)
    (_, other) = found("Karimov silent", (near, near, (0, 0, 0, 0, 0, 0.9)), pieces)
    assert other.sentence_match == pytest.approx(0.9 / 3)
    pieces = ((0, 3), (3, 7), (8, 14))  # Mas-imow, a misspelling of Masimov
    (_, same) = found("Masimow silent", (near, near, (0, 0, 0, 0, 0, 0.9)), pieces)
    assert same.sentence_match == pytest.approx((0.6 + 0.6 + 0.9) / 3)
    (_, whole) = found("Karimov silent", (near, (0, 0, 0, 0, 0, 0.9)), ((0, 7), (8, 14)))
    assert whole.sentence_match == pytest.approx((0.6 + 0.9) / 2)


def test_an_english_word_in_pieces_keeps_its_meaning() -> None:
    near = (0, 0.7, 0, 0, 0, 0)
    (first, _) = found("expatriated", (near, near), ((0, 5), (5, 11)))
    assert first.sentence_match == pytest.approx(0.7)
