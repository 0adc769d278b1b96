import bz2
import gzip
import json
import lzma
import os
import sys
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import py7zr
import pytest

import corpus
from corpus import Cable, Paragraph, Rejected, UnreadableSource, parser
from corpus.cable import FileOnDisk
from corpus.formats.refusals import FAULT
from corpus.paragraphs import paragraphs
from corpus.reader import ReadToEnd, unparsed
from tests.containers import tar_of, zip_of

FIXTURES = Path(__file__).parent / "fixtures"
HEADER = "R 270959Z FEB 09\nFM AMEMBASSY ASTANA\nTO SECSTATE WASHDC\n"


def telegram(number: int, post: str = "ASTANA") -> str:
    return (
        f"VZCZCXYZ0007\nRR RUEHWEB\nDE RUEHTA #{number:04} 0580959\nR 270959Z FEB 09\nFM AMEMBASSY {post}\n"
        f"TO RUEHC/SECSTATE WASHDC 4771\n\nUNCLAS {post} {number:06}\n\nE.O. 12958: N/A\nTAGS: PGOV KZ\n"
        f"SUBJECT: REPORT {number}\n\n1. (U) Sugar rose by {number} percent.\n\nORDWAY\n"
    )


def csv_record(row: int, body: str = "UNCLAS ASTANA {0:06}\\n\\n1. Sugar rose.\\n") -> bytes:
    body = body.replace("\\n", "\n").format(row)
    columns = f'"{row}","2/27/2009 9:59","09ASTANA{row}","Embassy Astana","UNCLASSIFIED",""'
    return f'{columns},"{HEADER}","{body}"\n'.encode()


def ids(items: Iterable[Cable | Rejected]) -> list[str]:
    return [item.id for item in items if isinstance(item, Cable)]


def reasons(items: Iterable[Cable | Rejected]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Rejected)]


def outcome(items: Iterable[Cable | Rejected]) -> list[tuple[str, str]]:
    """File and what became of it, in order: the id of a cable, or the first words of a refusal."""
    return [
        (item.source.file.rpartition("/")[2], item.id if isinstance(item, Cable) else item.reason)
        for item in items
    ]


def test_real_pages_give_their_cables_without_the_navigation() -> None:
    names = ("no_transmission_line.html", "partial_extract.html", "unwrapped_paragraphs.html")
    cables = [item for name in names for item in corpus.read(FIXTURES / name) if isinstance(item, Cable)]
    assert [(cable.id, cable.classification) for cable in cables] == [
        ("72TEHRAN5055", "UNCLASSIFIED"),
        ("05RIODEJANEIRO1238", "UNCLASSIFIED"),
        ("09RIODEJANEIRO311", "UNCLASSIFIED"),
    ]


def test_a_folder_of_mixed_things_is_read_in_order_and_says_what_it_refused(tmp_path: Path) -> None:
    (tmp_path / "b" / "deep").mkdir(parents=True)
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "a.csv").write_bytes(csv_record(1) + csv_record(2))
    (tmp_path / "b" / "deep" / "x.txt").write_text(telegram(3))
    (tmp_path / "b" / "picture.txt").write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(64))
    (tmp_path / "c.dat").write_bytes(gzip.compress(telegram(4).encode()))
    (tmp_path / "d.zip").write_bytes(zip_of({"in/5.txt": telegram(5).encode(), "__MACOSX/5.txt": b"x"}))
    (tmp_path / "e.txt").write_bytes(b"")
    (tmp_path / ".hidden").write_text(telegram(6))
    (tmp_path / "__MACOSX" / "y.txt").write_text(telegram(7))
    assert outcome(corpus.read(tmp_path)) == [
        ("a.csv", "09ASTANA1"),
        ("a.csv", "09ASTANA2"),
        ("x.txt", "09ASTANA3"),
        ("picture.txt", "This is a JPEG image, not text."),
        ("c.dat", "09ASTANA4"),
        ("5.txt", "09ASTANA5"),
        ("e.txt", "The file is empty."),
    ]


def test_each_cable_says_in_which_file_and_at_which_byte_it_was_found(tmp_path: Path) -> None:
    first = telegram(1).encode()
    (tmp_path / "two.zip").write_bytes(zip_of({"in/two.txt": first + telegram(2).encode()}))
    sources = [item.source for item in corpus.read(tmp_path / "two.zip")]
    inside = (tmp_path / "two.zip").as_posix() + "/in/two.txt"
    assert [(source.file, source.offset) for source in sources] == [(inside, 0), (inside, len(first))]


def test_each_file_and_member_is_announced_when_it_is_begun(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(telegram(1))
    (tmp_path / "b.zip").write_bytes(zip_of({"c.txt": telegram(2).encode()}))
    (tmp_path / "d.gz").write_bytes(gzip.compress(telegram(2).encode()))
    begun: list[str] = []
    items = corpus.read(tmp_path, on_file=begun.append)
    assert begun == []
    next(items)
    assert begun == [f"{tmp_path.as_posix()}/a.txt"]
    list(items)
    assert begun[1:] == [
        f"{tmp_path.as_posix()}/b.zip",
        f"{tmp_path.as_posix()}/b.zip/c.txt",
        f"{tmp_path.as_posix()}/d.gz",
    ]


@pytest.mark.parametrize("name", ["cable.csv", "cable.json", "cable.pdf", "cable.html", "cable.zip", "cable"])
def test_the_content_tells_the_format_and_never_the_extension(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(telegram(1))
    assert ids(corpus.read(tmp_path / name)) == ["09ASTANA1"]


def test_a_page_and_a_dump_under_wrong_extensions_are_known(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes((FIXTURES / "no_transmission_line.html").read_bytes())
    (tmp_path / "rows.txt").write_bytes(csv_record(1))
    assert ids(corpus.read(tmp_path)) == ["72TEHRAN5055", "09ASTANA1"]


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")]
)
def test_a_byte_order_mark_is_obeyed_and_not_a_part_of_the_text(
    tmp_path: Path, encoding: str, mark: bytes
) -> None:
    text = telegram(1).replace("Sugar", "Café ¶ Sugar")
    (tmp_path / "marked.txt").write_bytes(mark + text.encode(encoding))
    (cable,) = corpus.read(tmp_path / "marked.txt")
    assert isinstance(cable, Cable)
    assert cable.text == text


def test_offsets_count_the_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(b"\xef\xbb\xbf" + csv_record(1) + csv_record(2))
    assert [item.source.offset for item in corpus.read(tmp_path / "rows.csv")] == [3, 3 + len(csv_record(1))]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file is empty."),
        (b" \r\n\n", "The file is empty."),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1", "This is a JPEG image, not text."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is a PNG image, not text."),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
            "This is a Git LFS pointer, not the file itself.",
        ),
        (b"abc\0\1\2\3" * 30, "This is binary data, not text."),
        (
            b"Dear all,\n\nThe meeting is on Monday.\n",
            "No cable found: neither a date-time group with FM, nor a marking line, nor TAGS and SUBJECT.",
        ),
        (
            b"<!DOCTYPE html><html><body><h1>Browse by tag</h1><a href='/tag/ECON_0.html'>ECON</a></html>",
            "A web page without a cable (no table of class cable, no marking line).",
        ),
        (
            b"R 270959Z FEB 09\nFM AMEMBASSY ASTANA\nTO RUEHC/SECSTATE WASHDC\nINFO AMEMBASSY BAKU\n",
            "Only a header: no text follows the addressees.",
        ),
        (
            b"ERROR READING TEXT INDEX FILE; TELEGRAM TEXT FOR THIS MRN IS UNAVAILABLE\n",
            "The archive holds no text for this telegram (TELEGRAM TEXT FOR THIS MRN IS UNAVAILABLE).",
        ),
        (
            b"<?xml version='1.0'?>\n<TEI xmlns='http://www.tei-c.org/ns/1.0'><text/></TEI>",
            "A volume in TEI XML: its edited documents have no header lines, so it is not read.",
        ),
        (
            b"-- dump\nINSERT INTO cable (id, date) VALUES (1, '2009');\n",
            "An SQL dump: not read; export its table as CSV with a header line.",
        ),
        (b"7z\xbc\xaf\x27\x1c rubbish", None),
        (b"PK\3\4 rubbish", None),
        (b"\x1f\x8b rubbish", None),
        (b"BZh rubbish", None),
        (b"\xfd7zXZ rubbish", None),
        (b"%PDF-1.4 rubbish", None),
    ],
)
def test_what_holds_no_cable_is_refused_with_a_sentence_that_names_it(
    tmp_path: Path, data: bytes, reason: str | None
) -> None:
    path = tmp_path / "given.bin"
    path.write_bytes(data)
    (refused,) = corpus.read(path)
    assert isinstance(refused, Rejected)
    assert refused.source.file == path.as_posix()
    assert refused.reason == reason if reason else "is damaged" in refused.reason


def test_manifest_lines_are_refused_one_by_one(tmp_path: Path) -> None:
    lines = [{"format": "jsonl", "cables": 2}, {"row": 3, "cable": "98CHISINAU3", "noise": ["ocr"]}]
    (tmp_path / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert reasons(corpus.read(tmp_path)) == [
        "Line 1: no text, only metadata.",
        "Line 2: no text, only metadata.",
    ]


def test_a_missing_path_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="there is no such file or folder; check how it is spelled"):
        corpus.read(tmp_path / "nowhere")


def test_a_pipe_given_by_name_is_an_error_and_in_a_folder_a_refusal(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableSource, match="neither a file nor a folder"):
        corpus.read(tmp_path / "pipe")
    assert reasons(corpus.read(tmp_path)) == ["Neither a file nor a folder: not read."]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_an_error_by_name_and_a_refusal_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "locked.txt").write_text(telegram(1))
    (tmp_path / "locked.txt").chmod(0)
    with pytest.raises(UnreadableSource, match="chmod"):
        corpus.read(tmp_path / "locked.txt")
    assert reasons(corpus.read(tmp_path)) == ["The file cannot be read (Permission denied)."]


def test_links_are_followed_once_and_never_in_circles(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    (inside / "sub").mkdir(parents=True)
    outside.mkdir()
    (inside / "a.txt").write_text(telegram(1))
    (outside / "b.txt").write_text(telegram(2))
    (inside / "sub" / "up").symlink_to(inside, target_is_directory=True)
    (inside / "sub" / "above").symlink_to(tmp_path, target_is_directory=True)
    (inside / "out").symlink_to(outside, target_is_directory=True)
    (outside / "back").symlink_to(inside, target_is_directory=True)
    (inside / "gone.txt").symlink_to(tmp_path / "nowhere")
    items = list(corpus.read(inside))
    assert ids(items) == ["09ASTANA1", "09ASTANA2"]
    assert sorted(reasons(items)) == [
        "A link that leads nowhere, or a file that was taken away meanwhile.",
        *["A link to a folder that is read anyway: not followed."] * 3,
    ]


def test_every_kind_of_archive_is_unpacked(tmp_path: Path) -> None:
    data = telegram(1).encode()
    (tmp_path / "a.zip").write_bytes(zip_of({"a.txt": data}))
    (tmp_path / "b.gz").write_bytes(gzip.compress(data))
    (tmp_path / "c.bz2").write_bytes(bz2.compress(data))
    (tmp_path / "d.xz").write_bytes(lzma.compress(data))
    for mode in ("", ":gz", ":bz2", ":xz"):
        packed = tar_of([(tarfile.TarInfo("./in/x.txt"), data)], f"w{mode}")
        (tmp_path / f"e{mode.replace(':', '')}.tar").write_bytes(packed)
    with py7zr.SevenZipFile(tmp_path / "f.7z", "w") as archive:
        archive.writestr(data, "in/x.txt")
    items = list(corpus.read(tmp_path))
    assert [item.source.file.removeprefix(f"{tmp_path.as_posix()}/") for item in items] == [
        "a.zip/a.txt", "b.gz", "c.bz2", "d.xz", "e.tar/in/x.txt", "ebz2.tar/in/x.txt", "egz.tar/in/x.txt",
        "exz.tar/in/x.txt", "f.7z/in/x.txt",
    ]  # fmt: skip
    assert ids(items) == ["09ASTANA1"] * 9


def test_an_archive_in_an_archive_is_unpacked(tmp_path: Path) -> None:
    inner = zip_of({"deep.txt": telegram(1).encode(), "photo.jpg": b"\xff\xd8\xff\0\0\0"})
    outer = tar_of([(tarfile.TarInfo("inner.zip"), inner), (tarfile.TarInfo("b.txt"), telegram(2).encode())])
    (tmp_path / "outer.tar.gz").write_bytes(gzip.compress(outer))
    assert outcome(corpus.read(tmp_path)) == [
        ("deep.txt", "09ASTANA1"),
        ("photo.jpg", "This is a JPEG image, not text."),
        ("b.txt", "09ASTANA2"),
    ]


def test_archives_nested_without_end_are_given_up(tmp_path: Path) -> None:
    data = telegram(1).encode()
    for _ in range(9):
        data = zip_of({"next.zip": data})
    (tmp_path / "nest.zip").write_bytes(data)
    assert reasons(corpus.read(tmp_path)) == ["An archive within 6 others: not read."]


def test_a_member_that_unpacks_to_a_bomb_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    packed = zip_of({"bomb.txt": b"\n" * 3_000_000, "fine.txt": telegram(1).encode()})
    (tmp_path / "a.zip").write_bytes(packed)
    assert outcome(corpus.read(tmp_path))[0] == (
        "bomb.txt",
        "Unpacks to more than 50 times its size: not read.",
    )
    assert ids(corpus.read(tmp_path)) == ["09ASTANA1"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_in_one_stream_is_refused(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / "bomb").write_bytes(pack((b"x" * 99 + b"\n") * 30_000))
    assert reasons(corpus.read(tmp_path)) == ["Unpacks to more than 50 times its size: not read."]


def test_a_bomb_of_archives_within_archives_is_refused(tmp_path: Path) -> None:
    inner = zip_of({f"{n}.txt": b"\n" * 45_000 for n in range(100)})
    (tmp_path / "a.zip").write_bytes(zip_of({f"{n}.zip": inner for n in range(100)}))
    found = reasons(corpus.read(tmp_path))
    assert found[-1] == "Unpacks to more than 50 times its size: not read."
    assert len(found) < 1_000


def test_an_archive_without_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of({}))
    assert reasons(corpus.read(tmp_path)) == ["The archive holds no files."]


def test_a_7z_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with py7zr.SevenZipFile(tmp_path / "bomb.7z", "w") as archive:
        archive.writestr(b"\n" * 3_000_000, "x.txt")
    assert reasons(corpus.read(tmp_path)) == ["Unpacks to more than 50 times its size: not read."]


def test_a_sparse_member_is_not_filled_up_to_the_size_that_it_claims(tmp_path: Path) -> None:
    info = tarfile.TarInfo("sparse.txt")
    info.type = tarfile.GNUTYPE_SPARSE
    block = bytearray(info.tobuf(format=tarfile.GNU_FORMAT))
    block[386:410] = b"%011o\0%011o\0" % (0, 0)  # one piece of data, empty, at the beginning
    block[483:495] = b"%011o\0" % (1 << 32)  # the size that it claims to have
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    (tmp_path / "sparse.tar").write_bytes(bytes(block) + bytes(1024))
    assert reasons(corpus.read(tmp_path)) == ["This is binary data, not text."]


@pytest.mark.parametrize(
    "name", ["../out.txt", "/etc/out.txt", "in/../../out.txt", "C:\\out.txt", "..\\out.txt"]
)
def test_a_member_whose_path_leads_out_is_refused_and_the_next_is_read(tmp_path: Path, name: str) -> None:
    data = telegram(1).encode()
    (tmp_path / "a.tar").write_bytes(
        tar_of([(tarfile.TarInfo(name), data), (tarfile.TarInfo("b.txt"), data)])
    )
    (tmp_path / "b.zip").write_bytes(zip_of({name: data, "b.txt": data}))
    items = list(corpus.read(tmp_path))
    assert reasons(items) == ["A path that leads out of the archive: not read."] * 2
    assert ids(items) == ["09ASTANA1"] * 2


def test_links_and_devices_in_archives_are_not_followed(tmp_path: Path) -> None:
    link, device = tarfile.TarInfo("link.txt"), tarfile.TarInfo("null")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    device.type = tarfile.CHRTYPE
    (tmp_path / "a.tar").write_bytes(tar_of([(link, b""), (device, b"")]))
    assert reasons(corpus.read(tmp_path)) == ["A link or device inside an archive: not followed."] * 2


def test_encrypted_archives_are_refused(tmp_path: Path) -> None:
    packed = bytearray(zip_of({"a.txt": telegram(1).encode()}))
    packed[6] |= 1  # the flag, in the member's own header and in the directory
    packed[packed.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(packed)
    with py7zr.SevenZipFile(tmp_path / "b.7z", "w", password="secret") as archive:
        archive.writestr(telegram(1).encode(), "a.txt")
    assert reasons(corpus.read(tmp_path)) == ["Encrypted archive: unpack it first."] * 2


def test_a_damaged_member_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    packed = zip_of({"a.txt": telegram(1).encode(), "b.txt": telegram(2).encode()})
    (tmp_path / "a.zip").write_bytes(packed[:60] + b"\xff\xff\xff\xff" + packed[64:])
    items = list(corpus.read(tmp_path))
    assert ids(items) == ["09ASTANA2"]
    assert len(reasons(items)) == 1
    assert reasons(items)[0].startswith("The archive is damaged here (")


def test_what_precedes_the_torn_end_of_an_archive_is_read(tmp_path: Path) -> None:
    rows = b"".join(map(csv_record, range(1, 3_000)))
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(rows)[:-500])
    items = list(corpus.read(tmp_path))
    assert ids(items)[0] == "09ASTANA1"
    assert len(ids(items)) > 1_000
    assert len(reasons(items)) == 1


def test_an_office_document_is_no_archive_of_cables(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(
        zip_of({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    )
    assert reasons(corpus.read(tmp_path)) == ["This is an Office document: save it as plain text or PDF."]


@pytest.mark.parametrize(
    ("module", "data", "reason"),
    [
        ("pypdf", b"%PDF-1.4", "PDF needs the package pypdf: pip install pypdf"),
        ("py7zr", b"7z\xbc\xaf\x27\x1c", "7z needs the package py7zr: pip install py7zr"),
    ],
)
def test_without_an_extra_the_refusal_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, data: bytes, reason: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "given").write_bytes(data)
    assert reasons(corpus.read(tmp_path)) == [reason]


@pytest.mark.parametrize("zipped", [False, True])
def test_a_big_dump_is_read_in_constant_memory(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "cables.csv"
    body = "UNCLAS ASTANA {0:06}\n\n1. (U) " + "Sugar rose by much again. " * 3_000
    with path.open("wb") as file:
        for row in range(1, 261):
            file.write(csv_record(row, body))
    assert path.stat().st_size > 20_000_000
    if zipped:  # stored: what compresses this well would be taken for a bomb
        with zipfile.ZipFile(tmp_path / "cables.zip", "w", zipfile.ZIP_STORED) as archive:
            archive.write(path, "cables.csv")
        path = tmp_path / "cables.zip"
    tracemalloc.start()
    count = sum(1 for _ in corpus.read(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 260
    assert peak < 12_000_000


def test_one_line_of_50_megabytes_costs_bounded_memory_and_one_refusal(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    with path.open("wb") as file:
        for _ in range(50):
            file.write(b"sugar and " * 104_858)
        file.write(b"\n" + telegram(1).encode())
    tracemalloc.start()
    items = list(corpus.read(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reasons(items) == ["Longer than 16 MiB, which no cable is: not read."]
    assert ids(items) == ["09ASTANA1"]
    assert peak < 80_000_000


def test_a_page_with_the_body_of_another_post_is_named_by_its_marking_line_and_the_stricter_class_holds(
    tmp_path: Path,
) -> None:
    page = (
        "<html><table class='cable'><tr><th>Reference ID</th><th>Created</th><th>Classification</th><th>Origin</th>"
        "</tr><tr><td>08OSLO461</td><td>2008-08-15 13:01</td><td>UNCLASSIFIED</td><td>Embassy Oslo</td></tr></table>"
        "<code><pre>R 151346Z AUG 08\nFM AMEMBASSY OSLO\n</pre></code>"
        "<code><pre>C O N F I D E N T I A L ROME 000077\n\nSUBJECT: X\n\n1. (U) Text.\n</pre></code>"
    )
    (tmp_path / "page.html").write_text(page)
    (cable,) = corpus.read(tmp_path / "page.html")
    assert isinstance(cable, Cable)
    assert (cable.id, cable.classification) == ("08ROME77", "CONFIDENTIAL")


def test_a_cable_without_an_id_anywhere_gets_one_of_its_own(tmp_path: Path) -> None:
    text = "TAGS: PREL\nSUBJECT: A MEETING\n\n1. They met {}.\n"
    (tmp_path / "one").mkdir()
    (tmp_path / "my notes (old).txt").write_text(text.format("in May"))
    (tmp_path / "one" / "my notes (old).txt").write_text(text.format("in June"))
    ids = [item.id for item in corpus.read(tmp_path) if isinstance(item, Cable)]
    assert ids == [f"my-notes-old-{digest}" for digest in (ids[0][-8:], ids[1][-8:])]
    assert len(set(ids)) == 2, "two files of one name are two cables"


def settled(path: Path) -> Path:
    """The file, as if it had been written an hour ago."""
    hour_ago = path.stat().st_mtime_ns - 3_600_000_000_000
    os.utime(path, ns=(hour_ago, hour_ago))
    return path


def ends(path: Path) -> list[str]:
    return [item.file.name for item in unparsed(path) if isinstance(item, ReadToEnd)]


def test_a_file_that_need_not_be_read_is_not_opened(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        (tmp_path / f"{number}.txt").write_text(telegram(number))
    (tmp_path / "2.txt").chmod(0)
    asked: list[tuple[str, int]] = []
    told: list[str] = []

    def passed_over(file: FileOnDisk) -> bool:
        asked.append((file.name.rpartition("/")[2], file.size))
        return file.name.endswith("2.txt")

    items = corpus.read(tmp_path, on_file=told.append, passed_over=passed_over)
    assert outcome(items) == [("1.txt", "09ASTANA1"), ("3.txt", "09ASTANA3")]
    assert asked == [(f"{number}.txt", len(telegram(number))) for number in (1, 2, 3)]
    assert [name.rpartition("/")[2] for name in told] == ["1.txt", "3.txt"]


def test_the_end_of_a_file_is_said_after_all_that_it_holds(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one.txt", telegram(1))
        archive.writestr("photo.jpg", b"\xff\xd8\xff\0\0\0\0")
    (tmp_path / "b.txt").write_text(telegram(2))
    for path in tmp_path.iterdir():
        settled(path)
    kinds = [
        (type(item).__name__, (item.file.name if isinstance(item, ReadToEnd) else item.source.file))
        for item in unparsed(tmp_path)
    ]
    assert [(kind, name.removeprefix(f"{tmp_path.as_posix()}/")) for kind, name in kinds] == [
        ("Unparsed", "a.zip/one.txt"),
        ("Rejected", "a.zip/photo.jpg"),
        ("ReadToEnd", "a.zip"),
        ("Unparsed", "b.txt"),
        ("ReadToEnd", "b.txt"),
    ]


def test_no_end_is_said_of_a_file_that_may_change_again_unseen(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(telegram(1))
    assert ends(path) == []
    assert ends(settled(path)) == [path.as_posix()]
    in_an_hour = path.stat().st_mtime_ns + 7_200_000_000_000
    os.utime(path, ns=(in_an_hour, in_an_hour))
    assert ends(path) == []


def test_no_end_is_said_of_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"".join(csv_record(row) for row in range(1, 5)))
    settled(path)
    items = unparsed(path)
    next(items)
    with path.open("ab") as file:
        file.write(csv_record(6))
    settled(path)
    assert [type(item).__name__ for item in items][-1] == "Unparsed"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_no_end_is_said_of_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(telegram(1))
    settled(tmp_path / "a.txt").chmod(0)
    assert ends(tmp_path) == []


def test_a_text_at_which_the_parser_fails_is_set_aside_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(text: str, begin: int) -> tuple[tuple[Paragraph, ...], str]:
        if "REPORT 2" in text:
            raise IndexError
        return paragraphs(text, begin)

    monkeypatch.setattr(parser, "paragraphs", failing)
    (tmp_path / "all.txt").write_text("".join(telegram(number) for number in (1, 2, 3)))
    items = list(corpus.read(tmp_path))
    assert ids(items) == ["09ASTANA1", "09ASTANA3"]
    assert isinstance(items[1], Rejected)
    assert items[1].reason == f"{FAULT} (IndexError)."
    assert items[1].source.offset == len(telegram(1))
    assert "IndexError" in caplog.text


def test_a_list_in_which_nothing_stands_says_so(tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("[]")
    (item,) = corpus.read(tmp_path)
    assert isinstance(item, Rejected)
    assert item.reason == "No cable is in it."


def test_telegrams_that_quote_the_beginning_of_a_pdf_are_read(tmp_path: Path) -> None:
    (tmp_path / "all.txt").write_text(telegram(1).replace("Sugar", "%PDF-1.4\nSugar") + telegram(2))
    assert ids(corpus.read(tmp_path)) == ["09ASTANA1", "09ASTANA2"]
