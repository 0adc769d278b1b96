"""BM25 against itself done by hand, whichever way the index takes to it."""

import math
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
import tantivy
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import index
from index import lexical, segments

VOCABULARY = ("bread", "corn", "wheat", "rice", "oil", "gas", "coal", "iron")
# Paragraphs, as (number of the cable, words).
Paragraphs = list[tuple[int, list[str]]]
paragraphs = st.lists(
    st.tuples(st.integers(1, 5), st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=12)),
    min_size=1,
    max_size=30,
)
questions = st.lists(st.sampled_from((*VOCABULARY, "absent")), min_size=1, max_size=5)


def words_of(drawn: Paragraphs, *, removed: Sequence[int] = ()) -> lexical.Words:
    """A BM25 index of these paragraphs, with ids from 1 on, without the removed cables."""
    made = tantivy.Index(lexical.schema())
    lexical._register(made)
    writer = made.writer(heap_size=15_000_000, num_threads=1)
    for each, (cable, words) in enumerate(drawn, start=1):
        text = " ".join(words)
        writer.add_document(tantivy.Document(paragraph=each, cable=cable, words=text, plain=text))
    writer.commit()
    for cable in removed:
        writer.delete_documents_by_term("cable", cable)
    writer.commit()
    made.reload()
    return lexical.Words(made)


def by_hand(drawn: Paragraphs, question: Sequence[str]) -> dict[int, float]:
    """Okapi BM25 with k1 = 1.2 and b = 0.75, of the paragraphs that share a word with the question."""
    counts = [Counter(words) for _, words in drawn]
    mean = sum(map(len, (words for _, words in drawn))) / len(drawn)
    scores: dict[int, float] = {}
    for each, ((_, words), count) in enumerate(zip(drawn, counts, strict=True), start=1):
        norm = 1.2 * (0.25 + 0.75 * len(words) / mean)
        for word in set(question) & set(words):
            held = sum(word in other for other in counts)
            rarity = math.log(1 + (len(drawn) - held + 0.5) / (held + 0.5))
            scores[each] = scores.get(each, 0) + rarity * 2.2 * count[word] / (count[word] + norm)
    return scores


def marked(cables: set[int]) -> NDArray[np.bool_]:
    return np.isin(np.arange(6), list(cables))


@pytest.mark.parametrize(
    "settings_of",
    [{"_TAKEN": 1.0}, {"_TAKEN": 1.0, "_FEW": 0}, {"_LOOKED_AT": 1.0}, {"_LOOKED_AT": 1.0, "_MORE": 0.0}],
    ids=["each cable", "the cables as a set", "more than enough", "too few at first"],
)
@settings(max_examples=60)
@given(
    drawn=paragraphs,
    question=questions,
    limit=st.integers(1, 12),
    cables=st.none() | st.sets(st.integers(1, 5), min_size=1),
)
def test_the_best_are_those_by_hand_whichever_way_they_are_kept_to_cables(
    settings_of: dict[str, Any],
    drawn: Paragraphs,
    question: list[str],
    limit: int,
    cables: set[int] | None,
) -> None:
    expected = {
        each: score
        for each, score in by_hand(drawn, question).items()
        if cables is None or drawn[each - 1][0] in cables
    }
    with patch.multiple(lexical, **settings_of):
        words = words_of(drawn)
        asked = words.asked(" ".join(question))
        mask = None if cables is None else marked(cables)
        found = [] if asked is None else words.best(asked, limit=limit, cables=mask)
    best = sorted(expected.values(), reverse=True)[:limit]
    assert [score for _, score in found] == pytest.approx(best, rel=1e-5)
    assert all(score == pytest.approx(expected[each], rel=1e-5) for each, score in found)
    assert found == sorted(found, key=lambda scored: (-scored[1], scored[0]))


@settings(max_examples=60)
@given(
    drawn=paragraphs,
    question=questions,
    limit=st.integers(1, 12),
    postings=st.integers(0, 40),
    few=st.booleans(),
)
def test_a_common_word_counts_only_beside_a_rarer_one_unless_too_little_is_found(
    drawn: Paragraphs, question: list[str], limit: int, postings: int, few: bool
) -> None:
    with patch.multiple(lexical, _POSTINGS=postings, _ENOUGH=1 if few else 3):
        words = words_of(drawn)
        asked = words.asked(" ".join(question))
        found = [] if asked is None else words.best(asked, limit=limit)
    scores = by_hand(drawn, question)
    if asked is None:
        assert not scores
        return
    held = {each for each in scores if set(asked.leading) & set(map(_stem, drawn[each - 1][1]))}
    if len(held) < limit:
        held = set(scores)
    best = sorted((scores[each] for each in held), reverse=True)[:limit]
    assert [score for _, score in found] == pytest.approx(best, rel=1e-5)


def _stem(word: str) -> str:
    (stem,) = lexical.analyzer().analyze(word)
    return stem


def test_the_rarest_words_lead_and_the_others_follow() -> None:
    drawn = [(1, ["bread"])] * 2 + [(1, ["bread", "corn"])] * 3 + [(1, ["bread", "corn", "iron"])]
    words = words_of(drawn)
    with patch.multiple(lexical, _POSTINGS=5, _ENOUGH=1):
        assert words.asked("Bread, corn and iron?") == lexical.Asked(
            leading=("iron", "corn"), following=("bread",)
        )
        assert words.asked("bread") == lexical.Asked(leading=("bread",))
        assert words.asked("gas") is None
    with patch.multiple(lexical, _POSTINGS=0, _ENOUGH=2):
        # One paragraph is not enough to choose from.
        assert words.asked("bread corn iron") == lexical.Asked(leading=("iron", "corn"), following=("bread",))


@settings(max_examples=60)
@given(drawn=paragraphs, question=questions, limit=st.integers(1, 12), lookups=st.integers(0, 20))
def test_what_is_too_common_to_rank_by_is_in_the_score_all_the_same(
    drawn: Paragraphs, question: list[str], limit: int, lookups: int
) -> None:
    scores = by_hand(drawn, question)
    with patch.multiple(lexical, _POSTINGS=1, _ENOUGH=1, _LOOKUPS=lookups):
        words = words_of(drawn)
        asked = words.asked(" ".join(question))
        found = [] if asked is None else words.best(asked, limit=limit)
    assert len(found) == min(limit, len(scores))
    assert found == sorted(found, key=lambda scored: (-scored[1], scored[0]))
    assert all(score == pytest.approx(scores[each], rel=1e-5) for each, score in found)
    if asked is not None:
        assert lookups >= len(asked.following) * sum(
            asked.leading[0] in map(_stem, words) for _, words in drawn
        )


def test_of_a_question_of_hundreds_of_words_the_rarest_are_looked_for() -> None:
    numbered = [f"word{n}" for n in range(100)]
    words = words_of([(1, numbered[: n + 1]) for n in range(100)])
    asked = words.asked(" ".join(numbered))
    assert asked is not None
    assert set(asked.stems) == {f"word{n}" for n in range(68, 100)}


@settings(max_examples=60)
@given(drawn=paragraphs, question=questions, few=st.sampled_from([0, 1_000]), data=st.data())
def test_chosen_paragraphs_have_the_scores_that_they_would_be_found_with(
    drawn: Paragraphs, question: list[str], few: int, data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.integers(1, len(drawn)), unique=True))
    expected = {each: score for each, score in by_hand(drawn, question).items() if each in chosen}
    with patch.multiple(lexical, _FEW=few, _POSTINGS=1, _ENOUGH=1):
        words = words_of(drawn)
        asked = words.asked(" ".join(question))
        found = {} if asked is None else words.scores(asked, chosen)
    assert found == pytest.approx(expected, rel=1e-5)


def test_what_is_ranked_for_the_narrower_search_serves_the_wider() -> None:
    drawn = [(each % 5 + 1, ["bread"]) for each in range(60)]
    words = words_of(drawn)
    asked = words.asked("bread")
    assert asked is not None
    with (
        patch.object(lexical, "_LOOKED_AT", 1.0),
        patch.object(words, "_search", wraps=words._search) as search,
    ):
        narrow = words.best(asked, limit=5, cables=marked({2}))
        assert [each for each, _ in narrow] == [2, 7, 12, 17, 22]
        wide = words.best(asked, limit=20)
        assert [each for each, _ in wide] == list(range(1, 21))
        assert search.call_count == 1
        assert len(words.best(asked, limit=60)) == 60  # more than was ranked
        assert search.call_count == 2


def test_what_was_deleted_is_neither_found_nor_counted() -> None:
    drawn = [(1, ["bread", "corn"]), (2, ["bread", "iron"])]
    words = words_of(drawn, removed=[2])
    assert words.document_frequencies(["bread", "iron", "bread corn", "bread iron"]) == {
        "bread": 1,
        "iron": 0,
        "bread corn": 1,
        "bread iron": 0,
    }
    asked = words.asked("bread iron")
    assert asked is not None
    assert [each for each, _ in words.best(asked, limit=5)] == [1]
    assert set(words.scores(asked, [1, 2])) == {1}


def test_a_cable_that_came_after_the_filters_were_read_passes_none_of_them() -> None:
    words = words_of([(5, ["bread"]), (9, ["bread"])])
    asked = words.asked("bread")
    assert asked is not None
    for dear in ("_TAKEN", "_LOOKED_AT"):
        with patch.object(lexical, dear, 1.0):
            assert [each for each, _ in words.best(asked, limit=5, cables=marked({5}))] == [1]


DAMAGES = ("gone", "torn", "flipped")


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_file_of_the_bm25_index_can_be_damaged_and_no_hit_is_lost(
    tmp_path: Path, tiny_model: str, write_cable: Callable[..., Path], damage: str
) -> None:
    """A flipped bit gave wrong hits, a file without its middle a panic, and without meta.json nothing was found."""
    write_cable("one.txt", ["The minister resigned.", "Snow fell."])
    folder = tmp_path / "index"
    index.build(tmp_path / "files", folder, model=tiny_model)
    whole = tmp_path / "whole"
    shutil.copytree(folder, whole)
    with index.open(folder) as cable_index:
        expected = cable_index.search("snow", by="words")
    for path in sorted((whole / "words").iterdir()):
        if not path.stat().st_size or path.name.startswith("."):
            continue
        shutil.rmtree(folder)
        shutil.copytree(whole, folder)
        content = path.read_bytes()
        middle = len(content) // 2
        damaged = folder / "words" / path.name
        if damage == "gone":
            damaged.unlink()
        elif damage == "torn":
            damaged.write_bytes(content[:middle])
        else:
            damaged.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        with index.open(folder) as cable_index:
            assert cable_index.search("snow", by="words") == expected, path.name
        index.build(None, folder)
        segments.whole(folder / "words")


def test_a_bm25_index_of_another_state_of_the_database_is_not_searched(
    tmp_path: Path, tiny_model: str, write_cable: Callable[..., Path]
) -> None:
    folder = tmp_path / "index"
    one = write_cable("one.txt", ["The minister resigned."])
    index.build(one, folder, model=tiny_model)
    shutil.copytree(folder / "words", tmp_path / "old")
    write_cable("one.txt", ["Snow fell."])
    index.build(one, folder)
    shutil.rmtree(folder / "words")
    shutil.copytree(tmp_path / "old", folder / "words")  # it holds as many paragraphs
    with index.open(folder) as cable_index:
        assert [hit.text for hit in cable_index.search("snow", by="words")] == ["Snow fell."]
        assert cable_index.document_frequencies(["resigned"]) == {"resigned": 0}
    index.build(None, folder)
    with index.open(folder) as cable_index:
        assert cable_index.document_frequencies(["resigned", "snow"]) == {"resigned": 0, "snow": 1}


def test_what_a_killed_commit_left_behind_stops_no_later_one(tmp_path: Path) -> None:
    def told(*, gone: Sequence[int], come: Sequence[int]) -> int:
        writer = lexical.writer_of(lexical.open_words(tmp_path))
        for number in gone:
            writer.delete_documents_by_term("cable", number)
        for number in come:
            writer.add_document(
                tantivy.Document(paragraph=number, cable=number, words="cotton", plain="cotton")
            )
        writer.commit()
        writer.wait_merging_threads()
        return int(lexical.open_words(tmp_path).searcher().num_docs)

    listed = tmp_path / lexical.FOLDER / "meta.json"
    assert told(gone=(), come=range(1, 11)) == 10
    committed = listed.read_bytes()
    assert told(gone=[1], come=[11]) == 10
    assert list(listed.parent.glob("*.del"))
    # As if it had been killed before the list of segments was written: the file of the deletions is there already.
    listed.write_bytes(committed)
    assert told(gone=[2], come=[11]) == 10
