import logging
import shutil
import threading
from collections.abc import Callable
from datetime import date
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import index
from index import Filters, fusion, sealing, searcher
from index.encoder import Encoder
from index.schema import transaction
from index.store import Store
from tests.index.kept import FOLDER_ALONE
from tests.index.opened import folder_of

pytestmark = pytest.mark.usefixtures("kept")


WriteCable = Callable[..., Path]
MIGRANTS = ["Kazakhstan deported 17,000 migrants. Most came from Uzbekistan.", "The raids went on."]
HARVEST = ["Wheat exports fell.", "The harvest was poor."]
FOUR = (
    ("one.txt", MIGRANTS, "ASTANA", "P 270959Z FEB 09", "PREL, KZ", "MIGRANTS"),
    ("two.txt", HARVEST, "KYIV", "P 011200Z MAR 08", "EAGR, UP", "HARVEST"),
    ("three.txt", ["The president visited Almaty."], "ASTANA", "P 151000Z JUN 08", "PREL", "A VISIT"),
    ("four.txt", ["Wheat was sold to Kazakhstan."], "ANKARA", "P 311200Z DEC 07", "ETRD", "TRADE"),
)


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory, cable_text: Callable[..., str], tiny_model: str, kept: str
) -> Path:
    files = tmp_path_factory.mktemp("searched")
    for serial, (name, paragraphs, post, dtg, tags, subject) in enumerate(FOUR, start=1):
        unusual = {"serial": serial, "post": post, "dtg": dtg, "tags": tags, "subject": subject}
        (files / name).write_text(cable_text(paragraphs, **unusual))
    index.build(files, files / "index", model=tiny_model, device="cpu")
    assert kept  # of each place one
    return files / "index"


@pytest.fixture
def opened(folder: Path) -> index.Index:
    return index.open(folder, device="cpu")


def test_a_hit_shows_its_paragraph_its_cable_and_the_evidence(
    opened: index.Index,
) -> None:
    with opened:
        (hit, *_) = opened.search("How many migrants were deported?")
        assert (hit.cable_id, hit.paragraph, hit.post, hit.subject) == (
            "09ASTANA1",
            "1",
            "ASTANA",
            "MIGRANTS",
        )
        assert hit.text == "Kazakhstan deported 17,000 migrants. Most came from Uzbekistan."
        assert (hit.tags, hit.classification) == (("PREL", "KZ"), "UNCLASSIFIED")
        assert [hit.text[each.start : each.end] for each in hit.sentences] == [
            "Kazakhstan deported 17,000 migrants.",
            "Most came from Uzbekistan.",
        ]
        best = max(each.cosine for each in hit.sentences)
        assert hit.words > 0
        assert hit.score == pytest.approx(fusion.score(dense=hit.dense, sentence=best, words=hit.words))


def test_every_candidate_has_all_evidence_and_the_order_is_the_score(opened: index.Index) -> None:
    with opened:
        hits = opened.search("wheat", k=10)
        assert len(hits) == 6
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert {hit.text: hit.words > 0 for hit in hits} == {
            "Wheat exports fell.": True,
            "Wheat was sold to Kazakhstan.": True,
            "The harvest was poor.": False,
            "The raids went on.": False,
            "The president visited Almaty.": False,
            "Kazakhstan deported 17,000 migrants. Most came from Uzbekistan.": False,
        }
        assert all(hit.sentences for hit in hits)
        assert opened.search("wheat", k=10) == hits
        assert opened.search("wheat", k=2) == hits[:2]
        assert opened.search("wheat", k=0) == []


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(), ["09ASTANA1", "08ASTANA3", "08KYIV2", "07ANKARA4"]),
        (Filters(posts=("ASTANA",)), ["09ASTANA1", "08ASTANA3"]),
        (Filters(posts=("astana", "Kyiv")), ["09ASTANA1", "08ASTANA3", "08KYIV2"]),
        (Filters(tags=("PREL",), years=(2008,)), ["08ASTANA3"]),
        (Filters(years=(2007, 2009)), ["09ASTANA1", "07ANKARA4"]),
        (Filters(since=date(2008, 6, 15)), ["09ASTANA1", "08ASTANA3"]),
        (Filters(until=date(2008, 3, 1)), ["08KYIV2", "07ANKARA4"]),
        (Filters(cable_ids=("08KYIV2",)), ["08KYIV2"]),
        (Filters(classifications=("SECRET",)), []),
        (Filters(words="wheat kazakhstan"), ["07ANKARA4"]),
        (Filters(words="exporting harvests"), ["08KYIV2"]),
        (Filters(words="wheat", posts=("KYIV",)), ["08KYIV2"]),
        (Filters(words="(?!"), ["09ASTANA1", "08ASTANA3", "08KYIV2", "07ANKARA4"]),
        (Filters(posts=("'; DROP TABLE cables; --",)), []),
    ],
    ids=str,
)
def test_filters_are_firm(opened: index.Index, filters: Filters, ids: list[str]) -> None:
    with opened:
        assert [row.id for row in opened.cables(filters)] == ids
        assert opened.count(filters) == len(ids)
        hits = opened.search("Who was deported to Uzbekistan?", k=10, filters=filters)
        assert {hit.cable_id for hit in hits} == set(ids)


def test_cables_come_in_pages_by_date(opened: index.Index) -> None:
    with opened:
        assert [row.id for row in opened.cables(limit=2, offset=1)] == ["08ASTANA3", "08KYIV2"]
        oldest = opened.cables(order="oldest")
        assert [(row.id, row.paragraphs) for row in oldest[:2]] == [("07ANKARA4", 1), ("08KYIV2", 2)]


def test_facets_count_cables(opened: index.Index) -> None:
    with opened:
        facets = opened.facets(Filters(tags=("PREL", "EAGR")))
        assert facets.posts == (("ASTANA", 2), ("KYIV", 1))
        assert facets.years == ((2008, 2), (2009, 1))
        assert facets.months == (("2008-03", 1), ("2008-06", 1), ("2009-02", 1))
        assert facets.tags == (("PREL", 2), ("EAGR", 1), ("KZ", 1), ("UP", 1))
        assert facets.classifications == (("UNCLASSIFIED", 3),)


def test_an_id_may_be_written_in_other_ways(opened: index.Index) -> None:
    (first, *_) = opened.cables()
    year, rest = first.id[:2], first.id[2:]
    assert opened.cable(f"{year} {rest.lower()}").id == first.id


def test_a_cable_that_is_not_there_is_a_sentence(opened: index.Index) -> None:
    with opened, pytest.raises(index.CableNotFound, match="holds no cable 09NOWHERE1"):
        opened.cable("09NOWHERE1")


def test_frequencies_count_paragraphs_in_whichever_form_and_place(opened: index.Index) -> None:
    with opened:
        asked = ["migrant", "Migrants", "deporting", "wheat", "Wheat exports", "17,000", "", "—", "\ud800"]
        found = opened.document_frequencies(asked)
        # MIGRANTS is also the subject above the second paragraph of its cable.
        assert list(found.values()) == [2, 2, 1, 2, 1, 1, 0, 0, 0]


def test_stats_are_whole_numbers(opened: index.Index) -> None:
    with opened:
        stats = opened.stats()
        assert (stats["cables"], stats["paragraphs"], stats["embedded"], stats["sealed"]) == (4, 6, 6, 6)
        assert (stats["rejected"], stats["superseded"], stats["generation"] > 0) == (0, 0, True)
        assert stats["bytes"] > 10_000


@FOLDER_ALONE
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text() | st.text("\"'()[]{}:^~*?\\/+-&|!AND ORNOT\x00", max_size=20))
def test_no_question_that_can_be_typed_raises(folder: Path, question: str) -> None:
    with index.open(folder, device="cpu") as words_only:
        filters = Filters(words=question)
        assert words_only.count(filters) <= 4
        with folder_of(words_only).stores.lent() as store:
            derived = folder_of(words_only).derived(store)
        asked = derived.words.asked(question)
        assert asked is None or len(derived.words.best(asked, limit=5)) <= 5


@pytest.mark.parametrize(
    "question", ["", " ", "?", "\ud800", "\x00", "the of", "x" * 100_000, "AND (", "text:a^2"]
)
def test_a_strange_question_is_answered_all_the_same(opened: index.Index, question: str) -> None:
    with opened:
        assert len(opened.search(question, k=3)) == 3


@FOLDER_ALONE
@pytest.mark.parametrize("damage", ["gone", "torn", "other bytes"])
def test_a_damaged_faiss_file_costs_no_hit_and_is_written_again(
    folder: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    with index.open(folder, device="cpu") as cable_index:
        expected = cable_index.search("Who went where?")
    (path,) = folder.glob("vectors-*.faiss")
    whole = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(whole[:100] if damage == "torn" else whole[:-9] + b"otherwise")
    with caplog.at_level(logging.WARNING), index.open(folder, device="cpu") as cable_index:
        assert cable_index.search("Who went where?") == expected
    assert "is missing or damaged; its vectors are taken from the database." in caplog.text
    report = index.build(None, folder)
    (again,) = folder.glob("vectors-*.faiss")
    assert (report.embedded, again.read_bytes() == whole) == (0, True)


def test_no_question_is_logged_above_debug(opened: index.Index, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), opened:
        opened.search("a very secret question")
    assert "secret" not in caplog.text


@FOLDER_ALONE
def test_a_folder_that_is_made_anew_under_an_open_index_answers_with_what_it_holds_now(
    write_cable: WriteCable, tmp_path: Path, tiny_model: str
) -> None:
    folder = tmp_path / "index"
    old = write_cable("old.txt", ["The bridge was closed."], serial=1)
    index.build(old, folder, model=tiny_model)
    with index.open(folder) as cable_index:
        assert [hit.cable_id for hit in cable_index.search("bridge")] == ["09ASTANA1"]
        assert cable_index.posts() == ["ASTANA"]
        assert cable_index.facets().posts == (("ASTANA", 1),)
        shutil.rmtree(folder)
        with pytest.raises(index.IndexNotFound, match="There is no index in"):
            cable_index.search("bridge")
        new = write_cable("new.txt", ["The bridge was opened."], serial=2, post="KYIV")
        index.build(new, folder, model=tiny_model)
        assert cable_index.posts() == ["KYIV"]
        assert cable_index.facets().posts == (("KYIV", 1),)
        assert [hit.cable_id for hit in cable_index.search("bridge")] == ["09KYIV2"]
        assert [row.id for row in cable_index.cables()] == ["09KYIV2"]


@FOLDER_ALONE
def test_posts_are_read_once_and_anew_after_a_build_that_changed_them(
    write_cable: WriteCable, tmp_path: Path, tiny_model: str
) -> None:
    folder, files = tmp_path / "index", tmp_path / "files"
    write_cable("one.txt", ["The bridge was closed."], serial=1)
    index.build(files, folder, model=tiny_model)
    statements: list[str] = []
    with index.open(folder) as cable_index:
        with folder_of(cable_index).stores.lent() as store:  # the one that is lent again
            store.db.set_trace_callback(statements.append)
        assert cable_index.posts() == ["ASTANA"]
        cable_index.posts().clear()  # the caller's own list
        assert cable_index.posts() == ["ASTANA"]
        assert len([each for each in statements if "DISTINCT post" in each]) == 1
        two = write_cable("two.txt", ["The bridge was opened."], serial=2, post="ANKARA")
        index.build(files, folder)
        assert cable_index.posts() == ["ANKARA", "ASTANA"]
        two.unlink()
        index.build(files, folder, prune=True)
        assert cable_index.posts() == ["ASTANA"]


def test_what_is_not_embedded_yet_is_found_by_words_and_read_closely(
    write_cable: WriteCable, tmp_path: Path, tiny_model: str
) -> None:
    stop = threading.Event()

    def after_reading(progress: index.Progress) -> None:
        if progress.stage == "read" and progress.done:
            stop.set()

    folder = tmp_path / "index"
    cable = write_cable("one.txt", ["The bridge was closed. It rained."])
    index.build(cable, folder, model=tiny_model, progress=after_reading, stop=stop)
    with index.open(folder, model=tiny_model) as cable_index:
        assert cable_index.stats()["embedded"] == 0
        hits = cable_index.search("bridge")
        (match,) = cable_index.token_matches("closed bridge", hits)
    assert [hit.paragraph for hit in hits] == ["1"]
    assert match.sentences == ((0, 22), (23, 33))
    assert len(match.cosines) == len(match.pieces)
    assert all(-1.001 <= cosine <= 1.001 for row in match.cosines for cosine in row)


def test_a_token_comes_nearest_to_the_sentence_that_speaks_of_it(
    write_cable: WriteCable, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    index.build(write_cable("one.txt", ["The bridge was closed. It rained in the valley."]), folder)
    question = "rainfall at the bridge"
    with index.open(folder) as cable_index:
        (match,) = cable_index.token_matches(question, cable_index.search(question))
    asked = [question[start:end] for start, end in match.pieces]
    assert asked == ["rainfall", "at", "the", "bridge"]
    text = "The bridge was closed. It rained in the valley."
    read = [text[start:end] for start, end in match.tokens]
    nearest = {word: read[place] for word, place in zip(asked, match.cosines.argmax(axis=1), strict=True)}
    assert nearest["bridge"] == "bridge"
    assert nearest["rainfall"] == "rained"
    assert match.cosines.shape == (len(asked), len(read))
    assert match.sentence_cosines.shape == (len(match.sentences),)


def test_what_stands_above_a_paragraph_is_held_apart_from_its_text(
    write_cable: WriteCable, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    index.build(write_cable("one.txt", ["It rained in the valley."], subject="THE BRIDGE"), folder)
    with index.open(folder) as cable_index:
        (match,) = cable_index.token_matches("bridge", cable_index.search("bridge"))
    assert match.tokens[0] == (0, 2)
    assert match.above[0] > match.cosines[0].max()


def test_readers_never_wait_for_a_build_and_see_what_it_brings(
    write_cable: WriteCable, tmp_path: Path, tiny_model: str
) -> None:
    write_cable("0.txt", ["The first text."], serial=1)
    folder = tmp_path / "index"
    index.build(tmp_path / "files", folder, model=tiny_model, device="cpu")
    failures: list[BaseException] = []
    searches = 0
    built = threading.Event()

    with index.open(folder, device="cpu") as cable_index:

        def read() -> None:
            nonlocal searches
            try:
                while not built.is_set():
                    hits = cable_index.search("text", k=5)
                    assert hits
                    assert all(cable_index.cable(hit.cable_id) for hit in hits)
                    searches += 1
            except BaseException as error:
                failures.append(error)

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for serial in range(2, 5):
            write_cable(f"{serial}.txt", [f"Another text of {serial}."], serial=serial)
            index.build(tmp_path / "files", folder)
        built.set()
        for reader in readers:
            reader.join()
        assert failures == []
        assert searches > 0
        assert {hit.cable_id for hit in cable_index.search("text", k=9)} == {
            f"09ASTANA{n}" for n in range(1, 5)
        }


def test_the_model_of_the_program_finds_a_paraphrase(
    write_cable: WriteCable, tmp_path: Path, default_encoder: Encoder
) -> None:
    write_cable(
        "one.txt",
        [
            "Border guards sent home 17,000 foreign workers last year.",
            "The Prime Minister opened a new opera house in the capital.",
            "Grain prices doubled after the drought.",
        ],
    )
    index.build(tmp_path / "files", tmp_path / "index", device="cpu", threads=2)
    with index.open(tmp_path / "index", device="cpu", threads=2) as cable_index:
        asked = {"How many migrants were deported?": "1", "Where can one hear singers?": "2"}
        assert {question: cable_index.search(question)[0].paragraph for question in asked} == asked
        (hit,) = cable_index.search("How many migrants were deported?", k=1)
        question = default_encoder.encode_question("How many migrants were deported?")
        (encoded,) = default_encoder.encode_paragraphs(*_one_window(default_encoder, hit))
        assert hit.dense == pytest.approx(float(encoded.windows[0] @ question), abs=0.005)


def _one_window(
    model: Encoder, hit: index.Hit
) -> tuple[list[list[index.windows.Window]], list[list[tuple[int, int]]]]:
    from index.windows import context, windows

    before = context(subject=hit.subject, post=hit.post, date=hit.date, heading=hit.heading)
    cut = windows(hit.text, before, model.offsets, max_tokens=model.max_tokens)
    return [cut], [[(0, len(hit.text))]]


@FOLDER_ALONE
def test_inverted_lists_find_what_an_exact_search_finds() -> None:
    import faiss

    from index.vectors import Vectors

    drawn = np.random.default_rng(11).standard_normal((4_000, 32)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    ids = np.arange(1, 4_001, dtype=np.int64)
    inverted = faiss.index_factory(32, f"IVF64,{sealing.PARTITIONED}", faiss.METRIC_INNER_PRODUCT)
    inverted.train(drawn)
    inverted.add_with_ids(drawn, ids)
    nearest = Vectors(inverted, 1)
    assert nearest.nearest(drawn[41], limit=5)[0] == 42
    allowed = np.array([7, 42, 1_000])
    assert set(nearest.nearest(drawn[41], limit=5, allowed=allowed)) <= {7, 42, 1_000}
    assert nearest.nearest(drawn[41], limit=5, allowed=np.array([], np.int64)) == []


def test_paragraphs_can_be_ranked_by_words_alone_or_by_meaning_alone(opened: index.Index) -> None:
    with opened:
        every = opened.search("wheat to Kazakhstan", k=10)
        words = opened.search("wheat to Kazakhstan", k=10, by="words")
        meaning = opened.search("wheat to Kazakhstan", k=10, by="meaning")
        assert words[0].text == "Wheat was sold to Kazakhstan."
        assert [hit.score for hit in words] == sorted((hit.words for hit in every if hit.words), reverse=True)
        assert [hit.score for hit in meaning] == sorted((hit.dense for hit in every), reverse=True)
        assert len(words) < len(meaning) == 6
        assert opened.search("(?!", by="words") == []


def test_page_by_page_a_search_gives_what_it_gives_at_once_and_ranks_once(
    opened: index.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened:
        at_once = opened.search("wheat in Kazakhstan", k=20)
        assert len(at_once) == 6
        monkeypatch.setattr(opened, "_found", None)  # it is not asked again
        pages = [opened.search("wheat in Kazakhstan", k=4, offset=first) for first in (0, 4, 8)]
        assert [len(page) for page in pages] == [4, 2, 0]
        assert list(chain(*pages)) == at_once
        by_words = opened.search("wheat in Kazakhstan", by="words")
        assert opened.search("wheat in Kazakhstan", k=1, offset=1, by="words") == by_words[1:2]


def test_a_page_is_ranked_anew_after_a_build(
    write_cable: WriteCable, tmp_path: Path, tiny_model: str
) -> None:
    folder, files = tmp_path / "index", tmp_path / "files"
    write_cable("one.txt", ["Wheat exports fell."], serial=1)
    index.build(files, folder, model=tiny_model)
    with index.open(folder) as cable_index:
        assert len(cable_index.search("wheat")) == 1
        write_cable("two.txt", ["Wheat was sold."], serial=2)
        index.build(files, folder)
        assert len(cable_index.search("wheat")) == 2


@pytest.mark.parametrize(("k", "offset"), [(-1, 0), (10, -1)])
def test_a_page_below_zero_is_refused(opened: index.Index, k: int, offset: int) -> None:
    with opened, pytest.raises(ValueError, match="neither can be below 0"):
        opened.search("wheat", k=k, offset=offset)


@FOLDER_ALONE
def test_nothing_is_said_of_a_bm25_index_that_the_first_build_is_yet_to_make(
    write_cable: WriteCable, tmp_path: Path, tiny_model: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "index"
    write_cable("one.txt", ["Wheat exports fell."], serial=1)
    index.build(tmp_path / "files", folder, model=tiny_model)
    shutil.rmtree(folder / "words")
    with index.open(folder) as cable_index:
        assert [hit.text for hit in cable_index.search("wheat", by="words")] == ["Wheat exports fell."]
    assert "The BM25 index cannot be read (meta.json is missing)" in caplog.text
    caplog.clear()
    with Store(folder) as store, transaction(store.db):
        store.db.execute("DELETE FROM manifest WHERE key = 'words_generation'")
    with index.open(folder) as cable_index:
        assert [hit.text for hit in cable_index.search("wheat", by="words")] == ["Wheat exports fell."]
    assert caplog.text == ""


def test_an_id_that_is_found_as_it_stands_is_not_written_in_another_way_first(
    opened: index.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What writes it takes a tenth of a second to import, and every answer reads its cable.
    monkeypatch.setattr(searcher, "_canonical_id", None)
    with opened:
        assert opened.cable("09ASTANA1").id == "09ASTANA1"
        assert opened.neighbours("09ASTANA1") == ("08ASTANA3", None)
