import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Cable, Paragraph
from index import packing


def test_vectors_come_back_with_cosines_that_are_right_to_a_few_thousandths() -> None:
    drawn = np.random.default_rng(5).standard_normal((300, 384)).astype(np.float32)
    vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    blobs = [packing.packed_vectors(vectors[:2]), packing.packed_vectors(vectors[2:])]
    back, counts = packing.unpacked_vectors(blobs, 384)
    assert counts == [2, 298]
    assert (vectors @ vectors.T - back @ vectors.T).std() < 0.0025
    assert sum(map(len, blobs)) < 300 * 384 * 5.5 / 8


def test_products_are_those_of_the_vectors_that_come_back() -> None:
    drawn = np.random.default_rng(6).standard_normal((101, 384)).astype(np.float32)
    blobs = [packing.packed_vectors(drawn[at : at + 3]) for at in range(0, 100, 3)] + [
        packing.packed_vectors(drawn[:0])
    ]
    back, counts = packing.unpacked_vectors(blobs, 384)
    products, of_each = packing.products(iter(blobs), drawn[100])
    assert of_each == counts
    assert len(blobs) > packing._UNPACKED_AT_ONCE
    np.testing.assert_allclose(products, back @ drawn[100], atol=1e-4)
    assert packing.products([], drawn[100]) == ([], [])


def test_vectors_of_zeros_and_no_vectors_are_packed_too() -> None:
    back, counts = packing.unpacked_vectors([packing.packed_vectors(np.zeros((1, 4), np.float32))], 4)
    assert (back.tolist(), counts) == ([[0, 0, 0, 0]], [1])
    back, counts = packing.unpacked_vectors([packing.packed_vectors(np.zeros((0, 4), np.float32))], 4)
    assert (back.shape, counts) == ((0, 4), [0])


def test_spans_come_back() -> None:
    assert packing.unpacked_spans(packing.packed_spans([(0, 5), (6, 70_000)])) == [(0, 5), (6, 70_000)]
    assert packing.unpacked_spans(packing.packed_spans([])) == []


@given(st.text(), st.lists(st.tuples(st.text(), st.integers(0, 40), st.integers(0, 40)), max_size=5))
def test_any_text_and_paragraphs_come_back(text: str, drawn: list[tuple[str, int, int]]) -> None:
    paragraphs = tuple(
        Paragraph(number=str(n), text=words, start=start, end=end)
        for n, (words, start, end) in enumerate(drawn)
    )
    cable = Cable(
        id="09X1", date=None, origin="", post="", classification="", paragraphs=paragraphs, text=text
    )
    assert packing.unpacked_body(packing.packed_body(cable)) == (text, [each.text for each in paragraphs])


def test_a_better_parser_changes_the_digest_and_not_the_identity() -> None:
    cable = Cable(id="09X1", date=None, origin="", post="", classification="", text="P 270959Z FEB 09")
    dated = Cable(
        id="09X1",
        date=datetime(2009, 2, 27, 9, 59, tzinfo=UTC),
        **{name: getattr(cable, name) for name in ("origin", "post", "classification", "text")},
    )
    assert packing.identity(cable) == packing.identity(dated)
    assert packing.digest(cable) != packing.digest(dated)


def bare(paragraphs: Sequence[Paragraph], text: str) -> Cable:
    """A cable that prints nothing but its paragraphs."""
    return Cable(
        id="09X1",
        date=None,
        origin="",
        post="",
        classification="",
        paragraphs=tuple(paragraphs),
        text=text,
    )


@given(
    st.lists(st.tuples(st.text(), st.text(min_size=1)), min_size=1, max_size=6),
    st.text(),
    st.integers(0, 5),
    st.integers(0, 100),
)
def test_the_texts_up_to_any_paragraph_are_those_of_the_whole(
    drawn: list[tuple[str, str]], behind: str, last: int, off: int
) -> None:
    text, paragraphs = "", []
    for n, (before, words) in enumerate(drawn):
        start = len(text) + len(before)
        text += before + words
        paragraphs.append(Paragraph(number=str(n), text=words, start=start, end=len(text)))
    body = packing.packed_body(bare(tuple(paragraphs), text + behind))
    last = min(last, len(drawn) - 1)
    expected = [words for _, words in drawn][: last + 1]
    assert packing.unpacked_texts(body, last=last, end=paragraphs[last].end) == expected
    # Where more of the text is escaped than there is room for, the whole is unpacked.
    assert packing.unpacked_texts(body, last=last, end=-off) == expected


def test_of_what_stands_behind_the_last_paragraph_that_is_wanted_only_the_checksum_is_read() -> None:
    paragraphs = tuple(
        Paragraph(number=str(n), text="words " * 200, start=1200 * n, end=1200 * (n + 1)) for n in range(10)
    )
    body = packing.packed_body(bare(paragraphs, "words " * 2000))
    assert packing.unpacked_texts(body, last=1, end=2400) == ["words " * 200] * 2
    with patch.object(packing, "unpacked_body", side_effect=AssertionError("all of it")):
        assert packing.unpacked_texts(body, last=1, end=2400) == ["words " * 200] * 2
    for torn in (body[:-4] + bytes(4), body[:-1], body[: len(body) // 2]):
        with pytest.raises(zlib.error):
            packing.unpacked_texts(torn, last=1, end=2400)
