import pytest

from qa.question import understand


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("how many migrants were deported in 2008", "figure"),
        ("How much did male infants cost?", "money"),
        ("what male infants cost", "money"),
        ("How much foreign labor is used?", "figure"),
        ("what percentage of voters came?", "figure"),
        ("When was the doctor arrested?", "date"),
        ("In which year was the bridge built?", "date"),
        ("who was arrested at the Kyzylorda station", "person"),
        ("Where was the orphanage?", "place"),
        ("In which city do they beg?", "place"),
        ("Why were the sites shut down?", "reason"),
        ("What did the prime minister order?", "other"),
    ],
)
def test_the_kind_of_answer_that_is_asked_for(text: str, kind: str) -> None:
    assert understand(text).kind == kind


def test_names_are_words_with_a_capital_inside_the_question() -> None:
    names = [name.text for name in understand("When did Dr. Kusaliyev leave Atyrau in May 2008?").names]
    assert names == ["Kusaliyev", "Atyrau"]


def test_periods_are_no_content() -> None:
    question = understand("how many labor migrants were deported in January 2008")
    assert [word.stem for word in question.content] == ["labor", "migrant", "deport"]
    assert question.focus == ("labor", "migrant")
    assert [(period.year, period.month) for period in question.periods] == [(2008, 1)]
