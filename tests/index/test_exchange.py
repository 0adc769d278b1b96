"""export and import_: the same answers elsewhere, nothing lost, and nothing believed of a file."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import index
from index import exchange, schema
from index.errors import (
    BadExport,
    ExportExists,
    ImportMismatch,
    IndexBusy,
    IndexDamaged,
    IndexNotFound,
    ModelMismatch,
    ModelNotNamed,
)
from index.lock import only_builder
from index.store import Store
from index.values import Progress
from qa.cli import main

HOUSE = Path(__file__).parents[2]
ALL = tuple(f"09ASTANA{serial}" for serial in range(1, 25))


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, tiny_model: str, cable_text: Callable[..., str]) -> Path:
    """A folder with 24 cables of 3 paragraphs: `first` and `second` half, `index` of both, and the export of that."""
    top = tmp_path_factory.mktemp("exchange")
    draw = random.Random(2)
    for serial in range(1, 25):
        texts = [" ".join(draw.choice(("wheat", "snow", "gas", "rail")) for _ in range(60)) for _ in range(3)]
        path = top / ("first" if serial <= 12 else "second") / f"{serial:02}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(cable_text(texts, serial=serial))
    index.build([top / "first", top / "second"], top / "index", model=tiny_model, threads=1, keep_tokens=True)
    index.export(top / "index", top / "all.cables")
    return top


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """A copy of that export, to be changed."""
    return Path(shutil.copy(whole / "all.cables", tmp_path / "copy.cables"))


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Whoever builds finds no model."""

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("a model was loaded")

    for module in ("builder", "encoder", "searcher"):
        monkeypatch.setattr(f"index.{module}.load", refuse)
    yield monkeypatch
    monkeypatch.undo()


def answers(folder: Path, ids: Sequence[str] = ALL) -> list[object]:
    """All that can be asked, with its scores; not the numbers that paragraphs have in one index."""
    with index.open(folder) as cable_index:
        hits = [cable_index.search("wheat and snow", k=200, by=by) for by in ("all", "words", "meaning")]
        cables = [cable_index.cable(each) for each in ids]
        counted = {k: v for k, v in cable_index.stats().items() if k not in ("bytes", "generation")}
        return [
            [[replace(hit, id=0) for hit in some] for some in hits],
            [replace(each, source=each.source.__class__(file="")) for each in cables],
            cable_index.facets(),
            cable_index.spellings(["wheet"]),
            counted,
        ]


def scores(folder: Path) -> dict[tuple[str, str, str], float]:
    with index.open(folder) as cable_index:
        return {
            (by, hit.cable_id, hit.paragraph): hit.score
            for by in ("all", "words", "meaning")
            for hit in cable_index.search("wheat and snow", k=200, by=by)
        }


def tokens(folder: Path) -> list[bytes]:
    with Store(folder) as store:
        return [signs for (signs,) in store.db.execute("SELECT signs FROM tokens ORDER BY paragraph")]


def change(path: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        assert db.execute(sql, values).rowcount > 0


def sign(file: Path, **manifest: object) -> None:
    """Make all checksums of an export agree with what it holds, as whoever changes it on purpose would."""
    with closing(sqlite3.connect(file)) as db, db:
        for number, *columns, _ in db.execute("SELECT * FROM cables").fetchall():
            paragraphs = db.execute(
                'SELECT number, heading, marking, start, "end", windows, spans, vectors, signs FROM paragraphs'
                " WHERE id >= ?1 AND id < ?1 + ?2 ORDER BY id",
                columns[-2:],
            ).fetchall()
            mark = exchange.checksum(columns, paragraphs)
            db.execute("UPDATE cables SET checksum = ? WHERE number = ?", (mark, number))
        (value,) = db.execute("SELECT value FROM manifest").fetchone()
        value = json.dumps(json.loads(value) | manifest)
        db.execute("UPDATE manifest SET value = ?, checksum = ?", (value, exchange.checksum([value])))


# What comes across


def test_an_index_that_was_moved_answers_as_before_and_no_model_was_loaded(
    whole: Path, tmp_path: Path, tiny_model: str, no_model: pytest.MonkeyPatch
) -> None:
    told: list[Progress] = []
    report = index.import_(tmp_path / "new", whole / "all.cables", model=tiny_model, progress=told.append)
    assert report == index.ImportReport(added=24, paragraphs=72, embeddings=72)
    assert told[0] == Progress(stage="import", done=0, total=24, note=str(whole / "all.cables"))
    assert Progress(stage="import", done=24, total=24) in told
    no_model.undo()
    assert answers(tmp_path / "new") == answers(whole / "index")
    assert tokens(tmp_path / "new") == tokens(whole / "index") != []
    assert index.check(tmp_path / "new") == index.check(whole / "index")
    with index.open(tmp_path / "new") as cable_index:
        assert cable_index.sources() == []
        assert cable_index.cable(ALL[0]).source.file == f"imported:all.cables{whole / 'first' / '01.txt'}"


def test_an_export_of_an_import_is_the_same_file_but_for_places(
    whole: Path, tmp_path: Path, tiny_model: str
) -> None:
    index.import_(tmp_path / "new", whole / "all.cables", model=tiny_model)
    report = index.export(tmp_path / "new", tmp_path / "again.cables")
    size = (tmp_path / "again.cables").stat().st_size
    assert report == index.ExportReport(cables=24, paragraphs=72, embedded=72, bytes=size)
    rows = [
        sqlite3.connect(path).execute("SELECT id, identity, date, fields, body FROM cables").fetchall()
        + sqlite3.connect(path).execute("SELECT * FROM paragraphs").fetchall()
        for path in (whole / "all.cables", tmp_path / "again.cables")
    ]
    assert rows[0] == rows[1]
    # What was imported twice keeps the first name, so that two machines that exchange every day do not pile names up.
    index.import_(tmp_path / "third", tmp_path / "again.cables", model=tiny_model)
    with index.open(tmp_path / "third") as cable_index:
        assert cable_index.cable(ALL[0]).source.file.startswith("imported:all.cables/")


def test_two_halves_that_were_read_apart_are_the_whole(
    whole: Path, tmp_path: Path, tiny_model: str, no_model: pytest.MonkeyPatch
) -> None:
    no_model.undo()
    for half in ("first", "second"):
        index.build(whole / half, tmp_path / half, model=tiny_model, threads=1, keep_tokens=True)
        index.export(tmp_path / half, tmp_path / f"{half}.cables")
    files = [tmp_path / "first.cables", tmp_path / "second.cables"]
    no_model.setattr("index.builder.load", None)
    report = index.import_(tmp_path / "both", files, model=tiny_model)
    assert report == index.ImportReport(added=24, paragraphs=72, embeddings=72)
    into = index.import_(tmp_path / "first", files[1])
    assert into == index.ImportReport(added=12, paragraphs=36, embeddings=36)
    no_model.undo()
    assert answers(tmp_path / "both") == answers(tmp_path / "first")
    # But for the last bits of vectors: a model computes them a little otherwise beside other paragraphs.
    both, one = scores(tmp_path / "both"), scores(whole / "index")
    assert both.keys() == one.keys()
    assert both == pytest.approx(one, abs=1e-3)
    assert index.check(tmp_path / "both").sound
    assert index.check(tmp_path / "first").sound


def test_what_is_there_already_is_not_taken_twice(whole: Path, tmp_path: Path, tiny_model: str) -> None:
    index.import_(tmp_path / "new", [whole / "all.cables"] * 2, model=tiny_model)
    before = answers(tmp_path / "new")
    report = index.import_(tmp_path / "new", whole / "all.cables")
    assert report == index.ImportReport(unchanged=24)
    assert answers(tmp_path / "new") == before
    assert index.check(tmp_path / "new").sound


def test_the_version_with_the_latest_date_stands_wherever_it_came_from(
    tmp_path: Path, tiny_model: str, cable_text: Callable[..., str]
) -> None:
    for name, stamp in (("old", "P 270959Z FEB 09"), ("new", "P 280959Z FEB 09")):
        (tmp_path / f"{name}.txt").write_text(cable_text([f"The {name} text."], dtg=stamp))
        index.build(tmp_path / f"{name}.txt", tmp_path / name, model=tiny_model, threads=1)
        index.export(tmp_path / name, tmp_path / f"{name}.cables")
    index.import_(tmp_path / "old", tmp_path / "new.cables")
    index.import_(tmp_path / "new", tmp_path / "old.cables")
    for name in ("old", "new"):
        with index.open(tmp_path / name) as cable_index:
            assert cable_index.cable("09ASTANA1").paragraphs[0].text == "The new text."
            assert cable_index.stats()["superseded"] == 1
        assert index.check(tmp_path / name).sound
    # Both versions travel on.
    assert index.export(tmp_path / "old", tmp_path / "both.cables").cables == 2


def test_what_is_not_embedded_waits_for_a_build_or_for_vectors(
    whole: Path, tmp_path: Path, tiny_model: str, no_model: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "read"
    with pytest.raises(RuntimeError, match="a model was loaded"):
        index.build(whole / "first", folder)
    report = index.export(folder, tmp_path / "read.cables")
    assert (report.cables, report.paragraphs, report.embedded) == (12, 36, 0)
    assert index.import_(tmp_path / "new", tmp_path / "read.cables") == index.ImportReport(
        added=12, paragraphs=36, waiting=36
    )
    no_model.undo()
    # The vectors of an index that has them, into one that was read from the same files and lacks them.
    taken = index.import_(folder, whole / "all.cables", model=tiny_model)
    assert taken == index.ImportReport(added=12, unchanged=12, paragraphs=36, embeddings=72)
    assert index.check(folder).sound
    assert answers(folder) == answers(whole / "index")
    # And a build makes those of what was imported without, though the index remembers no source.
    assert index.build(None, tmp_path / "new", model=tiny_model, threads=1).embedded == 36
    assert index.check(tmp_path / "new").sound


def test_vectors_of_other_paragraphs_of_the_same_text_are_not_taken(
    whole: Path, tmp_path: Path, tiny_model: str, no_model: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RuntimeError, match="a model was loaded"):
        index.build(whole / "first", tmp_path / "read")
    change(tmp_path / "read" / schema.DATABASE, "UPDATE cables SET digest = x'00' WHERE id = '09ASTANA3'")
    report = index.import_(tmp_path / "read", whole / "all.cables", model=tiny_model)
    assert (report.unchanged, report.embeddings, report.waiting) == (12, 69, 3)


def test_tokens_are_kept_where_both_keep_them(whole: Path, tmp_path: Path, tiny_model: str) -> None:
    index.build(whole / "first", tmp_path / "without", model=tiny_model, threads=1)
    index.export(tmp_path / "without", tmp_path / "without.cables")
    index.import_(tmp_path / "without", whole / "all.cables")
    assert tokens(tmp_path / "without") == []
    index.import_(tmp_path / "with", whole / "all.cables", model=tiny_model)
    index.build(whole / "first", tmp_path / "half", model=tiny_model, threads=1)
    # Of two exports one has none: a new index keeps none.
    index.import_(tmp_path / "new", [whole / "all.cables", tmp_path / "without.cables"], model=tiny_model)
    assert tokens(tmp_path / "new") == []
    # What keeps them, and gets vectors without, waits for them.
    index.build(whole / "second", tmp_path / "keeps", model=tiny_model, threads=1, keep_tokens=True)
    report = index.import_(tmp_path / "keeps", tmp_path / "without.cables")
    assert (report.embeddings, report.waiting) == (36, 36)
    taken = index.import_(tmp_path / "keeps", whole / "all.cables")
    assert (taken.unchanged, taken.embeddings, taken.waiting) == (24, 0, 0)
    assert sorted(tokens(tmp_path / "keeps")) == sorted(tokens(whole / "index"))
    assert index.check(tmp_path / "keeps").sound


def test_no_later_build_drops_what_was_imported(
    whole: Path, tmp_path: Path, tiny_model: str, cable_text: Callable[..., str]
) -> None:
    files, elsewhere = tmp_path / "files", tmp_path / "elsewhere"
    shutil.copytree(whole / "second", files)
    (files / "same.txt").write_text(cable_text(["Of the other machine."], serial=77, dtg="P 010959Z MAR 09"))
    index.build(files, elsewhere, model=tiny_model, threads=1)
    index.export(elsewhere, tmp_path / "part.cables")
    # This machine has other files under the very same paths, one with another text of a cable of the same id.
    shutil.rmtree(files)
    shutil.copytree(whole / "first", files)
    (files / "same.txt").write_text(cable_text(["Of this machine."], serial=77))
    (files / "13.txt").write_text(cable_text(["Another cable."], serial=99))
    folder = tmp_path / "index"
    index.build(files, folder, model=tiny_model, threads=1)
    assert index.import_(folder, tmp_path / "part.cables").added == 13
    for options in ({}, {"prune": True}, {"prune": True, "reread": True}):
        report = index.build(None, folder, threads=1, **options)  # type: ignore[arg-type]
        assert (report.removed, report.changed) == (0, 0)
    with index.open(folder) as cable_index:
        assert cable_index.count() == 12 + 12 + 1 + 1
        assert cable_index.cable("09ASTANA77").paragraphs[0].text == "Of the other machine."
    # Nor what both hold, where the file here is gone.
    index.import_(folder, whole / "all.cables")
    (files / "01.txt").unlink()
    assert index.build(None, folder, threads=1, prune=True).removed == 0
    # It goes when it is told to by its name.
    assert index.build(None, folder, threads=1, forget=["imported:part.cables"]).removed == 1
    assert index.build(None, folder, threads=1, forget=["imported:all.cables"]).removed == 12 + 1
    assert index.check(folder).sound


# What is killed or goes on beside


SCRIPT = """
import os, signal, sys
import index.imports
from index import lexical, sealing
from index.store import Store
what, count, folder, file, model = sys.argv[1:]
index.imports._BATCH = 5
left = int(count)
def dying(function):
    def counted(*args, **kwargs):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return counted
if what == "store":
    Store.keep_embedding = dying(Store.keep_embedding)
elif what == "commit":
    index.imports._Import._settle = dying(index.imports._Import._settle)
elif what == "words":
    index.imports.tell_words = dying(index.imports.tell_words)
elif what == "spellings":
    index.imports.spellings.bring_up_to_date = dying(index.imports.spellings.bring_up_to_date)
else:
    sealing.seal = dying(sealing.seal)
index.imports.import_(folder, file, model=model)
"""


@pytest.mark.parametrize(
    ("what", "count"),
    [
        ("store", 1),
        ("store", 40),
        ("commit", 2),
        ("words", 1),
        ("words", 4),
        ("words", 5),
        ("spellings", 1),
        ("seal", 1),
    ],
)
def test_an_import_that_was_killed_is_simply_run_again(
    whole: Path, tmp_path: Path, tiny_model: str, what: str, count: int
) -> None:
    folder = tmp_path / "new"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, what, str(count), folder, whole / "all.cables", tiny_model],
        cwd=HOUSE,
        env={**os.environ, "PYTHONPATH": str(HOUSE)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    if what != "store":  # what was committed can be asked at once
        with index.open(folder) as cable_index:
            assert cable_index.count() % 5 in (0, 4)
            found = len(cable_index.search("wheat", k=200, by="words"))
            # As after a build that was killed there: its last batch, and no other, is not found by its words yet.
            untold = {("words", 4): 15, ("words", 5): 12}.get((what, count), 0)
            assert found == cable_index.stats()["paragraphs"] - untold
    report = index.import_(folder, whole / "all.cables", model=tiny_model)
    assert report.added + report.unchanged == 24
    assert report.waiting == 0
    assert index.check(folder) == index.check(whole / "index")
    assert answers(folder) == answers(whole / "index")
    assert tokens(folder) == tokens(whole / "index")


def test_an_import_makes_what_is_derived_anew_where_that_is_gone(
    whole: Path, tmp_path: Path, tiny_model: str
) -> None:
    index.import_(tmp_path / "new", whole / "all.cables", model=tiny_model)
    for derived in ("words", "spellings"):
        shutil.rmtree(tmp_path / "new" / derived)
    for vectors in (tmp_path / "new").glob("vectors-*"):
        vectors.unlink()
    index.import_(tmp_path / "new", whole / "all.cables")
    assert index.check(tmp_path / "new").sound
    assert answers(tmp_path / "new") == answers(whole / "index")


def test_exports_beside_a_build_are_each_of_one_state(whole: Path, tmp_path: Path, tiny_model: str) -> None:
    folder, done, files = tmp_path / "index", threading.Event(), list[Path]()
    index.build(whole / "first" / "01.txt", folder, model=tiny_model, threads=1)

    def build() -> None:
        try:
            for half in ("first", "second"):
                index.build(whole / half, folder, threads=1)
        finally:
            done.set()

    builder = threading.Thread(target=build)
    builder.start()
    while not done.is_set() and len(files) < 8:
        files.append(tmp_path / f"{len(files)}.cables")
        index.export(folder, files[-1])
    builder.join()
    for file in files:
        report = index.import_(tmp_path / file.stem, file, model=tiny_model)
        assert report.added >= 1
        assert index.check(tmp_path / file.stem).sound


def test_what_a_build_commits_meanwhile_is_not_in_an_export(
    whole: Path, tmp_path: Path, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, counted = tmp_path / "index", Store.count_versions
    index.build(whole / "first", folder, model=tiny_model, threads=1)

    def meanwhile(store: Store) -> int:  # is asked between the manifest and the cables
        monkeypatch.undo()
        index.build(whole / "second", folder, threads=1)
        return counted(store)

    monkeypatch.setattr(Store, "count_versions", meanwhile)
    assert index.export(folder, tmp_path / "part.cables").cables == 12


def test_an_import_waits_for_no_build_and_a_build_for_no_import(whole: Path, tmp_path: Path) -> None:
    with only_builder(tmp_path / "new"), pytest.raises(IndexBusy, match="Another build is at work"):
        index.import_(tmp_path / "new", whole / "all.cables", model="any")


# The file


def test_an_export_never_takes_the_place_of_a_file(whole: Path, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "all.cables"

    def meanwhile(_: Progress) -> None:
        file.write_text("of somebody else")

    with pytest.raises(ExportExists, match=r"There is .*all.cables already"):
        index.export(whole / "index", file, progress=meanwhile)
    with pytest.raises(ExportExists, match="cable-qa export NEW_FILE"):
        index.export(whole / "index", file)
    assert [path.name for path in file.parent.iterdir()] == ["all.cables"]
    assert file.read_text() == "of somebody else"


def test_an_export_that_fails_leaves_nothing_behind(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(IndexNotFound, match="There is no index in"):
        index.export(tmp_path / "none", tmp_path / "all.cables")
    monkeypatch.setattr("index.sealing.sync", full)
    with pytest.raises(OSError, match="No space left"):
        index.export(whole / "index", tmp_path / "all.cables")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
def test_an_export_is_for_those_who_may_read_the_index_and_whom_the_umask_lets(
    whole: Path, tmp_path: Path
) -> None:
    shutil.copytree(whole / "index", tmp_path / "index")
    modes = []
    for umask, mode in ((0o022, 0o644), (0o027, 0o644), (0o000, 0o600), (0o022, 0o444)):
        (tmp_path / "index" / schema.DATABASE).chmod(mode)
        before = os.umask(umask)
        try:
            index.export(tmp_path / "index", tmp_path / f"{umask}-{mode}")
        finally:
            os.umask(before)
        modes.append((tmp_path / f"{umask}-{mode}").stat().st_mode & 0o777)
    assert modes == [0o644, 0o640, 0o600, 0o644]


def test_a_damaged_index_is_not_exported(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole / "index", tmp_path / "index")
    change(tmp_path / "index" / schema.DATABASE, "UPDATE bodies SET body = x'00' WHERE cable = 7")
    with pytest.raises(IndexDamaged, match=r"of 09ASTANA7, .*check --repair"):
        index.export(tmp_path / "index", tmp_path / "all.cables")
    assert not (tmp_path / "all.cables").exists()


# What is not believed


def refused(file: Path, folder: Path, match: str, *, model: str | None = None) -> None:
    """An index that takes nothing from a file, and stands as it stood."""
    with Store(folder) as store:
        before = [store.count_versions(), store.notes()]
    with pytest.raises(BadExport, match=match):
        index.import_(folder, file, model=model)
    with Store(folder) as store:
        after = [store.count_versions(), store.notes()]
    assert after == before


@pytest.fixture
def folder(whole: Path, tmp_path: Path, tiny_model: str) -> Path:
    """An index of one cable that no export of these tests holds."""
    path = tmp_path / "own" / "index"
    path.mkdir(parents=True)
    (path.parent / "own.txt").write_text("of its own")
    shutil.copytree(whole / "index", path, dirs_exist_ok=True)
    index.build(None, path, forget=[whole / "first", whole / "second"])
    assert not list(path.glob("*.cables"))
    return path


def test_what_is_no_export_is_told(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "text").write_text("These are no cables.\n" * 50)
    (tmp_path / "empty").touch()
    refused(tmp_path / "text", folder, "text cannot be imported: it is no export of an index")
    refused(tmp_path / "empty", folder, "it is no export of an index")
    refused(folder / schema.DATABASE, folder, "it is no export of an index")
    refused(tmp_path / "missing", folder, "No such file")
    refused(tmp_path, folder, "Is a directory")
    with pytest.raises(BadExport, match="it is no export"):  # and no folder is made for it
        index.import_(tmp_path / "new", tmp_path / "text")
    assert not (tmp_path / "new").exists()


def test_a_later_format_is_told(copy: Path, folder: Path) -> None:
    with closing(sqlite3.connect(copy)) as db:
        db.execute("PRAGMA user_version = 2")
    refused(copy, folder, "it has format 2, and this version knows format 1. Take a newer version")


SQL = {
    "trigger": "CREATE TRIGGER sly AFTER INSERT ON cables BEGIN DELETE FROM cables; END",
    "temp-like view": "CREATE VIEW sly AS SELECT * FROM cables",
    "view for a table": "ALTER TABLE paragraphs RENAME TO other; CREATE VIEW paragraphs AS SELECT * FROM other",
    "index on an expression": "CREATE INDEX sly ON cables (length(body))",
    "one more table": "CREATE TABLE sly (x)",
    "generated column": "ALTER TABLE cables ADD COLUMN sly AS (length(body))",
    "virtual table": "CREATE VIRTUAL TABLE sly USING fts5(x)",
    "check": "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'subject TEXT NOT NULL',"
    " 'subject TEXT NOT NULL CHECK (length(subject))') WHERE name = 'cables'",
    "a table that is not there": "DROP TABLE paragraphs",
}


@pytest.mark.parametrize("what", SQL)
def test_no_sql_of_a_file_is_run(copy: Path, folder: Path, what: str) -> None:
    with closing(sqlite3.connect(copy)) as db:
        db.executescript(SQL[what])
    refused(copy, folder, "it holds other tables than an export does")


def test_a_torn_file_is_told_before_anything_is_taken(copy: Path, folder: Path) -> None:
    content = copy.read_bytes()
    copy.write_bytes(content[: len(content) // 2])
    refused(copy, folder, "it is damaged")
    change_at = content.index(b"SQLite format 3") + 40_000
    copy.write_bytes(content[:change_at] + bytes(16_384) + content[change_at + 16_384 :])
    refused(copy, folder, "it is damaged")


@pytest.mark.parametrize("seed", range(12))
def test_a_flipped_bit_is_found_or_means_nothing(
    whole: Path, copy: Path, tmp_path: Path, tiny_model: str, seed: int
) -> None:
    draw = random.Random(seed)
    content = bytearray(copy.read_bytes())
    content[draw.randrange(100, len(content))] ^= 1 << draw.randrange(8)
    copy.write_bytes(content)
    with suppress(BadExport):
        index.import_(tmp_path / "new", copy, model=tiny_model)
        assert answers(tmp_path / "new") == answers(whole / "index")


CHANGED = {
    "cables": "UPDATE cables SET subject = 'A RETORT' WHERE id = '09ASTANA7'",
    "paragraphs": "UPDATE paragraphs SET heading = 'OTHER' WHERE id = 5",
    "vectors": "UPDATE paragraphs SET vectors = (SELECT vectors FROM paragraphs WHERE id = 6) WHERE id = 5",
    "tokens": "UPDATE paragraphs SET signs = NULL WHERE id = 5",
    "places": """UPDATE cables SET places = '[["/elsewhere", 0]]' WHERE id = '09ASTANA7'""",
    "identity": "UPDATE cables SET identity = x'00' WHERE id = '09ASTANA7'",
}


@pytest.mark.parametrize("what", CHANGED)
def test_each_value_stands_under_the_checksum_of_its_cable(copy: Path, folder: Path, what: str) -> None:
    change(copy, CHANGED[what])
    with pytest.raises(BadExport, match=r"09ASTANA\d does not agree with its checksum"):
        index.import_(folder, copy)


def test_the_manifest_has_one_too_and_says_how_much_there_is(copy: Path, folder: Path) -> None:
    change(copy, "UPDATE manifest SET value = replace(value, '32', '33')")
    refused(copy, folder, "its manifest does not agree")
    sign(copy, cables=25)
    refused(copy, folder, "of 25 cables it holds 24")
    sign(copy, cables=24, paragraphs=71)
    refused(copy, folder, "of 71 paragraphs it holds 72")
    sign(copy, paragraphs=72, dim=0)
    refused(copy, folder, "its manifest is not that of an export")
    sign(copy, dim="32")
    refused(copy, folder, "its manifest is not that of an export")
    sign(copy, dim=32, more=1)
    refused(copy, folder, "its manifest is not that of an export")


def vectors_of(count: int, scale: float, code: int = 1, dim: int = 32) -> bytes:
    codes = np.full((count, dim), code, np.int8)
    return zlib.compress(codes.tobytes() + np.full(count, scale, "<f4").tobytes())


# What somebody may put into a file, all checksums made to agree with it: SQL, a value for it, what is told.
HOSTILE: dict[str, tuple[str, Any, str]] = {
    "another text": (
        "UPDATE cables SET body = ?",
        zlib.compress(b'["A text that nobody sent"]'),
        "not what was stored",
    ),
    "no packed text": ("UPDATE cables SET body = ?", b"plain", "cannot be unpacked"),
    "a text that goes on and on": ("UPDATE cables SET body = ?", zlib.compress(bytes(1 << 21)), "length"),
    "nested fields": ("UPDATE cables SET fields = ?", "[" * 100_000, "cannot be unpacked"),
    "fields of another kind": ("UPDATE cables SET fields = ?", '{"to": [1]}', "not what it must be"),
    "an unknown field": ("UPDATE cables SET fields = ?", '{"secret": "x"}', "secret"),
    "another SHA-256": ("UPDATE cables SET fields = ?", json.dumps({"sha256": "ab" * 32}), "must be"),
    "a text in place of a BLOB": ("UPDATE cables SET identity = ?", "ab", "another kind"),
    "a BLOB in place of a text": ("UPDATE cables SET subject = ?", b"ab", "another kind"),
    "no date": ("UPDATE cables SET date = ?", "yesterday", "yesterday"),
    "a day that no clock knows": ("UPDATE cables SET date = ?", "0001-01-01T00:00:00+23:59", "range"),
    "no id": ("UPDATE cables SET id = ?", "", "must be"),
    "no places": ("UPDATE cables SET places = ?", "[]", "where it was found"),
    "a number in place of a path": ("UPDATE cables SET places = ?", "[[1, 1]]", "where it was found"),
    "an offset behind the text": ('UPDATE paragraphs SET "end" = ?', 1 << 40, "must be"),
    "an offset before it": ("UPDATE paragraphs SET start = ?", -1, "must be"),
    "a lost paragraph": ("UPDATE cables SET paragraphs = ?", 2, "shorter"),
    "no windows": ("UPDATE paragraphs SET windows = ?", 0, "more vectors than characters"),
    "windows without end": ("UPDATE paragraphs SET windows = ?", 1 << 40, "more vectors than characters"),
    "vectors without their number": ("UPDATE paragraphs SET windows = ?", None, "missing"),
    "fewer vectors": ("UPDATE paragraphs SET vectors = ?", vectors_of(1, 0.1), "another length"),
    "vectors that go on and on": (
        "UPDATE paragraphs SET vectors = ?",
        zlib.compress(bytes(1 << 21)),
        "length",
    ),
    "spans that are none": ("UPDATE paragraphs SET spans = ?", b"abc", "buffer size"),
    "a sentence elsewhere": (
        "UPDATE paragraphs SET spans = ?",
        np.array([[0, 1 << 30]], "<u4").tobytes(),
        "within",
    ),
    "tokens that are none": ("UPDATE paragraphs SET signs = ?", b"abc", "tokens"),
    "tokens with a checksum": (
        "UPDATE paragraphs SET signs = ?",
        zlib.crc32(b"").to_bytes(4, "little"),
        "tok",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_signed_is_looked_at_all_the_same(
    copy: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(exchange, "_MOST_TEXT", 1 << 20)
    sql, value, told = HOSTILE[what]
    change(copy, sql, value)
    sign(copy)
    refused(copy, folder, f"damaged: of 0?.*{told}")


@pytest.mark.parametrize("scale", [float("nan"), float("inf"), -0.1, 1e9])
def test_vectors_that_would_come_first_whatever_is_asked_are_refused(
    copy: Path, folder: Path, scale: float
) -> None:
    with closing(sqlite3.connect(copy)) as db:
        windows, spans = db.execute("SELECT windows, spans FROM paragraphs WHERE id = 5").fetchone()
    change(
        copy,
        "UPDATE paragraphs SET vectors = ? WHERE id = 5",
        vectors_of(windows + len(spans) // 8, scale),
    )
    sign(copy)
    refused(copy, folder, "unit length")


def test_tokens_that_lead_out_of_their_paragraph_are_refused(copy: Path, folder: Path) -> None:
    with closing(sqlite3.connect(copy)) as db:
        (signs,) = db.execute("SELECT signs FROM paragraphs WHERE id = 5").fetchone()
    _, count, above, size = (int(each) for each in np.frombuffer(signs[:16], "<u4"))
    for steps in (np.full((2, count), 1 << 30, "<u4"), np.zeros((2, count + 1), "<u4")):
        written = zlib.compress(steps.tobytes())
        body = written + signs[16 + size :]
        head = np.array([zlib.crc32(body), count, above, len(written)], "<u4").tobytes()
        change(copy, "UPDATE paragraphs SET signs = ? WHERE id = 5", head + body)
        sign(copy)
        refused(copy, folder, "the vectors of its tokens")


def test_what_was_taken_before_a_damaged_cable_is_kept(
    whole: Path, copy: Path, tmp_path: Path, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.imports._BATCH", 5)
    change(copy, "UPDATE cables SET subject = 'A RETORT' WHERE number = 13")
    with pytest.raises(BadExport, match="checksum"):
        index.import_(tmp_path / "new", copy, model=tiny_model)
    with index.open(tmp_path / "new") as cable_index:
        assert cable_index.count() == 10
    report = index.import_(tmp_path / "new", whole / "all.cables", model=tiny_model)
    assert (report.added, report.unchanged) == (14, 10)
    assert answers(tmp_path / "new") == answers(whole / "index")


# The model


def test_another_model_or_other_prompts_are_refused(copy: Path, folder: Path, tiny_model: str) -> None:
    sign(copy, fingerprint="0" * 64)
    with pytest.raises(ImportMismatch, match=r"the model .* with other weights, and .*--index NEW_FOLDER"):
        index.import_(folder, copy)
    sign(copy, model="OTHER")
    with pytest.raises(ImportMismatch, match="was embedded with the model OTHER, and"):
        index.import_(folder, copy)
    with index.open(folder) as cable_index:
        assert cable_index.count() == 0
    with pytest.raises(ModelMismatch, match="was built with the model"):
        index.import_(folder, copy, model="THIRD")


@pytest.mark.parametrize("prompt", ["query_prompt", "document_prompt"])
def test_other_prompts_are_refused(copy: Path, folder: Path, prompt: str) -> None:
    sign(copy, **{prompt: "passage: "})
    with pytest.raises(ImportMismatch, match=rf'the {prompt.replace("_", " ")} "passage: ", and .* ""'):
        index.import_(folder, copy)


def test_two_files_of_two_models_are_refused_before_either_is_taken(
    whole: Path, copy: Path, tmp_path: Path, tiny_model: str
) -> None:
    sign(copy, dim=31)
    with pytest.raises(ImportMismatch, match="was embedded with the model"):
        index.import_(tmp_path / "new", [whole / "all.cables", copy], model=tiny_model)
    assert not (tmp_path / "new").exists()


def test_a_file_alone_does_not_say_which_model_is_loaded_or_fetched(copy: Path, tmp_path: Path) -> None:
    sign(copy, model="somebody/a-model")
    with pytest.raises(ModelNotNamed, match=r"--model somebody/a-model$"):
        index.import_(tmp_path / "new", copy)
    assert not (tmp_path / "new").exists()


# The command line


def test_the_commands_tell_what_they_did(
    whole: Path, tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, folder = str(tmp_path / "part.cables"), str(tmp_path / "new")
    assert main(["export", file, "--index", str(whole / "index")]) == 0
    size = Path(file).stat().st_size
    assert capsys.readouterr().out == (
        f"24 cables (older versions too), 72 paragraphs, 72 of them with vectors, {size:,} bytes.\n"
    )
    assert main(["import", file, file, "--index", folder, "--model", tiny_model]) == 0
    assert capsys.readouterr().out == (
        "24 cables added, 24 were there already.\n72 paragraphs came with them, and vectors of 72.\n"
    )
    assert main(["import", file, "--index", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "added": 0,
        "unchanged": 24,
        "paragraphs": 0,
        "embeddings": 0,
        "waiting": 0,
    }
    assert main(["export", file, "--index", folder]) == 1
    assert capsys.readouterr().err.startswith(f"There is {file} already.")
    assert main(["build", "--index", folder, "--forget", "imported:part.cables", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["removed"] == 24


def test_what_waits_for_a_build_is_told(
    whole: Path, tmp_path: Path, no_model: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RuntimeError, match="a model was loaded"):
        index.build(whole / "first", tmp_path / "read")
    assert main(["export", str(tmp_path / "f"), "--index", str(tmp_path / "read"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["embedded"] == 0
    assert main(["import", str(tmp_path / "f"), "--index", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out.endswith("36 paragraphs have no vectors yet: cable-qa build\n")
