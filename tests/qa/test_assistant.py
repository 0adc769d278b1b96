"""The whole way from a question to a cited answer, on the shipped cable with the real model."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import index
from corpus import shipped_cables
from qa import Answer, Assistant, EmptyQuestion


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("index")
    index.build(shipped_cables(), folder)
    with Assistant.open(folder) as opened:
        yield opened


def test_the_figure_asked_for_is_quoted_and_cited(assistant: Assistant) -> None:
    answer = assistant.ask("how many migrants were deported in 2008")
    first = answer.citations[0]
    assert (
        answer.text
        == first.quote
        == ("In 2008, Kazakhstan deported 17,000 labor migrants for violations of migration law.")
    )
    assert answer.short == "17,000"
    assert (first.cable_id, first.paragraph) == ("09ASTANA368", "7")
    assert first.text[first.span[0] : first.span[1]] == first.quote
    assert not answer.abstained
    assert answer.reason == ""


@pytest.mark.parametrize(
    ("question", "paragraph", "short", "in_quote"),
    [
        ("Who was arrested at the Kyzylorda station?", "2", None, "Two businesswomen"),
        ("How much money were women promised by the recruiters?", "2", "$400", "offered $400"),
        ("What did male infants cost?", "4", "$5,000", "male infants cost up to $5,000"),
        ("Which hospital head tried to sell a baby?", "3", None, "Dr. Zhanibek Kusaliyev"),
        ("When was the doctor arrested?", "3", "January 8", "arrested on January 8"),
        ("How many illegal migrants did police find at construction sites?", "8", "2,500", "2,500"),
        ("What did the prime minister order?", "11", None, "ordered illegal migrants to be deported"),
        ("What was the quota for foreign labor cut to?", "10", None, "cut in half"),
        (
            "How many employers were charged for using foreign labor illegally?",
            "7",
            "2,000",
            "2,000 employers",
        ),
        ("How many migrant workers entered the country in 2008?", "7", "1.3 million", "1.3 million"),
        ("Why does the recruiter of beggars need money?", "6", None, "sister's medical care"),
        ("What salaries do migrants earn?", "9", None, "$300-$400"),
        ("From which village orphanage did a girl go missing?", "5", None, "Otegen Baryr"),
    ],
)
def test_the_shipped_cable_answers(
    assistant: Assistant, question: str, paragraph: str, short: str | None, in_quote: str
) -> None:
    answer = assistant.ask(question)
    assert not answer.abstained, answer.reason
    assert answer.citations[0].paragraph == paragraph
    assert in_quote in answer.text
    if short is not None:
        assert answer.short == short


@pytest.mark.parametrize(
    "question",
    [
        "how many migrants were deported in 2005",
        "what is the price of oil",
        "How many migrants were deported from Germany?",
        "Who won the presidential election?",
        "How many soldiers were killed in the earthquake?",
        "What did Ambassador Hoagland tell President Karzai?",
        "when does the museum open",
    ],
)
def test_what_the_shipped_cable_does_not_say_is_not_answered(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.abstained
    assert answer.short is None
    assert answer.reason
    assert answer.reason in answer.text
    assert answer.citations, "the closest passages are shown"


def test_a_follow_up_is_answered_as_understood(assistant: Assistant) -> None:
    first = assistant.ask("how many foreigners were charged?")
    second = assistant.ask("and employers?", [("how many foreigners were charged?", first.text)])
    assert second.asked == "how many employers were charged?"
    assert (second.short, second.citations[0].paragraph) == ("2,000", "7")


def test_every_quote_stands_in_its_paragraph_at_its_span(assistant: Assistant) -> None:
    answer = assistant.ask("migrants")
    assert len(answer.citations) == 5
    assert len({citation.paragraph for citation in answer.citations}) == 5
    for citation in answer.citations:
        assert citation.text[slice(*citation.span)] == citation.quote


@pytest.mark.parametrize("question", ["  \n", "???", "😀"])
def test_a_question_without_a_word_is_refused(assistant: Assistant, question: str) -> None:
    with pytest.raises(EmptyQuestion, match="The question holds no word"):
        assistant.ask(question)


def test_the_time_of_each_step_is_told(assistant: Assistant) -> None:
    answer: Answer = assistant.ask("who was arrested at the Kyzylorda station")
    assert set(answer.took) == {"understand", "search", "read", "rank", "decide", "cite", "total"}


def test_an_index_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(index.IndexNotFound, match="cable-qa build CABLES --index"):
        Assistant.open(tmp_path / "nothing")
