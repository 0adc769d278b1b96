"""The FAISS files: what goes to the base and to the fresh one, and that no search can tell."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import index
from corpus import Cable, Paragraph
from index import packing, schema, sealing, vectors
from index.schema import transaction
from index.store import Store
from index.values import Progress

WriteCable = Callable[..., Path]
DIM = 32


def vector(seed: int) -> NDArray[np.float32]:
    drawn = np.random.default_rng(seed).standard_normal(DIM).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn), np.float32)


def put(store: Store, serial: int, *, paragraphs: int = 1) -> list[int]:
    """Store a cable whose paragraphs have vectors of chance; the ids of these."""
    texts = [f"Report {serial}, {number}." for number in range(paragraphs)]
    parts = tuple(Paragraph(number=str(n), text=text, start=0, end=0) for n, text in enumerate(texts, 1))
    cable = Cable(
        id=f"09KYIV{serial}",
        date=None,
        origin="",
        post="KYIV",
        classification="",
        paragraphs=parts,
        text=str(serial),
    )
    with transaction(store.db):
        number = store.insert(cable)
        store.show_latest(cable.id)
        ids = [row[0] for row in store.db.execute("SELECT id FROM paragraphs WHERE cable = ?", (number,))]
        for each in ids:
            store.keep_embedding(each, 1, b"", packing.packed_vectors(vector(each)[None]))
        store.advance("vectors_generation")
    return ids


def drop(store: Store, serial: int) -> None:
    with transaction(store.db):
        (number,) = store.db.execute(
            "SELECT number FROM cables WHERE id = ?", (f"09KYIV{serial}",)
        ).fetchone()
        store.remove(number)
        store.advance("vectors_generation")


def seal(store: Store) -> list[str]:
    """What it said of it."""
    said: list[str] = []
    sealing.seal(store, fingerprint="mine", dim=DIM, tell=said.append)
    return said


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, create=True) as opened:
        opened.write_note("dim", DIM)
        opened.write_note("fingerprint", "mine")
        yield opened


def files(folder: Path) -> dict[str, tuple[int, int]]:
    return {each.name: (each.stat().st_ino, each.stat().st_mtime_ns) for each in folder.glob("vectors-*")}


def shown(store: Store) -> set[int]:
    return {
        row[0]
        for row in store.db.execute("SELECT p.id FROM paragraphs p JOIN cables c ON c.number = p.cable")
    }


def test_what_comes_later_is_written_beside_the_base_which_stays(store: Store) -> None:
    for serial in range(20):
        put(store, serial)
    assert seal(store) == ["The FAISS index is made."]
    base = files(store.folder)
    ids = put(store, 21, paragraphs=3)
    assert seal(store) == ["3 vectors are written beside 20."]
    assert base.items() <= files(store.folder).items()
    assert len(files(store.folder)) == 2
    assert vectors.load(store).nearest(vector(ids[1]), limit=1) == [ids[1]]
    more = put(store, 22)
    assert seal(store) == ["4 vectors are written beside 20."]
    found = vectors.load(store)
    assert [found.nearest(vector(each), limit=1) for each in (*ids, *more, 5)] == [
        [each] for each in (*ids, *more, 5)
    ]
    assert len(files(store.folder)) == 2


def test_sealing_what_has_not_changed_touches_no_file(store: Store) -> None:
    assert seal(store) == ["The FAISS index is made."]
    assert seal(store) == []
    put(store, 1)
    seal(store)
    put(store, 2)
    seal(store)
    before = files(store.folder), store.note("vectors")
    assert seal(store) == []
    assert (files(store.folder), store.note("vectors")) == before


Change = tuple[str, int]
changes = st.lists(
    st.tuples(st.sampled_from(["put", "drop", "seal"]), st.integers(0, 7)), min_size=3, max_size=25
)


@settings(max_examples=60, deadline=None)
@given(changes)
def test_after_any_changes_the_nearest_are_those_that_are_there_and_nothing_is_crowded_out(
    made: list[Change],
) -> None:
    with TemporaryDirectory() as folder, Store(Path(folder), create=True) as store:
        store.write_note("dim", DIM)
        held: set[int] = set()
        for what, serial in made:
            if what == "seal":
                seal(store)
            elif what == "drop" and serial in held:
                held.remove(serial)
                drop(store, serial)
            elif what == "put" and serial not in held:
                held.add(serial)
                put(store, serial, paragraphs=2)
        store.write_note("fingerprint", "mine")
        seal(store)
        found = vectors.load(store)
        assert set(found.nearest(vector(1), limit=max(1, 2 * len(held)))) == shown(store)
        assert store.count_embedded() == len(shown(store)) == 2 * len(held)
        noted = sealing.sealed_in(store)
        assert noted is not None
        assert noted.paragraphs == 2 * len(held)
        for each in shown(store):
            assert found.nearest(vector(each), limit=1) == [each]
            assert found.nearest(vector(1), limit=5, allowed=np.array([each])) == [each]


def test_a_version_that_comes_to_be_shown_again_is_found_again(store: Store) -> None:
    (kept,) = put(store, 1)
    (other,) = put(store, 2)
    seal(store)
    for is_shown, found_now in ((0, [other]), (1, [kept, other])):
        with transaction(store.db):
            store.db.execute("UPDATE cables SET shown = ? WHERE id = '09KYIV1'", (not is_shown,))
            store.db.execute("UPDATE cables SET moment = NULL")
            if is_shown:
                store.show_latest("09KYIV1")
            else:
                store.db.execute("UPDATE cables SET shown = 0 WHERE id = '09KYIV1'")
                store._unseal(1)
            store.advance("vectors_generation")
        seal(store)
        assert sorted(vectors.load(store).nearest(vector(kept), limit=2)) == found_now


@pytest.mark.parametrize("what", ["came", "went"])
def test_once_a_share_of_the_base_came_or_went_all_is_made_anew_and_it_is_said(
    store: Store, what: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sealing, "_FRESH_FROM", 3)
    for serial in range(40):
        put(store, serial)
    seal(store)
    for serial in range(4):
        put(store, 100 + serial) if what == "came" else drop(store, serial)
    seal(store)
    assert store.db.execute("SELECT count(*) FROM since_base").fetchone() == (4,)
    put(store, 200) if what == "came" else drop(store, 20)
    with caplog.at_level(logging.INFO):
        said = seal(store)
    gone, came = (0, 5) if what == "came" else (5, 1)
    assert said == [
        f"Of 40 vectors those of {gone} paragraphs went, and {came} came: the FAISS index is made anew."
    ]
    assert said[0] in caplog.text
    assert store.db.execute("SELECT count(*) FROM since_base").fetchone() == (0,)
    (left,) = files(store.folder)
    assert "fresh" not in left


@pytest.mark.parametrize("damage", ["gone", "torn", "other bytes"])
def test_a_damaged_fresh_file_costs_no_hit_and_is_written_again(
    store: Store, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, 1)
    seal(store)
    base = files(store.folder)
    (later,) = put(store, 2)
    seal(store)
    (path,) = store.folder.glob("*-fresh.faiss")
    whole = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(whole[:50] if damage == "torn" else whole[:-9] + b"otherwise")
    assert vectors.load(store).nearest(vector(later), limit=1) == [later]
    assert f"{path.name} is missing or damaged; its vectors are taken from the database." in caplog.text
    assert seal(store) == ["1 vectors are written beside 1."]
    (path,) = store.folder.glob("*-fresh.faiss")
    assert path.read_bytes() == whole
    assert base.items() <= files(store.folder).items()


def test_a_damaged_base_is_made_anew_with_what_came_since(store: Store) -> None:
    first = put(store, 1)
    seal(store)
    second = put(store, 2)
    seal(store)
    (path,) = set(store.folder.glob("vectors-*")) - set(store.folder.glob("*-fresh*"))
    path.unlink()
    found = vectors.load(store)
    assert [found.nearest(vector(each), limit=1) for each in first + second] == [first, second]
    assert seal(store) == [f"{path.name} is missing, damaged or behind: the FAISS index is made anew."]
    assert len(files(store.folder)) == 1


def test_a_reader_keeps_the_base_that_it_has_read_while_only_the_fresh_file_changes(store: Store) -> None:
    put(store, 1)
    seal(store)
    old = vectors.load(store)
    (later,) = put(store, 2)
    seal(store)
    new = vectors.load(store, old=old)
    assert new.faiss_index is old.faiss_index is not None
    assert new.nearest(vector(later), limit=1) == [later]


def centroids(store: Store) -> NDArray[np.float32]:
    import faiss

    sealed = sealing.sealed_in(store)
    assert sealed is not None
    read: Any = faiss.read_index(str(store.folder / sealed.base.name))
    assert read.ntotal == sealed.base.count
    return np.asarray(read.quantizer.reconstruct_n(0, read.nlist))


def test_partitions_are_kept_until_the_base_has_doubled_and_it_is_said(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_FRESH_FROM", 10)
    monkeypatch.setattr(sealing, "FLAT_UP_TO", 50)
    ids = [put(store, 0, paragraphs=100)[0]]
    assert seal(store) == ["The FAISS index is made; its partitions are trained anew."]
    trained = centroids(store)
    ids.append(put(store, 1, paragraphs=60)[0])
    (said,) = seal(store)
    assert said == (
        "Of 100 vectors those of 0 paragraphs went, and 60 came: the FAISS index is made anew; its partitions are kept."
    )
    assert np.array_equal(centroids(store), trained)
    ids.append(put(store, 2, paragraphs=60)[0])
    (said,) = seal(store)
    assert said.endswith("made anew; its partitions are trained anew.")
    assert not np.array_equal(centroids(store)[: len(trained)], trained)
    found = vectors.load(store)
    assert [found.nearest(vector(each), limit=1) for each in ids] == [[each] for each in ids]


def test_faiss_writes_nothing_of_its_own_where_partitions_are_trained(
    store: Store, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sealing, "FLAT_UP_TO", 50)
    put(store, 0, paragraphs=340)  # 16 lists, 21 vectors each
    assert seal(store) == ["The FAISS index is made; its partitions are trained anew."]
    assert len(centroids(store)) == 16
    assert capfd.readouterr() == ("", "")


def as_before_the_fresh_file(folder: Path, *, behind: bool) -> None:
    """Turn an index back into the format of two steps."""
    with closing(sqlite3.connect(folder / schema.DATABASE)) as database, database:
        noted = json.loads(database.execute("SELECT value FROM manifest WHERE key = 'vectors'").fetchone()[0])
        base = noted["base"]
        flat = {"file": base["name"], **{name: base[name] for name in ("count", "bytes", "checksum")}}
        flat |= {name: noted[name] for name in ("generation", "fingerprint", "paragraphs")}
        flat["generation"] -= behind
        database.execute("UPDATE manifest SET value = ? WHERE key = 'vectors'", (json.dumps(flat),))
        database.execute("DROP INDEX cables_waiting")
        database.execute("ALTER TABLE cables DROP COLUMN waiting")
        database.execute("DROP TABLE published")
        database.execute("DROP TABLE tokens")
        database.execute("DROP TABLE since_base")
        database.execute("DROP TABLE files")
        database.execute("DROP INDEX rejected_by_file")
        database.execute("ALTER TABLE rejected DROP COLUMN run")
        database.execute("PRAGMA user_version = 2")


@pytest.mark.parametrize("behind", [False, True])
def test_an_index_from_before_the_fresh_file_is_searched_and_its_file_kept_where_it_was_up_to_date(
    write_cable: WriteCable, tmp_path: Path, tiny_model: str, behind: bool
) -> None:
    folder = tmp_path / "index"
    write_cable("one.txt", ["The minister resigned.", "Snow fell."], serial=1)
    index.build(tmp_path / "files", folder, model=tiny_model)
    before = files(folder)
    as_before_the_fresh_file(folder, behind=behind)
    with index.open(folder) as cable_index:
        assert len(cable_index.search("minister", by="meaning")) == 2
        assert cable_index.stats()["embedded"] == 2
    index.build(None, folder)
    assert (files(folder) == before) is not behind
    write_cable("two.txt", ["Wheat was exported."], serial=2)
    index.build(None, folder)
    with index.open(folder) as cable_index:
        assert len(cable_index.search("wheat", by="meaning")) == 3
        assert (cable_index.stats()["sealed"], len(files(folder))) == (3, 2)


def test_an_index_from_before_the_fresh_file_knows_how_many_paragraphs_wait(
    write_cable: WriteCable, tmp_path: Path, tiny_model: str
) -> None:
    # "number" is a column of paragraphs too: each cable once got the count of all that bear its own number.
    folder = tmp_path / "index"
    write_cable("one.txt", ["The minister resigned.", "Snow fell."], serial=1)
    write_cable("two.txt", ["Wheat was exported.", "Rain fell.", "Roads were closed."], serial=2)
    index.build(tmp_path / "files", folder, model=tiny_model)
    with closing(sqlite3.connect(folder / schema.DATABASE)) as database, database:
        database.execute("UPDATE paragraphs SET embedded = 0 WHERE cable = 2")
    as_before_the_fresh_file(folder, behind=False)
    with Store(folder) as store:
        rows = store.db.execute("SELECT number, waiting FROM cables ORDER BY number")
        assert rows.fetchall() == [(1, 0), (2, 3)]
        assert store.count_unembedded() == 3


def test_a_build_writes_the_fresh_file_alone_and_tells_of_it(
    write_cable: WriteCable, tmp_path: Path, tiny_model: str
) -> None:
    folder = tmp_path / "index"
    one = write_cable("one.txt", ["The minister resigned.", "Snow fell."], serial=1)
    index.build(one, folder, model=tiny_model)
    before = files(folder)
    told: list[Progress] = []
    two = write_cable("two.txt", ["Wheat was exported."], serial=2)
    with index.open(folder) as cable_index:
        assert len(cable_index.search("wheat", by="meaning")) == 2
        index.build(two, folder, progress=told.append)
        assert len(cable_index.search("wheat", by="meaning")) == 3
    assert before.items() <= files(folder).items()
    assert "1 vectors are written beside 2." in [each.note for each in told if each.stage == "seal"]
    index.build(None, folder, forget=[one])
    with index.open(folder) as cable_index:
        assert [hit.text for hit in cable_index.search("wheat", by="meaning")] == ["Wheat was exported."]


def _every_way(store: Store) -> Iterable[int]:
    slow = "SELECT count(*) FROM paragraphs p JOIN cables c ON c.number = p.cable WHERE c.shown = 1 AND p.embedded = 0"
    return store.count_unembedded(), store.db.execute(slow).fetchone()[0]


def test_paragraphs_that_wait_for_vectors_are_counted_without_a_look_at_them(store: Store) -> None:
    put(store, 1, paragraphs=3)
    with transaction(store.db):
        cable = Cable(
            id="09KYIV9",
            date=None,
            origin="",
            post="",
            classification="",
            paragraphs=tuple(Paragraph(number=str(n), text="x", start=0, end=0) for n in range(4)),
        )
        number = store.insert(cable)
        assert _every_way(store) == (0, 0)  # not shown yet
        store.show_latest(cable.id)
    assert _every_way(store) == (4, 4)
    (first, *_) = (row[0] for row in store.db.execute("SELECT id FROM paragraphs WHERE cable = ?", (number,)))
    for _ in range(2):
        store.keep_embedding(first, 1, b"", packing.packed_vectors(vector(1)[None]))
        assert _every_way(store) == (3, 3)
    plan = store.db.execute(
        "EXPLAIN QUERY PLAN SELECT total(waiting) FROM cables WHERE shown = 1 AND waiting > 0"
    )
    assert "COVERING INDEX cables_waiting" in str(plan.fetchall())
    drop(store, 9)
    assert _every_way(store) == (0, 0)
