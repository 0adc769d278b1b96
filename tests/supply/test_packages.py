import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from supply.locks import HOUSE
from supply.packages import built, committed_at, differing, exported

ROOMS = ("corpus", "index", "qa")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(HOUSE, tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def packages(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    # In a copy, as the build leaves things behind in it.
    copy = tmp_path_factory.mktemp("copy")
    return built(exported(HOUSE, copy), tmp_path_factory.mktemp("dist"), at=committed_at(HOUSE))


def test_wheel_and_sdist_are_the_same_bytes_wherever_and_whenever_they_are_built(source: Path) -> None:
    assert differing(source) == []


def test_the_wheel_holds_all_of_the_rooms_and_nothing_else(source: Path, packages: tuple[Path, ...]) -> None:
    rooms = {path.relative_to(source).as_posix() for room in ROOMS for path in (source / room).rglob("*")}
    files = {each for each in rooms if (source / each).is_file()}
    with zipfile.ZipFile(packages[0]) as wheel:
        found = {each for each in wheel.namelist() if ".dist-info/" not in each}
    assert found == files | {"app.py"}


def test_the_sdist_holds_what_the_wheel_is_made_of(packages: tuple[Path, ...], tmp_path: Path) -> None:
    with tarfile.open(packages[1]) as sdist:
        sdist.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    again = built(folder, tmp_path / "dist", at=committed_at(HOUSE))
    assert again[0].read_bytes() == packages[0].read_bytes()


def test_the_wheel_runs_when_it_is_installed(packages: tuple[Path, ...], tmp_path: Path) -> None:
    into = tmp_path / "installed"
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(into),
    ]
    subprocess.run([*command, str(packages[0])], check=True, stderr=subprocess.DEVNULL)
    env = {**os.environ, "PYTHONPATH": str(into)}

    def said(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout.strip()

    version = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert said(str(into / "bin" / "cable-qa"), "--version").endswith(version)
    asked = "import qa.cli, qa.web.assets, corpus; print(qa.cli.__file__, *corpus.shipped_cables().iterdir())"
    where = said("-c", f"{asked}; qa.web.assets.asset('page.css')")
    assert where.split() == [str(into / "qa/cli.py"), str(into / "corpus/cables/09ASTANA368.txt")]
