"""The FAISS files, made from the database and replaced whole: a base, and a small fresh one for what came since."""

import hashlib
import logging
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index import partitioned
from index.schema import transaction
from index.store import Store

# Up to here one core looks at every vector in a few milliseconds; beyond, they are partitioned, and it looks at a part.
# What benchmarks.vector_search finds stands in docs/PERFORMANCE.md. The codes only choose candidates: the rest of the
# order comes from the vectors of the database.
FLAT_UP_TO: Final = 50_000  # vectors
FLAT: Final = "SQ4"  # four bits a dimension
# Two bits a dimension and two corrections a vector: a third of the time and six tenths of the bytes of SQ4, as near.
# Source: Gao, Gou, Xu, Yang, Long, Wong, SIGMOD 2025, https://arxiv.org/abs/2409.09913
PARTITIONED: Final = "RaBitQ2"
_TRAINING: Final = 65_536  # vectors; SQ4 learns from them no more than the range of each dimension
_TRAINING_PER_LIST: Final = 40  # vectors at most, in memory all at once
_RETRAINED_AT: Final = 2  # times what the partitions were trained on
# Float16 learns nothing, so that a fresh file needs no base to be of use: more time than SQ4, for few vectors.
_FRESH: Final = "IDMap,SQfp16"
# The base is made anew when so much of it came or went. The fresh file is searched whole (13 ms for 100,000 vectors)
# and written whole (0.2 s), so it has a bound of its own; below the lower one all is written in a moment anyway.
_FRESH_SHARE: Final = 0.1
_FRESH_FROM: Final = 5_000
_FRESH_UP_TO: Final = 100_000
_WHOLE_CHECK: Final = 64 << 20  # bytes; of a larger file only the ends are read, so that it opens at once
_END: Final = 1 << 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One FAISS file, by which it is known again."""

    name: str  # "" where there is no vector
    count: int  # vectors: windows
    bytes: int
    checksum: str
    mtime_ns: int


_NO_FILE: Final = File(name="", count=0, bytes=0, checksum="", mtime_ns=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What the manifest says of the FAISS files."""

    generation: int  # of the vectors in the database that they were made from
    fingerprint: str  # of the model
    paragraphs: int
    base: File
    last: int  # the highest id of a paragraph that the base may hold
    trained_on: int  # vectors that there were when the base was last trained
    fresh: File | None  # what came since the base was made
    behind: bool = False  # whether the base lacks what the table `since_base` does not name either


def sealed_in(store: Store) -> Sealed | None:
    """What the manifest says of the FAISS files, or None."""
    noted = store.note("vectors")
    if noted is None:
        return None
    fresh = noted["fresh"] and File(**noted["fresh"])
    return Sealed(**{**noted, "base": File(**noted["base"]), "fresh": fresh})


def seal(store: Store, *, fingerprint: str, dim: int, tell: Callable[[str], None]) -> bool:
    """Bring the FAISS files up to what the database holds now, and the manifest; whether there was anything to do.

    What changed goes to the fresh file. Once that or what is dead in the base has outgrown its share, or the base is
    not whole, the base is made anew. A file is complete and on the disk before the manifest names it.

    Args:
        fingerprint: of the model.
        dim: of its vectors.
        tell: is told what will be written, and why, in a sentence.
    """
    sealed, reason = sealed_in(store), ""
    if sealed is None:
        reason = "The FAISS index is made"
    elif sealed.behind or sealed.fingerprint != fingerprint or not whole(store, sealed.base, trusting=True):
        reason = f"{sealed.base.name} is missing, damaged or behind: the FAISS index is made anew"
    else:
        unsealed = store.unsealed()
        fresh_is_whole = sealed.fresh is None or whole(store, sealed.fresh, trusting=True)
        if not len(unsealed) and fresh_is_whole:
            return False
        limit = fresh_limit(sealed.base.count)
        dead = store.count_since_base(last=sealed.last)
        fresh = None
        if len(unsealed) <= limit and dead <= limit and sealed.base.count:
            kept = _read(store, sealed.fresh) if sealed.fresh and fresh_is_whole else None
            fresh = _fresh(store, dim, kept=kept, unsealed=unsealed if fresh_is_whole else None)
        if fresh is not None and fresh.ntotal <= limit:
            tell(f"{fresh.ntotal:,} vectors are written beside {sealed.base.count:,}.")
            _seal_fresh(store, sealed, fresh)
            return True
        came = fresh.ntotal if fresh is not None else len(unsealed)
        reason = (
            f"Of {sealed.base.count:,} vectors those of {dead:,} paragraphs went, and {came:,} came:"
            " the FAISS index is made anew"
        )
    _seal_base(store, sealed, fingerprint=fingerprint, dim=dim, reason=reason, tell=tell)
    return True


def fresh_limit(base: int) -> int:
    """How many vectors may stand beside a base of so many, or be dead in it."""
    return max(_FRESH_FROM, min(int(base * _FRESH_SHARE), _FRESH_UP_TO))


def untrained(dim: int, count: int) -> tuple[Any, int]:  # FAISS has no types
    """An empty FAISS index of the kind that so many vectors ask for, and how many of them it should be trained on."""
    import faiss

    if count <= FLAT_UP_TO:
        return faiss.index_factory(dim, f"IDMap,{FLAT}", faiss.METRIC_INNER_PRODUCT), _TRAINING
    lists = 1 << round(np.log2(np.sqrt(count)))
    made: Any = faiss.index_factory(dim, f"IVF{lists},{PARTITIONED}", faiss.METRIC_INNER_PRODUCT)
    # Of every second, third, ... paragraph there are fewer, never half as many; below 39 FAISS would write a warning.
    made.cp.min_points_per_centroid = _TRAINING_PER_LIST // 2
    return made, lists * _TRAINING_PER_LIST


def make(store: Store, *, dim: int) -> Any:  # noqa: ANN401
    """A FAISS index over everything that is embedded, its kind chosen by size; None where nothing is."""
    if not store.count_embedded():
        return None
    made = _new(store, dim)
    for ids, vectors in store.window_vectors(dim):
        made.add_with_ids(vectors, ids)
    return made


def _new(store: Store, dim: int) -> Any:  # noqa: ANN401
    """A trained, empty index for what is embedded."""
    count = store.count_embedded()
    made, enough = untrained(dim, count)
    # Trained on paragraphs from all over the database: the first ones are of one time and one archive.
    sample, filled = np.empty((min(count, enough), dim), np.float32), 0
    for ids, vectors in store.window_vectors(dim, every=-(-count // enough)):
        some = vectors[np.unique(ids, return_index=True)[1]]  # of each paragraph its first window
        some = some[: len(sample) - filled]
        sample[filled : filled + len(some)] = some
        filled += len(some)
    made.train(sample[:filled])
    return made


def make_fresh(store: Store, *, dim: int) -> Any:  # noqa: ANN401
    """A FAISS index over what the base does not hold as it is."""
    return _fresh(store, dim, kept=None, unsealed=None)


def _fresh(store: Store, dim: int, *, kept: Any, unsealed: Any) -> Any:  # noqa: ANN401
    """The fresh index that is kept, less and more what is unsealed; of all that changed, where none is kept."""
    import faiss

    made = kept if kept is not None else faiss.index_factory(dim, _FRESH, faiss.METRIC_INNER_PRODUCT)
    if kept is not None:
        made.remove_ids(unsealed)
    for ids, vectors in store.fresh_vectors(dim, unsealed=kept is not None):
        made.add_with_ids(vectors, ids)
    return made


def _seal_fresh(store: Store, sealed: Sealed, fresh: Any) -> None:  # noqa: ANN401
    generation = int(store.note("vectors_generation") or 0)
    name = f"vectors-{generation:08d}-fresh.faiss"
    file = _written(store, name, partial(_write_whole, fresh)) if fresh.ntotal else None
    changed = {"generation": generation, "paragraphs": store.count_embedded(), "fresh": file and asdict(file)}
    _note(store, {**asdict(sealed), **changed}, base=False)


def _seal_base(
    store: Store,
    sealed: Sealed | None,
    *,
    fingerprint: str,
    dim: int,
    reason: str,
    tell: Callable[[str], None],
) -> None:
    count = store.count_embedded()
    like = None
    if sealed is not None and sealed.fingerprint == fingerprint:
        like = _trained(store, sealed, count)
    partitions = ""
    if count > FLAT_UP_TO:
        partitions = "; its partitions are kept" if like is not None else "; its partitions are trained anew"
    said = f"{reason}{partitions}."
    _log.info("%s", said)
    tell(said)
    generation = int(store.note("vectors_generation") or 0)
    file = _NO_FILE
    if count:
        write = partial(_write_base, store, dim, like=like)
        file = _written(store, f"vectors-{generation:08d}.faiss", write)
    made_so = Sealed(
        generation=generation,
        fingerprint=fingerprint,
        paragraphs=count,
        base=file,
        last=store.last_embedded(),
        trained_on=sealed.trained_on if sealed is not None and like is not None else file.count,
        fresh=None,
    )
    _note(store, asdict(made_so), base=True)


def _trained(store: Store, sealed: Sealed, count: int) -> Any:  # noqa: ANN401
    """An empty index with the partitions of the base, as long as they fit; None where they do not, or it has none."""
    import faiss

    fits = sealed.trained_on / _RETRAINED_AT < count < sealed.trained_on * _RETRAINED_AT
    if count <= FLAT_UP_TO or not fits or not whole(store, sealed.base, trusting=True):
        return None
    try:
        found = _read(store, sealed.base)
    except RuntimeError:
        return None
    if not isinstance(found, faiss.IndexIVF):
        return None
    lists: Any = faiss.ArrayInvertedLists(found.nlist, found.code_size)
    lists.this.disown()  # the index frees them
    found.replace_invlists(lists, True)
    found.ntotal = 0
    return found


def _read(store: Store, file: File) -> Any:  # noqa: ANN401
    return read(store.folder / file.name, count=file.count)


def read(path: Path, *, count: int) -> Any:  # noqa: ANN401
    """A FAISS file. Raises RuntimeError where FAISS cannot read it."""
    import faiss

    # Mapped, not read: a large index opens at once, and what is not looked at stays on the disk.
    return faiss.read_index(str(path), faiss.IO_FLAG_MMAP if count > FLAT_UP_TO else 0)


def ids(found: Any) -> NDArray[np.int64]:  # noqa: ANN401
    """The ids of all vectors in a FAISS index of ours, in no order; that of a paragraph as often as it has windows."""
    import faiss

    if isinstance(found, faiss.IndexIVF):
        held: Any = found.invlists
        lists = (
            faiss.rev_swig_ptr(held.get_ids(number), held.list_size(number)).copy()
            for number in range(found.nlist)
            if held.list_size(number)
        )
        return np.concatenate([np.zeros(0, np.int64), *lists])
    return np.asarray(faiss.vector_to_array(found.id_map), np.int64)


def _write_base(store: Store, dim: int, path: Path, *, like: Any) -> int:  # noqa: ANN401
    """Write everything that is embedded to a file; how many vectors that was.

    `like` is an empty index that is trained already; None for one of the kind that the size asks for.
    """
    made = _new(store, dim) if like is None else like
    if store.count_embedded() > FLAT_UP_TO:
        return partitioned.write(made, store.window_vectors(dim), path)
    for numbers, vectors in store.window_vectors(dim):
        made.add_with_ids(vectors, numbers)
    return _write_whole(made, path)


def _write_whole(made: Any, path: Path) -> int:  # noqa: ANN401
    import faiss

    faiss.write_index(made, str(path))
    return int(made.ntotal)


def _written(store: Store, name: str, write: Callable[[Path], int]) -> File:
    """Let a file be written under a name, in whole and to the disk. `write` says how many vectors it holds."""
    path = store.folder / name
    part = path.with_suffix(".part")
    count = write(part)
    sync(part)
    part.replace(path)
    sync_folder(store.folder)
    status = path.stat()
    return File(
        name=name,
        count=count,
        bytes=status.st_size,
        checksum=checksum(path),
        mtime_ns=status.st_mtime_ns,
    )


def _note(store: Store, noted: dict[str, Any], *, base: bool) -> None:
    """Let the manifest name the files, and drop those that it does not name."""
    with transaction(store.db):
        store.write_note("vectors", noted)
        store.note_sealed(base=base)
        store.advance("generation")
    named = {noted["base"]["name"], noted["fresh"] and noted["fresh"]["name"]}
    for old in store.folder.glob("vectors-*"):
        if old.name not in named:
            old.unlink(missing_ok=True)


def whole(store: Store, file: File, *, trusting: bool = False) -> bool:
    """Whether a FAISS file is the one that the manifest names, and whole.

    Args:
        file: as the manifest has it.
        trusting: take one for whole whose size and time of change are those of when it was written, unread.
    """
    if not file.count:
        return True
    path = store.folder / file.name
    try:
        status = path.stat()
        if status.st_size != file.bytes:
            return False
        return (trusting and status.st_mtime_ns == file.mtime_ns) or checksum(path) == file.checksum
    except OSError:
        return False


def checksum(path: Path) -> str:
    """BLAKE2 of a file; of a large one, of its first and last mebibyte."""
    mark = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        if path.stat().st_size <= _WHOLE_CHECK:
            while block := file.read(_END):
                mark.update(block)
        else:
            mark.update(file.read(_END))
            file.seek(-_END, os.SEEK_END)
            mark.update(file.read(_END))
    return mark.hexdigest()


def sync(path: Path) -> None:
    """Make what a file holds survive a power cut."""
    with path.open("rb") as written:
        os.fsync(written.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut, where the system lets folders be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
