import pytest

from qa.numbers import numbers, other_forms, value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17,000", 17_000),
        ("17000", 17_000),
        ("seventeen thousand", 17_000),
        ("two hundred and seventeen thousand", 217_000),
        ("Twenty-three people were hurt", 23),
        ("1.3 million", 1_300_000),
        ("$5,000", 5_000),
        ("61.5 percent", 61.5),
        ("a hundred", 100),
        ("none", None),
    ],
)
def test_a_number_has_one_value_however_it_is_written(text: str, expected: float | None) -> None:
    assert value(text) == expected


def test_every_number_in_its_place() -> None:
    text = "from twelve to 1,400 men"
    assert [(text[start:end], number) for start, end, number in numbers(text)] == [
        ("twelve", 12),
        ("1,400", 1400),
    ]


def test_other_forms_are_what_the_question_does_not_say() -> None:
    assert other_forms("Were seventeen thousand deported in 2008?") == ["17,000", "17000"]
    assert other_forms("Were 17000 deported?") == ["17,000"]
    assert other_forms("Were two deported?") == []
