import json
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
import index
from index import schema
from index.errors import IndexDamaged, IndexReadOnly, IndexTooNew
from index.store import Store
from tests.index.opened import folder_of


def test_a_new_database_has_every_step(tmp_path: Path) -> None:
    database = schema.connect(tmp_path, create=True)
    assert schema.version(database) == len(schema.STEPS)
    database.close()


def test_a_folder_without_an_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(index.IndexNotFound, match="Make one first: cable-qa build CABLES --index"):
        index.open(tmp_path)


def test_a_later_format_is_left_alone(tmp_path: Path) -> None:
    database = schema.connect(tmp_path, create=True)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(IndexTooNew, match=r"has format 99, .* Take a newer version"):
        index.open(tmp_path)


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / schema.DATABASE).write_bytes(b"not a database" * 100)
    with pytest.raises(IndexDamaged, match="check --repair"):
        index.open(tmp_path)


@pytest.fixture
def nothing_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions alone would not do: these tests may run as root."""
    monkeypatch.setattr("os.access", lambda _path, mode, **_: mode & os.W_OK == 0)


def test_an_index_that_cannot_be_written_is_asked_and_left_as_it_is(
    tmp_path: Path, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.build(corpus.shipped_cables(), tmp_path, model=tiny_model)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    monkeypatch.setattr("os.access", lambda _path, mode, **_: mode & os.W_OK == 0)
    with index.open(tmp_path) as opened:
        assert opened.search("deported migrants")[0].cable_id == "09ASTANA368"
        assert opened.stats()["cables"] == 1
        with (
            pytest.raises(sqlite3.OperationalError, match="readonly"),
            folder_of(opened).stores.lent() as store,
        ):
            store.write_note("model", "another")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    with pytest.raises(PermissionError, match="Permission denied"):
        index.build(None, tmp_path)


def test_what_cannot_be_written_is_read_as_its_owner_has_committed_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(tmp_path, create=True) as owner:
        owner.write_note("model", "first")
        not_yet_in_the_database = tmp_path / f"{schema.DATABASE}-wal"
        assert not_yet_in_the_database.stat().st_size
        monkeypatch.setattr("os.access", lambda _path, mode, **_: mode & os.W_OK == 0)
        with Store(tmp_path) as guest:
            assert guest.note("model") == "first"
            owner.write_note("model", "second")
            assert guest.note("model") == "second"
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                guest.write_note("model", "third")


def test_a_database_that_cannot_be_read_is_said_to_be_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(tmp_path, create=True).close()
    monkeypatch.setattr("os.access", lambda _path, mode, **_: mode & os.R_OK == 0)
    with pytest.raises(PermissionError, match=rf"Permission denied.*{schema.DATABASE}"):
        index.open(tmp_path)


@pytest.mark.usefixtures("nothing_can_be_written")
def test_what_would_have_to_be_written_first_is_said(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / schema.DATABASE)) as database:
        database.execute("PRAGMA user_version = 1")
    with pytest.raises(IndexReadOnly, match="cannot be written, and an earlier version made it"):
        index.open(tmp_path)
    (tmp_path / f"{schema.DATABASE}-wal").write_bytes(b"not yet in the database")
    with pytest.raises(IndexReadOnly, match="a build did not come to its end"):
        index.open(tmp_path)


@given(st.integers(0, sum(map(len, schema.STEPS)) - 1))
def test_a_step_that_fails_anywhere_leaves_nothing_behind(fails_at: int) -> None:
    database = sqlite3.connect(":memory:", isolation_level=None)
    statements = [statement for step in schema.STEPS for statement in step]
    statements[fails_at] = "BROKEN"

    def step() -> None:
        with schema.transaction(database):
            for statement in statements:
                database.execute(statement)

    with pytest.raises(sqlite3.OperationalError, match="syntax error"):
        step()
    assert database.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    assert schema.version(database) == 0
    schema.migrate(database, Path())
    assert schema.version(database) == len(schema.STEPS)
    database.close()


def first_format(database: sqlite3.Connection, cables: Sequence[tuple[str, Sequence[str]]]) -> None:
    """A database as version 0.1.0 first made it, with cables: (id, references)."""
    for statement in schema.STEPS[0]:
        database.execute(statement)
    database.execute("PRAGMA user_version = 1")
    for cable_id, references in cables:
        fields = json.dumps({"signer": "SMITH"} | ({"references": references} if references else {}))
        database.execute(
            "INSERT INTO cables (id, identity, digest, shown, date, day, moment, post, origin, classification,"
            " subject, paragraphs, fields, file, offset) VALUES (?, x'00', x'00', 1, '2009-02-27T09:59:00+00:00',"
            " '2009-02-27', 1235728740, 'ASTANA', 'Embassy Astana', 'SECRET', 'A REPORT', 0, ?, 'one.txt', 0)",
            (cable_id, fields),
        )


def test_an_index_of_the_first_format_is_brought_to_the_newest_with_all_its_cables(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / schema.DATABASE, isolation_level=None)
    first_format(database, [("09ASTANA1", []), ("09ASTANA2", ["09ASTANA1", "08STATE7"]), ("09ASTANA3", [])])
    database.close()
    with index.open(tmp_path) as cable_index:
        assert [row.id for row in cable_index.cables(order="oldest")] == [
            "09ASTANA1",
            "09ASTANA2",
            "09ASTANA3",
        ]
        assert [row.id for row in cable_index.referring("08STATE7")] == ["09ASTANA2"]
        assert cable_index.neighbours("09ASTANA2") == ("09ASTANA1", "09ASTANA3")
        assert cable_index.facets().posts == (("ASTANA", 3),)
        assert cable_index.count() == 3


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_an_index_that_an_earlier_version_made_answers_and_is_built_on(tmp_path: Path, number: int) -> None:
    """`fixtures/` holds what the code of its day wrote, and no derived files."""
    script = (Path(__file__).parent / "fixtures" / f"format_{number}.sql").read_text(encoding="utf-8")
    database = sqlite3.connect(tmp_path / schema.DATABASE, isolation_level=None)
    database.executescript(script)
    assert schema.version(database) == number < len(schema.STEPS)
    database.close()

    def asked() -> list[str]:
        with index.open(tmp_path, threads=1) as cable_index:
            assert cable_index.cable("09ASTANA2").references == ("08STATE7",)
            assert [row.id for row in cable_index.referring("08STATE7")] == ["09ASTANA1", "09ASTANA2"]
            by = [cable_index.search("Who resigned?", k=1, by=way) for way in ("all", "words", "meaning")]
            return [hit.text for hits in by for hit in hits]

    assert asked() == ["The minister resigned on Friday."] * 3
    assert not [problem for problem in index.check(tmp_path).problems if problem.lasting]
    report = index.build(None, tmp_path, threads=1)
    assert (report.paragraphs, report.embedded) == (4, 0)
    assert asked() == ["The minister resigned on Friday."] * 3
    assert index.check(tmp_path) == index.CheckReport(cables=2, paragraphs=4, embedded=4)


ids = st.sampled_from(["08STATE7", "08STATE8", "09ASTANA1", "09astana1", "09ASTANA2"])


@given(st.lists(st.lists(ids, max_size=4), max_size=4))
def test_references_that_were_stored_before_there_was_a_table_of_them_are_in_it(
    references: list[list[str]],
) -> None:
    database = sqlite3.connect(":memory:", isolation_level=None)
    first_format(database, [(f"09KYIV{number}", of_one) for number, of_one in enumerate(references, start=1)])
    schema.migrate(database, Path())
    found = database.execute("SELECT upper(reference), cable FROM refs ORDER BY cable, reference").fetchall()
    expected = {
        (each.upper(), number) for number, of_one in enumerate(references, start=1) for each in of_one
    }
    assert found == sorted(expected, key=lambda each: (each[1], each[0]))
    database.close()
