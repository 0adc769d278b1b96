"""What a build wrote, event by event, and the disks that a power cut could leave of it."""

import random
import shutil
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SHIM: Final = Path(__file__).with_name("disk.c")
KILLED, FULL = 1, 2  # kinds of faults, as disk.c knows them
_HEAD: Final = struct.Struct("<cQqII")
_SECTOR: Final = 512  # bytes that a disk writes all or none of


def compiled(folder: Path) -> Path | None:
    """The library to load with LD_PRELOAD; None where there is no C compiler, or no Linux."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not Path("/proc/self/fd").exists():
        return None
    library = folder / "disk.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-w", "-o", str(library), str(SHIM), "-ldl", "-lpthread"]
    return library if subprocess.run(command, check=False).returncode == 0 else None


@dataclass(frozen=True, slots=True)
class Event:
    """One record of the log."""

    op: str  # Opened, Written, Truncated, Synced, Directory synced, Entries, N: a mark
    inode: int
    number: int  # an offset, a size or a mark
    content: bytes


def events(log: Path) -> list[Event]:
    """What was written down, in order."""
    found, content, at = [], log.read_bytes(), 0
    while at < len(content):
        op, inode, number, one, two = _HEAD.unpack_from(content, at)
        at += _HEAD.size
        found.append(Event(op.decode(), inode, number, content[at : at + one]))
        at += one + two
    return found


@dataclass(slots=True)
class _File:
    """A file as the disk surely has it, and what was written to it since."""

    durable: bytes
    since: list[Event] = field(default_factory=list)


class Disk:
    """The state of a disk after some events, of which a power cut keeps what was synced, and of the rest what it likes.

    What POSIX promises, and no more than SQLite relies on: the content of a file that was synced; the names in a folder
    that was. Of the writes since then any may be there or not, and one may be torn at a sector. Changes of names come
    to the disk in their order, as with every journaling file system.
    """

    def __init__(self, folder: Path, *, before: Path | None = None) -> None:
        self._folder = str(folder)
        self._files: dict[int, _File] = {}
        self._names: list[dict[str, tuple[int, bool]]] = []  # of the states since the last sync of any folder
        self.marks: list[int] = []
        self.applied = 0
        if before is not None:
            self._start(before)

    def _start(self, before: Path) -> None:
        names = {f"{self._folder}/index": (0, True)}
        for number, path in enumerate(sorted(before.rglob("*")), start=1):
            inode = -number  # known again by its name when it is opened
            names[f"{self._folder}/index/{path.relative_to(before).as_posix()}"] = (inode, path.is_dir())
            if path.is_file():
                self._files[inode] = _File(path.read_bytes())
        self._names = [names]

    def apply(self, event: Event) -> None:
        """One event more."""
        self.applied += 1
        if event.op == "O":
            self._opened(event)
        elif event.op in "WT":
            self._files.setdefault(event.inode, _File(b"")).since.append(event)
        elif event.op == "S" and event.inode in self._files:
            file = self._files[event.inode]
            file.durable, file.since = _content(file.durable, file.since), []
        elif event.op == "D":
            self._names = self._names[-1:]
        elif event.op == "E":
            self._names.append(dict(self._entries(event)))
        elif event.op == "N" and event.number >= 0:
            self.marks.append(event.number)

    def _opened(self, event: Event) -> None:
        if event.number == 0:
            self._files[event.inode] = _File(b"")
        elif event.inode not in self._files and self._names:
            old = self._names[0].get(event.content.decode())
            if old is not None and old[0] in self._files:
                self._files[event.inode] = self._files[old[0]]

    def _entries(self, event: Event) -> Iterator[tuple[str, tuple[int, bool]]]:
        before = self._names[-1] if self._names else {}
        for line in event.content.decode().splitlines():
            name, inode, is_folder = line.split("\t")
            number = int(inode)
            if number not in self._files and name in before:
                number = before[name][0]  # not opened yet
            yield name, (number, is_folder == "1")

    def image(self, to: Path, draw: random.Random) -> None:
        """Write one of the disks that are possible into a folder."""
        names = draw.choice(self._names) if self._names else {}
        if draw.random() < 0.5 and self._names:
            names = self._names[-1]
        to.mkdir(parents=True, exist_ok=True)
        lossy = draw.choice((0.0, 0.5, 1.0))
        for name, (inode, is_folder) in sorted(names.items()):
            path = to / name.removeprefix(self._folder).lstrip("/")
            if is_folder:
                path.mkdir(parents=True, exist_ok=True)
            elif not name.endswith("-shm"):  # shared memory, which is made anew
                path.parent.mkdir(parents=True, exist_ok=True)
                file = self._files.get(inode, _File(b""))
                path.write_bytes(_content(file.durable, _survivors(file.since, lossy, draw)))


def _survivors(since: list[Event], lossy: float, draw: random.Random) -> list[Event]:
    kept = []
    for event in since:
        if draw.random() < lossy:
            if event.op == "W" and len(event.content) > _SECTOR and draw.random() < 0.3:
                cut = _SECTOR * draw.randrange(1, len(event.content) // _SECTOR + 1)
                kept.append(Event("W", event.inode, event.number, event.content[:cut]))
            continue
        kept.append(event)
    return kept


def _content(durable: bytes, since: list[Event]) -> bytes:
    content = bytearray(durable)
    for event in since:
        if event.op == "T":
            content = content[: event.number] + bytes(max(0, event.number - len(content)))
        else:
            end = event.number + len(event.content)
            content += bytes(max(0, end - len(content)))
            content[event.number : end] = event.content
    return bytes(content)
