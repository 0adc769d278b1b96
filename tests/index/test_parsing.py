"""Cables parsed in other processes: the same, in the same order, whatever becomes of these processes."""

import logging
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import corpus
from corpus import Cable, Rejected, UnreadableSource
from corpus.reader import ReadToEnd
from index import packing, parsing
from index.packing import Packed
from index.parsing import Found

ROOT = Path(__file__).parents[2]


@pytest.fixture
def files(tmp_path: Path, cable_text: Callable[..., str]) -> Path:
    """Three files of 60 cables and one that is none."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name in range(3):
        path = folder / f"{name}.txt"
        path.write_text(
            "\n".join(cable_text(["Some téxt.", "More."], serial=60 * name + n) for n in range(1, 61))
        )
        os.utime(path, (1, 1))
    photo = folder / "1b.jpg"
    photo.write_bytes(b"\xff\xd8\xff\0\0\0\0")
    os.utime(photo, (1 << 32, 1 << 32))
    return folder


@pytest.fixture(autouse=True)
def two_processes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "_FEW", 7)
    monkeypatch.setattr(parsing, "_PARCEL", 5)
    monkeypatch.setattr(parsing, "_AHEAD", 4)
    monkeypatch.setattr(parsing, "processors", lambda: 3)


def found(files: Path) -> Iterator[Found]:
    return parsing.packed_cables(str(files), on_file=lambda _: None, passed_over=lambda _: False)


def expected(files: Path) -> list[Packed | Rejected]:
    return [packing.packed(item) if isinstance(item, Cable) else item for item in corpus.read(files)]


def test_what_other_processes_parse_comes_in_order_and_is_the_same(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    worker = parsing._Worker

    def counted() -> parsing._Worker:
        started.append(None)
        return worker()

    monkeypatch.setattr(parsing, "_Worker", counted)
    items = list(found(files))
    assert [item for item in items if not isinstance(item, ReadToEnd)] == expected(files)
    ends = [place for place, item in enumerate(items) if isinstance(item, ReadToEnd)]
    assert ends == [60, 121, 183]  # right behind the last cable of each; the photo is of the future
    assert len(started) == 2


def test_a_few_cables_are_parsed_here(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> parsing._Worker:
        raise AssertionError("A process was started.")

    monkeypatch.setattr(parsing, "_Worker", none)
    monkeypatch.setattr(parsing, "_FEW", 1_000)
    assert [item for item in found(files) if not isinstance(item, ReadToEnd)] == expected(files)
    monkeypatch.setattr(parsing, "_FEW", 7)
    monkeypatch.setattr(parsing, "processors", lambda: 1)
    assert [item for item in found(files) if not isinstance(item, ReadToEnd)] == expected(files)


@pytest.mark.parametrize("trouble", ["killed", "never there", "no Python"])
def test_where_the_other_processes_die_the_work_goes_on_here(
    files: Path, trouble: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def started(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        if trouble == "no Python":
            command = [str(files / "no-python"), *command[1:]]
        elif trouble == "never there":
            command = [command[0], "-c", "raise SystemExit(3)"]
        begun.append(popen(command, **options))  # type: ignore[call-overload]
        return begun[-1]

    monkeypatch.setattr(parsing.subprocess, "Popen", started)  # type: ignore[attr-defined]
    items = found(files)
    some = [next(items) for _ in range(20)]
    if trouble == "killed":
        for each in begun:
            each.kill()
    with caplog.at_level(logging.WARNING):
        rest = list(items)
    assert [item for item in some + rest if not isinstance(item, ReadToEnd)] == expected(files)
    assert "The process that parses beside this one is gone" in caplog.text
    assert all(each.poll() is not None for each in begun)


def test_who_stops_early_leaves_no_process_behind(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[parsing._Worker] = []
    worker = parsing._Worker
    monkeypatch.setattr(parsing, "_Worker", lambda: begun.append(worker()) or begun[-1])  # type: ignore[func-returns-value]
    items = found(files)
    for _ in range(20):
        next(items)
    processes = [each._process for each in begun]
    items.close()  # type: ignore[attr-defined]
    assert len(processes) == 2
    assert all(each is not None and each.poll() is not None for each in processes)


def test_a_path_that_cannot_be_read_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="no such file"):
        found(tmp_path / "none")


def test_no_script_runs_twice_because_it_builds_an_index(files: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent("""
            import sys
            from index import parsing
            print("once")
            parsing._FEW, parsing._processors = 7, lambda: 2
            got = parsing.packed_cables(sys.argv[1], on_file=lambda _: None, passed_over=lambda _: False)
            print(sum(1 for _ in got))
        """)
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, str(script), str(files)], capture_output=True, text=True, check=True, env=environment
    )
    assert (ran.stdout.split(), ran.stderr) == (["once", "184"], "")


def test_a_process_that_is_sent_no_more_ends_by_itself() -> None:
    command = [sys.executable, "-c", "from index import parsing; parsing.work()"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as process:
        _, said = process.communicate(timeout=60)  # closes the pipe, as when the build is killed
        assert said == b""
    assert process.returncode == 0
