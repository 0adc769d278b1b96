"""The files of a tantivy index, by the checksum that each ends with."""

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_MAGIC: Final = 1337  # the last four bytes of every file of a segment
_BLOCK: Final = 1 << 20
_TRIES: Final = 20
_LISTS: Final = (
    "meta.json",
    ".managed.json",
    ".tantivy-meta.lock",
    ".tantivy-writer.lock",
)  # without a checksum


File = tuple[str, int, int]  # name, size, time of change in nanoseconds: one that was found whole


def whole(folder: Path, known: frozenset[File] = frozenset(), *, up_to: int | None = None) -> frozenset[File]:
    """The files of the folder's segments, all of them there and as they were written.

    Args:
        folder: of a tantivy index, on which a build may be at work.
        known: files that were found whole before, and are not read again.
        up_to: bytes; of a file that is larger only the end is read. None for no limit.

    Raises ValueError where a file is missing or damaged, or where the list of the segments cannot be read.
    """
    tries = 0
    while True:
        before = _listed(folder, "meta.json")
        found, damaged = set(), []
        for name in sorted(_named(folder)):
            try:
                status = (folder / name).stat()
                file = (name, status.st_size, status.st_mtime_ns)
                if file in known or _is_whole(folder / name, up_to):
                    found.add(file)
                    continue
            except OSError:
                pass
            damaged.append(name)
        if not damaged:
            return frozenset(found)
        tries += 1
        # A build may just have merged segments, and dropped their files.
        if before == _listed(folder, "meta.json") or tries > _TRIES:
            raise ValueError(f"{', '.join(damaged)} is missing or damaged")


def mark(folder: Path) -> str:
    """What tells one commit of an index from every other: BLAKE2 of its list of segments, whose names are of chance.

    Raises ValueError where there is no such list.
    """
    return hashlib.blake2b(_listed(folder, "meta.json"), digest_size=16).hexdigest()


def _listed(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ValueError(f"{name} is missing") from error


def _named(folder: Path) -> Iterator[str]:
    """The files there that belong to segments of the last commit, and those that must be there."""
    try:
        segments = json.loads(_listed(folder, "meta.json"))["segments"]
        ids = [each["segment_id"].replace("-", "") for each in segments]
        deletes = [(each["segment_id"].replace("-", ""), each["deletes"]) for each in segments]
        listed = json.loads(_listed(folder, ".managed.json"))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"the list of its segments cannot be read ({error})") from error
    for name in listed:
        if name not in _LISTS and name.partition(".")[0] in ids and not name.endswith(".del"):
            yield name
    for segment, told in deletes:
        if told:
            yield f"{segment}.{told['opstamp']}.del"


def _is_whole(path: Path, up_to: int | None) -> bool:
    """Whether the CRC at the end of a file is that of what stands before it.

    A file is its content, then the CRC of that as JSON, the length of this JSON and a number that is always the same
    (tantivy, src/directory/footer.rs).
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 8))
        end = file.read(8)
        if len(end) < 8:
            return False
        length, magic = struct.unpack("<II", end)
        content = size - 8 - length
        if magic != _MAGIC or content < 0:
            return False
        file.seek(content)
        try:
            expected = json.loads(file.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        if up_to is not None and size > up_to:
            return True
        file.seek(0)
        crc, left = 0, content
        while left:
            block = file.read(min(left, _BLOCK))
            if not block:
                return False
            crc, left = zlib.crc32(block, crc), left - len(block)
    return bool(crc == expected)
