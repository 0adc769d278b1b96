"""No regular expression takes more than about twice the time for twice the text."""

import re
from time import process_time
from typing import Any

import pytest

from tests import expressions
from tests.expressions import METHODS, Attack, Expression

SIZES = (24, 128, 4_096)  # characters; where one already takes long, the next would take for ever
SUSPECT_S = 0.001  # half the square of 4,096 is eight million steps, the first power some 0.1 ms
LINEAR = 8.0  # times as long for four times the text: 4 where it is linear, 16 where it is the square


def took_s(expression: Expression, text: str) -> float:
    """How long it takes to look through all of the text, as the program does it."""
    given: Any = text if isinstance(expression.pattern.pattern, str) else text.encode("latin-1", "replace")
    begun = process_time()
    if expression.methods <= {"match", "fullmatch"}:
        expression.pattern.match(given)
    elif expression.methods <= {"match", "fullmatch", "search"}:
        expression.pattern.search(given)
    else:
        for _ in expression.pattern.finditer(given):
            pass
    return process_time() - begun


def grows(expression: Expression, attack: Attack) -> str:
    """How the time grows, where that is more than it should; else ""."""
    size = next((each for each in SIZES if took_s(expression, attack.of(each)) > SUSPECT_S), 0)
    if not size:
        return ""
    if size == SIZES[0] and took_s(expression, attack.of(size)) > SUSPECT_S:
        return f"{attack.before[-20:]!r} + {attack.unit!r} * n takes long for {size} characters already"
    size = max(size, 1_024)  # beyond the bounds of repeats that have one
    for _ in range(4):  # a busy machine may be slow once or twice, and not where it is convenient
        less, more = (
            min(took_s(expression, attack.of(each)) for _ in range(2)) for each in (size // 4, size)
        )
        if more < LINEAR * less:
            return ""
        if more > 1:
            break
    text = f"{attack.before[-20:]!r} + {attack.unit!r} * n"
    return f"{text}: {less:.3f} s for {size // 4:,}, {more:.3f} s for 4 times that"


def found_slow(expression: Expression) -> str:
    return next(
        (slow for attack in expressions.attacks(expression.pattern) if (slow := grows(expression, attack))),
        "",
    )


def test_no_expression_takes_more_than_about_twice_the_time_for_twice_the_text() -> None:
    every = {(each.pattern, each.methods): each for each in expressions.every()}.values()
    assert len(every) > 200
    assert [f"{each.place}: {slow}" for each in every if (slow := found_slow(each))] == []


@pytest.mark.parametrize(
    "written", [r"(a+)+b", r"[A-Z]+\d", r"\s+$", r"<a[^>]*>", r"FM\s+(.{1,80}?)(?=\s+TO)"]
)
def test_an_expression_that_takes_the_square_of_the_length_or_worse_is_found(written: str) -> None:
    assert found_slow(Expression("here", re.compile(written), METHODS))


@pytest.mark.parametrize("written", [r"<a[^<>]*>", r"(?<![A-Z])[A-Z]+\d", r"\s{0,20}$", r"(?<!x)x++y"])
def test_and_one_that_does_not_is_left_in_peace(written: str) -> None:
    assert found_slow(Expression("here", re.compile(written), METHODS)) == ""
