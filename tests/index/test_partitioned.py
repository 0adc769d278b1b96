from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest

from index import partitioned, sealing


def trained(lists: int) -> Any:  # noqa: ANN401 - FAISS has no types
    made = faiss.index_factory(16, f"IVF{lists},{sealing.PARTITIONED}", faiss.METRIC_INNER_PRODUCT)
    made.train(np.random.default_rng(1).standard_normal((lists * 40, 16), dtype=np.float32))
    return made


@pytest.mark.parametrize("count", [0, 3, 1_000, 4_096])
def test_the_file_is_the_one_that_faiss_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(partitioned, "_AT_ONCE", 300)
    vectors = np.random.default_rng(2).standard_normal((count, 16), dtype=np.float32)
    ids = np.arange(count, dtype=np.int64) * 3
    portions = [(ids[start : start + 70], vectors[start : start + 70]) for start in range(0, count, 70)]
    empty = trained(8)
    assert partitioned.write(empty, portions, tmp_path / "ours.faiss") == count
    assert [path.name for path in tmp_path.iterdir()] == ["ours.faiss"]
    assert empty.ntotal == 0
    read: Any = faiss.read_index(str(tmp_path / "ours.faiss"), faiss.IO_FLAG_MMAP)
    assert read.ntotal == count
    if count > 8:  # of an index most of whose lists are empty FAISS writes the sizes in another way
        empty.add_with_ids(vectors, ids)
        faiss.write_index(empty, str(tmp_path / "theirs.faiss"))
        assert (tmp_path / "ours.faiss").read_bytes() == (tmp_path / "theirs.faiss").read_bytes()
    read.nprobe = 8
    if count:
        assert read.search(vectors[:3], 1)[1][:, 0].tolist() == ids[:3].tolist()
