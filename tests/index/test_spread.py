"""A real Ray on this machine with two workers: what they embed, and what becomes of it when one of them ends."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from threading import Event
from typing import Any

import pytest

import index
from index import embedding, spread
from index.encoder import DEFAULT_MODEL, Encoder, load
from index.errors import RayNotInstalled, RayUnavailable, WorkerUnfit
from index.spread import Job, Worker
from index.store import Store, StoredParagraph
from index.values import Progress
from qa import cli

ray: Any = pytest.importorskip("ray")

HOUSE = Path(__file__).parents[2]
CABLES = 40
JOB = Job(
    program=version("cable-qa"),
    model=DEFAULT_MODEL,
    fingerprint="",
    query_prompt="",
    document_prompt="",
    device="cpu",
    threads=1,
    precision="float32",
    tokens=False,
)


@pytest.fixture(scope="module", autouse=True)
def settings() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RAY_ADDRESS", raising=False)
        for name in ("RAY_AUTH_MODE", "RAY_USAGE_STATS_ENABLED"):  # which are set in what follows
            patch.setenv(name, "")
            patch.delenv(name)
        patch.setenv("RAY_AUTH_TOKEN", "0" * 64)  # else Ray writes one into the person's home
        patch.setattr(embedding, "_BATCH", 2)
        yield
        ray.shutdown()


@pytest.fixture(scope="module")
def cables(tmp_path_factory: pytest.TempPathFactory, cable_text: Callable[..., str]) -> Path:
    """As many cables as there are batches, each of a long paragraph and a short one."""
    folder = tmp_path_factory.mktemp("cables")
    for serial in range(1, CABLES + 1):
        long = " ".join(
            f"In district {serial + each} the harvest fell by {each} percent." for each in range(25)
        )
        text = cable_text([long, f"The minister resigned {serial} days later."], serial=serial)
        (folder / f"{serial:02}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, cables: Path) -> list[tuple[object, ...]]:
    """What a build in one process makes of them."""
    folder = tmp_path_factory.mktemp("plain")
    index.build(cables, folder, threads=1, keep_tokens=True)
    return stored(folder)


@pytest.fixture(scope="module")
def running() -> str:
    """The address of a Ray that goes on running, with two processors."""
    context = ray.init("local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    return str(context.address_info["gcs_address"])


def stored(folder: Path) -> list[tuple[object, ...]]:
    database = sqlite3.connect(folder / "index.sqlite")
    rows = database.execute(
        "SELECT c.id, p.position, e.windows, e.spans, e.vectors, t.signs FROM embeddings e"
        " JOIN paragraphs p ON p.id = e.paragraph JOIN cables c ON c.number = p.cable"
        " LEFT JOIN tokens t ON t.paragraph = e.paragraph ORDER BY c.id, p.position"
    ).fetchall()
    database.close()
    return rows


def workers() -> list[int]:
    """The process ids of workers that descend from this process."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            named = folder.joinpath("cmdline").read_bytes().startswith(b"ray::MapWorker")
            if named and os.getpid() in ancestors(int(folder.name)):
                found.append(int(folder.name))
        except OSError:  # it has ended
            continue
    return found


def ancestors(process: int) -> Iterator[int]:
    while process > 1:
        # The name of the program, which may hold blanks, stands in brackets before its state and its parent.
        process = int(Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        yield process


def test_a_ray_that_is_started_for_it_gives_the_vectors_of_one_process_and_ends(
    cables: Path, tmp_path: Path, plain: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spread, "processors", lambda: 1)
    monkeypatch.setattr(spread, "_BATCHES", CABLES // 2)  # so that all are handed out in two portions
    told: list[Progress] = []
    report = index.build(cables, tmp_path, keep_tokens=True, progress=told.append, ray="local")
    assert stored(tmp_path) == plain
    assert report.embedded == 2 * CABLES
    assert [each.done for each in told if each.stage == "embed"] == list(range(0, 2 * CABLES + 1, 2))
    assert not ray.is_initialized()


@pytest.mark.skipif(sys.platform != "linux", reason="It finds the workers in /proc.")
def test_what_a_killed_worker_had_at_hand_goes_to_another_and_after_a_stop_a_build_goes_on(
    cables: Path, tmp_path: Path, plain: list[tuple[object, ...]], running: str
) -> None:
    killed: list[int] = []
    stop = Event()

    def kill_one_then_stop(progress: Progress) -> None:
        if progress.stage == "embed" and progress.done and not killed:
            killed.append(workers()[0])
            os.kill(killed[0], signal.SIGKILL)
        if progress.stage == "embed" and progress.done == 2 * CABLES - 2:  # all but one batch
            stop.set()

    report = index.build(
        cables, tmp_path, keep_tokens=True, progress=kill_one_then_stop, stop=stop, ray=running
    )
    assert (len(killed), report.embedded, len(stored(tmp_path))) == (1, 2 * CABLES - 2, 2 * CABLES - 2)
    # From another process, which comes to this Ray as to one on other machines.
    command = [sys.executable, "-m", "qa.cli", "build", "--index", str(tmp_path), "--json", "--ray", running]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["embedded"] == 2
    assert stored(tmp_path) == plain


def test_a_worker_with_another_model_stores_nothing(cables: Path, tmp_path: Path, running: str) -> None:
    stop = Event()

    def when_read(progress: Progress) -> None:
        if progress.stage == "embed":
            stop.set()

    index.build(cables, tmp_path, progress=when_read, stop=stop)
    ours = load(device="cpu", threads=1)
    other = Encoder(ours.model, name=DEFAULT_MODEL, fingerprint="other weights")
    work = partial(
        spread.spread,
        address=running,
        device=None,
        threads=2,  # one worker
        precision="float32",
        stopped=lambda: False,
    )
    with (
        Store(tmp_path) as store,
        pytest.raises(
            WorkerUnfit, match=r"cannot embed .*: what it calls all-MiniLM-L6-v2 has other weights"
        ),
    ):
        embedding.embed(
            store, other, work=work, tell=lambda _: None, stopped=lambda: False, after_batch=lambda: None
        )
    assert stored(tmp_path) == []


def paragraph(text: str) -> StoredParagraph:
    return StoredParagraph(
        id=7,
        cable=1,
        cable_id="09ASTANA1",
        number="1",
        text=text,
        heading="",
        subject="A REPORT",
        date=None,
        post="ASTANA",
        origin="Embassy Astana",
        classification="UNCLASSIFIED",
        tags=("PREL", "KZ"),
    )


def test_a_batch_travels_as_it_is() -> None:
    batch = [paragraph("A lone \ud800 surrogate.\n\x00"), paragraph("“Ümlaut”")]
    assert spread._unpacked(spread._packed(3, batch)) == batch


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        (replace(JOB, program="0.0.9"), rf"it has cable-qa {JOB.program}, and this one has 0\.0\.9"),
        (replace(JOB, device="cuda", precision="int8"), r"int8 is for the default model .* --device cpu"),
    ],
)
def test_a_worker_that_cannot_give_the_same_vectors_says_why(job: Job, reason: str) -> None:
    table = Worker(job)(spread._packed(3, [paragraph("Some text.")]))
    with pytest.raises(
        WorkerUnfit, match=rf"^The machine {socket.gethostname()} cannot .*: {reason}\. Install"
    ):
        spread._unpacked_vectors(table)


def test_where_no_ray_answers_it_is_told_before_anything_is_read(
    cables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    folder = tmp_path / "index"
    assert cli.main(["build", str(cables), "--index", str(folder), "--ray", address]) == 1
    said = capsys.readouterr().err
    assert said.startswith(
        f"The Ray {address} cannot be used: nothing answers there (Connection refused). See "
    )
    assert (said.count("\n"), folder.exists()) == (1, False)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("nonsense", r"that is no address, such as 10\.0\.0\.5:6379\. See"),
        ("127.0.0.1:", "that is no address"),
        ("127.0.0.1:99999999", "nothing answers there"),
        ("ray://127.0.0.1:10001", "Ray Data does not work by Ray's client"),
    ],
)
def test_what_cannot_be_an_address_is_told(cables: Path, tmp_path: Path, address: str, reason: str) -> None:
    with pytest.raises(RayUnavailable, match=f"{address} cannot be used: {reason}"):
        index.build(cables, tmp_path, ray=address)


def test_where_ray_is_not_installed_it_is_told_how_to(
    cables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(RayNotInstalled, match=r"Install it: pip install 'cable-qa\[ray\]'$"):
        index.build(cables, tmp_path / "index", ray="local")
    assert not (tmp_path / "index").exists()


def test_a_build_without_it_imports_no_ray() -> None:
    code = "import sys, index.builder; print([name for name in ('ray', 'pyarrow') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
