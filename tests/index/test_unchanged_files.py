"""Files that have not changed since they were read: no build reads them again, and none can tell from its outcome."""

import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import index
from corpus import reader
from index import reading
from index.store import Store

WriteCable = Callable[..., Path]


def settled(path: Path) -> Path:
    """The file, as if it had been written an hour ago."""
    hour_ago = path.stat().st_mtime_ns - 3_600_000_000_000
    os.utime(path, ns=(hour_ago, hour_ago))
    return path


def counts(report: index.BuildReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.removed


@pytest.fixture(autouse=True)
def no_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.builder.embed", lambda *_, **__: 0)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read."""
    names: list[str] = []
    whole = reader._Reading._file

    def noted(self: object, file: object, name: str, *rest: object, **named: object) -> Iterator[object]:
        names.append(Path(name).name)
        return whole(self, file, name, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(reader._Reading, "_file", noted)
    return names


@pytest.fixture
def build(tmp_path: Path, tiny_model: str) -> Callable[..., index.BuildReport]:
    def built(*roots: Path, **options: object) -> index.BuildReport:
        return index.build(roots or None, tmp_path / "index", model=tiny_model, **options)  # type: ignore[arg-type]

    return built


Build = Callable[..., index.BuildReport]


def test_only_what_changed_is_read_again_and_the_rest_counts_as_unchanged(
    write_cable: WriteCable, tmp_path: Path, build: Build, opened: list[str]
) -> None:
    one, two, three = (settled(write_cable(f"{n}.txt", ["Some text."], serial=n)) for n in (1, 2, 3))
    assert counts(build(tmp_path / "files")) == (3, 0, 0, 0)
    opened.clear()
    assert counts(build()) == (0, 0, 3, 0)
    assert opened == []
    settled(write_cable("2.txt", ["Other text."], serial=2))
    settled(write_cable("4.txt", ["New text."], serial=4))
    assert counts(build()) == (1, 1, 2, 0)
    assert opened == ["2.txt", "4.txt"]
    opened.clear()
    assert counts(build(prune=True)) == (0, 0, 4, 0)
    assert opened == []
    for each in (one, two, three):
        each.unlink()
    assert counts(build(prune=True)) == (0, 0, 1, 3)


def test_a_file_that_was_changed_just_before_it_was_read_is_read_again(
    write_cable: WriteCable, tmp_path: Path, build: Build, opened: list[str]
) -> None:
    path = write_cable("one.txt", ["Some text."])
    build(tmp_path / "files")
    assert counts(build()) == (0, 0, 1, 0)
    assert opened == ["one.txt", "one.txt"]
    settled(path)
    build()
    build()
    assert opened == ["one.txt"] * 3


@pytest.mark.parametrize("change", ["size", "time", "other file with the same size and time"])
def test_any_sign_of_a_change_has_a_file_read_again(
    write_cable: WriteCable, tmp_path: Path, build: Build, opened: list[str], change: str
) -> None:
    path = settled(write_cable("one.txt", ["Some text."]))
    build(tmp_path / "files")
    opened.clear()
    before = path.stat()
    write_cable("one.txt", ["Somewhat longer text." if change == "size" else "Sane text."])
    if change == "time":
        settled(path)
    else:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert counts(build()) == (0, 1, 0, 0)
    assert opened == ["one.txt"]


def test_a_better_parser_reads_all_again_and_so_does_who_asks_for_it(
    write_cable: WriteCable, tmp_path: Path, build: Build, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(write_cable("one.txt", ["Some text."]))
    build(tmp_path / "files")
    assert counts(build(reread=True)) == (0, 0, 1, 0)
    monkeypatch.setattr(reading, "edition", lambda: "better")
    assert counts(build()) == (0, 0, 1, 0)
    assert opened == ["one.txt"] * 3
    build()
    assert opened == ["one.txt"] * 3


def test_what_was_refused_is_still_said_once(
    write_cable: WriteCable, tmp_path: Path, build: Build, opened: list[str]
) -> None:
    settled(write_cable("one.txt", ["Some text."]))
    photo = tmp_path / "files" / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff\0\0\0\0")
    settled(photo)
    first = build(tmp_path / "files")
    again = build()
    assert opened == ["one.txt", "photo.jpg"]
    assert [each.reason for each in first.rejected] == ["This is a JPEG image, not text."]
    assert again.rejected == first.rejected
    with index.open(tmp_path / "index") as cable_index:
        assert cable_index.rejected() == list(first.rejected)
    photo.unlink()
    assert build().rejected == ()
    with index.open(tmp_path / "index") as cable_index:
        assert cable_index.rejected() == []


def test_pruning_drops_what_an_unchanged_file_had_lost_before_and_keeps_what_it_holds(
    write_cable: WriteCable, tmp_path: Path, build: Build, opened: list[str]
) -> None:
    pack = tmp_path / "files" / "pack.zip"
    written = {n: write_cable(f"{n}.txt", ["Some text."], serial=n).read_text() for n in (1, 2)}
    shutil.rmtree(pack.parent)
    pack.parent.mkdir()

    def packed(*numbers: int) -> None:
        with zipfile.ZipFile(pack, "w") as archive:
            for number in numbers:
                archive.writestr(f"{number}.txt", written[number])
        settled(pack)

    packed(1, 2)
    assert counts(build(pack.parent)) == (2, 0, 0, 0)
    packed(1)
    assert counts(build()) == (0, 0, 1, 0)
    opened.clear()
    assert counts(build(prune=True)) == (0, 0, 1, 1)
    assert opened == []
    with index.open(tmp_path / "index") as cable_index:
        assert [row.id for row in cable_index.cables()] == ["09ASTANA1"]


def test_pruning_keeps_the_cable_of_a_file_that_only_could_not_be_read_also_when_it_is_not_read_again(
    write_cable: WriteCable, tmp_path: Path, build: Build, opened: list[str]
) -> None:
    torn = settled(write_cable("torn.txt", ["Some text."]))
    build(tmp_path / "files")
    torn.write_bytes(b"")
    settled(torn)
    assert counts(build(prune=True)) == (0, 0, 0, 0)
    opened.clear()
    assert counts(build(prune=True)) == (0, 0, 0, 0)
    assert opened == []
    with index.open(tmp_path / "index") as cable_index:
        assert [row.id for row in cable_index.cables()] == ["09ASTANA1"]


def test_what_was_forgotten_is_read_when_it_is_given_again(
    write_cable: WriteCable, tmp_path: Path, build: Build
) -> None:
    settled(write_cable("one.txt", ["Some text."]))
    build(tmp_path / "files")
    assert counts(build(forget=[tmp_path / "files"])) == (0, 0, 0, 1)
    assert counts(build(tmp_path / "files")) == (1, 0, 0, 0)
    (tmp_path / "files" / "one.txt").rename(tmp_path / "one.txt")
    with zipfile.ZipFile(tmp_path / "files" / "pack.zip", "w") as archive:
        archive.write(tmp_path / "one.txt", "one.txt")
    settled(tmp_path / "files" / "pack.zip")
    build(prune=True)
    build(forget=[tmp_path / "files" / "pack.zip" / "one.txt"])
    with index.open(tmp_path / "index") as cable_index:
        assert cable_index.count() == 1  # of the archive that is still a source, as before


def test_a_cable_in_several_files_is_counted_once_whichever_are_read(
    write_cable: WriteCable, tmp_path: Path, build: Build
) -> None:
    paths = [settled(write_cable(f"{name}.txt", ["Some text."])) for name in "abc"]
    assert counts(build(tmp_path / "files")) == (1, 0, 0, 0)
    for path in paths:
        settled(path)  # another time: it is read again
        assert counts(build()) == (0, 0, 1, 0)
    assert counts(build()) == (0, 0, 1, 0)


def test_a_stopped_build_remembers_only_what_it_read_to_its_end(
    tmp_path: Path, build: Build, opened: list[str], cable_text: Callable[..., str]
) -> None:
    (tmp_path / "files").mkdir()
    many = tmp_path / "files" / "many.txt"
    many.write_text("\n".join(cable_text(["Some text."], serial=n) for n in range(1, 9)))
    settled(many)
    stop = Event()
    stop.set()
    build(tmp_path / "files", stop=stop)
    with Store(tmp_path / "index") as store:
        assert store.db.execute("SELECT count(*) FROM files").fetchone() == (0,)
    report = build(tmp_path / "files")
    assert (report.added + report.unchanged, opened.count("many.txt")) == (8, 1)


def test_files_of_the_index_itself_are_not_even_opened(
    write_cable: WriteCable, tmp_path: Path, build: Build, opened: list[str]
) -> None:
    write_cable("one.txt", ["Some text."])
    build(tmp_path)
    opened.clear()
    build()
    assert set(opened) == {"one.txt"}


Step = tuple[str, int, int]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 3), st.integers(0, 5)),
        st.tuples(st.just("remove"), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("build"), st.integers(0, 1), st.just(0)),
    ),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_a_build_that_passes_over_files_comes_to_what_one_that_reads_all_comes_to(
    cable_text: Callable[..., str], tiny_model: str, taken: list[Step]
) -> None:
    with TemporaryDirectory() as folder:
        files = Path(folder) / "files"
        files.mkdir()
        (files / "none.txt").write_text("No cable at all.")
        settled(files / "none.txt")
        for what, number, text in [*taken, ("build", 0, 0), ("build", 1, 0)]:
            path = files / f"{number}.txt"
            if what == "write":
                # Two ids, three texts of each: the same cable in several files, and others of its id.
                path.write_text(cable_text([f"Text {text % 3}."], serial=1 + text % 2))
                settled(path)
            elif what == "remove":
                path.unlink(missing_ok=True)
            else:
                both = []
                for name, reread in (("some", False), ("all", True)):
                    report = index.build(
                        files, Path(folder) / name, model=tiny_model, prune=bool(number), reread=reread
                    )
                    with Store(Path(folder) / name) as store:
                        held = store.db.execute(
                            "SELECT number, id, identity, shown, file FROM cables ORDER BY 1"
                        )
                        places = store.db.execute("SELECT file, cable FROM places ORDER BY 1, 2")
                        found = held.fetchall(), places.fetchall(), store.rejected()
                    both.append((counts(report), report.rejected, *found))
                assert both[0] == both[1]


def test_a_path_that_is_away_is_said_once_however_often(
    write_cable: WriteCable, tmp_path: Path, build: Build
) -> None:
    write_cable("one.txt", ["Some text."])
    build(tmp_path / "files")
    (tmp_path / "files").rename(tmp_path / "away")
    for _ in range(2):
        assert len(build().rejected) == 1
    with index.open(tmp_path / "index") as cable_index:
        assert len(cable_index.rejected()) == 1
