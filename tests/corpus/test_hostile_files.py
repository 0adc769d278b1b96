"""Files made to do harm: each is read or refused in bounded time and memory, and what stands beside it is read."""

import bz2
import gzip
import io
import lzma
import re
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

import corpus
from corpus import Cable, Rejected
from tests.containers import tar_of, zip_of
from tests.fuzz import seeds

MOST_S = 20.0  # of processor time: on a busy machine too none of these takes half of it
MOST_BYTES = 300_000_000
TOO_LONG = "Longer than 16 MiB, which no cable is: not read."
BOMB = "Unpacks to more than 50 times its size: not read."
CABLE = seeds.telegram(1).encode()


def most_held(*, anew: bool = False) -> int:
    """The most bytes that this process has held, `anew` from now on; 0 where the system does not say."""
    try:
        if anew:
            Path("/proc/self/clear_refs").write_text("5")
        return 1024 * int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0])
    except (OSError, IndexError):
        return 0


def came_of(path: Path, *, most: int = MOST_BYTES) -> tuple[list[str], list[str]]:
    """(ids, reasons), with time and memory bounded."""
    begun, held = process_time(), most_held(anew=True)
    items = list(corpus.read(path))
    assert process_time() - begun < MOST_S
    assert most_held() - held < most
    return (
        [item.id for item in items if isinstance(item, Cable)],
        [item.reason for item in items if isinstance(item, Rejected)],
    )


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_zips_in_zips_that_would_fill_a_disk_are_refused_and_the_next_member_is_read(tmp_path: Path) -> None:
    bomb = bytes(10 << 20)
    for _ in range(4):  # like 42.zip: sixteen in each of sixteen
        bomb = zip_of({f"{number}.zip": bomb for number in range(16)})
    path = written(tmp_path, "a.zip", zip_of({"bomb.zip": bomb, "1.txt": CABLE}, zipfile.ZIP_STORED))
    ids, reasons = came_of(path)
    assert ids == ["09ASTANA1"] or reasons[-1] == BOMB
    assert reasons
    assert set(reasons) <= {BOMB, "This is binary data, not text.", "An archive within 6 others: not read."}


def overlapping(count: int, unpacked: int) -> bytes:
    """A zip whose directory names one and the same data many times (David Fifield, "A better zip bomb", 2019)."""
    packed = io.BytesIO(zip_of({"0": bytes(unpacked)}))
    with zipfile.ZipFile(packed) as archive:
        info = archive.infolist()[0]
        begin = archive.start_dir
    data = packed.getvalue()[:begin]
    entry = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, info.CRC, info.compress_size, info.file_size, 1, 0, 0, 0, 0, 0, 0
    ) + b"0"  # fmt: skip
    directory = entry * count
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), begin, 0)
    return data + directory + end


def test_members_that_overlap_are_unpacked_to_no_more_than_the_whole_file_allows(tmp_path: Path) -> None:
    ids, reasons = came_of(written(tmp_path, "a.zip", overlapping(2_000, 1 << 20)), most=60_000_000)
    assert ids == []
    assert reasons[-1] == BOMB
    assert len(reasons) < 100  # what is left is not tried one by one


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_stream_in_a_stream_in_a_stream_is_given_up(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    data = CABLE
    for _ in range(5):
        data = pack(data)
    assert came_of(written(tmp_path, "five.gz", data)) == (["09ASTANA1"], [])
    for _ in range(20):
        data = pack(data)
    assert came_of(written(tmp_path, "many.gz", data)) == ([], ["An archive within 6 others: not read."])


@pytest.mark.parametrize(
    "name", ["../../out.txt", "/out.txt", "a/../../out.txt", "..\\out.txt", "C:\\out.txt"]
)
@pytest.mark.parametrize("pack", ["zip", "tar", "tar.gz"])
def test_a_path_that_leads_out_writes_nothing_and_reads_nothing(tmp_path: Path, name: str, pack: str) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    if pack == "zip":
        data = zip_of({name: CABLE, "2.txt": seeds.telegram(2).encode()})
    else:
        members = [(tarfile.TarInfo(name), CABLE), (tarfile.TarInfo("2.txt"), seeds.telegram(2).encode())]
        data = tar_of(members, "w:gz" if pack == "tar.gz" else "w")
    ids, reasons = came_of(written(inside, f"x.{pack}", data))
    assert (ids, reasons) == (["09ASTANA2"], ["A path that leads out of the archive: not read."])
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["a", "b", f"x.{pack}"]


def test_links_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    secret = written(tmp_path, "secret.txt", seeds.telegram(9).encode())
    members = [
        seeds.link("absolute", str(secret)),
        seeds.link("up", "../secret.txt"),
        seeds.link("hard", str(secret), tarfile.LNKTYPE),
        seeds.link("itself", "itself"),
        seeds.link("folder", ".."),
        (tarfile.TarInfo("folder/1.txt"), CABLE),
    ]
    (tmp_path / "in").mkdir()
    ids, reasons = came_of(written(tmp_path / "in", "a.tar", tar_of(members)))
    assert ids == ["09ASTANA1"]
    assert reasons == ["A link or device inside an archive: not followed."] * 5


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("number", range(len(seeds.archives())))
def test_an_archive_that_is_cut_off_is_refused_with_a_reason(
    tmp_path: Path, number: int, kept: float
) -> None:
    whole = seeds.archives()[number]
    ids, reasons = came_of(written(tmp_path, "a.bin", whole[: int(len(whole) * kept)]))
    assert ids or reasons
    assert set(ids) <= {"09ASTANA1", "09ASTANA2"}


def test_an_encrypted_member_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    data = bytearray(zip_of({"1.txt": CABLE, "2.txt": seeds.telegram(2).encode()}))
    for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + flags] |= 1
    ids, reasons = came_of(written(tmp_path, "a.zip", bytes(data)))
    assert (ids, reasons) == (["09ASTANA2"], ["Encrypted archive: unpack it first."])


LONG = {
    "csv, one field": (b'"1","2/27/2009 9:59","09ASTANA1","E","U","","H","', b"sugar and ", b'"\n'),
    "csv, one line": (b'"1","2/27/2009 9:59","09ASTANA1","E","U","",', b'"x",', b"\n"),
    "csv, one quote": (b'"1","2/27/2009 9:59","', b'\\"', b""),
    "table, a field without end": (b'id,subject,body\n1,a,"', b"sugar and\n", b""),
    "table, one line": (b"id,subject,body\n", b"a,", b"\n"),
    "table, one heading": (b"id,subject,body,", b"a,", b"\n"),
    "page, one pre without end": (b"<html><table class=cable></table><pre>", b"sugar <b>and ", b""),
    "page, tags that never close": (b"<html>", b"<div ", b""),
    "page, scripts that never close": (b"<html>", b"<script>", b""),
    "page of the 1970s": (b'<html><table id="synopsis">', b'<div class="s_key">a', b""),
    "json, one line": (b'{"id": "09ASTANA1", "body": "', b"sugar and ", b'"}\n'),
    "json, nested": (b"", b"[", b""),
    "json, nested objects": (b"", b'{"a":', b""),
    "text, one line": (b"R 270959Z FEB 09\nFM X\nSUBJECT: ", b"sugar and ", b"\n"),
    "text, blanks": (b"R 270959Z FEB 09\nFM", b"\t", b"\n"),
    "text, lines": (b"R 270959Z FEB 09\nFM X\nSUBJECT: A\n", b"1. (U) Sugar and rice.\n", b""),
    "text, quotations": (CABLE, b"QUOTE\nR 270959Z FEB 09\nFM X\n" + b"sugar and rice\n" * 9_000, b""),
    "pdf": (b"%PDF-1.4\n", b"1 0 obj <<", b""),
    "utf-16": (b"\xff\xfe", "sugar and ".encode("utf-16-le"), b""),
    "bytes": (b"", bytes(range(128, 256)), b""),
}
OVER = 20 << 20  # bytes: more than a cable may have
FIFTY = {"csv, one field", "page, one pre without end", "text, one line"}


@pytest.mark.parametrize("kind", LONG)
def test_megabytes_without_an_end_are_read_or_refused_within_bounds(tmp_path: Path, kind: str) -> None:
    begin, unit, end = LONG[kind]
    path = tmp_path / "long.bin"
    block = unit * ((1 << 20) // len(unit))
    with path.open("wb") as file:
        file.write(begin)
        for _ in range((50 << 20 if kind in FIFTY else OVER) // len(block)):
            file.write(block)
        file.write(end)
    ids, reasons = came_of(path)
    assert ids or reasons
