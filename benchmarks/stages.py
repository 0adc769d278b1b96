"""One build in a process of its own, stage by stage: seconds, CPU seconds, and the most memory that it held.

python -m benchmarks.stages --index DIR [--cables FILE] [--embed 768] [--like DIR]

Prints a line of JSON. With --embed the model reads so many paragraphs and no more; with --like it reads none, and the
vectors of all are stand-ins near those of that index.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, Final
from unittest.mock import patch

import index
from benchmarks import stand_ins
from index import IndexNotFound, Progress, builder, embedding
from index.encoder import Encoder, load
from index.schema import DATABASE

_MB: Final = 1024**2 if sys.platform == "darwin" else 1024  # what the system counts resident memory in


@dataclass(slots=True, kw_only=True)
class Spent:
    """What a stage took, the processes that it started counted in."""

    seconds: float = 0.0
    cpu: float = 0.0  # seconds of all threads
    memory: float = 0.0  # MB, the most that was resident in this process, and in the largest that it started


@dataclass(slots=True, kw_only=True)
class Stages:
    """What a build took."""

    stages: dict[str, Spent] = field(default_factory=dict)
    askable: float = 0.0  # seconds from the start until the first question found something
    embedded: int = 0  # paragraphs that the model read
    # Within embed: until the model was there; what it took, its tokenizer counted in; the tokenizer.
    loading: Spent = field(default_factory=Spent)
    model: Spent = field(default_factory=Spent)
    tokenizer: Spent = field(default_factory=Spent)
    tokens: int = 0  # that the model read, and the sum of the squares of their number in each text
    squares: int = 0
    cables: int = 0
    paragraphs: int = 0


class Watch:
    """Follows a build by what it tells of its progress."""

    def __init__(self, folder: Path, *, most: int | None) -> None:
        self.found = Stages()
        self.stop = Event()
        self._folder, self._most = folder, most
        self._begun = time.perf_counter()
        self._stage = "read"
        self._since = _now()
        self._new = not (folder / DATABASE).exists()

    def tell(self, progress: Progress) -> None:
        """What the build calls."""
        if self._new and not self.found.askable:
            self._ask()
        if progress.stage != self._stage:
            self.close()
            self._stage = progress.stage
        if progress.stage == "seal" and progress.done:  # a long build seals now and then, and embeds on
            self.close()
            self._stage = "embed"
        if progress.stage == "embed" and self._most is not None and progress.done >= self._most:
            self.stop.set()

    def _ask(self) -> None:
        try:
            with index.open(self._folder) as cable_index:
                if cable_index.count_paragraphs() and cable_index.search("government", k=1, by="words"):
                    self.found.askable = time.perf_counter() - self._begun
        except IndexNotFound:
            pass

    def close(self) -> None:
        """End the stage at hand."""
        now = _now()
        seconds, cpu = (b - a for a, b in zip(self._since, now, strict=True))
        spent = self.found.stages.setdefault(self._stage, Spent())
        spent.seconds, spent.cpu = spent.seconds + seconds, spent.cpu + cpu
        # The processes that parse are gone once the first stage is over.
        spent.memory = max(spent.memory, _most_resident(others=self._stage == "read"))
        self._since = now

    def loaded(self, *names: str, **options: Any) -> Encoder:  # noqa: ANN401 - as they come
        """Stands in for what loads the model, and takes the time of it."""
        with _counted(self.found.loading):
            encoder = load(*names, **options)
        model: Any = encoder.model
        encoder.encode_paragraphs = self._timed(encoder.encode_paragraphs, self.found.model)  # type: ignore[method-assign]
        model._tokenizer = _Tokenizer(model._tokenizer, self.found)
        return encoder

    def _timed(self, call: Any, spent: Spent) -> Any:  # noqa: ANN401
        def timed(*given: Any, **options: Any) -> Any:  # noqa: ANN401
            with _counted(spent):
                return call(*given, **options)

        return timed


class _Tokenizer:
    """A tokenizer that counts what it reads, and the time that it takes."""

    def __init__(self, tokenizer: Any, found: Stages) -> None:  # noqa: ANN401
        self._tokenizer, self._found = tokenizer, found

    def encode(self, *given: Any, **options: Any) -> Any:  # noqa: ANN401
        return self._tokenizer.encode(*given, **options)

    def encode_batch(self, texts: list[str]) -> Any:  # noqa: ANN401
        begun, used = time.perf_counter(), time.thread_time()
        read = self._tokenizer.encode_batch(texts)
        self._found.tokenizer.seconds += time.perf_counter() - begun
        self._found.tokenizer.cpu += time.thread_time() - used
        self._found.tokens += sum(len(each.ids) for each in read)
        self._found.squares += sum(len(each.ids) ** 2 for each in read)
        return read


@contextmanager
def _counted(spent: Spent) -> Iterator[None]:
    begun, used = time.perf_counter(), time.process_time()
    yield
    spent.seconds += time.perf_counter() - begun
    spent.cpu += time.process_time() - used


def _now() -> tuple[float, float]:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), time.process_time() + children.ru_utime + children.ru_stime


def _most_resident(*, others: bool) -> float:
    """MB, since this was asked last where the system can say that, else since the process began.

    With `others` that of the largest process that this one started and that has ended is added.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / _MB if others else 0.0
    try:
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        Path("/proc/self/clear_refs").write_text("5")
        return int(status["VmHWM"].split()[0]) / 1024 + children
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB + children


def measured(
    cables: Path | None,
    folder: Path,
    *,
    embed: int | None,
    like: Path | None,
    keep_tokens: bool | None = None,
) -> Stages:
    """Build, and say what it took."""
    watch = Watch(folder, most=embed)
    fill = stand_ins.filler(like, seed=1) if like else embedding.embed
    with patch.object(builder, "embed", fill), patch.object(builder, "load", watch.loaded):
        report = index.build(cables, folder, progress=watch.tell, stop=watch.stop, keep_tokens=keep_tokens)
    watch.close()
    found = watch.found
    found.embedded, found.paragraphs = report.embedded, report.paragraphs
    with index.open(folder) as cable_index:
        found.cables = cable_index.count()
    return found


def main() -> None:
    """Build and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--index", type=Path, required=True)
    options.add_argument("--cables", type=Path, help="none for those that the index knows")
    options.add_argument("--embed", type=int, help="paragraphs at most; none for all")
    options.add_argument("--like", type=Path, help="an index with real vectors, near which the stand-ins lie")
    options.add_argument("--keep-tokens", action="store_true", default=None, help="as of a build")
    given = options.parse_args()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # its threads' time would count for none of ours
    how = {"embed": given.embed, "like": given.like, "keep_tokens": given.keep_tokens}
    print(json.dumps(asdict(measured(given.cables, given.index, **how))))


if __name__ == "__main__":
    main()
