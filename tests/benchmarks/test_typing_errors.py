from hypothesis import given
from hypothesis import strategies as st

from benchmarks.typing_errors import mistyped

QUESTION = "Which harbour master counted the grain ships on 3 May?"


def changed(before: str, after: str) -> list[tuple[str, str]]:
    words = list(zip(before.split(), after.split(), strict=True))
    return [(old, new) for old, new in words if old != new]


def test_two_words_of_five_letters_or_more_are_mistyped_and_nothing_else() -> None:
    for seed in range(200):
        pairs = changed(QUESTION, mistyped(QUESTION, seed=seed))
        assert len(pairs) == 2
        assert {old for old, _ in pairs} <= {"Which", "harbour", "master", "counted", "grain", "ships"}


def test_an_error_is_one_letter_too_few_too_many_or_wrong_or_two_swapped() -> None:
    for seed in range(200):
        for old, new in changed(QUESTION, mistyped(QUESTION, seed=seed)):
            differ = sum(a != b for a, b in zip(old, new, strict=False))
            if len(old) == len(new):
                assert differ == 1 or (differ == 2 and sorted(old) == sorted(new))
            else:
                assert abs(len(old) - len(new)) == 1


def test_the_same_seed_gives_the_same_errors_and_another_seed_others() -> None:
    assert mistyped(QUESTION, seed=1) == mistyped(QUESTION, seed=1)
    assert len({mistyped(QUESTION, seed=seed) for seed in range(20)}) > 10


def test_a_question_of_one_long_word_gets_one_error_and_one_of_none_stays() -> None:
    assert len(changed("Who ate bread?", mistyped("Who ate bread?", seed=1))) == 1
    assert mistyped("Who is he?", seed=1) == "Who is he?"


@given(st.text(), st.integers())
def test_any_text_can_be_mistyped(text: str, seed: int) -> None:
    assert abs(len(mistyped(text, seed=seed)) - len(text)) <= 2
