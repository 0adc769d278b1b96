"""A folder of tantivy's, opened to be searched."""

import tempfile
from pathlib import Path

import tantivy


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


def _opened(path: Path) -> tantivy.Index:
    found = tantivy.Index.open(str(path))
    found.config_reader("manual")
    found.reload()
    return found
