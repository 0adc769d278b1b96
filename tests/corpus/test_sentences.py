import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", ["One.", "Two."]),
        (
            "January 26, Interfax: In 2008, Kazakhstan deported 17,000 labor migrants. More entered in 2007.",
            [
                "January 26, Interfax:",
                "In 2008, Kazakhstan deported 17,000 labor migrants.",
                "More entered in 2007.",
            ],
        ),
        (
            "January 12, Interfax (with information from Azattyk newspaper): The Ministry said that Dr. Zhanibek "
            "Kusaliyev was arrested. He denied it.",
            [
                "January 12, Interfax (with information from Azattyk newspaper):",
                "The Ministry said that Dr. Zhanibek Kusaliyev was arrested.",
                "He denied it.",
            ],
        ),
        (
            "They are to be deported. (NOTE: There was no indication from the article. END NOTE.) He left.",
            [
                "They are to be deported.",
                "(NOTE: There was no indication from the article. END NOTE.)",
                "He left.",
            ],
        ),
        ("The U.S. Embassy met George W. Bush.", ["The U.S. Embassy met George W. Bush."]),
        ("He went to the U.S. The visit was short.", ["He went to the U.S.", "The visit was short."]),
        (
            "It cost $4,000. During the arrest, police came.",
            ["It cost $4,000.", "During the arrest, police came."],
        ),
        ('He said "no." They left at 5 p.m. on Monday.', ['He said "no."', "They left at 5 p.m. on Monday."]),
        (
            "Growth was 6.2 percent. -- Exports fell. -- Imports rose.",
            ["Growth was 6.2 percent.", "-- Exports fell.", "-- Imports rose."],
        ),
        ("1. The first. 2. The second.", ["1. The first.", "2. The second."]),
        ("The quota fell to 12. Nothing else changed.", ["The quota fell to 12.", "Nothing else changed."]),
        ("no full stop", ["no full stop"]),
        ("", []),
    ],
)
def test_sentences_of(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet=' .!?"()ABCabc19$:;-\n'))
def test_every_character_that_is_no_blank_lies_in_exactly_one_sentence(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
