from hypothesis import given
from hypothesis import strategies as st

from qa.words import content, stem, words


def test_figures_and_abbreviations_are_one_word() -> None:
    assert [word.text for word in words("The U.S. paid $17,000.50, Kazakhstan's share.")] == [
        "The",
        "U.S.",
        "paid",
        "17,000.50",
        "Kazakhstan's",
        "share",
    ]


def test_stems_bring_the_forms_of_a_word_together() -> None:
    assert stem("deported") == stem("deporting") == "deport"
    assert stem("Kazakhstan's") == stem("Kazakhstan") == "kazakhstan"
    assert stem("17,000") == "17000"


def test_what_only_asks_is_no_content() -> None:
    assert [word.text for word in content(words("Tell me how many migrants were deported"))] == [
        "migrants",
        "deported",
    ]


@given(st.text())
def test_any_text_gives_words_at_their_places(text: str) -> None:
    for word in words(text):
        assert text[word.start : word.end] == word.text
        assert word.stem
