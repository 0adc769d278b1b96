"""An index that a folder tells a Milvus of: the same answers, whatever is killed, away or of another index."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from milvus_lite.server_manager import server_manager_instance

import corpus
import index
from index import Filters, builder
from index.errors import StoreEmpty, StoreHoldsAnother, StoreUnavailable, StoreUnreachable
from index.milvus import client, publish, reading
from index.milvus.client import CABLES, PARAGRAPHS, PIECES, WINDOWS, Connection
from index.store import Store
from qa import cli
from tests.index.kept import address_beside

WriteCable = Callable[..., Path]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    named = address_beside(tmp_path / "index")
    yield named
    server_manager_instance.release_server(named)


@pytest.fixture(autouse=True)
def asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_ASKED_AGAIN_S", 0.0)


@pytest.fixture
def files(write_cable: WriteCable, tmp_path: Path) -> Path:
    for serial in range(1, 9):
        write_cable(
            f"{serial}.txt",
            [f"The harvest of {serial} tons of wheat failed.", "A bridge was closed.", f"Report {serial}."],
            serial=serial,
            post=("ASTANA", "KYIV", "RIO DE JANEIRO")[serial % 3],
            dtg=f"P {10 + serial}0959Z FEB {7 + serial % 3:02d}",
            tags=("PREL, KZ", "EAGR")[serial % 2],
        )
    return tmp_path / "files"


def answers(cable_index: index.Index, filters: Filters | None = None) -> list[tuple[str, str, float, float]]:
    """What is found for some questions, as closely as two places can agree."""
    return [
        (hit.cable_id, hit.paragraph, round(hit.score, 5), round(hit.words, 4))
        for question in ("how much wheat failed", "bridge", "report 3")
        for hit in cable_index.search(question, k=30, filters=filters)
    ]


def rows(address: str) -> dict[str, int]:
    """How many rows each collection has."""
    connection = Connection(address)
    try:
        found = {name: len(list(connection.rows(name, "", ["id"]))) for name in (PARAGRAPHS, WINDOWS)}
        found["shown"] = len(list(connection.rows(CABLES, "shown == 1", ["id"])))
        found["pieces"] = len(list(connection.rows(PIECES, 'id like "vectors/%"', ["id"])))
        return found
    finally:
        connection.close()


def test_an_index_moves_to_milvus_with_nothing_embedded_and_answers_as_before(
    files: Path, tmp_path: Path, address: str, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "index"
    index.build(files, folder, model=tiny_model)
    monkeypatch.setattr(builder, "load", None)  # no model is loaded
    told: list[index.Progress] = []
    report = index.build(None, folder, milvus=address, progress=told.append)
    assert (report.unchanged, report.embedded) == (8, 0)
    assert [(each.done, each.total) for each in told if each.stage == "publish"][-1] == (8, 8)
    with index.open(folder) as here, index.open(address) as there:
        assert answers(there) == answers(here)
        assert there.cables(limit=None) == here.cables(limit=None)
        assert [there.cable(row.id) for row in here.cables()] == [here.cable(row.id) for row in here.cables()]
        assert there.facets() == here.facets()
        assert there.sources() == here.sources()
        assert there.covered() == 1
        (question,) = ("how much wheat failed?",)
        ours, theirs = (each.token_matches(question, each.search(question)) for each in (here, there))
        assert [each.tokens for each in ours] == [each.tokens for each in theirs]


@pytest.mark.parametrize("few", [0, 1_000])
def test_filters_keep_a_search_to_the_same_cables(
    files: Path, tmp_path: Path, address: str, tiny_model: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_FEW", few)
    index.build(files, tmp_path / "index", model=tiny_model, milvus=address)
    with index.open(tmp_path / "index") as here, index.open(address) as there:
        for filters in (
            Filters(posts=("kyiv",)),
            Filters(posts=("Rio de Janeiro", "ASTANA"), years=(2008,)),
            Filters(posts=('"; drop', "KYIV")),
            Filters(posts=("",)),
            Filters(classifications=("unclassified",), since=date(2008, 1, 1)),
            Filters(until=date(2008, 2, 14)),
            Filters(years=(1, 20_000)),
            Filters(years=(20_000,)),
            Filters(tags=("EAGR",), years=(2007, 2008)),
            Filters(words="harvests of 3"),
            Filters(words="unheard"),
            Filters(cable_ids=("07KYIV1", "08KYIV4", "09ASTANA2")),
        ):
            assert answers(there, filters) == answers(here, filters), filters
            assert there.count(filters) == here.count(filters), filters


def test_what_comes_changes_and_goes_is_seen_by_every_reader(
    files: Path, write_cable: WriteCable, tmp_path: Path, address: str, tiny_model: str
) -> None:
    folder = tmp_path / "index"
    index.build(files, folder, model=tiny_model, milvus=address)
    with index.open(address) as one, index.open(address) as other, index.open(folder) as here:
        assert len(one.cables()) == len(other.cables()) == 8
        write_cable("9.txt", ["A tunnel was opened."], serial=9)
        write_cable("1.txt", ["The harvest was good."], serial=1, post="KYIV", dtg="P 111159Z FEB 08")
        (files / "2.txt").unlink()
        index.build(None, folder, prune=True)  # it knows whom to tell
        for each in (one, other):
            # What was deleted still weighs in the folder's own BM25, until its segment is merged.
            assert {found[:2] for found in answers(each)} == {found[:2] for found in answers(here)}
            assert [hit.text for hit in each.search("tunnel", k=1)] == ["A tunnel was opened."]
            assert each.cables(limit=None) == here.cables(limit=None)
        held = rows(address)
        assert (held["shown"], held[PARAGRAPHS], held[WINDOWS]) == (
            here.stats()["cables"],
            here.stats()["paragraphs"],
            here.stats()["paragraphs"],
        )
        assert one.generation() != 0
        index.build(None, folder, milvus="")  # it is told no more
        (files / "3.txt").unlink()
        index.build(None, folder, prune=True)
        assert one.count() == here.count() + 1


def test_an_older_version_that_comes_to_be_shown_again_is_seen_by_a_reader(
    write_cable: WriteCable, tmp_path: Path, address: str, tiny_model: str
) -> None:
    write_cable("a.txt", ["The earlier text."], dtg="P 270959Z FEB 09")
    later = write_cable("b.txt", ["The later text."], dtg="P 280959Z FEB 09")
    folder, files = tmp_path / "index", tmp_path / "files"
    index.build(files, folder, model=tiny_model, milvus=address)
    with index.open(address) as there:
        assert [hit.text for hit in there.search("text")] == ["The later text."]
        later.unlink()
        index.build(files, folder, prune=True)
        assert [hit.text for hit in there.search("text")] == ["The earlier text."]
        assert [row.id for row in there.cables()] == ["09ASTANA1"]


def test_a_build_that_is_killed_while_it_tells_goes_on_and_tells_nothing_twice(
    files: Path, tmp_path: Path, address: str, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "index"
    index.build(files, folder, model=tiny_model)
    monkeypatch.setattr(publish, "_AT_ONCE", 3)
    upsert, calls = Connection.upsert, 0

    class Killed(BaseException):
        pass

    def until(last: int) -> Callable[..., None]:
        def told(self: Connection, collection: str, some: Any) -> None:  # noqa: ANN401
            nonlocal calls
            calls += 1
            if calls == last:
                raise Killed
            upsert(self, collection, some)

        return told

    killed = 0
    for last in range(1, 40, 3):
        calls = 0
        monkeypatch.setattr(Connection, "upsert", until(last))
        try:
            index.build(None, folder, milvus=address)
            break
        except Killed:
            killed += 1
        if last == 13:  # between two of them a cable goes that is told, or half told
            (files / "1.txt").unlink()
    assert killed > 2
    monkeypatch.setattr(Connection, "upsert", upsert)
    index.build(None, folder, prune=True)
    with index.open(folder) as here, index.open(address) as there:
        assert {found[:2] for found in answers(there)} == {found[:2] for found in answers(here)}
        assert there.cables() == here.cables()
        stats = here.stats()
    assert rows(address) == {
        "shown": stats["cables"],
        PARAGRAPHS: stats["paragraphs"],
        WINDOWS: stats["paragraphs"],
        "pieces": 0,
    }


def test_values_longer_than_milvus_takes_come_back_whole(
    write_cable: WriteCable, tmp_path: Path, address: str, tiny_model: str
) -> None:
    long = " ".join(f"Sentence {number} of the long report tells of item {number}." for number in range(900))
    write_cable("long.txt", [long, "A short one."], subject="S" * 300)
    index.build(tmp_path / "files", tmp_path / "index", model=tiny_model, milvus=address)
    assert rows(address)["pieces"] > 0
    assert rows(address)[WINDOWS] > 2
    with index.open(tmp_path / "index") as here, index.open(address) as there:
        (row,) = here.cables()
        assert there.cable(row.id) == here.cable(row.id)
        (ours, *_), (theirs, *_) = here.search("item 17"), there.search("item 17")
        assert (theirs.text, theirs.sentences) == (ours.text, ours.sentences)
        assert len(theirs.sentences) == 900
        assert theirs.score == pytest.approx(ours.score)


def test_what_was_emptied_is_told_anew_and_what_is_another_index_is_left_alone(
    files: Path, write_cable: WriteCable, tmp_path: Path, address: str, tiny_model: str
) -> None:
    folder, other = tmp_path / "index", tmp_path / "other"
    with pytest.raises(StoreEmpty, match="There is no index in the Milvus at"):
        index.open(address)
    index.build(files, folder, model=tiny_model, milvus=address)
    alone = write_cable("alone.txt", ["Of another index."], serial=77)
    with pytest.raises(StoreHoldsAnother, match="holds another index than"):
        index.build(alone, other, model=tiny_model, milvus=address)
    with index.open(other) as kept:
        assert kept.count() == 1  # what was read is kept
    with index.open(address) as there, index.open(folder) as here:
        assert there.count() == here.count() == 8
        connection = Connection(address)
        connection.drop_collections()
        connection.close()
        with pytest.raises(StoreEmpty):
            there.count()
        index.build(None, folder)
        assert answers(there) == answers(here)


def test_a_file_that_is_misspelt_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreEmpty, match="There is no index in the Milvus at"):
        index.open(str(tmp_path / "misspelt.db"))
    with pytest.raises(StoreUnreachable, match=rf"no answer \(there is no folder {tmp_path / 'none'}\)"):
        index.build(corpus.shipped_cables(), tmp_path / "index", milvus=str(tmp_path / "none" / "cables.db"))
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_a_folder_that_is_set_back_to_a_backup_tells_everything_anew(
    files: Path, write_cable: WriteCable, tmp_path: Path, address: str, tiny_model: str
) -> None:
    folder, older = tmp_path / "index", tmp_path / "older"
    index.build(files, folder, model=tiny_model, milvus=address)
    index.backup(folder, older)
    write_cable("9.txt", ["A tunnel was opened."], serial=9)
    index.build(None, folder)
    with index.open(address) as there:
        assert there.count() == 9
        (files / "9.txt").unlink()
        index.build(None, older)
        assert there.count() == 8
        assert rows(address)[PARAGRAPHS] == 24
        with index.open(older) as here:
            assert answers(there) == answers(here)


@contextmanager
def server(data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A Milvus Lite in a process of its own, which can be killed."""
    program = Path(sys.executable).with_name("milvus-lite")
    command = [str(program), "server", "--data-dir", str(data), "--port", str(port), "--host", "127.0.0.1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_store_that_is_away_is_said_and_answers_again_once_it_is_back(
    files: Path, write_cable: WriteCable, tmp_path: Path, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, data, folder = free_port(), tmp_path / "data", tmp_path / "index"
    address = f"http://127.0.0.1:{port}"
    monkeypatch.setattr(client, "_READ_S", 5.0)
    monkeypatch.setattr(publish, "_PATIENCE_S", 0.0)
    with server(data, port):
        index.build(files, folder, model=tiny_model, milvus=address)
        there = index.open(address)
        before = answers(there)
        assert len(before) > 10
    with pytest.raises(StoreUnreachable, match=r"The Milvus at http://127\.0\.0\.1:\d+ gave no answer"):
        answers(there)
    write_cable("9.txt", ["A tunnel was opened."], serial=9)
    with pytest.raises(StoreUnreachable, match="a build that was ended goes on when it is run again"):
        index.build(None, folder)
    with server(data, port):
        assert answers(there) == before
        report = index.build(None, folder)
        assert report.embedded == 0  # the one before had done all but tell it
        assert there.search("tunnel", k=1)[0].text == "A tunnel was opened."
        there.close()


def test_a_build_waits_for_a_store_that_is_away_for_a_moment(
    files: Path, tmp_path: Path, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, folder = free_port(), tmp_path / "index"
    pauses: list[float] = []
    started: list[Any] = []

    def paused(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            started.append(running.__enter__())

    running = server(tmp_path / "data", port)
    monkeypatch.setattr(client, "_READ_S", 5.0)
    monkeypatch.setattr(client, "_slept", paused)
    index.build(files, folder, model=tiny_model)
    try:
        index.build(None, folder, milvus=f"http://127.0.0.1:{port}")
        assert len(pauses) >= 2
        assert pauses[:2] == [0.5, 1.0]
        with index.open(f"http://127.0.0.1:{port}") as there:
            assert there.count() == 8
    finally:
        if started:
            running.__exit__(None, None, None)


@pytest.mark.parametrize("missing", ["pymilvus", "milvus_lite"])
def test_a_package_that_is_not_installed_is_named(
    tmp_path: Path, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    (tmp_path / "x.db").mkdir()  # as Milvus Lite keeps what it holds
    with pytest.raises(StoreUnavailable, match=f"pip install {missing.replace('_', '-')}"):
        index.open(str(tmp_path / "x.db"))


def test_the_password_comes_from_the_environment_and_is_kept_nowhere(
    files: Path, tmp_path: Path, address: str, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pymilvus

    used: list[str] = []
    made = pymilvus.MilvusClient

    def told(**options: Any) -> Any:  # noqa: ANN401
        used.append(options["token"])
        return made(**options)

    monkeypatch.setattr(pymilvus, "MilvusClient", told)
    monkeypatch.setenv("CABLE_QA_MILVUS_TOKEN", "reader:very-secret-word")
    told.create_schema = made.create_schema  # type: ignore[attr-defined]
    index.build(files, tmp_path / "index", model=tiny_model, milvus=address)
    assert set(used) == {"reader:very-secret-word"}
    with Store(tmp_path / "index") as store:
        assert "secret" not in json.dumps(store.notes())


def test_the_command_line_tells_a_milvus_and_asks_it(
    files: Path, tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "index")
    told = ["build", str(files), "--index", folder, "--store", "milvus", "--uri", address]
    assert cli.main(told) == 0
    capsys.readouterr()
    shown = []
    for place in (folder, address):
        assert cli.main(["ask", "how many tons of wheat failed?", "--index", place, "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        shown.append({key: value for key, value in answer.items() if key != "took"})
        assert cli.main(["list", "--index", place, "--post", "KYIV"]) == 0
        shown[-1]["list"] = capsys.readouterr().out
    assert shown[0]["text"]
    for key in ("text", "short", "abstained", "list"):
        assert shown[0][key] == shown[1][key]
    assert cli.main(["build", "--index", address]) == 1
    assert "is a Milvus, which a folder tells of its cables" in capsys.readouterr().err
    assert cli.main(["build", "--index", folder, "--store", "milvus"]) == 1
    assert cli.main(["build", "--index", folder, "--uri", address]) == 1
    assert cli.main(["build", "--index", folder, "--store", "milvus", "--uri", "nowhere"]) == 1
    assert "is no address of a Milvus" in capsys.readouterr().err
    assert cli.main(["build", "--index", folder, "--store", "folder"]) == 0
    with Store(Path(folder)) as store:
        assert publish.address_of(store) == ""
