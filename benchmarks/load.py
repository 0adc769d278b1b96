"""What if many people ask at the same time? Makes the table of docs/serving.md.

python -m benchmarks.load --index DIR --questions FILE [--people 50] [--minutes 10] [--build CABLES [--on-page]]
                          [--write docs/serving.md]

Each person has a page of their own, in this process, and talks to the real server as a browser does. All ask their
first question at once; from then on each looks at the answer for a while before the next. Each answer is compared with
the one that `Assistant.ask` gives when nobody else asks. With --build the same goes on for as long again while
`cable-qa build` adds cables to the index, or with --on-page the server itself, as one asks it to on the Index tab.
DIR is copied first.
"""

import argparse
import asyncio
import collections
import random
import re
import shutil
import signal
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import numpy as np
from tqdm import tqdm

from benchmarks.browser import Server, server
from benchmarks.machine import machine
from benchmarks.markers import printed
from benchmarks.page_over_http import Page, Refused, Shown, shown
from benchmarks.tables import figure, table
from qa import Assistant
from qa.errors import Busy
from qa.evaluate import EvalQuestion, read_questions
from qa.web import chat
from qa.web.conversation import Turn
from qa.web.index_tab import STAGES

REOPENED: Final = 10  # questions after which a person closes the page and opens it again
AGAIN_S: Final = (
    5.0  # until one who was told that the server is busy tries again, as Retry-After says to programs
)
_MIB: Final = 2**20
_ENDS_WITHIN_S: Final = 60  # a build that is told to stop
_AT_WORK: Final = (
    *STAGES.values(),
    "Starting",
    "Stopping at",
)  # so begins what the page says of a build that runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of one person."""

    question: str
    waited_s: float = 0.0
    places: tuple[int, ...] = ()
    shown: Shown | None = None  # None: there was an error
    error: str = ""

    @property
    def busy(self) -> bool:
        """Whether the answer was that the server is busy."""
        return self.shown is not None and self.shown.trouble == str(Busy())

    @property
    def answered(self) -> bool:
        """Whether there was an answer, right or wrong."""
        return self.shown is not None and not self.shown.trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the server held at one time, in bytes."""

    at_s: float
    resident: int
    own: int  # of it what is no copy of a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """What came of some minutes."""

    name: str
    took_s: float
    asked: tuple[Asked, ...]
    memory: tuple[Memory, ...]
    errors: int  # by the server's own count


Answers = Mapping[str, Shown]


def expected(index_path: Path, questions: Sequence[str], what: str) -> tuple[Answers, float]:
    """What the page is to show for each question, and the median of how long an answer takes, in seconds."""
    found, took = {}, []
    with Assistant.open(index_path) as assistant:
        assistant.ask(questions[0])
        for question in tqdm(questions, desc=what, leave=False):
            begun = time.monotonic()
            answer = assistant.ask(question)
            took.append(time.monotonic() - begun)
            turn = Turn(number=0, question=question, answer=answer)
            found[question] = shown(chat.turn_html(turn, last=True))
    return found, statistics.median(took)


def is_right(asked: Asked, answers: Sequence[Answers]) -> bool:
    """Whether an answer is one that is given when nobody else asks.

    With one set of answers the page shows just the same. With two, of before a build and after it, it quotes the
    same place as in one of them: what else is near may be of a state between.
    """
    if asked.shown is None:
        return False
    if len(answers) == 1:
        return asked.shown.html == answers[0][asked.question].html
    quoted = (asked.shown.claim, asked.shown.source)
    return any(quoted == (each[asked.question].claim, each[asked.question].source) for each in answers)


async def crowd(
    address: str, questions: Sequence[str], *, people: int, seconds: float, think_s: float, seed: int
) -> list[Asked]:
    """So many people ask for so long. Each draws questions, and how long to think, by its own chance."""
    trusted = ssl.create_default_context()
    until = time.monotonic() + seconds
    each = (
        _person(address, trusted, questions, random.Random(f"{seed} {number}"), think_s, until)
        for number in range(people)
    )
    return [asked for some in await asyncio.gather(*each) for asked in some]


async def _person(
    address: str,
    trusted: ssl.SSLContext,
    questions: Sequence[str],
    chance: random.Random,
    think_s: float,
    until: float,
) -> list[Asked]:
    made: list[Asked] = []
    while time.monotonic() < until:
        try:
            async with Page(address, trusted) as page:
                for _ in range(REOPENED):
                    question = chance.choice(questions)
                    made.append(await _asked(page, question))
                    wait_s = AGAIN_S if made[-1].busy else chance.expovariate(1 / think_s)
                    if time.monotonic() + wait_s >= until:
                        return made
                    await asyncio.sleep(wait_s)
        except (Refused, httpx.HTTPError) as error:  # the page itself did not come
            made.append(Asked(question="", error=f"{type(error).__name__}: {error}"))
            await asyncio.sleep(AGAIN_S)
    return made


async def _asked(page: Page, question: str) -> Asked:
    try:
        reply = await page.ask(question)
    except (Refused, httpx.HTTPError) as error:
        return Asked(question=question, error=f"{type(error).__name__}: {error}")
    return Asked(question=question, waited_s=reply.waited_s, places=reply.places, shown=reply.shown)


async def watched(running: Server, made: list[Memory]) -> None:
    """Note once a second what the server holds."""
    begun = time.monotonic()
    while True:
        status = Path(f"/proc/{running.pid}/status").read_text(encoding="ascii")
        made.append(memory(status, at_s=time.monotonic() - begun))
        await asyncio.sleep(1)


def memory(status: str, *, at_s: float) -> Memory:
    """What /proc/PID/status tells: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html."""
    kib = {key: int(value) for key, value in re.findall(r"^(\w+):\s*(\d+) kB$", status, re.M)}
    return Memory(at_s=at_s, resident=1024 * kib["VmRSS"], own=1024 * kib["RssAnon"])


def growth(samples: Sequence[Memory]) -> float:
    """By how many bytes a minute its own memory grows, by least squares, once the first quarter has gone by."""
    some = samples[len(samples) // 4 :]
    if len(some) < 2:
        return 0.0
    slope, _ = statistics.linear_regression([each.at_s for each in some], [each.own for each in some])
    return 60 * slope


def phase(
    name: str,
    running: Server,
    questions: Sequence[str],
    *,
    people: int,
    seconds: float,
    think_s: float,
    seed: int,
) -> Phase:
    """Let people ask for some time, and watch the server."""
    samples: list[Memory] = []
    before = errors_of(_figures(running))

    async def both() -> list[Asked]:
        watching = asyncio.create_task(watched(running, samples))
        try:
            return await crowd(
                running.address, questions, people=people, seconds=seconds, think_s=think_s, seed=seed
            )
        finally:
            watching.cancel()

    begun = time.monotonic()
    asked = asyncio.run(both())
    return Phase(
        name=name,
        took_s=time.monotonic() - begun,
        asked=tuple(asked),
        memory=tuple(samples),
        errors=errors_of(_figures(running)) - before,
    )


def _figures(running: Server) -> str:
    with urllib.request.urlopen(f"{running.address}/metrics") as came:
        text: str = came.read().decode()
    return text


def errors_of(figures: str) -> int:
    """What the server's figures tell of errors."""
    found = re.search(r"^cable_qa_errors_total (\S+)$", figures, re.M)
    return int(float(found[1])) if found else 0


@contextmanager
def building(cables: Path, index_path: Path) -> Iterator[list[str]]:
    """`cable-qa build` beside; at the end of the block the list holds a sentence of what came of it."""
    code = "import sys; from qa.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "build", str(cables), "--index", str(index_path)]
    said: list[str] = []
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as build:
        try:
            yield said
        finally:
            if build.poll() is None:
                build.send_signal(signal.SIGINT)
                build.wait(_ENDS_WITHIN_S)
                said.append(f"The build was stopped after {time.monotonic() - begun:.0f} s.")
            elif build.returncode:
                said.append(f"The build failed with {build.returncode}.")
            else:
                said.append("The build came to its end.")


@contextmanager
def building_on_page(cables: Path, address: str) -> Iterator[list[str]]:
    """The server's own build, begun on the Index tab; at the end of the block the list says what came of it."""
    trusted = ssl.create_default_context()

    async def begin() -> None:
        async with Page(address, trusted) as page:
            await page.update(cables.absolute())

    async def end() -> str:
        async with Page(address, trusted) as page:
            begun = time.monotonic()
            await page.stop_updating()
            while (says := await page.updating()).startswith(_AT_WORK):
                if time.monotonic() - begun > _ENDS_WITHIN_S:
                    raise Refused(f"The build goes on: {says}")
                await asyncio.sleep(1)
            return says

    asyncio.run(begin())
    said: list[str] = []
    begun = time.monotonic()
    try:
        yield said
    finally:
        lasted = time.monotonic() - begun
        said.append(f"After {lasted:.0f} s the page said of its build: {asyncio.run(end())}")


def rows(phases: Sequence[Phase], answers: Sequence[Sequence[Answers]]) -> Iterator[list[str]]:
    """A row a figure, a column a phase; `answers` are those that are right in each."""
    facts = [_facts(one, right) for one, right in zip(phases, answers, strict=True)]
    for name in facts[0]:
        yield [name, *(each[name] for each in facts)]


def _facts(one: Phase, answers: Sequence[Answers]) -> dict[str, str]:
    answered = [each for each in one.asked if each.answered]
    waits = [each.waited_s for each in answered] or [0.0]
    told = [each for each in one.asked if each.places]
    held = one.memory
    middle, last = held[len(held) // 2], held[-1]
    return {
        "questions answered": f"{len(answered):,}",
        "a minute": figure(60 * len(answered) / one.took_s),
        "seconds until the answer, median": figure(statistics.median(waits)),
        "p95": figure(float(np.percentile(waits, 95))),
        "longest": figure(max(waits)),
        "told their place in the line": f"{len(told):,}",
        "the furthest place": f"{max((max(each.places) for each in told), default=0):,}",
        'told "busy"': f"{sum(each.busy for each in one.asked):,}",
        "errors": f"{sum(not (each.answered or each.busy) for each in one.asked):,}",
        "errors by the server's count": f"{one.errors:,}",
        "wrong answers": f"{sum(not is_right(each, answers) for each in answered):,}",
        "server's memory at the start, MiB": figure(held[0].resident / _MIB, 0),
        "in the middle": figure(middle.resident / _MIB, 0),
        "at the end": figure(last.resident / _MIB, 0),
        "its own grows by, MiB a minute": figure(growth(held) / _MIB),
    }


def troubles(phases: Sequence[Phase], answers: Sequence[Sequence[Answers]]) -> Iterator[str]:
    """What went wrong, a line a kind, to look into."""
    for one, right in zip(phases, answers, strict=True):
        kinds = collections.Counter(
            each.error or (each.shown.trouble if each.shown else "")
            for each in one.asked
            if not (each.answered or each.busy)
        )
        yield from (f"{one.name}: {count} x {what}" for what, count in kinds.most_common())
        for each in one.asked:
            if each.answered and not is_right(each, right) and each.shown:
                wanted = [(some[each.question].claim, some[each.question].source) for some in right]
                yield f"{one.name}: {each.question!r} gave {(each.shown.claim, each.shown.source)}, not {wanted}"


def asked_of(questions: Sequence[EvalQuestion], count: int, *, seed: int) -> list[str]:
    """So many questions that stand by themselves, in an order drawn by chance."""
    alone = sorted({one.text for one in questions if not one.history})
    return random.Random(seed).sample(alone, min(count, len(alone)))


def main() -> None:
    """Copy, ask alone, serve, let people ask, print, write."""
    options = _options().parse_args()
    questions = asked_of(read_questions(options.questions), options.distinct, seed=options.seed)
    seconds = 60 * options.minutes
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        index_path = Path(shutil.copytree(options.index, Path(scratch) / "index"))
        before, alone_s = expected(index_path, questions, "nobody else asks")
        phases, said = [], ["No build."]
        with server(index_path) as running:

            def some(name: str) -> Phase:
                print(f"{name}: {options.minutes:g} minutes", file=sys.stderr)
                return phase(
                    name,
                    running,
                    questions,
                    people=options.people,
                    seconds=seconds,
                    think_s=options.think,
                    seed=options.seed,
                )

            phases.append(some("nothing else"))
            if options.build:
                beside = (
                    building_on_page(options.build, running.address)
                    if options.on_page
                    else building(options.build, index_path)
                )
                with beside as said:
                    phases.append(some("a build beside"))
        answers: list[list[Answers]] = [[before]]
        if options.build:
            answers.append([before, expected(index_path, questions, "after the build")[0]])
        with Assistant.open(index_path) as assistant:
            cables = assistant.index.count()
    for line in troubles(phases, answers):
        print(line, file=sys.stderr)
    lines = [
        f"{options.people} people for {options.minutes:g} minutes on {cables:,} cables, all asking their first "
        f"question at once, then {options.think:g} s (mean, exponential) after each answer; {len(questions)} "
        f"questions, of which one takes {alone_s:.2f} s (median) when nobody else asks. The people are on the same "
        f"machine. {said[-1]}",
        "",
        *table(["", *(one.name for one in phases)], rows(phases, answers)),
        "",
        f"*{machine('gradio', 'uvicorn', 'faiss-cpu', 'tantivy')}*",
    ]
    printed(lines, into=options.write, name="load", maker="benchmarks.load")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--index", type=Path, required=True, metavar="DIR", help="the index; it is copied")
    parser.add_argument("--questions", type=Path, required=True, metavar="FILE", help="as for cable-qa eval")
    parser.add_argument("--people", type=int, default=50, help="who have a page open")
    parser.add_argument("--minutes", type=float, default=10, help="without a build, and as long with one")
    parser.add_argument(
        "--think", type=float, default=30, metavar="SECONDS", help="mean time before the next question"
    )
    parser.add_argument("--distinct", type=int, default=200, help="questions that are drawn from")
    parser.add_argument("--build", type=Path, metavar="CABLES", help="what a build beside adds")
    parser.add_argument("--on-page", action="store_true", help="the build is the server's own")
    parser.add_argument("--seed", type=int, default=41, help="of the questions and of how long people think")
    parser.add_argument("--scratch", type=Path, metavar="DIR", help="where the copy is made")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the table between its markers")
    return parser


if __name__ == "__main__":
    main()
