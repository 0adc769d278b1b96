"""check, repair and backup on indexes that were damaged on purpose."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

import index
from index import schema
from index.errors import BackupExists, IndexDamaged, IndexInUse
from index.lock import only_builder
from index.values import Progress

WriteCable = Callable[..., Path]
ALL = tuple(f"09ASTANA{serial}" for serial in range(1, 41))


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, tiny_model: str, cable_text: Callable[..., str]) -> Path:
    """A folder with `files`, and `index` of them: 40 cables of 3 paragraphs, a fresh FAISS file beside the base."""
    top = tmp_path_factory.mktemp("whole")
    draw = random.Random(1)
    for serial in range(1, 41):
        texts = [
            " ".join(draw.choice(("wheat", "snow", "gas", "rail")) for _ in range(200)) for _ in range(3)
        ]
        path = top / ("files" if serial <= 30 else "later") / f"{serial:02}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(cable_text(texts, serial=serial))
    index.build(top / "files", top / "index", model=tiny_model, threads=1)
    index.build(top / "later", top / "index", threads=1)
    return top


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of that index, whose sources may be moved away."""
    shutil.copytree(whole / "index", tmp_path / "index")
    yield tmp_path / "index"
    for name in ("files", "later"):
        if (whole / f"{name} away").exists():
            (whole / f"{name} away").rename(whole / name)


def change(folder: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / schema.DATABASE)) as database, database:
        database.create_function("torn", 1, lambda blob: blob[:20] + bytes([blob[20] ^ 1]) + blob[21:])
        assert database.execute(sql, values).rowcount > 0


def sources_away(whole: Path) -> None:
    for name in ("files", "later"):
        (whole / name).rename(whole / f"{name} away")


def answers(folder: Path) -> list[tuple[str, str]]:
    with index.open(folder) as cable_index:
        found = [cable_index.search("wheat and snow", k=200, by=by) for by in ("words", "meaning")]
        texts = [(each, cable_index.cable(each).text) for each in ALL]
    return sorted({(hit.cable_id, hit.paragraph) for hits in found for hit in hits}) + texts


def test_of_a_whole_index_nothing_is_wrong(folder: Path) -> None:
    told: list[Progress] = []
    report = index.check(folder, progress=told.append)
    assert report == index.CheckReport(cables=40, paragraphs=120, embedded=120)
    assert report.sound
    assert told[-1] == Progress(stage="check", done=40, total=40)


# What is changed in the row of a cable, and the word of the sentence that tells it.
DAMAGES = {
    "a flipped bit of its text": ("UPDATE bodies SET body = torn(body) WHERE cable = 7", "SHA-256"),
    "the text of another": (
        "UPDATE bodies SET body = (SELECT body FROM bodies WHERE cable = 8) WHERE cable = 7",
        "SHA-256",
    ),
    "no text": ("DELETE FROM bodies WHERE cable = 7", "SHA-256"),
    "another subject": ("UPDATE cables SET subject = 'A RETORT' WHERE number = 7", "parsed"),
    "another day": ("UPDATE cables SET day = '2009-02-28' WHERE number = 7", "parsed"),
    "another post": ("UPDATE cables SET post = 'ASTENA' WHERE number = 7", "parsed"),
    "another number of a paragraph": (
        "UPDATE paragraphs SET number = '4' WHERE cable = 7 AND number = '2'",
        "parsed",
    ),
    "an offset": ("UPDATE paragraphs SET start = start + 1 WHERE cable = 7 AND number = '2'", "parsed"),
    "a lost paragraph": ("DELETE FROM paragraphs WHERE cable = 7 AND position = 1", "counts"),
    "a lost TAGS": ("DELETE FROM tags WHERE cable = 7 AND tag = 'KZ'", "TAGS"),
    "no place": ("DELETE FROM places WHERE cable = 7", "places"),
    "a flipped bit of vectors": (
        "UPDATE embeddings SET vectors = torn(vectors) WHERE paragraph IN (SELECT id FROM paragraphs WHERE cable = 7)",
        "vectors",
    ),
    "lost vectors": (
        "DELETE FROM embeddings WHERE paragraph = (SELECT id FROM paragraphs WHERE cable = 7 AND position = 0)",
        "vectors",
    ),
    "not shown": ("UPDATE cables SET shown = 0 WHERE number = 7", "versions"),
    "a wrong count": ("UPDATE cables SET waiting = 2 WHERE number = 7", "counts"),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_to_a_cable_is_found_named_and_mended(folder: Path, whole: Path, what: str) -> None:
    expected = answers(folder)
    sql, word = DAMAGES[what]
    change(folder, sql)
    report = index.check(folder)
    named = [problem for problem in report.problems if problem.cables]
    assert [problem.cables for problem in named] == [("09ASTANA7",)] * len(named) != []
    assert any(word in problem.what for problem in named)
    assert all(problem.lasting for problem in report.problems)
    repaired = index.repair(folder)
    assert (repaired.lost, repaired.found) == ((), report)
    assert (folder / repaired.kept_as).is_file()
    assert index.check(folder).sound
    assert answers(folder) == expected


def test_a_torn_text_is_not_quoted(folder: Path) -> None:
    change(folder, "UPDATE bodies SET body = substr(body, 1, length(body) - 1) || x'ff' WHERE cable = 7")
    change(folder, "UPDATE bodies SET body = CAST(body AS BLOB)")
    with index.open(folder) as cable_index, pytest.raises(IndexDamaged, match="check --repair"):
        cable_index.search("wheat", k=200)
    with index.open(folder) as cable_index, pytest.raises(IndexDamaged, match="cannot be unpacked"):
        cable_index.cable("09ASTANA7")
    other = zlib.compress(b'["A text that nobody sent"]')
    change(folder, "UPDATE bodies SET body = ?", other)
    with index.open(folder) as cable_index, pytest.raises(IndexDamaged, match="is not what was stored"):
        cable_index.cable("09ASTANA7")


def test_where_the_sources_are_gone_a_cable_is_parsed_from_its_own_text_or_said_to_be_lost(
    folder: Path, whole: Path
) -> None:
    change(folder, "UPDATE cables SET subject = 'A RETORT' WHERE number = 7")
    change(folder, "UPDATE bodies SET body = torn(body) WHERE cable = 9")
    sources_away(whole)
    repaired = index.repair(folder)
    assert (repaired.from_text, repaired.lost, repaired.read_again) == (("09ASTANA7",), ("09ASTANA9",), ())
    with index.open(folder) as cable_index:
        assert cable_index.cable("09ASTANA7").subject == "A REPORT"
        assert cable_index.stats() | {"bytes": 0, "generation": 0} == {
            "cables": 39,
            "superseded": 0,
            "paragraphs": 117,
            "embedded": 117,
            "sealed": 117,
            "rejected": 2,
            "generation": 0,
            "bytes": 0,
        }
    assert index.check(folder).sound


def pages(folder: Path) -> int:
    return (folder / schema.DATABASE).stat().st_size // 16384


@pytest.mark.parametrize("seed", range(6))
def test_torn_pages_lose_nothing_that_the_sources_still_hold(folder: Path, seed: int) -> None:
    draw = random.Random(seed)
    expected = answers(folder)
    path = folder / schema.DATABASE
    with path.open("r+b") as file:
        for page in draw.sample(range(1, pages(folder)), 3):
            file.seek(16384 * page)
            file.write(draw.choice((bytes(16384), draw.randbytes(16384))))
    with suppress(
        IndexDamaged
    ):  # a question that comes to a torn page ends so; any other is answered as before
        assert answers(folder) == expected
    if index.check(folder).sound:  # pages that nothing is on
        assert index.backup(folder, folder.with_name("copy")).cables == 40
        return
    with pytest.raises(IndexDamaged, match="check --repair"):  # it would take the place of a good one
        index.backup(folder, folder.with_name("copy"))
    assert not folder.with_name("copy").exists()
    repaired = index.repair(folder)
    assert repaired.lost == ()
    assert index.check(folder).sound
    assert answers(folder) == expected


def test_a_file_that_is_no_database_is_kept_and_said_to_give_nothing(folder: Path) -> None:
    (folder / schema.DATABASE).write_bytes(b"no database" * 10_000)
    report = index.check(folder)
    assert [problem.what for problem in report.problems] == [
        "The database cannot be read: file is not a database."
    ]
    repaired = index.repair(folder)
    assert (folder / repaired.kept_as).read_bytes() == b"no database" * 10_000
    assert index.check(folder).sound


def test_a_database_that_is_open_elsewhere_is_not_replaced(folder: Path) -> None:
    change(folder, "DELETE FROM bodies WHERE cable = 7")
    with index.open(folder), pytest.raises(IndexInUse, match="is open in another program"):
        index.repair(folder)
    assert index.repair(folder).read_again == ("09ASTANA7",)


@pytest.mark.skipif(os.name == "nt", reason="There a file that is open cannot be replaced.")
def test_nor_where_it_is_too_torn_for_sqlite_to_say_so(folder: Path) -> None:
    asks = "import sys, index; opened = index.open(sys.argv[1]); print(opened.count(), flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", asks, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"40\n"
        database = bytearray((folder / schema.DATABASE).read_bytes())
        for at in range(8192, len(database), 4096):
            database[at : at + 200] = bytes(200)
        with (folder / schema.DATABASE).open("r+b") as file:
            file.write(database)
        with pytest.raises(IndexInUse, match="is open in another program"):
            index.repair(folder)
        other.communicate()
    assert index.repair(folder).kept_as


@pytest.mark.parametrize(
    ("said", "damaged"),
    [
        ("index.sqlite is empty", lambda path: path.write_bytes(b"")),
        ("no such table: embeddings", lambda path: run(path, "DROP TABLE embeddings")),
        ("its format is -5", lambda path: run(path, "PRAGMA user_version = -5")),
        ("is no JSON", lambda path: run(path, "UPDATE manifest SET value = '[[['")),
        ("its list of tables cannot be read", lambda path: garble_a_name(path)),
    ],
)
def test_a_database_that_is_none_any_more_is_said_to_be_damaged_and_replaced(
    folder: Path, said: str, damaged: Callable[[Path], object]
) -> None:
    damaged(folder / schema.DATABASE)
    with pytest.raises(IndexDamaged, match=said), index.open(folder) as opened:
        opened.search("wheat and snow")
    assert not index.check(folder).sound
    assert index.repair(folder).kept_as
    assert index.check(folder).sound


def test_an_index_that_cannot_be_opened_leaves_its_database_to_others(folder: Path) -> None:
    run(folder / schema.DATABASE, "UPDATE manifest SET value = '[[['")
    with pytest.raises(IndexDamaged) as kept:  # and with it all that was at hand when it was raised
        index.open(folder)
    with closing(sqlite3.connect(folder / schema.DATABASE, timeout=0)) as database:
        assert database.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",), kept


def run(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(sql)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def garble_a_name(path: Path) -> None:
    run(path, "PRAGMA user_version")  # so that all of it stands in the one file
    data = path.read_bytes()
    garbled = data.replace(b"embeddings", b"embedd\x9dngs").replace(
        b"CREATE TABLE embedd", b"CREATE TABLE (((((("
    )
    assert garbled != data
    path.write_bytes(garbled)


@pytest.mark.parametrize("name", ["words", "spellings"])
def test_a_file_in_the_place_of_a_derived_folder_makes_way(folder: Path, name: str) -> None:
    before = answers(folder)
    shutil.rmtree(folder / name)
    (folder / name).write_bytes(b"")
    assert not index.check(folder).sound
    assert name in index.repair(folder).remade
    assert index.check(folder).sound
    assert answers(folder) == before


@pytest.mark.parametrize("which", ["base", "fresh", "words", "spellings"])
@pytest.mark.parametrize("damage", ["gone", "torn", "flipped"])
def test_a_damaged_derived_file_is_found_and_made_anew_without_the_model(
    folder: Path, which: str, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def files() -> list[Path]:
        found = {
            "base": set(folder.glob("vectors-*")) - set(folder.glob("*-fresh*")),
            "fresh": set(folder.glob("*-fresh.faiss")),
            "words": set(folder.glob("words/*.idx")),
            "spellings": set(folder.glob("spellings/*.term")),
        }[which]
        return sorted(found)

    expected = answers(folder)
    path = files()[0]
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        half = len(content) // 2
        flipped = content[:half] + bytes([content[half] ^ 64]) + content[half + 1 :]
        path.write_bytes(content[:half] if damage == "torn" else flipped)
    assert answers(folder) == expected
    report = index.check(folder)
    assert [(problem.lasting, problem.cables) for problem in report.problems] == [(False, ())]
    monkeypatch.setattr("index.builder.load", None)
    remade = index.repair(folder)
    assert remade.remade == (which if which in ("words", "spellings") else "vectors",)
    assert (remade.kept_as, remade.lost) == ("", ())
    assert index.check(folder).sound
    assert answers(folder) == expected


def test_a_faiss_file_of_another_generation_or_model_is_not_searched(folder: Path) -> None:
    expected = answers(folder)
    (fresh,) = folder.glob("*-fresh.faiss")
    (base,) = set(folder.glob("vectors-*")) - {fresh}
    shutil.copy(base, fresh)
    assert answers(folder) == expected
    assert [problem.lasting for problem in index.check(folder).problems] == [False]
    index.build(None, folder)
    assert index.check(folder).sound
    change(folder, "UPDATE manifest SET value = json_set(value, '$.fingerprint', 'x') WHERE key = 'vectors'")
    assert answers(folder) == expected
    assert "another model" in index.check(folder).problems[0].what
    index.build(None, folder)
    assert index.check(folder).sound


@pytest.mark.parametrize("left", [b"", b"left behind by something else" * 300])
def test_a_lock_file_that_was_left_behind_holds_nobody_up(folder: Path, left: bytes) -> None:
    (folder / "build.lock").write_bytes(left)
    assert index.build(None, folder).unchanged == 40


def test_a_check_tells_what_a_killed_build_left_to_do(folder: Path) -> None:
    change(folder, "INSERT INTO pending VALUES (3)")
    report = index.check(folder)
    assert (report.sound, report.unfinished) == (
        True,
        "The last build did not come to its end: 1 cables are not yet found by their words.",
    )


def test_a_backup_answers_as_the_index_does(folder: Path, tmp_path: Path) -> None:
    (folder / "cables").mkdir()
    (folder / "cables" / "added.txt").write_text("added")
    report = index.backup(folder, tmp_path / "deep" / "copy")
    assert (report.cables, report.left_out) == (40, ())
    assert answers(tmp_path / "deep" / "copy") == answers(folder)
    assert index.check(tmp_path / "deep" / "copy").sound
    assert (tmp_path / "deep" / "copy" / "cables" / "added.txt").read_text() == "added"
    with pytest.raises(BackupExists, match=r"something in .*copy already"):
        index.backup(folder, tmp_path / "deep" / "copy")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["copy"]


def test_a_backup_beside_a_build_leaves_out_what_is_made_again(folder: Path, tmp_path: Path) -> None:
    with only_builder(folder):
        report = index.backup(folder, tmp_path / "copy")
    assert report.left_out == ("words", "spellings")
    assert answers(tmp_path / "copy") == answers(folder)
    index.build(None, tmp_path / "copy")
    assert index.check(tmp_path / "copy").sound


def test_backups_and_answers_while_a_build_is_at_work_are_each_of_one_state(
    tmp_path: Path, whole: Path, tiny_model: str
) -> None:
    folder, copies = tmp_path / "index", list[Path]()
    done = threading.Event()

    def build() -> None:
        try:
            for name in ("files", "later"):
                index.build(whole / name, folder, model=tiny_model, threads=1)
        finally:
            done.set()

    index.build(whole / "later" / "31.txt", folder, model=tiny_model, threads=1)
    builder = threading.Thread(target=build)
    builder.start()
    written = " ".join(path.read_text() for path in whole.rglob("*.txt"))
    with index.open(folder) as reader:
        while not done.is_set() and len(copies) < 20:
            copies.append(tmp_path / f"copy {len(copies)}")
            index.backup(folder, copies[-1])
            hits = reader.search("wheat", k=200)
            assert hits
            assert all(hit.text in written for hit in hits)
    builder.join()
    for copy in copies:
        report = index.check(copy)
        assert report.sound, report
    index.build([whole / "files", whole / "later"], copies[0])
    assert answers(copies[0]) == answers(folder)


def test_a_backup_that_fails_leaves_nothing_behind(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copy2", full)
    monkeypatch.setattr("shutil.copytree", full)
    report = index.backup(folder, tmp_path / "without")  # what is made again may be left out
    assert report.left_out == ("vectors", "words", "spellings")
    monkeypatch.setattr("index.sealing.sync", full)
    with pytest.raises(OSError, match="No space left"):
        index.backup(folder, tmp_path / "copy")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index", "without"]


def test_a_backup_of_a_damaged_database_is_refused(folder: Path, tmp_path: Path) -> None:
    with (folder / schema.DATABASE).open("r+b") as file:
        for page in range(10, pages(folder)):
            file.seek(16384 * page)
            file.write(bytes(16384))
    with pytest.raises(IndexDamaged, match="is damaged"):
        index.backup(folder, tmp_path / "copy")
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_a_folder_in_which_no_file_can_be_made_is_searched_from_its_own_files(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("words", "spellings"):
        lock = folder / name / ".tantivy-meta.lock"
        lock.unlink()
        lock.mkdir()  # so that tantivy cannot make it, as on a read-only disk, whoever runs this test
    with index.open(folder) as opened:
        hits = opened.search("wheat", by="words", k=20)
        assert len(hits) == 20
        assert [each.word for each in opened.spellings(["whaet"])["whaet"]][:1] == ["wheat"]
    assert caplog.text == ""
    assert index.check(folder).problems == ()
    index.backup(folder, tmp_path / "copy")
    with index.open(tmp_path / "copy") as opened:
        assert opened.search("wheat", by="words", k=20) == hits


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
def test_whoever_may_read_the_folder_may_read_all_that_is_in_it(
    tmp_path: Path, write_cable: WriteCable, tiny_model: str
) -> None:
    write_cable("one.txt", ["Wheat exports fell."], serial=1)
    before = os.umask(0o027)
    try:
        index.build(tmp_path / "files", tmp_path / "index", model=tiny_model)
        write_cable("two.txt", ["Wheat was sold."], serial=2)
        index.build(tmp_path / "files", tmp_path / "index")
    finally:
        os.umask(before)
    made = [path for path in (tmp_path / "index").rglob("*") if path.is_file()]
    assert {path.name for path in made} > {"meta.json", ".managed.json", "index.sqlite"}
    assert {path.stat().st_mode & 0o777 for path in made} == {0o640}


def test_the_backup_of_a_folder_that_is_read_only_can_be_built_on(folder: Path, tmp_path: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        index.backup(folder, tmp_path / "copy")
    finally:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    copied = list((tmp_path / "copy").rglob("*"))
    assert {path.name for path in copied} > {"index.sqlite", "words", "spellings", "meta.json"}
    assert all(path.stat().st_mode & 0o200 for path in (tmp_path / "copy", *copied))
