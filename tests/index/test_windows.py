import re
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.windows import context, widest, windows


def words(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\S+", text)]


def test_the_context_is_subject_post_month_and_heading() -> None:
    date = datetime(2009, 2, 27, 9, 59, tzinfo=UTC)
    said = context(subject="KAZAKHSTAN: MIGRANTS.", post="ASTANA", date=date, heading="Raids")
    assert said == "KAZAKHSTAN: MIGRANTS. ASTANA. February 2009. Raids"
    assert context(subject="", post="", date=None, heading="") == ""


def test_a_paragraph_that_fits_is_one_window() -> None:
    (window,) = windows("One two three.", "SUBJECT", words, max_tokens=20)
    assert (window.text, window.shift, window.start, window.end) == ("SUBJECT\nOne two three.", 8, 0, 14)


@given(
    text=st.lists(st.text("abc.", min_size=1, max_size=4), min_size=0, max_size=120).map(" ".join),
    before=st.lists(st.text("xyz", min_size=1, max_size=3), max_size=30).map(" ".join),
    max_tokens=st.integers(8, 40),
)
def test_windows_lose_nothing_and_never_exceed_the_model(text: str, before: str, max_tokens: int) -> None:
    cut = windows(text, before, words, max_tokens=max_tokens)
    held = {place for window in cut for place in range(window.start, window.end)}
    assert {place for place, letter in enumerate(text) if letter != " "} <= held
    for window in cut:
        assert len(words(window.text)) <= max_tokens
        assert (
            window.text[window.start + window.shift : window.end + window.shift]
            == (text[window.start : window.end])
        )
    for earlier, later in pairwise(cut):
        assert earlier.start < later.start < earlier.end < later.end


def test_a_sentence_belongs_to_the_window_that_holds_most_of_it() -> None:
    cut = windows(" ".join(["word"] * 40), "", words, max_tokens=24)
    assert [(window.start, window.end) for window in cut] == [(0, 99), (75, 174), (150, 199)]
    assert widest([(0, 10), (80, 120), (90, 99), (70, 103)], cut) == [0, 1, 0, 0]
