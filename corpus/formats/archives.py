"""Archives -> their members as files that are read forward."""

import bz2
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from corpus.formats.unpacking import BOMB, Allowance, Readable, Unpackable, damaged, guarded, seekable

_LEADS_OUT: Final = "A path that leads out of the archive: not read."
_LINK: Final = "A link or device inside an archive: not followed."
_ENCRYPTED: Final = "Encrypted archive: unpack it first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of an archive; `name` is "" for what gzip, bzip2 and xz hold, which is the file itself."""

    name: str
    file: BinaryIO | None = None  # to be read before the next member is asked for
    refused: str = ""  # why it has no file


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A kind of archive: what its bytes begin with, and how to get its members."""

    kind: str
    begins: bytes
    members: Callable[[BinaryIO, Allowance], Iterator[Member]]
    at: int = 0


def _zip(file: BinaryIO, allowance: Allowance) -> Iterator[Member]:
    with seekable(file) as whole, zipfile.ZipFile(whole) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if any(info.filename == "[Content_Types].xml" for info in infos):
            raise Unpackable("This is an Office document: save it as plain text or PDF.")
        if infos and all(info.flag_bits & 1 for info in infos):
            raise Unpackable(_ENCRYPTED)
        for info in infos:
            own = Allowance.of(info.compress_size)
            if refused := _refused(info.filename):
                yield Member(name=info.filename, refused=refused)
            elif _ignored(info.filename):
                continue
            elif info.flag_bits & 1:
                yield Member(name=info.filename, refused=_ENCRYPTED)
            elif info.file_size > own.left:
                yield Member(name=info.filename, refused=BOMB)
            else:
                yield Member(name=info.filename, file=guarded(partial(archive.open, info), own, allowance))


def _tar(file: BinaryIO, allowance: Allowance) -> Iterator[Member]:
    with tarfile.open(fileobj=file, mode="r|") as archive:
        for info in archive:
            if info.isdir():
                continue
            if refused := _refused(info.name):
                yield Member(name=info.name, refused=refused)
            elif _ignored(info.name):
                continue
            elif not info.isreg():
                yield Member(name=info.name, refused=_LINK)
            else:
                # A sparse member may claim any size without a byte behind it: counted as if unpacked.
                yield Member(name=info.name, file=guarded(partial(_of_tar, archive, info), allowance))


def _seven_zip(file: BinaryIO, allowance: Allowance) -> Iterator[Member]:
    try:
        import py7zr
    except ImportError as error:
        raise Unpackable("7z needs the package py7zr: pip install py7zr") from error
    with tempfile.TemporaryDirectory() as folder:
        try:
            with (
                seekable(file) as whole,
                py7zr.SevenZipFile(whole, max_extract_size=allowance.left) as archive,
            ):
                if archive.needs_password():
                    raise Unpackable(_ENCRYPTED)
                infos = [info for info in archive.list() if not info.is_directory]
                allowance.spend(sum(info.uncompressed for info in infos))
                # Links are not even made: a later member might be written through one.
                names = [info.filename for info in infos if info.is_file and not _refused(info.filename)]
                archive.extract(path=folder, targets=names)
        except py7zr.PasswordRequired as error:
            raise Unpackable(_ENCRYPTED) from error
        for info in infos:
            path = Path(folder, info.filename)
            if refused := _refused(info.filename):
                yield Member(name=info.filename, refused=refused)
            elif _ignored(info.filename):
                continue
            elif not info.is_file or not path.is_file():
                yield Member(name=info.filename, refused=_LINK)
            else:
                with path.open("rb") as member:
                    yield Member(name=info.filename, file=member)


def _of_tar(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Readable:
    return archive.extractfile(info) or io.BytesIO()


def _gzip(file: BinaryIO, allowance: Allowance) -> Iterator[Member]:
    yield Member(name="", file=guarded(partial(gzip.GzipFile, fileobj=file), allowance))


def _bzip2(file: BinaryIO, allowance: Allowance) -> Iterator[Member]:
    yield Member(name="", file=guarded(partial(bz2.BZ2File, file), allowance))


def _xz(file: BinaryIO, allowance: Allowance) -> Iterator[Member]:
    yield Member(name="", file=guarded(partial(lzma.LZMAFile, file), allowance))


ARCHIVES: Final = (
    Archive(kind="zip", begins=b"PK\x03\x04", members=_zip),
    Archive(kind="zip", begins=b"PK\x05\x06", members=_zip),  # an empty one
    Archive(kind="gzip", begins=b"\x1f\x8b", members=_gzip),
    Archive(kind="bzip2", begins=b"BZh", members=_bzip2),
    Archive(kind="xz", begins=b"\xfd7zXZ", members=_xz),
    Archive(kind="7z", begins=b"7z\xbc\xaf\x27\x1c", members=_seven_zip),
    Archive(kind="tar", begins=b"ustar", members=_tar, at=257),
)


def archive_of(head: bytes) -> Archive | None:
    """The kind of archive that a file is, or None."""
    return next((kind for kind in ARCHIVES if head.startswith(kind.begins, kind.at)), None)


def members(archive: Archive, file: BinaryIO, allowance: Allowance) -> Iterator[Member]:
    """Each member, in the archive's order; raises Unpackable where the archive itself cannot be read (on)."""
    found = archive.members(file, allowance)
    while True:
        try:
            member = next(found, None)
        except Unpackable:
            raise
        except Exception as error:
            raise Unpackable(damaged(error)) from error
        if member is None:
            return
        yield member


def _refused(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    return _LEADS_OUT if parts[0] == "" or parts[0][1:2] == ":" or ".." in parts else ""


def _ignored(name: str) -> bool:
    """What systems put into archives beside the files: Apple's `__MACOSX`, and dot files."""
    return any(part == "__MACOSX" or part.startswith(".") for part in PurePosixPath(name).parts)
