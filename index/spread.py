"""Embedding on many machines by Ray Data: batches go out, vectors come back, and the database is for us alone."""

import json
import logging
import os
import socket
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corpus.errors import CableQAError
from index.bert_model import Precision
from index.embedding import Batch, Embedding, Worked, embedded
from index.encoder import Encoder, load
from index.errors import RayNotInstalled, RayUnavailable, WorkerUnfit
from index.memory import give_back
from index.processors import processors
from index.store import StoredParagraph

if TYPE_CHECKING:
    import pyarrow

# Batches a worker that are handed to Ray at one time: so much of the corpus is in memory, whatever its size. Each time
# the workers load the model anew and the last of them are waited for, a small part of the minutes that a processor
# takes for so many, or a GPU, which is faster.
_BATCHES: Final = 128
_BATCHES_GPU: Final = 512
_AT_HAND: Final = 2  # batches a worker that were sent to it: one is worked on, one waits
_ANSWERS_S: Final = 10.0
_OWN: Final = ("local", "auto")  # addresses that name no machine
_COLUMNS: Final = Embedding._fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a worker must load to give the vectors of this process's model."""

    program: str  # version
    model: str
    fingerprint: str
    query_prompt: str
    document_prompt: str
    device: str
    threads: int | None
    precision: Precision
    tokens: bool


class Worker:
    """A process of Ray with the model. It is handed a batch a time, as a table of one row, and gives one back."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def __call__(self, batch: "pyarrow.Table") -> "pyarrow.Table":
        """The vectors of a batch; none of them, and the reason, where they would not be those of the index."""
        refused, found = self._refused, []
        if not refused:
            found = embedded(self._encoder, _unpacked(batch), tokens=self._job.tokens)
            give_back()
        return _packed_vectors(batch["batch"][0].as_py(), found, refused)

    # With the first batch, not when Ray starts the worker: the reason why it cannot be goes back as a value.
    @cached_property
    def _encoder(self) -> Encoder:
        job = self._job
        return load(
            job.model,
            device=job.device,
            threads=job.threads,
            query_prompt=job.query_prompt,
            document_prompt=job.document_prompt,
            bulk=True,
            precision=job.precision,
        )

    @cached_property
    def _refused(self) -> str:
        job, program = self._job, version("cable-qa")
        if program != job.program:
            return f"it has cable-qa {program}, and this one has {job.program}"
        try:
            encoder = self._encoder
        except CableQAError as error:
            return str(error).rstrip(".")
        if encoder.fingerprint != job.fingerprint:
            return f"what it calls {job.model} has other weights or prompts than here"
        return ""


class _Pool(NamedTuple):
    """The workers that a Ray has room for."""

    size: int
    batches: int  # each is handed at one time
    device: str
    needs: dict[str, int]  # of each, as Ray counts it


def require(address: str) -> None:
    """Raise RayNotInstalled, or RayUnavailable where nothing answers at an address."""
    _import()
    if address in _OWN:
        return
    if address.startswith("ray://"):
        raise RayUnavailable(address, "Ray Data does not work by Ray's client; name it as host:port")
    try:
        host, _, port = address.rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWERS_S):
            pass
    except ValueError as error:
        raise RayUnavailable(address, "that is no address, such as 10.0.0.5:6379") from error
    except OSError as error:
        raise RayUnavailable(address, f"nothing answers there ({error.strerror or error})") from error


def spread(
    encoder: Encoder,
    batches: Iterable[Batch],
    *,
    tokens: bool,
    address: str,
    device: str | None,
    threads: int | None,
    precision: Precision,
    stopped: Callable[[], bool],
) -> Worked:
    """Each batch with its vectors, as they come from the workers of a Ray.

    Where the Ray has GPUs and no other device is named, there is one worker a GPU. (That was never run.)

    Args:
        encoder: the model of this process, which those of the workers must be like.
        batches: as many are taken at one time as the workers have for some minutes.
        tokens: give the vectors of tokens too.
        address: see `index.build`.
        device: of a worker.
        threads: of a worker; None for one.
        precision: of the workers' model.
        stopped: whether to end at once: what workers have at hand is given up.

    Raises RayNotInstalled, RayUnavailable, WorkerUnfit.
    """
    with _connected(address), _of_ray(address):
        waiting = iter(batches)
        while True:
            pool = _pool(address, device=device, threads=threads)  # machines come and go
            portion = dict(enumerate(islice(waiting, pool.size * pool.batches)))
            if not portion:
                return
            job = Job(
                program=version("cable-qa"),
                model=encoder.name,
                fingerprint=encoder.fingerprint,
                query_prompt=encoder.prompts.query,
                document_prompt=encoder.prompts.document,
                device=pool.device,
                threads=threads or 1,
                precision=precision,
                tokens=tokens,
            )
            many = len(portion)
            with closing(_tables(portion, pool, job)) as tables:
                for table in tables:
                    number, found = _unpacked_vectors(table)
                    yield portion.pop(number), found
                    if stopped():
                        return
            if portion:  # else a build would pass for finished
                raise RayUnavailable(address, f"it gave nothing back for {len(portion)} of {many} batches")


def _tables(portion: dict[int, Batch], pool: _Pool, job: Job) -> Generator["pyarrow.Table"]:
    """What the workers give for a portion, in the order in which they are ready."""
    import ray.data

    size = min(pool.size, len(portion))
    with _silent():
        worked = ray.data.from_arrow([_packed(*each) for each in portion.items()]).map_batches(
            Worker,
            fn_constructor_args=(job,),
            batch_size=1,  # a row, which is a batch of ours: its vectors come from the same sums as elsewhere
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(
                min_size=1, max_size=size, initial_size=size, max_tasks_in_flight_per_actor=_AT_HAND
            ),
            **pool.needs,
        )
        tables = iter(worked.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0))
        with closing(tables):
            yield from tables


def _pool(address: str, *, device: str | None, threads: int | None) -> _Pool:
    """Workers for all processors of all machines, or for all GPUs, and for none twice."""
    import ray

    machines = [each["Resources"] for each in ray.nodes() if each["Alive"]]
    gpus = sum(int(each.get("GPU", 0)) for each in machines)
    if gpus and (device or "cuda") == "cuda":
        return _Pool(gpus, _BATCHES_GPU, "cuda", {"num_gpus": 1})
    each_needs = threads or 1
    size = sum(int(each.get("CPU", 0)) // each_needs for each in machines)
    if not size:
        raise RayUnavailable(address, f"none of its machines has {each_needs} processors for a worker")
    return _Pool(size, _BATCHES, device or "cpu", {"num_cpus": each_needs})


@contextmanager
def _connected(address: str) -> Iterator[None]:
    """Ray, connected to an address; where the program that called has connected it already, to where that did."""
    _import()
    import ray

    if ray.is_initialized():
        yield
        return
    asked: dict[str, Any] = (
        {"num_cpus": processors(), "include_dashboard": False} if address == "local" else {}
    )
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **asked)
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise RayUnavailable(address, _first_sentence(error)) from error
    try:
        yield
    finally:
        ray.shutdown()


@contextmanager
def _of_ray(address: str) -> Iterator[None]:
    """Turns what Ray raises into RayUnavailable, but for what our own code raised on a worker."""
    import ray.data

    try:
        yield
    except ray.data.exceptions.UserCodeException:
        raise
    except ray.exceptions.RayError as error:
        raise RayUnavailable(address, _first_sentence(error)) from error


@contextmanager
def _silent() -> Iterator[None]:
    """Ray Data with neither bars nor notes, for a while."""
    import ray.data

    context = ray.data.DataContext.get_current().copy()
    context.enable_progress_bars = context.print_on_execution_start = False
    logger = logging.getLogger("ray.data")
    level = logger.level
    with ray.data.DataContext.current(context):
        logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            logger.setLevel(level)


def _first_sentence(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].partition(". ")[0].rstrip(".: ")


def _import() -> None:
    """Raises RayNotInstalled."""
    # Before it is imported: a Ray that we start tells nobody of its use.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray.data  # noqa: F401
    except ImportError as error:
        raise RayNotInstalled from error


# What travels, as JSON and as columns of bytes. Python's strings can hold lone surrogates, which Arrow's cannot: JSON
# spells them out, so that a worker reads the very text that is stored.


def _packed(number: int, batch: Batch) -> "pyarrow.Table":
    import pyarrow

    return pyarrow.table({"batch": [number], "paragraphs": [json.dumps([asdict(each) for each in batch])]})


def _unpacked(table: "pyarrow.Table") -> Batch:
    read = json.loads(table["paragraphs"][0].as_py())
    return [StoredParagraph(**each | {"tags": tuple(each["tags"])}) for each in read]


def _packed_vectors(number: int, found: Sequence[Embedding], refused: str) -> "pyarrow.Table":
    import pyarrow

    columns = {
        name: pyarrow.array([[getattr(each, name) for each in found]], pyarrow.list_(kind))
        for name, kind in zip(_COLUMNS, (pyarrow.int64(), *3 * (pyarrow.binary(),)), strict=True)
    }
    told = {"batch": [number], "refused": [refused], "machine": [socket.gethostname()]}
    return pyarrow.table({**told, **columns})


def _unpacked_vectors(table: "pyarrow.Table") -> tuple[int, list[Embedding]]:
    """The number of a batch, and its vectors. Raises WorkerUnfit."""
    (row,) = table.to_pylist()
    if row["refused"]:
        raise WorkerUnfit(row["machine"], row["refused"])
    return row["batch"], [Embedding(*each) for each in zip(*(row[name] for name in _COLUMNS), strict=True)]
