import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

import corpus
import index
from corpus import Cable, UnreadableSource
from index import builder, embedding
from index.encoder import load
from index.errors import DeviceUnavailable, IndexBusy, NothingToRead, PromptMismatch, UnknownSource
from index.lock import only_builder
from index.reading import ADDED_FILES
from index.values import Progress
from index.windows import windows
from tests.index.kept import FOLDER_ALONE
from tests.index.opened import folder_of

pytestmark = pytest.mark.usefixtures("kept")


WriteCable = Callable[..., Path]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "files"


def counts(report: index.BuildReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.removed


def texts(folder: Path, cable_id: str) -> list[str]:
    with index.open(folder) as cable_index:
        return [paragraph.text for paragraph in cable_index.cable(cable_id).paragraphs]


def test_a_second_build_reads_all_and_embeds_nothing(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["The minister resigned.", "The market closed."], serial=1)
    write_cable("two.txt", ["Wheat was exported."], serial=2)
    first = index.build(files, folder, model=tiny_model)
    again = index.build(files, folder)
    assert (counts(first), first.paragraphs, first.embedded) == ((2, 0, 0, 0), 3, 3)
    assert (counts(again), again.paragraphs, again.embedded) == ((0, 0, 2, 0), 3, 0)
    assert set(first.took) - {"publish"} == {"read", "embed", "seal"}


def test_a_build_changes_only_what_changed(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["The minister resigned.", "The market closed."], serial=1)
    write_cable("two.txt", ["Wheat was exported."], serial=2)
    index.build(files, folder, model=tiny_model)
    write_cable("one.txt", ["The minister stayed."], serial=1)
    write_cable("three.txt", ["Snow fell."], serial=3)
    report = index.build(files, folder)
    assert (counts(report), report.paragraphs, report.embedded) == ((1, 1, 1, 0), 3, 2)
    assert texts(folder, "09ASTANA1") == ["The minister stayed."]
    with index.open(folder) as cable_index:
        assert cable_index.stats()["superseded"] == 0
        assert "resigned" not in " ".join(hit.text for hit in cable_index.search("Who resigned?"))
        assert cable_index.document_frequencies(["resigned", "stay", "snow"]) == {
            "resigned": 0,
            "stay": 1,
            "snow": 1,
        }


def test_cables_come_back_as_they_were_read(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["First.  With   blanks\nand a wrap.", "Second: “ünïcödé” \U0001f40e."], serial=7)
    (files / "zone.txt").write_bytes(b"\xff\xfe\x00")
    index.build(files, folder, model=tiny_model)
    read = list(corpus.read(files.absolute()))
    with index.open(folder) as cable_index:
        cables = [item for item in read if isinstance(item, Cable)]
        assert [cable_index.cable(cable.id) for cable in cables] == cables != []
        assert cable_index.rejected() == [item for item in read if not isinstance(item, Cable)]


def test_two_texts_of_one_id_are_kept_and_the_later_is_shown(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("a.txt", ["The later text."], dtg="P 280959Z FEB 09")
    write_cable("b.txt", ["The earlier text."], dtg="P 270959Z FEB 09")
    report = index.build(files, folder, model=tiny_model)
    assert counts(report) == (2, 0, 0, 0)
    assert texts(folder, "09ASTANA1") == ["The later text."]
    with index.open(folder) as cable_index:
        assert [hit.text for hit in cable_index.search("text")] == ["The later text."]
        assert [row.id for row in cable_index.cables()] == ["09ASTANA1"]
        assert (cable_index.stats()["cables"], cable_index.stats()["superseded"]) == (1, 1)
    (files / "a.txt").unlink()
    assert counts(index.build(files, folder, prune=True)) == (0, 0, 1, 1)
    assert texts(folder, "09ASTANA1") == ["The earlier text."]
    with index.open(folder) as cable_index:
        hits = cable_index.search("text")
        assert [hit.text for hit in hits] == ["The earlier text."]
        assert hits[0].sentences != ()


def test_what_is_gone_is_dropped_only_when_asked_and_only_under_the_paths_given(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    for serial, name in enumerate(["here/one.txt", "here/two.txt", "there/three.txt"], start=1):
        write_cable(name, ["Some text."], serial=serial)
    index.build(files, folder, model=tiny_model)
    (files / "here/two.txt").unlink()
    (files / "there/three.txt").unlink()
    assert counts(index.build(files / "here", folder)) == (0, 0, 1, 0)
    assert counts(index.build(files / "here", folder, prune=True)) == (0, 0, 1, 1)
    with index.open(folder) as cable_index:
        assert [row.id for row in cable_index.cables(order="oldest")] == ["09ASTANA1", "09ASTANA3"]


def test_a_moved_file_costs_nothing_and_its_cable_names_the_new_place(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("old.txt", ["Some text."])
    index.build(files, folder, model=tiny_model)
    (files / "old.txt").rename(files / "new.txt")
    report = index.build(files, folder, prune=True)
    assert (counts(report), report.embedded) == ((0, 0, 1, 0), 0)
    with index.open(folder) as cable_index:
        assert cable_index.cable("09ASTANA1").source.file == (files / "new.txt").as_posix()


def test_without_paths_the_remembered_ones_are_read_and_the_added_files(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str, cable_text: Callable[..., str]
) -> None:
    write_cable("one.txt", ["Some text."], serial=1)
    index.build(files, folder, model=tiny_model)
    write_cable("two.txt", ["More text."], serial=2)
    (folder / ADDED_FILES).mkdir()
    (folder / ADDED_FILES / "three.txt").write_text(cable_text(["Added text."], serial=3))
    assert counts(index.build(None, folder)) == (2, 0, 1, 0)
    with index.open(folder) as cable_index:
        assert cable_index.sources() == [str(files)]


def test_a_remembered_path_that_is_away_is_said_and_loses_nothing(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["Some text."])
    index.build(files, folder, model=tiny_model)
    files.rename(files.with_name("away"))
    report = index.build(None, folder, prune=True)
    assert [each.source.file for each in report.rejected] == [str(files)]
    assert texts(folder, "09ASTANA1") == ["Some text."]
    with pytest.raises(corpus.UnreadableSource, match="files"):
        index.build(files, folder, prune=True)
    assert texts(folder, "09ASTANA1") == ["Some text."]


def test_a_build_of_nothing_says_how_to_name_cables(folder: Path) -> None:
    with pytest.raises(NothingToRead, match="cable-qa build CABLES --index"):
        index.build(None, folder)


def test_a_second_builder_is_sent_away(write_cable: WriteCable, files: Path, folder: Path) -> None:
    write_cable("one.txt", ["Some text."])
    with only_builder(folder), pytest.raises(IndexBusy, match="Another build is at work on"):
        index.build(files, folder)


def test_another_model_is_refused(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["Some text."])
    index.build(files, folder, model=tiny_model)
    with pytest.raises(index.ModelMismatch, match="so all-MiniLM-L6-v2 cannot be used with it"):
        index.build(files, folder, model="all-MiniLM-L6-v2")
    with pytest.raises(index.ModelMismatch, match="Drop --model"):
        index.open(folder, model="all-MiniLM-L6-v2")


def test_other_weights_under_the_same_name_are_refused(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["Some text."])
    index.build(files, folder, model=tiny_model)
    database = sqlite3.connect(folder / "index.sqlite")
    with database:
        database.execute("""UPDATE manifest SET value = '"other"' WHERE key = 'fingerprint'""")
    database.close()
    with (
        index.open(folder) as cable_index,
        pytest.raises(index.ModelMismatch, match="its weights are others"),
    ):
        cable_index.search("text")


def test_a_stopped_build_keeps_what_it_did_and_the_next_goes_on(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    for serial in range(1, 6):
        write_cable(f"{serial}.txt", ["Some text."], serial=serial)
    stop = Event()

    def after_three(progress: Progress) -> None:
        if progress.note.endswith("4.txt"):
            stop.set()

    first = index.build(files, folder, model=tiny_model, progress=after_three, stop=stop)
    assert (0 < first.added < 5, first.embedded) == (True, 0)
    second = index.build(files, folder)
    assert (second.added + second.unchanged, second.embedded, second.paragraphs) == (5, 5, 5)


@FOLDER_ALONE
def test_what_is_embedded_is_found_by_its_meaning_while_the_build_goes_on(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "_BATCH", 2)
    monkeypatch.setattr(builder, "_SEAL_AFTER_S", 0.0)
    monkeypatch.setattr(builder, "_SEAL_SHARE", 0)
    covered = []

    def look(progress: Progress) -> None:
        if progress.stage == "embed":
            with index.open(folder) as opened:
                covered.append(opened.covered())

    write_cable("1.txt", ["Wheat was sold.", "Snow fell.", "Gas was cut.", "Rail was laid."], serial=1)
    index.build(files, folder, model=tiny_model, progress=look)
    assert covered == [0.0, 0.0, 0.5]  # told after each batch, before it is sealed


def test_a_build_says_how_much_of_it_can_be_found_by_meaning(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    stop = Event()

    def when_read(progress: Progress) -> None:
        if progress.stage == "embed":
            stop.set()

    write_cable("1.txt", ["Some text."], serial=1)
    index.build(files, folder, model=tiny_model, progress=when_read, stop=stop)
    with index.open(folder) as cable_index:
        assert (cable_index.covered(), len(cable_index.search("text"))) == (0.0, 1)
        index.build(files, folder)
        assert cable_index.covered() == 1.0
        write_cable("2.txt", ["Some text."], serial=2)
        stop.clear()
        index.build(files, folder, progress=when_read, stop=stop)
        assert cable_index.covered() == 0.5


def test_pruning_keeps_what_only_could_not_be_read_this_time(
    write_cable: WriteCable, tmp_path: Path, tiny_model: str
) -> None:
    torn = write_cable("torn.txt", ["The first."], serial=1)
    gone = write_cable("gone.txt", ["The second."], serial=2)
    folder = tmp_path / "index"
    index.build(tmp_path / "files", folder, model=tiny_model)
    torn.write_bytes(b"")
    gone.unlink()
    report = index.build(tmp_path / "files", folder, prune=True)
    assert (report.removed, len(report.rejected)) == (1, 1)
    with index.open(folder) as cable_index:
        assert [row.id for row in cable_index.cables()] == ["09ASTANA1"]


def test_a_stopped_build_prunes_nothing(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["Some text."], serial=1)
    write_cable("two.txt", ["Some text."], serial=2)
    index.build(files, folder, model=tiny_model)
    stop = Event()
    stop.set()
    assert counts(index.build(files, folder, prune=True, stop=stop)) == (0, 0, 0, 0)
    assert texts(folder, "09ASTANA2") == ["Some text."]


@FOLDER_ALONE
def test_words_that_were_not_told_before_a_kill_are_told_by_the_next_build(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["Some text."])
    index.build(files, folder, model=tiny_model)
    database = sqlite3.connect(folder / "index.sqlite")
    with database:  # as a build leaves it that is killed between its two commits
        database.execute("INSERT INTO pending SELECT number FROM cables")
    database.close()
    index.build(files, folder)
    with index.open(folder) as cable_index:
        assert cable_index.document_frequencies(["text"]) == {"text": 1}


@FOLDER_ALONE
@pytest.mark.parametrize("damage", ["gone", "torn", "emptied"])
def test_a_damaged_bm25_index_is_made_anew(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str, damage: str
) -> None:
    write_cable("one.txt", ["Some text."])
    index.build(files, folder, model=tiny_model)
    meta = folder / "words" / "meta.json"
    if damage == "gone":
        meta.unlink()
    else:
        meta.write_text("{" if damage == "torn" else "")
    with index.open(folder) as cable_index:
        assert [hit.text for hit in cable_index.search("text")] == ["Some text."]
    index.build(files, folder)
    with index.open(folder) as cable_index:
        assert cable_index.document_frequencies(["text"]) == {"text": 1}


BUILD = """
    import sys, index
    index.build(sys.argv[1], sys.argv[2], model=sys.argv[3], threads=1,
                progress=lambda p: print(p.stage, flush=True))
"""


@FOLDER_ALONE
@pytest.mark.parametrize(("stage", "seed"), [("read", 1), ("embed", 2)])
def test_a_killed_build_goes_on_where_it_was(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str, stage: str, seed: int
) -> None:
    texts = ["Some text of a sentence.", "Another."] * 5
    for serial in range(1, 61):
        write_cable(f"{serial}.txt", texts, serial=serial)
    command = [sys.executable, "-c", textwrap.dedent(BUILD), str(files), str(folder), tiny_model]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as build:
        if build.stdout is None:
            raise ValueError("The build has no output to follow.")
        for line in build.stdout:
            if line.strip() == stage:
                break
        time.sleep(random.Random(seed).random() / 20)
        build.send_signal(signal.SIGKILL)
    with index.open(folder) as cable_index:
        done = cable_index.stats()["embedded"]
    report = index.build(files, folder, model=tiny_model)
    assert (report.paragraphs, report.embedded) == (600, 600 - done)
    with index.open(folder) as cable_index:
        stats = cable_index.stats()
        assert (stats["cables"], stats["embedded"], stats["sealed"]) == (60, 600, 600)
        assert cable_index.document_frequencies(["sentence", "another"]) == {"sentence": 300, "another": 300}


@FOLDER_ALONE
def test_the_identity_of_a_cable_is_its_text(write_cable: WriteCable) -> None:
    path = write_cable("one.txt", ["Some text."])
    (cable,) = (item for item in corpus.read(path) if isinstance(item, Cable))
    assert cable.sha256 == hashlib.sha256(cable.text.encode()).hexdigest()


@FOLDER_ALONE
def test_an_index_within_the_folder_of_cables_does_not_read_itself(
    write_cable: WriteCable, files: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["Some text."])
    index.build(files, files / "index", model=tiny_model)
    report = index.build(files, files / "index")
    assert (counts(report), report.rejected) == ((0, 0, 1, 0), ())


def test_a_file_name_that_is_not_utf8_stops_no_build(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    path = write_cable("one.txt", ["Some text."])
    try:
        path.rename(files / os.fsdecode(b"caf\xe9.txt"))
    except OSError:
        pytest.skip("This file system takes names in UTF-8 only.")
    index.build(files, folder, model=tiny_model)
    assert counts(index.build(files, folder, prune=True)) == (0, 0, 1, 0)
    with index.open(folder) as cable_index:
        assert cable_index.cable("09ASTANA1").source.file.endswith(r"/caf\udce9.txt")


@FOLDER_ALONE
def test_an_index_is_asked_with_the_prompts_it_was_built_with(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["The harvest fell."])
    index.build(files, folder, model=tiny_model, query_prompt="query: ", document_prompt="passage: ")
    write_cable("two.txt", ["The harvest rose."], serial=2)
    assert index.build(files, folder).embedded == 1  # not asked for again
    prompted = load(tiny_model, device="cpu", query_prompt="query: ", document_prompt="passage: ")
    with index.open(folder) as cable_index:
        (hit, *_) = cable_index.search("harvest", k=1)
        with folder_of(cable_index).stores.lent() as store:
            assert cable_index._ready(store).prompts == prompted.prompts
    cut = windows(
        hit.text, "A REPORT. ASTANA. February 2009", prompted.offsets, max_tokens=prompted.max_tokens
    )
    (encoded,) = prompted.encode_paragraphs([cut], [[(0, len(hit.text))]])
    by_hand = float((encoded.windows @ prompted.encode_question("harvest")).max())
    assert hit.dense == pytest.approx(by_hand, abs=2e-3)  # float16 is what is stored


def test_other_prompts_than_those_of_the_index_are_refused_with_the_remedy(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["The harvest fell."])
    index.build(files, folder, model=tiny_model)
    with pytest.raises(
        PromptMismatch, match=r"--document-prompt \"\", so \"passage: \" .*-prompt 'passage: '$"
    ):
        index.build(files, folder, document_prompt="passage: ")
    assert index.build(files, folder, query_prompt="", document_prompt="").unchanged == 1


@FOLDER_ALONE
def test_an_open_index_that_is_made_anew_with_other_prompts_is_asked_with_those(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["The harvest fell."])
    index.build(files, folder, model=tiny_model)
    with index.open(folder) as cable_index:
        cable_index.search("harvest", k=1)
        shutil.rmtree(folder)
        index.build(files, folder, model=tiny_model, query_prompt="query: ")
        anew = cable_index.search("harvest", k=1)
    with index.open(folder) as fresh:
        assert fresh.search("harvest", k=1) == anew


def test_what_came_from_a_path_is_forgotten_but_for_what_came_from_elsewhere_too(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["The minister resigned."], serial=1)
    write_cable("two.txt", ["Wheat was exported."], serial=2)
    other = files.parent / "other"
    other.mkdir()
    shutil.copy(files / "two.txt", other)
    index.build([files, other], folder, model=tiny_model)
    shutil.rmtree(files)  # of a folder that is gone, pruning keeps all: a disk may only be unplugged
    assert counts(index.build(None, folder, prune=True)) == (0, 0, 1, 0)
    report = index.build(None, folder, forget=[files])
    assert (report.removed, report.paragraphs, report.rejected) == (1, 1, ())
    with index.open(folder) as cable_index:
        assert [row.id for row in cable_index.cables()] == ["09ASTANA2"]
        assert cable_index.sources() == [str(other)]
        assert [hit.cable_id for hit in cable_index.search("Who resigned?")] == ["09ASTANA2"]


def test_one_file_of_a_folder_is_forgotten_until_the_folder_is_read_again(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["The minister resigned."], serial=1)
    index.build(files, folder, model=tiny_model)
    with pytest.raises(UnknownSource, match=r"nothing from .*three\.txt\. It has cables from: .*files"):
        index.build(None, folder, forget=[files / "three.txt"])
    (files / "one.txt").rename(files.parent / "one.txt")
    index.build(None, folder, forget=[files / "one.txt"])
    with index.open(folder) as cable_index:
        assert cable_index.count() == 0
        assert cable_index.sources() == [str(files)]


def test_a_device_that_is_not_there_is_told_before_anything_is_read(
    write_cable: WriteCable, files: Path, folder: Path, tiny_model: str
) -> None:
    write_cable("one.txt", ["The minister resigned."], serial=1)
    with pytest.raises(DeviceUnavailable, match="cannot run on nonsense"):
        index.build(files, folder, model=tiny_model, device="nonsense")


@FOLDER_ALONE
def test_cables_within_the_index_folder_are_refused_in_a_sentence(tmp_path: Path, tiny_model: str) -> None:
    for within in (tmp_path / "index", tmp_path / "index" / "mine"):
        within.mkdir()
        shutil.copy(corpus.shipped_cables() / "09ASTANA368.txt", within)
        with pytest.raises(UnreadableSource, match="where cables/ alone is read: move the cables out"):
            index.build(within, tmp_path / "index", model=tiny_model)
    index.build(corpus.shipped_cables(), tmp_path / "index", model=tiny_model)  # it is as good as any other
