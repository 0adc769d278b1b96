"""FAISS: the kind of index that a size asks for, made from the database, replaced as a whole, searched."""

import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.store import Store

# Measured for 384 dimensions on one core: SQ8 8 ms for 100,000 vectors, recall@10 of 200 rescored from float16 1.000;
# 69 ms for a million, where IVF2048,SQ8 with 128 lists takes 11 ms at a recall of 0.975. (Exact float32 would take
# twice the time and four times the bytes, for the same order: see docs/retrieval.md.)
_EXACT_UP_TO: Final = 400_000
_LISTS_LOOKED_AT: Final = 1 / 16
_TRAINING: Final = 65_536  # vectors; SQ8 learns from them no more than the range of each dimension
_TRAINING_PER_LIST: Final = 64  # vectors; FAISS asks for 39 at least
_WHOLE_CHECK: Final = 64 << 20  # bytes; of a larger file only the ends are read, so that it opens at once
_END: Final = 1 << 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What the manifest says of the FAISS file."""

    file: str
    generation: int  # of the vectors in the database that it was made from
    fingerprint: str  # of the model
    count: int  # vectors: windows
    paragraphs: int
    bytes: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Vectors:
    """A FAISS index over windows, whose ids are those of their paragraphs. Safe to search from many threads."""

    faiss_index: Any  # None where there is no vector
    generation: int

    def nearest(
        self, question: NDArray[np.float32], *, limit: int, allowed: NDArray[np.int64] | None = None
    ) -> list[int]:
        """Ids of the paragraphs nearest to a vector (dim,), nearest first, each once; only of `allowed` where given.

        There may be fewer than `limit`: neighbouring windows of one paragraph are found together.
        """
        if self.faiss_index is None or (allowed is not None and not len(allowed)):
            return []
        import faiss

        native: Any = faiss  # its stubs know the C++ constructors, not those that Python adds
        selector = None
        if allowed is not None:
            bits = np.zeros(int(allowed.max()) + 1, np.bool_)
            bits[allowed] = True
            selector = native.IDSelectorBitmap(np.packbits(bits, bitorder="little"))
        parameters = native.SearchParameters(sel=selector)
        if isinstance(self.faiss_index, faiss.IndexIVF):
            looked_at = max(8, int(self.faiss_index.nlist * _LISTS_LOOKED_AT))
            parameters = native.SearchParametersIVF(sel=selector, nprobe=looked_at)
        else:
            # One question is one thread's work here; more threads only wait for each other, 20 ms on a busy machine.
            faiss.omp_set_num_threads(1)
        _, found = self.faiss_index.search(question[None], limit, params=parameters)
        # FAISS pads a short result with -1; kept, it would cite a paragraph that does not exist.
        return list(dict.fromkeys(int(each) for each in found[0] if each >= 0))


def make(store: Store, *, dim: int) -> Any:  # noqa: ANN401
    """A FAISS index over everything that is embedded, its kind chosen by size; None where nothing is."""
    import faiss

    count = store.count_embedded()
    if not count:
        return None
    if count <= _EXACT_UP_TO:
        kind, enough = "IDMap,SQ8", _TRAINING
    else:
        lists = 1 << round(np.log2(2 * np.sqrt(count)))
        kind, enough = f"IVF{lists},SQ8", lists * _TRAINING_PER_LIST
    made = faiss.index_factory(dim, kind, faiss.METRIC_INNER_PRODUCT)
    # Trained on paragraphs from all over the database: the first ones are of one time and one archive.
    sample = [vectors for _, vectors in store.window_vectors(dim, every=max(1, count // enough))]
    made.train(np.concatenate(sample))
    for ids, vectors in store.window_vectors(dim):
        made.add_with_ids(vectors, ids)
    return made


def seal(store: Store, *, fingerprint: str, dim: int) -> Sealed:
    """Write the FAISS file of what the database holds now, and say so in the manifest; older files go.

    The file is complete and on the disk under its own name before the manifest names it.
    """
    import faiss

    generation = int(store.note("vectors_generation") or 0)
    made = make(store, dim=dim)
    path = store.folder / f"vectors-{generation:08d}.faiss"
    if made is not None:
        part = path.with_suffix(".part")
        faiss.write_index(made, str(part))
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(path)
        _sync_folder(store.folder)
    sealed = Sealed(
        file=path.name if made is not None else "",
        generation=generation,
        fingerprint=fingerprint,
        count=made.ntotal if made is not None else 0,
        paragraphs=store.count_embedded(),
        bytes=path.stat().st_size if made is not None else 0,
        checksum=checksum(path) if made is not None else "",
    )
    store.write_note("vectors", {name: getattr(sealed, name) for name in Sealed.__slots__})
    for old in store.folder.glob("vectors-*"):
        if old.name != sealed.file:
            old.unlink(missing_ok=True)
    return sealed


def sealed_in(store: Store) -> Sealed | None:
    """What the manifest says of the FAISS file, or None."""
    noted = store.note("vectors")
    return None if noted is None else Sealed(**noted)


def whole(store: Store, sealed: Sealed | None, *, fingerprint: str | None) -> bool:
    """Whether the FAISS file is the one that the manifest names, whole, and of this model."""
    if sealed is None or sealed.fingerprint != fingerprint:
        return False
    if not sealed.count:
        return True
    path = store.folder / sealed.file
    try:
        return path.stat().st_size == sealed.bytes and checksum(path) == sealed.checksum
    except OSError:
        return False


def load(store: Store) -> Vectors:
    """The vectors that were sealed last; made from the database in memory where their file is missing or damaged."""
    import faiss

    notes = store.notes()
    if "dim" not in notes:
        return Vectors(None, 0)
    sealed = sealed_in(store)
    if sealed is not None and whole(store, sealed, fingerprint=notes["fingerprint"]):
        if not sealed.count:
            return Vectors(None, sealed.generation)
        try:
            # Mapped, not read: a large index opens at once, and what is not looked at stays on the disk.
            large = sealed.count > _EXACT_UP_TO
            flags = faiss.IO_FLAG_MMAP if large else 0
            return Vectors(faiss.read_index(str(store.folder / sealed.file), flags), sealed.generation)
        except RuntimeError as error:
            _log.warning("FAISS cannot read %s: %s", sealed.file, error)
    if sealed is None:  # the first build has not come so far: its paragraphs are found by their words
        return Vectors(None, 0)
    _log.warning(
        "%s is missing or damaged; its vectors are taken from the database.", sealed.file or "The FAISS file"
    )
    return Vectors(make(store, dim=notes["dim"]), sealed.generation)


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


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut, where the system lets folders be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
