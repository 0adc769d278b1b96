import importlib.metadata
import shutil
from pathlib import Path

import pytest

from corpus import edition


@pytest.fixture(autouse=True)
def forgotten() -> None:
    edition.edition.cache_clear()


def test_another_source_or_another_package_makes_another_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "corpus"
    shutil.copytree(Path(edition.__file__).parent, room, ignore=shutil.ignore_patterns("__pycache__"))
    here = edition.edition()
    monkeypatch.setattr(edition, "__file__", str(room / "edition.py"))
    edition.edition.cache_clear()
    assert edition.edition() == here
    with (room / "formats" / "columns.py").open("a") as source:
        source.write("# better\n")
    edition.edition.cache_clear()
    better = edition.edition()
    assert better != here

    def none(package: str) -> str:
        raise importlib.metadata.PackageNotFoundError(package)

    monkeypatch.setattr(importlib.metadata, "version", none)
    edition.edition.cache_clear()
    assert edition.edition() not in (here, better)
