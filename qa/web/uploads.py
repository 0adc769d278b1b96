"""Files that a person adds on the page: they are kept in the index folder before all else."""

import re
import shutil
import threading
import unicodedata
from filecmp import cmp
from pathlib import Path

MAX_NAME = 120  # characters; file systems allow 255 bytes, and a letter may take four

_saving = threading.Lock()  # two people may add files of one name in the same instant


def folder(index_path: Path) -> Path:
    """Where added files are kept; a build without a source reads it."""
    return index_path / "cables"


def save(uploaded: Path, index_path: Path) -> Path:
    """Copy an uploaded file to where builds find it, under its own name as far as that is safe.

    A file of the same name and content is kept once; one of the same name and other content gets a number.
    """
    kept_in = folder(index_path)
    kept_in.mkdir(parents=True, exist_ok=True)
    name = safe_name(uploaded.name)
    # Beside the folder, not in it: a build at this moment must not read half a file.
    half = index_path / f".adding-{threading.get_ident()}"
    shutil.copyfile(uploaded, half)
    with _saving:
        target = kept_in / name
        number = 1
        while target.exists():
            if cmp(half, target, shallow=False):
                half.unlink()
                return target
            number += 1
            target = kept_in / _numbered(name, number)
        return half.replace(target)


def safe_name(name: str) -> str:
    """The name with nothing in it that a file system or a shell could take for more than a name."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = re.sub(r"[^\w.()\[\] +,=@-]", "_", name).strip(". ")
    if len(name) > MAX_NAME:
        ending = "".join(Path(name).suffixes[-2:])[-20:]
        name = name[: MAX_NAME - len(ending)] + ending
    return name or "cable.txt"


def _numbered(name: str, number: int) -> str:
    stem, dot, ending = name.partition(".")
    return f"{stem}-{number}{dot}{ending}"
