"""The wheel and the sdist, the same bytes whenever, wherever and by whom they are built. `make dist`, `make distcheck`.

PYTHONPATH=.ci python -m supply.packages dist
PYTHONPATH=.ci python -m supply.packages --check

Built from what is committed, by the setuptools of .ci/requirements/program.txt; the date in them is that of the commit.
"""

import argparse
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from supply.locks import HOUSE

# In a process of its own, since the build changes folder, arguments and mask. The mask decides on the modes of what
# setuptools writes itself.
_BUILD: Final = """
import os, sys
os.umask(0o022)
into = sys.argv[1]
from setuptools import build_meta
print(build_meta.build_wheel(into), build_meta.build_sdist(into), sep="\\n", file=sys.stderr)
"""


def committed_at(house: Path) -> int:
    """When the last commit was made, in seconds since 1970."""
    return int(_git(house, "log", "-1", "--format=%ct"))


def exported(house: Path, folder: Path, *, commit: str = "HEAD") -> Path:
    """What is committed, in a new folder: without what lies about here, and with modes as git knows them."""
    with tarfile.open(fileobj=BytesIO(_git(house, "archive", commit))) as files:
        files.extractall(folder, filter="data")
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    return folder


def built(source: Path, folder: Path, *, at: int, env: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The wheel and the sdist of `source`, in which things are left behind; all dates in them are `at`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [sys.executable, "-c", _BUILD, scratch],
            cwd=source,
            env={**env, "SOURCE_DATE_EPOCH": str(at)},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"The packages could not be built:\n{done.stderr}")
        wheel, sdist = (Path(scratch) / name for name in done.stderr.splitlines()[-2:])
        _write_anew(sdist, at=at)
        return tuple(Path(shutil.copy(path, folder)) for path in (wheel, sdist))


def _write_anew(sdist: Path, *, at: int) -> None:
    """Write a .tar.gz once more, with nothing in it of who packed it and when: setuptools notes both.

    See https://reproducible-builds.org/docs/archives/
    """
    tar = BytesIO()
    with (
        tarfile.open(sdist) as before,
        tarfile.open(fileobj=tar, mode="w", format=tarfile.PAX_FORMAT) as after,
    ):
        for member in sorted(before.getmembers(), key=lambda each: each.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = at, 0, 0, "", ""
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            member.pax_headers = {}
            after.addfile(member, before.extractfile(member) if member.isfile() else None)
    with sdist.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=at) as packed:
        packed.write(tar.getvalue())


def differing(source: Path) -> list[str]:
    """The names of the packages that come out otherwise when a copy is built elsewhere, later, and by another hand."""
    at = committed_at(HOUSE)
    with tempfile.TemporaryDirectory() as scratch:
        here, there = Path(scratch) / "here", Path(scratch) / "somewhere" / "else"
        for copy in (here, there):
            shutil.copytree(source, copy)
        _touch(here, 1_000_000_000)
        _touch(there, 1_700_000_000)
        first = built(here, Path(scratch) / "first", at=at)
        other = {**os.environ, "TZ": "Asia/Almaty", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": scratch}
        mask = os.umask(0o077)
        try:
            second = built(there, Path(scratch) / "second", at=at, env=other)
        finally:
            os.umask(mask)
        return [a.name for a, b in zip(first, second, strict=True) if digest(a) != digest(b)]


def _touch(folder: Path, at: int) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (at, at))


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _git(house: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(house), *arguments], capture_output=True, check=True).stdout


def main() -> None:
    """Build, or build twice and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="where to put them")
    parser.add_argument(
        "--check", action="store_true", help="build them twice, in differing circumstances, and compare"
    )
    options = parser.parse_args()
    if not options.check and options.folder is None:
        parser.error("name a folder for the packages, or say --check")
    with tempfile.TemporaryDirectory() as scratch:
        source = exported(HOUSE, Path(scratch) / "source")
        if options.check:
            if found := differing(source):
                raise SystemExit(f"Built twice, these differ: {', '.join(found)}.")
            print("The wheel and the sdist come out the same, byte for byte.")
            return
        for path in built(source, options.folder, at=committed_at(HOUSE)):
            print(f"{digest(path)}  {path}")


if __name__ == "__main__":
    main()
