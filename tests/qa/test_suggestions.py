from pathlib import Path

import pytest

import corpus
import index
from qa import Assistant
from qa.suggestions import about, question_of, suggestions


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "In 2008, Kazakhstan deported 17,000 labor migrants for violations of migration law.",
            "How many labor migrants were deported in 2008?",
        ),
        ("Some 3,400 children were counted in the cotton fields.", "How many children were counted?"),
        (
            "Police arrested about 40 protesters, among them two deputies.",
            "How many protesters were arrested?",
        ),
        ("The plant was opened 12 days late.", ""),  # days, and nothing was opened by anybody
        ("The law was passed 20 years ago.", ""),
        ("Prices exceeded 500 tenge.", ""),
        (
            "In 2008 and 2009 they seized 30 trucks.",
            "How many trucks were seized?",
        ),  # of which year, it does not say
        ("The minister was pleased.", ""),
    ],
)
def test_a_sentence_with_a_count_is_asked_for_it(sentence: str, question: str) -> None:
    assert question_of(sentence) == question


@pytest.mark.parametrize(
    ("subject", "question"),
    [
        ("KYRGYZSTAN: COTTON HARVEST", "What is said about cotton harvest in Kyrgyzstan?"),
        ("Brazil: 2009 Report on Terrorism", "What is said about 2009 Report on Terrorism in Brazil?"),
        ("DRUGLORD ORDERS RIO BUS BURNED", ""),
        ("HADOPI 2: FRENCH ASSEMBLY APPROVES", ""),
        ("BOLIVIA: ONE", ""),
        ("", ""),
    ],
)
def test_a_subject_that_names_a_country_and_a_topic_is_asked_about(subject: str, question: str) -> None:
    assert about(subject) == question


def test_what_is_suggested_is_answered_from_where_it_was_made(tmp_path: Path) -> None:
    index.build(corpus.shipped_cables(), tmp_path)
    with Assistant.open(tmp_path) as assistant:
        found = list(suggestions(assistant, within_s=60))
        assert found[0] == "How many labor migrants were deported in 2008?"
        assert assistant.ask(found[0]).short == "17,000"
        assert list(suggestions(assistant, within_s=0)) == []
