import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import index
from index import schema
from index.errors import IndexDamaged, IndexTooNew


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
    with pytest.raises(IndexTooNew, match=r"has format 99, .* pip install --upgrade cable-qa"):
        index.open(tmp_path)


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / schema.DATABASE).write_bytes(b"not a database" * 100)
    with pytest.raises(IndexDamaged, match="Build it anew"):
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
