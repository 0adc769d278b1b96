"""Raw BM25 from the stems of a paragraph, beside that of tantivy."""

import pytest
import tantivy
from hypothesis import given, settings
from hypothesis import strategies as st

from index import lexical
from index.milvus.bm25 import Vocabulary, rounded_length

texts = st.lists(
    st.lists(st.sampled_from("wheat harvests of the minister in 2008 bridges bridge".split()), max_size=60),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40)
@given(texts, st.sampled_from(["wheat", "the bridge of the minister", "harvest 2008", "unheard"]))
def test_a_paragraph_has_the_score_that_tantivy_gives_it(drawn: list[list[str]], question: str) -> None:
    held = tantivy.Index(lexical.schema())
    lexical._register(held)
    writer = held.writer(heap_size=15_000_000, num_threads=1)
    for number, words in enumerate(drawn, start=1):
        text = " ".join(words)
        writer.add_document(tantivy.Document(paragraph=number, cable=number, words=text, plain=text))
    writer.commit()
    writer.wait_merging_threads()
    held.reload()
    theirs = lexical.Words(held)
    stems = {n: " ".join(lexical.Stemmer().all(" ".join(words))) for n, words in enumerate(drawn, start=1)}
    ours = Vocabulary(
        frequencies=dict(held.searcher().terms_with_prefix("words", "")),
        paragraphs=len(drawn),
        stems=sum(len(each.split()) for each in stems.values()),
    )
    asked = theirs.asked(question)
    assert ours.asked(question) == asked
    if asked is not None:
        expected = theirs.scores(asked, list(stems))
        found = ours.scores(asked, stems)
        assert found.keys() == expected.keys()
        for number, score in found.items():
            assert score == pytest.approx(expected[number], rel=1e-4)


def test_a_length_is_rounded_as_tantivy_keeps_it() -> None:
    kept = [0, 1, 39, 40, 41, 42, 55, 56, 59, 60, 100, 1_000]
    assert [rounded_length(each) for each in kept] == [0, 1, 39, 40, 40, 42, 54, 56, 56, 60, 96, 984]
