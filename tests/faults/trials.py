"""Faults, each tried with a seed: what was hit, and that the index came through."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import index
from index.errors import BackupExists
from tests.faults import disk
from tests.tiny_model import save_tiny_model

ROOT: Final = Path(__file__).parents[2]
EMBEDDED: Final = 1_000_000  # as in worker.py
CABLE: Final = """P 270959Z FEB 09
FM AMEMBASSY ASTANA
TO SECSTATE WASHDC PRIORITY

UNCLAS ASTANA {serial:06d}

E.O. 12958: N/A
TAGS: PREL, KZ
SUBJECT: A REPORT

{body}

SMITH
"""
WORDS: Final = "wheat snow gas rail border harvest minister market troops river".split()


class NotSurvived(AssertionError):
    """A fault lost something, let something in, or left an index that does not work."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is at work when the fault comes."""

    name: str
    does: str  # build, repair, backup
    before: Path | None  # the index as it is then
    sources: Path
    expected: Any  # what the index answers in the end
    stages: dict[str, list[int]]  # by name: first and last event of each part
    events: int
    fresh_from: int = 0


def answers(folder: Path) -> Any:  # noqa: ANN401 - to be compared
    """All that can be asked of an index: what is found by words and by meaning, every text, the counts."""
    with index.open(folder, threads=1) as opened:
        found = [
            sorted((hit.cable_id, hit.paragraph, hit.text) for hit in opened.search("wheat", k=500, by=by))
            for by in ("words", "meaning")
        ]
        texts = [(row.id, opened.cable(row.id).text) for row in opened.cables(limit=None, order="subject")]
        stats = opened.stats()
        counts = [
            stats[name] for name in ("cables", "superseded", "paragraphs", "embedded", "sealed", "rejected")
        ]
        spelled = [(each.word, each.distance) for each in opened.spellings(["harvset"])["harvset"]]
        return json.loads(json.dumps([found, texts, counts, spelled, opened.document_frequencies(WORDS)]))


class Trials:
    """Sources, indexes and the process that faults happen to."""

    def __init__(self, top: Path, library: Path) -> None:
        self.top = top
        self.model = save_tiny_model(top / "tiny")
        self.index = top / "at work" / "index"  # always the same path, for the sources of a build name it
        self._log = top / "log"
        environment = {
            **os.environ,
            "LD_PRELOAD": str(library),
            "DISK_FOLDER": str(self.index.parent),
            "DISK_LOG": str(self._log),
            "PYTHONPATH": str(ROOT),
            "OMP_NUM_THREADS": "1",
            "HF_HUB_OFFLINE": "1",
        }
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        self._answer()
        self._measures, self._known = self._scenarios(), dict[str, Scenario]()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.kill()
        self._worker.wait()
        for pipe in (self._worker.stdin, self._worker.stdout):
            if pipe is not None:
                pipe.close()

    def _answer(self) -> dict[str, Any]:
        if self._worker.stdout is None:
            raise ValueError("The worker has no output.")
        found: dict[str, Any] = json.loads(self._worker.stdout.readline())
        return found

    def _cables(self, folder: Path, serials: range, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for serial in serials:
            draw = random.Random(1000 * seed + serial)
            body = "\n\n".join(
                f"{number}. (U) {' '.join(draw.choices(WORDS, k=12))} {serial}." for number in range(1, 4)
            )
            path = folder / f"{serial:02}.txt"
            path.write_text(CABLE.format(serial=serial, body=body))
            os.utime(path, (1e9 + seed, 1e9 + seed))

    def _scenarios(self) -> dict[str, Callable[[], Scenario]]:
        first, second = self.top / "first", self.top / "second"
        self._cables(first, range(1, 13), 1)
        self._cables(second, range(1, 13), 1)
        before = self.top / "before"
        self._start(None)
        index.build(second, self.index, model=self.model, threads=1)
        shutil.copytree(self.index, before)
        self._cables(second, range(4, 7), 2)  # changed
        self._cables(second, range(13, 17), 1)  # new
        for serial in (1, 2):
            (second / f"{serial:02}.txt").unlink()
        damaged = self.top / "damaged"
        shutil.copytree(before, damaged)
        database = sqlite3.connect(damaged / "index.sqlite", isolation_level=None)
        database.execute("DELETE FROM bodies WHERE cable IN (5, 9)")
        database.close()
        return {
            "first build": lambda: self._measured("first build", "build", None, first),
            "next build": lambda: self._measured("next build", "build", before, second),
            "next build, FAISS base anew": lambda: self._measured(
                "next build, FAISS base anew", "build", before, second, fresh_from=1
            ),
            "repair": lambda: self._measured("repair", "repair", damaged, second),
            "backup": lambda: self._measured("backup", "backup", before, second),
        }

    def scenario(self, name: str) -> Scenario:
        """A scenario; once, when it is first asked for, without a fault."""
        if name not in self._known:
            self._known[name] = self._measures[name]()
        return self._known[name]

    def _measured(
        self, name: str, does: str, before: Path | None, sources: Path, *, fresh_from: int = 0
    ) -> Scenario:
        """A scenario, once without a fault."""
        scenario = Scenario(name, does, before, sources, None, {}, 0, fresh_from)
        told = self.work(scenario)
        if "error" in told:
            raise NotSurvived(f"{name} fails without a fault: {told['trace']}")
        shutil.rmtree(self.index.parent / "copy", ignore_errors=True)
        index.build(sources, self.index, model=self.model, threads=1, prune=True)
        return Scenario(
            name, does, before, sources, answers(self.index), told["stages"], told["events"], fresh_from
        )

    def _start(self, before: Path | None) -> None:
        shutil.rmtree(self.index.parent, ignore_errors=True)
        self.index.parent.mkdir(parents=True)
        if before is not None:
            shutil.copytree(before, self.index)

    def work(self, scenario: Scenario, **task: object) -> dict[str, Any]:
        """Let a scenario run in a process of its own, with a fault; what that tells of it."""
        self._start(scenario.before)
        self._log.write_bytes(b"")  # the worker has it open
        told = {
            "does": scenario.does,
            "folder": str(self.index),
            "sources": str(scenario.sources),
            "model": self.model,
            "to": str(self.index.parent / "copy"),
            "fresh_from": scenario.fresh_from,
            **task,
        }
        if self._worker.stdin is None:
            raise ValueError("The worker has no input.")
        self._worker.stdin.write(json.dumps(told) + "\n")
        self._worker.stdin.flush()
        return self._answer()

    def survives(
        self, scenario: Scenario, folder: Path | None = None, *, cables: int = 0, embedded: int = 0
    ) -> None:
        """Check an index after a fault: as it is, and after the build that is run again. Raises NotSurvived.

        Args:
            scenario: that the fault came to.
            folder: of the index; None for the one that the scenario worked on.
            cables: that were committed, and must be there.
            embedded: paragraphs likewise.
        """
        folder = folder or self.index
        try:
            if (folder / "index.sqlite").exists():
                if scenario.does == "build":
                    self._as_it_is(folder, cables, embedded)
            elif cables or scenario.before is not None:
                raise NotSurvived("The database is gone.")
            if scenario.does == "repair":
                index.repair(folder, threads=1)
            index.build(scenario.sources, folder, model=self.model, threads=1, prune=True)
            report = index.check(folder)
            if not report.sound or report.unfinished:
                raise NotSurvived(f"After the next build: {report}")
            found = answers(folder)
        except NotSurvived:
            raise
        except Exception as error:
            raise NotSurvived(f"{type(error).__name__}: {error}") from error
        if found != scenario.expected:
            raise NotSurvived("The next build does not bring the index to where it would have been.")

    def _as_it_is(self, folder: Path, cables: int, embedded: int) -> None:
        with suppress(index.IndexNotFound):
            answers(folder)
        report = index.check(folder)
        lasting = [problem.what for problem in report.problems if problem.lasting]
        if lasting:
            raise NotSurvived(f"The database is damaged: {lasting}")
        if report.cables < cables or report.embedded < embedded:
            raise NotSurvived(
                f"{cables} cables and {embedded} vectors were committed; there are {report.cables} and "
                f"{report.embedded}."
            )


def killed(trials: Trials, name: str, stage: str, seed: int) -> str:
    """kill -9 at a chosen event of a stage; how that ended."""
    scenario = trials.scenario(name)
    spans = scenario.stages.get(stage) or [0, scenario.events]
    draw = random.Random(f"kill {name} {stage} {seed}")
    start = 2 * draw.randrange(len(spans) // 2)
    told = trials.work(
        scenario, kind=disk.KILLED, at=draw.randint(spans[start] + 1, max(spans[start] + 1, spans[start + 1]))
    )
    if scenario.does == "backup":
        _whole_or_not_there(trials)
    else:
        trials.survives(scenario)
    return "killed" if told["killed"] else "came to its end"


def _whole_or_not_there(trials: Trials) -> None:
    copy = trials.index.parent / "copy"
    if copy.exists() and not index.check(copy).sound:
        raise NotSurvived("Half a backup stands under the final name.")
    shutil.rmtree(copy, ignore_errors=True)
    try:
        index.backup(trials.index, copy)
    except BackupExists as error:
        raise NotSurvived(str(error)) from error
    if answers(copy) != answers(trials.index):
        raise NotSurvived("The backup answers otherwise.")


def full_disk(trials: Trials, name: str, seed: int) -> str:
    """From a chosen event on, no write finds room; how that ended."""
    scenario = trials.scenario(name)
    draw = random.Random(f"full {name} {seed}")
    told = trials.work(scenario, kind=disk.FULL, at=draw.randint(1, scenario.events))
    if "error" in told and not {"IndexNotWritten", "OSError"} & set(told["family"]):
        raise NotSurvived(f"{told['error']} is no sentence: {told['trace']}")
    if scenario.does == "backup":
        _whole_or_not_there(trials)
    else:
        trials.survives(scenario)
    return str(told.get("error", "came to its end"))


def power_cut(trials: Trials, name: str, seed: int, *, images: int = 4, **task: object) -> str:
    """The disks that cuts at chosen events leave: of what was not synced any part may be lost."""
    scenario = trials.scenario(name)
    draw = random.Random(f"power {name} {seed}")
    trials.work(scenario, **task)
    log = disk.events(trials.top / "log")
    cuts = sorted(draw.sample(range(len(log)), images))
    state = disk.Disk(trials.index.parent, before=scenario.before)
    for number, event in enumerate(log):
        state.apply(event)
        if number in cuts:
            trials._start(None)
            state.image(trials.index.parent, draw)
            cables = max((mark for mark in state.marks if mark < EMBEDDED), default=0)
            if scenario.before is not None:
                cables = 0  # some of those that were there are taken out
            embedded = max((mark - EMBEDDED for mark in state.marks if mark >= EMBEDDED), default=0)
            trials.survives(scenario, cables=cables, embedded=0 if scenario.before else embedded)
    return f"came through on {images} disks"


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of the table."""

    name: str
    trial: Callable[[Trials, int], str]


_STAGES: Final = {
    "first build": ("read", "words", "spellings", "embed", "seal base"),
    "next build": ("read", "words", "spellings", "embed", "seal fresh"),
    "next build, FAISS base anew": ("seal base",),
    "repair": ("",),
    "backup": ("",),
}
FAULTS: Final = (
    *(
        Fault(
            f"kill -9, {name}{f': {stage}' if stage else ''}",
            lambda trials, seed, name=name, stage=stage: killed(trials, name, stage, seed),  # type: ignore[misc]
        )
        for name, stages in _STAGES.items()
        for stage in stages
    ),
    *(
        Fault(f"full disk, {name}", lambda trials, seed, name=name: full_disk(trials, name, seed))  # type: ignore[misc]
        for name in _STAGES
    ),
    *(
        Fault(f"power cut, {name}", lambda trials, seed, name=name: power_cut(trials, name, seed))  # type: ignore[misc]
        for name in ("first build", "next build", "next build, FAISS base anew")
    ),
)
