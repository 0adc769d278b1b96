import shutil
import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import tantivy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import index
from index import Spelling, lexical, spellings
from index.encoder import Encoder
from tests.index.kept import FOLDER_ALONE

pytestmark = pytest.mark.usefixtures("kept")


WriteCable = Callable[..., Path]
TEXTS = [
    "Dr. Zhanibek Kusaliyev met Gandhi.",
    "Kazakhstan and Kazakhstan again.",
    "Kazakhstán's raids; the raid of 27JAN09.",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def near(folder: Path, word: str) -> list[tuple[str, int, int]]:
    with index.open(folder) as cable_index:
        found = cable_index.spellings([word])[word]
    return [(each.word, each.paragraphs, each.distance) for each in found]


def test_words_of_the_cables_are_found_by_words_spelled_like_them(
    write_cable: WriteCable, folder: Path, tiny_model: str
) -> None:
    index.build(write_cable("one.txt", TEXTS), folder, model=tiny_model)
    assert near(folder, "Kazahkstan") == [
        ("kazakhstan", 2, 1)
    ]  # swapped; accents and capitals count for nothing
    assert near(folder, "KUSALIEV") == [("kusaliyev", 1, 1)]
    assert near(folder, "Ghandi") == [("gandhi", 1, 2)]
    assert near(folder, "raids") == [("raids", 1, 0), ("raid", 1, 1)]
    assert near(folder, "Kazakstn") == [("kazakhstan", 2, 2)]
    assert near(folder, "Kazkstn") == []
    assert near(folder, "two words") == near(folder, "...") == near(folder, "") == []


def test_a_short_word_has_one_error_at_most(write_cable: WriteCable, folder: Path, tiny_model: str) -> None:
    index.build(write_cable("one.txt", ["Five metal mules."]), folder, model=tiny_model)
    assert near(folder, "metla") == [("metal", 1, 1)]
    assert near(folder, "mteal") == [("metal", 1, 1)]
    assert near(folder, "mtela") == []
    assert near(folder, "fve") == []


def test_spellings_follow_the_cables(write_cable: WriteCable, folder: Path, tiny_model: str) -> None:
    files = write_cable("one.txt", ["The harvest failed."]).parent
    write_cable("two.txt", ["The harvest was good."], serial=2)
    index.build(files, folder, model=tiny_model)
    with index.open(folder) as cable_index:
        assert cable_index.spellings(["harvset"]) == {
            "harvset": [Spelling(word="harvest", paragraphs=2, distance=1)]
        }
        write_cable("one.txt", ["The harbour froze."])
        index.build(files, folder)
        assert cable_index.spellings(["harvset", "harbuor"]) == {
            "harvset": [Spelling(word="harvest", paragraphs=1, distance=1)],
            "harbuor": [Spelling(word="harbour", paragraphs=1, distance=1)],
        }


@FOLDER_ALONE
@pytest.mark.parametrize("also_changed", [False, True])
@pytest.mark.parametrize("damage", ["gone", "torn", "meta gone"])
def test_damaged_spellings_stop_no_question_and_are_made_anew(
    write_cable: WriteCable, folder: Path, tiny_model: str, damage: str, also_changed: bool
) -> None:
    files = write_cable("one.txt", ["The harvest failed."]).parent
    index.build(files, folder, model=tiny_model)
    meta = folder / spellings.FOLDER / "meta.json"
    if damage == "gone":
        shutil.rmtree(folder / spellings.FOLDER)
    elif damage == "torn":
        meta.write_text("{")
    else:
        meta.unlink()
    with index.open(folder) as cable_index:
        assert [hit.text for hit in cable_index.search("harvest")] == ["The harvest failed."]
    assert near(folder, "harvset") == []
    if also_changed:
        write_cable("two.txt", ["A harvest."], serial=2)
    index.build(files, folder)
    assert near(folder, "harvset") == [("harvest", 1 + also_changed, 1)]


@FOLDER_ALONE
def test_an_index_from_before_spellings_is_searched_and_the_next_build_brings_them(
    write_cable: WriteCable, folder: Path, tiny_model: str
) -> None:
    files = write_cable("one.txt", ["The harvest failed."]).parent
    index.build(files, folder, model=tiny_model)
    _as_before(folder)
    with index.open(folder) as cable_index:
        assert [hit.words > 0 for hit in cable_index.search("harvest")] == [True]
    assert near(folder, "harvset") == []
    report = index.build(files, folder)
    assert (report.unchanged, report.embedded) == (1, 0)
    assert near(folder, "harvset") == [("harvest", 1, 1)]


def _as_before(folder: Path) -> None:
    shutil.rmtree(folder / spellings.FOLDER)
    shutil.rmtree(folder / lexical.FOLDER)
    (folder / lexical.FOLDER).mkdir()
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("paragraph", indexed=True, fast=True)
    builder.add_integer_field("cable", indexed=True, fast=True)
    builder.add_text_field("words", tokenizer_name="cable_english", index_option="freq")
    words = tantivy.Index(builder.build(), path=str(folder / lexical.FOLDER))
    words.register_tokenizer("cable_english", lexical.analyzer())
    writer = words.writer(num_threads=1)
    writer.add_document(tantivy.Document(paragraph=1, cable=1, words="The harvest failed."))
    writer.commit()
    writer.wait_merging_threads()
    database = sqlite3.connect(folder / "index.sqlite")
    with database:
        database.execute("DELETE FROM manifest WHERE key = 'spellings_generation'")
    database.close()


@FOLDER_ALONE
def test_words_that_the_model_alone_knows_are_found_last(default_encoder: Encoder) -> None:
    known = spellings.of_words(default_encoder.whole_words)
    assert Spelling(word="money", paragraphs=0, distance=1) in known.near("moeny")
    held = [Spelling(word="money", paragraphs=3, distance=1)]
    assert spellings.merged(held, known.near("moeny"))[0] == held[0]
    assert [each.word for each in spellings.merged(held, known.near("moeny"))].count("money") == 1


@FOLDER_ALONE
def test_the_model_knows_whole_words_and_not_their_pieces(default_encoder: Encoder) -> None:
    assert all(map(default_encoder.knows, ("money", "Kazakhstan", "NATO")))
    assert not any(map(default_encoder.knows, ("moeny", "##ation", "ation", "Kusaliyev")))


_WORDS = st.text(st.sampled_from("abcdk"), min_size=4, max_size=9)


@FOLDER_ALONE
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sets(_WORDS, max_size=30), _WORDS)
def test_all_that_is_near_is_found_at_its_distance(held: set[str], word: str) -> None:
    reach = 2 if len(word) >= 6 else 1
    expected = {each: distance for each in held if (distance := _distance(word, each)) <= reach}
    assert {each.word: each.distance for each in spellings.of_words(held).near(word)} == expected


@cache
def _distance(one: str, other: str) -> int:
    """Optimal string alignment, by its definition."""
    if not one or not other:
        return len(one) + len(other)
    least = min(
        _distance(one[1:], other) + 1,
        _distance(one, other[1:]) + 1,
        _distance(one[1:], other[1:]) + (one[0] != other[0]),
    )
    if len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0]:
        least = min(least, _distance(one[2:], other[2:]) + 1)
    return least


@FOLDER_ALONE
def test_words_of_new_paragraphs_are_added_and_all_are_counted_anew_once_enough_came_or_went(
    write_cable: WriteCable, folder: Path, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    anew: list[None] = []
    vocabulary = spellings.vocabulary
    monkeypatch.setattr(spellings, "vocabulary", lambda folder: anew.append(None) or vocabulary(folder))  # type: ignore[func-returns-value]
    files = write_cable("one.txt", ["The harvest failed."] * 3).parent
    index.build(files, folder, model=tiny_model)
    assert len(anew) == 1
    monkeypatch.setattr(spellings, "_ANEW_SHARE", 0.6)
    write_cable("two.txt", ["The harvest was good near Zhanaozen."], serial=2)
    index.build(files, folder)
    assert near(folder, "harvset") == [("harvest", 4, 1)]
    assert near(folder, "Zhanaozn") == [("zhanaozen", 1, 1)]
    write_cable("two.txt", ["The harbour froze."], serial=2)  # one comes, one goes: three of four now
    assert len(anew) == 1
    index.build(files, folder)
    assert len(anew) == 2
    assert near(folder, "Zhanaozn") == []
    assert near(folder, "harbuor") == [("harbour", 1, 1)]
    index.build(files, folder)
    assert len(anew) == 2
