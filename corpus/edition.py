"""Which program reads the files: what one edition has read, another may understand better."""

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

_OPTIONAL: Final = ("pypdf", "py7zr")  # without them some files are refused


@cache
def edition() -> str:
    """A mark of the sources of this room and of the packages that it may use: another one may read a file otherwise."""
    mark = hashlib.blake2b(digest_size=16)
    room = Path(__file__).parent
    for source in sorted(room.rglob("*.py")):
        mark.update(source.relative_to(room).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    for package in _OPTIONAL:
        mark.update(f"{package} {_version(package)}\0".encode())
    return mark.hexdigest()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
