import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import UnreadableSource
from index import BuildReport, Progress
from qa.web.build_job import BuildJob, State

Told = Callable[[Progress], None]


def test_a_second_start_while_one_runs_starts_nothing() -> None:
    go_on, calls = threading.Event(), []

    def build(source: Path | None, prune: bool, progress: Told, stop: threading.Event) -> BuildReport:
        calls.append(source)
        progress(Progress(stage="read", done=3, total=9))
        go_on.wait(10)
        return BuildReport(added=3)

    job = BuildJob(build)
    assert job.start()
    assert not job.start(Path("x"))
    assert job.state.running
    go_on.set()
    job.wait(10)
    assert (job.state.running, job.state.report, calls) == (False, BuildReport(added=3), [None])
    assert job.start()
    job.wait(10)


def test_a_new_source_is_built_first_and_then_everything_and_both_are_reported_as_one() -> None:
    def build(source: Path | None, prune: bool, progress: Told, stop: threading.Event) -> BuildReport:
        if source is None:
            return BuildReport(unchanged=5, changed=1, paragraphs=90, embedded=2, took={"read": 1.0})
        return BuildReport(added=2, unchanged=1, paragraphs=80, embedded=10, took={"read": 2.0, "embed": 3.0})

    job = BuildJob(build)
    job.start(Path("new"))
    job.wait(10)
    assert job.state.report == BuildReport(
        added=2, changed=1, unchanged=3, paragraphs=90, embedded=12, took={"read": 3.0, "embed": 3.0}
    )


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="a thread has its own priority on Linux alone"
)
def test_a_build_gives_way_to_those_who_ask_the_same_server() -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    if (before := priority()) > 9:
        pytest.skip("these tests give way themselves")
    found = []

    def build(source: Path | None, prune: bool, progress: Told, stop: threading.Event) -> BuildReport:
        found.append(priority())
        return BuildReport()

    job = BuildJob(build)
    job.start()
    job.wait(10)
    assert (found, priority()) == ([10], before)


def test_what_the_system_refuses_is_said_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    def build(source: Path | None, prune: bool, progress: Told, stop: threading.Event) -> BuildReport:
        raise PermissionError(13, "Permission denied", "/cables")

    job = BuildJob(build)
    job.start()
    job.wait(10)
    assert job.state.trouble == "/cables: Permission denied. See that the server may read and write there."
    assert [each.exc_info for each in caplog.records] == [None]


def test_a_stopped_build_says_so() -> None:
    def build(source: Path | None, prune: bool, progress: Told, stop: threading.Event) -> BuildReport:
        stop.wait(10)
        return BuildReport(added=1)

    job = BuildJob(build)
    job.start()
    job.stop()
    job.wait(10)
    assert (job.state.running, job.state.stopped) == (False, True)


def test_a_source_that_cannot_be_read_is_told_in_its_sentence() -> None:
    def build(source: Path | None, prune: bool, progress: Told, stop: threading.Event) -> BuildReport:
        raise UnreadableSource(Path("there"), "It does not exist.")

    job = BuildJob(build)
    job.start(Path("there"))
    job.wait(10)
    assert (job.state.trouble, job.state.report) == ("there: It does not exist.", None)


def test_cables_whose_files_are_gone_are_dropped_only_where_that_is_wanted_and_not_for_a_new_source() -> None:
    asked = []

    def build(source: Path | None, prune: bool, progress: Told, stop: threading.Event) -> BuildReport:
        asked.append((source, prune))
        return BuildReport()

    job = BuildJob(build)
    job.start(Path("new"), prune=True)
    job.wait(10)
    job.start()
    job.wait(10)
    assert asked == [(Path("new"), False), (None, True), (None, False)]


def test_the_time_left_is_told_from_the_rate_of_the_stage_at_hand() -> None:
    first = Progress(stage="embed", done=100, total=1100)
    state = State(running=True, first=first, first_at=50.0, progress=replace(first, done=300))
    assert state.left_s(60.0) == 40.0  # 200 in 10 s, and 800 to come
    assert state.left_s(51.0) is None  # too early to tell
    assert replace(state, progress=first).left_s(60.0) is None
    assert replace(state, progress=Progress(stage="read", done=5)).left_s(60.0) is None


def test_a_new_stage_begins_a_new_rate() -> None:
    def build(source: Path | None, prune: bool, progress: Told, stop: threading.Event) -> BuildReport:
        progress(Progress(stage="read", done=1))
        progress(Progress(stage="embed", done=0, total=9))
        progress(Progress(stage="embed", done=5, total=9))
        stop.wait(10)
        return BuildReport()

    job = BuildJob(build)
    job.start()
    while job.state.progress is None or job.state.progress.done != 5:
        pass
    assert job.state.first == Progress(stage="embed", done=0, total=9)
    job.stop()
    job.wait(10)
