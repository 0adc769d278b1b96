import pytest

from qa.followup import standalone

DEPORTED = (
    "how many migrants were deported in 2008",
    "In 2008, Kazakhstan deported 17,000 labor migrants for violations of migration law.",
)
IN_JANUARY = ("how many migrants were deported from Kazakhstan in January 2008?", "17")
LAWYERS = ("How many lawyers lost their license in Istanbul in the first quarter of 2000?", "8")
VACCINE = ("Did Erdogan have himself vaccinated in 2009?", "He said that he would not.")


@pytest.mark.parametrize(
    ("question", "before", "expected"),
    [
        ("and in 2007?", DEPORTED, "how many migrants were deported in 2007"),
        ("What about January 2009?", DEPORTED, "how many migrants were deported in January 2009"),
        ("How was it in December 2005?", DEPORTED, "how many migrants were deported in December 2005"),
        ("and employers?", DEPORTED, "how many employers were deported in 2008"),
        ("What about Uzbekistan?", DEPORTED, "how many migrants were deported in 2008 in Uzbekistan?"),
        ("And in March?", IN_JANUARY, "how many migrants were deported from Kazakhstan in March 2008?"),
        ("and in 2001?", IN_JANUARY, "how many migrants were deported from Kazakhstan in January 2001?"),
        (
            "what about Uzbekistan?",
            IN_JANUARY,
            "how many migrants were deported from Uzbekistan in January 2008?",
        ),
        (
            "and in Russia in March 2006",
            IN_JANUARY,
            "how many migrants were deported from Russia in March 2006?",
        ),
        (
            "And in the third quarter of 2002?",
            LAWYERS,
            "How many lawyers lost their license in Istanbul in the third quarter of 2002?",
        ),
        (
            "and in 2001?",
            LAWYERS,
            "How many lawyers lost their license in Istanbul in the first quarter of 2001?",
        ),
        ("why?", DEPORTED, f"why: {DEPORTED[1]}"),
        ("and the health minister?", VACCINE, "Did the health minister have himself vaccinated in 2009?"),
        ("and Sarkozy?", VACCINE, "Did Sarkozy have himself vaccinated in 2009?"),
        (
            "what about the opposition?",
            ("What did the prime minister say about the law?", "It was needed."),
            "What did the opposition say about the law?",
        ),
        ("and the women?", VACCINE, "Did Erdogan have himself vaccinated in 2009 (the women)?"),
    ],
)
def test_a_follow_up_is_filled_in_from_the_turn_before(
    question: str, before: tuple[str, str], expected: str
) -> None:
    assert standalone(question, [before]) == expected


def test_follow_ups_build_upon_each_other() -> None:
    history = [IN_JANUARY, ("and in March?", "21")]
    assert (
        standalone("and from Russia?", history)
        == "how many migrants were deported from Russia in March 2008?"
    )


def test_what_points_back_is_no_topic_for_the_next_question() -> None:
    history = [DEPORTED, ("who said that?", "Interfax."), ("why?", "The cables do not say.")]
    assert standalone("And in 2005?", history) == "how many migrants were deported in 2005"


def test_and_how_many_keeps_what_was_counted_and_when() -> None:
    assert standalone("And how many entered?", [DEPORTED]) == "how many entered (migrants, 2008)?"


@pytest.mark.parametrize(
    "question",
    [
        "who was arrested at the Kyzylorda station",
        "What did male infants cost?",
        "how many employers were charged?",
        "Which newspaper reported on the orphanage in Almaty?",
    ],
)
def test_a_new_topic_is_left_as_it_was_asked(question: str) -> None:
    assert standalone(question, [DEPORTED]) == question


def test_without_history_nothing_is_filled_in() -> None:
    assert standalone("and in 2007?", []) == "and in 2007?"


def test_who_said_that_carries_what_was_said() -> None:
    assert DEPORTED[1] in standalone("who said that?", [DEPORTED])
