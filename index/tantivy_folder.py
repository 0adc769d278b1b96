"""A folder of tantivy's: opened to be searched, and left to be searched by others."""

import tempfile
from pathlib import Path
from typing import Final

import tantivy

_LISTS: Final = ("meta.json", ".managed.json")


def to_search(path: Path) -> tantivy.Index:
    """The index in a folder as it stands. Raises ValueError where it cannot be read.

    tantivy locks a folder by a file in it, even to read it. Where that cannot be made, as on a read-only disk, nobody
    writes there either: the files are then opened by links to them in another folder.
    """
    try:
        return _opened(path)
    except ValueError as error:
        if "Lockfile" not in str(error):
            raise
        with tempfile.TemporaryDirectory(prefix="cable-qa-") as links:
            try:
                for file in path.iterdir():
                    if file.is_file() and file.suffix != ".lock":
                        Path(links, file.name).symlink_to(file.absolute())
            except OSError:  # such as Windows, where not everybody may make links
                raise error from None
            return _opened(Path(links))  # which holds all files open, whatever becomes of the links


def let_others_search(path: Path) -> None:
    """After a commit: whoever may read the folder may search the index in it.

    tantivy writes its lists of segments for their owner alone, and all other files as the umask says.
    """
    for name in _LISTS:
        if (path / name).exists():
            (path / name).chmod(0o600 | path.stat().st_mode & 0o044)


def _opened(path: Path) -> tantivy.Index:
    found = tantivy.Index.open(str(path))
    found.config_reader("manual")
    found.reload()
    return found
