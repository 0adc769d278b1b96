"""From a quote back to the pieces of the untouched text."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from corpus.cable import Paragraph
from corpus.parser import parse
from corpus.placement import source_spans

FIXTURES = Path(__file__).parent / "fixtures"
SEED = Path(__file__).parents[2] / "corpus" / "cables" / "09ASTANA368.txt"


def lit(text: str, number: str, quote: str) -> list[str]:
    paragraph = next(each for each in parse(text).paragraphs if each.number == number)
    start = paragraph.text.index(quote)
    return [text[begin:end] for begin, end in source_spans(text, paragraph, start, start + len(quote))]


def test_a_quote_over_a_wrap_is_one_piece() -> None:
    assert lit("1. (U) One two\nthree four. Five.", "1", "two three") == ["two\nthree"]


def test_a_page_break_cuts_a_quote_in_two() -> None:
    text = "1. They said the volume\n\nASTANA 00000368  001.2 OF 002\n\n\nof trade fell."
    assert lit(text, "1", "the volume of trade") == ["the volume", "of trade"]


def test_the_second_of_two_equal_words_is_lit_where_it_stands() -> None:
    text = "1. No and no and no."
    paragraph = parse(text).paragraphs[0]
    assert source_spans(text, paragraph, 7, 9) == ((10, 12),)


def test_markdown_marks_are_left_dark() -> None:
    text = SEED.read_bytes().decode()
    assert lit(text, "9", "making $300-$400 monthly") == ["making", "$300-", "$400 monthly"]


def test_a_hyphen_that_joining_took_out_is_left_dark() -> None:
    text = "1. The JURIS-\nDICTION is no JURISDICTION."
    assert lit(text, "1", "The JURISDICTION") == ["The JURIS", "DICTION"]


def test_a_list_within_the_paragraph_keeps_its_numbers() -> None:  # [07MADRID1952]
    text = (FIXTURES / "quoted_lists.txt").read_bytes().decode()
    assert lit(text, "2", "purposes of potential enforcement proceedings. 3. The agencies") == [
        "purposes of potential enforcement proceedings.",
        "3. The agencies",
    ]


def test_a_paragraph_of_another_text_is_not_lit() -> None:
    strange = Paragraph(number="1", text="Nothing like it.", start=0, end=20)
    assert source_spans("1. Something else altogether.", strange, 0, 7) == ()


def test_an_empty_or_impossible_span_is_not_lit() -> None:
    text = "1. One two."
    paragraph = parse(text).paragraphs[0]
    spans = [(0, 0), (3, 2), (-1, 3), (0, 99)]
    assert [source_spans(text, paragraph, start, end) for start, end in spans] == [()] * 4


WORDS = (
    "1. ",
    "\n2. (U) ",
    "\n¶3. ",
    "\n¶2007. ",
    "word ",
    "Word. ",
    "b ",
    "a-\n",
    "\\$40 ",
    "[X](#)",
    "\n\n",
    "\r\n",
    "\0",
)
BREAKS = (
    "\n\nASTANA 00000368  001.2 OF 002\n\n\n",
    "\nSIPDIS\n",
    "\n\nHEADING\n\n",
    "\n---\n",
    "ROME 00000368 001 OF 002 ",
)
PIECES = st.sampled_from([*WORDS, *BREAKS])


@given(
    st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)), st.integers(0, 500), st.integers(1, 500)
)
def test_what_is_lit_is_the_quote_in_every_text(text: str, start: int, length: int) -> None:
    for paragraph in parse(text).paragraphs:
        begin = start % len(paragraph.text)
        end = min(begin + length, len(paragraph.text))
        spans = source_spans(text, paragraph, begin, end)
        lit_text = "".join("".join(text[first:last].split()) for first, last in spans)
        assert lit_text == "".join(paragraph.text[begin:end].split())
        assert all(paragraph.start <= first < last <= paragraph.end for first, last in spans)
        assert list(spans) == sorted(spans)


def test_a_section_line_that_the_body_begins_with_is_found() -> None:  # found by `make fuzz`
    text = "FM A\nTO T\n\nUNCLAS SECTION 2 OF 0\n\nA\n\n2."
    (preamble, *_) = parse(text).paragraphs
    assert source_spans(text, preamble, 0, len(preamble.text)) == ((11, 32),)
