from pathlib import Path

import pytest

from qa.web import uploads


def upload(folder: Path, name: str, content: str) -> Path:
    """A file as the browser left it."""
    (folder / "temporary").mkdir(exist_ok=True)
    file = folder / "temporary" / name
    file.write_text(content)
    return file


def test_files_of_one_name_are_all_kept_and_the_same_file_once(tmp_path: Path) -> None:
    names = [
        uploads.save(upload(tmp_path, "a.tar.gz", content), tmp_path / "index").name
        for content in ("one", "two", "one", "three", "two")
    ]
    assert names == ["a.tar.gz", "a-2.tar.gz", "a.tar.gz", "a-3.tar.gz", "a-2.tar.gz"]
    kept = {path.name: path.read_text() for path in uploads.folder(tmp_path / "index").iterdir()}
    assert kept == {"a.tar.gz": "one", "a-2.tar.gz": "two", "a-3.tar.gz": "three"}
    assert [path.name for path in (tmp_path / "index").iterdir()] == ["cables"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("09ASTANA368.txt", "09ASTANA368.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\cables\\a.txt", "a.txt"),
        ("a\x00b\nc;$(rm).txt", "a_b_c__(rm).txt"),
        ("...", "cable.txt"),
        ("кабель №1.txt", "кабель _1.txt"),
        ("a" * 300 + ".tar.gz", "a" * 113 + ".tar.gz"),
    ],
)
def test_a_name_is_only_a_name(name: str, safe: str) -> None:
    assert uploads.safe_name(name) == safe
