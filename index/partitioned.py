"""A partitioned FAISS file of any size, written with little of it in memory."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

_AT_ONCE: Final = 131_072  # vectors in memory: 26 MB in four bits of 384 dimensions
_ID: Final = 8  # bytes
# Where the lists begin in what FAISS writes of an index, and how those follow of which most hold something: see
# https://github.com/facebookresearch/faiss/blob/main/faiss/impl/index_write.cpp
_LISTS: Final = b"ilar"
_ALL: Final = b"full"


def write(empty: Any, portions: Iterable[tuple[NDArray[np.int64], NDArray[np.float32]]], path: Path) -> int:  # noqa: ANN401
    """Write an IVF index with these vectors; how many there are.

    The file is the one that FAISS would write if all had been added first, which holds them in memory twice over.
    Here what was added is laid aside in a second file, list by list, whenever it is many; then the lists are joined.

    Args:
        empty: the index, trained. It is empty again afterwards.
        portions: ids (n,) and vectors (n, dim).
        path: of the file. While it is made another stands beside it.
    """
    aside = path.with_suffix(".lists")
    try:
        with aside.open("w+b") as file:
            sizes = np.array([_laid_aside(empty, file) for _ in _added(empty, portions)], np.int64)
            sizes = sizes.reshape(-1, empty.nlist)
            with path.open("wb") as whole:
                whole.write(_head(empty, sizes.sum(axis=0)))
                _join(file, sizes, empty.code_size, whole)
        return int(sizes.sum())
    finally:
        aside.unlink(missing_ok=True)


def _added(empty: Any, portions: Iterable[tuple[NDArray[np.int64], NDArray[np.float32]]]) -> Iterator[None]:  # noqa: ANN401
    """Add vectors, and stop whenever there are many, and at the end."""
    for ids, vectors in portions:
        empty.add_with_ids(vectors, ids)
        if empty.ntotal >= _AT_ONCE:
            yield
    if empty.ntotal:
        yield


def _laid_aside(index: Any, file: BinaryIO) -> list[int]:  # noqa: ANN401
    """Move the lists of an index to the end of a file, of each its codes and then its ids; their sizes."""
    import faiss

    native: Any = faiss
    lists, sizes = index.invlists, [index.invlists.list_size(each) for each in range(index.nlist)]
    for each, size in enumerate(sizes):
        if size:
            file.write(native.rev_swig_ptr(lists.get_codes(each), size * index.code_size).tobytes())
            file.write(native.rev_swig_ptr(lists.get_ids(each), size).tobytes())
    index.reset()
    return sizes


def _head(empty: Any, sizes: NDArray[np.int64]) -> bytes:  # noqa: ANN401
    """What FAISS writes before the lists, of an index that has lists of these sizes."""
    import faiss

    native: Any = faiss
    empty.ntotal = int(sizes.sum())
    written = native.serialize_index(empty).tobytes()
    empty.ntotal = 0
    numbers = np.array([empty.nlist, empty.code_size], "<u8").tobytes()
    counts = np.array([len(sizes), *sizes], "<u8").tobytes()
    return bytes(written[: written.rindex(_LISTS)]) + _LISTS + numbers + _ALL + counts


def _join(file: BinaryIO, sizes: NDArray[np.int64], code_size: int, whole: BinaryIO) -> None:
    """Write each list, the portions of it that were laid aside one after the other."""
    widths = sizes * (code_size + _ID)
    starts = (np.cumsum(widths) - widths.ravel()).reshape(widths.shape)
    for each in range(sizes.shape[1]):
        parts = []
        for start, size in zip(starts[:, each].tolist(), sizes[:, each].tolist(), strict=True):
            file.seek(start)
            parts.append((file.read(size * code_size), file.read(size * _ID)))
        whole.writelines(codes for codes, _ in parts)
        whole.writelines(ids for _, ids in parts)
