"""read(): any file, folder or archive -> its cables, one after the other, and what was refused and why."""

import io
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO, Final

from corpus.cable import Cable, FileOnDisk, Rejected, Source
from corpus.errors import UnreadableSource
from corpus.formats import archives, decoding, known
from corpus.formats.record import Chunks, Record
from corpus.formats.refusals import FAULT
from corpus.formats.unpacking import Allowance, Unpackable
from corpus.parser import parse

_HEAD: Final = 1 << 16  # bytes that a format is known by
_BUFFER: Final = 1 << 18
_DEEPEST: Final = 6  # archives in archives
# A file system counts time in steps, of up to two seconds: what was changed so lately may change again unseen.
_UNSETTLED_NS: Final = 2_000_000_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unparsed:
    """A cable's text as it stands in a file, with what `cable_of` needs to make a cable of it."""

    text: str
    name: str
    source: Source
    fallback: Cable | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadToEnd:
    """All that a file on disk holds has been given; not said where it changed lately, or while it was read."""

    file: FileOnDisk


_Item = Unparsed | Rejected | ReadToEnd


def read(
    path: Path | str,
    *,
    on_file: Callable[[str], None] | None = None,
    passed_over: Callable[[FileOnDisk], bool] | None = None,
) -> Iterator[Cable | Rejected]:
    """The cables of a file, folder or archive; for each file, member or record without one, the reason.

    Folders are read to the bottom, sorted by name, without dot files; archives in their own order. One cable
    at a time is in memory.

    Args:
        path: of the file, folder or archive.
        on_file: is called with the name of each file and member when it is begun.
        passed_over: is asked for each file on disk before it is opened, whether not to read it.

    Raises:
        UnreadableSource: `path` itself is missing or may not be read. What is wrong further in is `Rejected`.
    """
    items = unparsed(path, on_file=on_file, passed_over=passed_over)
    return (
        cable_of(item) if isinstance(item, Unparsed) else item
        for item in items
        if not isinstance(item, ReadToEnd)
    )


def cable_of(found: Unparsed) -> Cable | Rejected:
    """The cable in a text; one that prints no id and whose file is not named by one has one of its own.

    A text at which the parser fails is refused as such, and the log has the traceback: one of a quarter of a million
    does not end the reading of all.
    """
    try:
        cable = parse(found.text, found.name, source=found.source, fallback=found.fallback)
    except Exception as error:
        _log.exception("%s at %d cannot be parsed.", found.source.file, found.source.offset)
        return Rejected(source=found.source, reason=f"{FAULT} ({type(error).__name__}).")
    if cable.id:
        return cable
    return replace(cable, id=_id_of_its_own(found.source.file.rpartition("/")[2], cable.sha256))


def unparsed(
    path: Path | str,
    *,
    on_file: Callable[[str], None] | None = None,
    passed_over: Callable[[FileOnDisk], bool] | None = None,
) -> Iterator[Unparsed | Rejected | ReadToEnd]:
    """What `read` gives, with the texts of cables in the place of cables, and the ends of files.

    Raises:
        UnreadableSource: `path` itself is missing or may not be read. What is wrong further in is `Rejected`.
    """
    path = Path(path)
    try:
        mode = path.stat().st_mode
        if S_ISDIR(mode):
            os.scandir(path).close()
        elif S_ISREG(mode):
            path.open("rb").close()
    except FileNotFoundError as error:
        raise UnreadableSource(path, "there is no such file or folder; check how it is spelled.") from error
    except PermissionError as error:
        raise UnreadableSource(path, f'it may not be read; allow it: chmod -R u+rX "{path}"') from error
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).rstrip(".")
        raise UnreadableSource(path, f"it cannot be read ({reason}).") from error
    if not S_ISDIR(mode) and not S_ISREG(mode):
        raise UnreadableSource(path, "it is neither a file nor a folder; save what it gives as a file first.")
    return _Reading(on_file or _ignore, passed_over or _no_file).path(path)


def _ignore(_: str) -> None:
    pass


def _no_file(_: FileOnDisk) -> bool:
    return False


class _Reading:
    """One walk: whom to tell of each file, and which folders it has been to."""

    def __init__(self, on_file: Callable[[str], None], passed_over: Callable[[FileOnDisk], bool]) -> None:
        self._on_file, self._passed_over = on_file, passed_over
        self._entered: list[Path] = []  # the folder asked for and those that links led to

    def path(self, path: Path) -> Iterator[_Item]:
        if path.is_dir():
            self._entered.append(path.resolve())
            yield from self._folder(path)
        else:
            yield from self._on_disk(path)

    def _folder(self, folder: Path) -> Iterator[_Item]:
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            yield _refused(folder.as_posix(), f"The folder cannot be read ({error.strerror}).")
            return
        for entry in entries:
            if entry.name.startswith(".") or entry.name == "__MACOSX":
                continue
            if not entry.is_dir():
                yield from self._on_disk(entry)
            elif entry.is_symlink() and not self._is_new(entry.resolve()):
                yield _refused(entry.as_posix(), "A link to a folder that is read anyway: not followed.")
            else:
                yield from self._folder(entry)

    def _is_new(self, target: Path) -> bool:
        """Whether a link leads out of all that is read already, and not around it."""
        if any(target.is_relative_to(known) or known.is_relative_to(target) for known in self._entered):
            return False
        self._entered.append(target)
        return True

    def _on_disk(self, path: Path) -> Iterator[_Item]:
        name = path.as_posix()
        try:
            status, now = path.stat(), time.time_ns()
            on_disk = _on_disk(name, status)
            if S_ISREG(status.st_mode) and self._passed_over(on_disk):
                return
            self._on_file(name)
            if not S_ISREG(status.st_mode):
                yield _refused(name, "Neither a file nor a folder: not read.")
                return
            with path.open("rb", _BUFFER) as file:
                yield from self._file(file, name, Allowance.of(status.st_size), depth=0)
            if now - on_disk.mtime_ns > _UNSETTLED_NS and _on_disk(name, path.stat()) == on_disk:
                yield ReadToEnd(file=on_disk)
        except FileNotFoundError:
            yield _refused(name, "A link that leads nowhere, or a file that was taken away meanwhile.")
        except OSError as error:
            yield _refused(name, f"The file cannot be read ({error.strerror}).")

    def _file(self, file: BinaryIO, name: str, allowance: Allowance, depth: int) -> Iterator[_Item]:
        """The cables of one file, on disk or within an archive."""
        try:
            head = _head(file)
            archive = archives.archive_of(head)
            if archive is None:
                yield from _cables(_again(head, file), head, name)
            elif depth >= _DEEPEST:
                yield _refused(name, f"An archive within {_DEEPEST} others: not read.")
            else:
                members = archives.members(archive, _again(head, file), allowance)
                yield from self._members(members, name, allowance, depth)
        except Unpackable as error:
            yield _refused(name, str(error))

    def _members(
        self, members: Iterator[archives.Member], archive: str, allowance: Allowance, depth: int
    ) -> Iterator[_Item]:
        empty = True
        for member in members:
            empty = False
            name = f"{archive}/{member.name.removeprefix('./')}" if member.name else archive
            if member.name:
                self._on_file(name)
            if member.file is None:
                yield _refused(name, member.refused)
            else:
                yield from self._file(member.file, name, allowance, depth + 1)
                if member.name:  # where nothing is left, all further members would be refused one by one
                    allowance.spend(0)
        if empty:
            yield _refused(archive, "The archive holds no files.")


def _on_disk(name: str, status: os.stat_result) -> FileOnDisk:
    return FileOnDisk(
        name=name, size=status.st_size, mtime_ns=status.st_mtime_ns, ctime_ns=status.st_ctime_ns
    )


def _id_of_its_own(name: str, sha256: str) -> str:
    """An id for a cable that prints none and whose file is not named by one, so that it can be cited like others.

    The beginning of its checksum tells it from another of the same name.
    """
    stem = re.sub(r"[^\w-]+", "-", PurePath(name).stem).strip("-") or "cable"
    return f"{stem}-{sha256[:8]}"


def _refused(name: str, reason: str) -> Rejected:
    return Rejected(source=Source(file=name), reason=reason)


def _head(file: BinaryIO) -> bytes:
    """The first bytes; a file that is being unpacked gives them in pieces."""
    pieces, missing = [], _HEAD
    while missing and (piece := file.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _again(head: bytes, file: BinaryIO) -> BinaryIO:
    """The file from its beginning."""
    if file.seekable():
        file.seek(0)
        return file

    def chunks() -> Iterator[bytes]:
        yield head
        while chunk := file.read(_BUFFER):
            yield chunk

    return io.BufferedReader(Chunks(chunks()), _BUFFER)


def _cables(file: BinaryIO, head: bytes, name: str) -> Iterator[_Item]:
    """The cables of a file that is no archive."""
    encoding, mark = decoding.byte_order_mark(head)
    if encoding:
        file.read(mark)
        head = head[mark:]
        if encoding != "utf-8":  # from here on offsets count bytes of UTF-8
            file, mark = io.BufferedReader(Chunks(decoding.as_utf8(file, encoding)), _BUFFER), 0
            head = _head(file)
            file = _again(head, file)
    if not head.strip() and len(head) < _HEAD:
        yield _refused(name, "The file is empty.")
        return
    if reason := known.no_text(head):
        yield _refused(name, reason)
        return
    own_name = name.rpartition("/")[2]
    is_any = False
    for item in known.format_of(head).texts(file, name):
        if isinstance(item, Record):
            source = Source(file=name, offset=item.offset + mark)
            yield Unparsed(text=item.text, name=item.name or own_name, source=source, fallback=item.fallback)
        else:
            yield item
        is_any = True
    if not is_any:  # as of a list in which nothing stands
        yield _refused(name, "No cable is in it.")
