"""The cable that comes with the program."""

from importlib.resources import files
from pathlib import Path


def shipped_cables() -> Path:
    """The folder of cables that is installed with the program: a first index has something to answer."""
    return Path(str(files("corpus") / "cables"))
