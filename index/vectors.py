"""FAISS: the files that were sealed last, to search."""

import logging
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index import sealing
from index.sealing import File
from index.store import Store

# What share of the partitions is looked at: so many that nothing is missed, as long as that takes a few milliseconds,
# see docs/PERFORMANCE.md.
_LISTS_LOOKED_AT: Final = ((400_000, 1 / 2), (1_000_000, 1 / 4))  # up to so many vectors
_LISTS_LOOKED_AT_BEYOND: Final = 1 / 8

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Vectors:
    """A FAISS index over windows, whose ids are those of their paragraphs. Safe to search from many threads."""

    faiss_index: Any  # None where there is no vector
    generation: int
    fresh: Any = None  # a second one, of what came since the first was made
    alive: NDArray[np.bool_] | None = None  # by id, which the first still stands for; None for all
    file: File | None = None  # that the first was read from

    def nearest(
        self, question: NDArray[np.float32], *, limit: int, allowed: NDArray[np.int64] | None = None
    ) -> list[int]:
        """Ids of the paragraphs nearest to a vector (dim,), nearest first, each once; only of `allowed` where given.

        There may be fewer than `limit`: neighbouring windows of one paragraph are found together.
        """
        if allowed is not None and not len(allowed):
            return []
        marks = _marks(allowed)
        found = [
            _found(self.faiss_index, question, limit, _both(marks, self.alive)),
            _found(self.fresh, question, limit, marks),
        ]
        scores, ids = (np.concatenate(each) for each in zip(*found, strict=True))
        nearest = ids[np.argsort(-scores, kind="stable")[:limit]]
        return list(dict.fromkeys(nearest.tolist()))


def share_looked_at(count: int) -> float:
    """What share of its partitions is looked at for a question, of an index of so many vectors; 0 to 1."""
    return next((share for most, share in _LISTS_LOOKED_AT if count <= most), _LISTS_LOOKED_AT_BEYOND)


def load(store: Store, *, old: Vectors | None = None) -> Vectors:
    """The vectors that were sealed last; made from the database in memory where a file is missing or damaged.

    Args:
        store: the database.
        old: what was loaded before: its base is kept where it is the same.
    """
    notes = store.notes()
    sealed = sealing.sealed_in(store)
    if "dim" not in notes or sealed is None:  # the first build has not come so far: words find its paragraphs
        return Vectors(None, 0)
    if old is not None and old.file == sealed.base:
        base = old.faiss_index
    else:
        base = _read(store, sealed.base) if sealed.fingerprint == notes["fingerprint"] else None
    if base is None and sealed.base.count:
        return Vectors(sealing.make(store, dim=notes["dim"]), sealed.generation)
    fresh = None
    if sealed.fresh is not None:
        fresh = _read(store, sealed.fresh) or sealing.make_fresh(store, dim=notes["dim"])
    dead = store.sealed_since_base(last=sealed.last)
    alive = None
    if len(dead):
        alive = np.ones(sealed.last + 1, np.bool_)
        alive[dead] = False
    return Vectors(base, sealed.generation, fresh, alive, sealed.base)


def _read(store: Store, file: File) -> Any:  # noqa: ANN401 - FAISS has no types
    """The index in a file; None where it is empty, missing or damaged."""
    if not file.count:
        return None
    if sealing.whole(store, file):
        try:
            return sealing.read(store.folder / file.name, count=file.count)
        except RuntimeError as error:
            _log.warning("FAISS cannot read %s: %s", file.name, error)
    _log.warning("%s is missing or damaged; its vectors are taken from the database.", file.name)
    return None


def _found(
    faiss_index: Any,  # noqa: ANN401
    question: NDArray[np.float32],
    limit: int,
    marks: NDArray[np.bool_] | None,
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Inner products and ids of the nearest, only of those that are marked where there are marks."""
    if faiss_index is None:
        return np.zeros(0, np.float32), np.zeros(0, np.int64)
    import faiss

    native: Any = faiss  # its stubs know the C++ constructors, not those that Python adds
    selector = None if marks is None else native.IDSelectorBitmap(np.packbits(marks, bitorder="little"))
    parameters = native.SearchParameters(sel=selector)
    if isinstance(faiss_index, faiss.IndexIVF):
        looked_at = max(8, round(faiss_index.nlist * share_looked_at(faiss_index.ntotal)))
        parameters = native.SearchParametersIVF(sel=selector, nprobe=looked_at)
    # One question is one thread's work here; more threads only wait for each other, 20 ms on a busy machine.
    faiss.omp_set_num_threads(1)
    scores, ids = faiss_index.search(question[None], limit, params=parameters)
    # FAISS pads a short result with -1; kept, it would cite a paragraph that does not exist.
    there = ids[0] >= 0
    return scores[0][there], ids[0][there]


def _marks(ids: NDArray[np.int64] | None) -> NDArray[np.bool_] | None:
    if ids is None:
        return None
    marks = np.zeros(int(ids.max()) + 1, np.bool_)
    marks[ids] = True
    return marks


def _both(one: NDArray[np.bool_] | None, other: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    """What both mark; beyond its end nothing is marked."""
    if one is None or other is None:
        return other if one is None else one
    short = min(len(one), len(other))
    return one[:short] & other[:short]
