from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

import corpus
import index
from benchmarks import stand_ins
from benchmarks.stand_ins import drawn, unit
from index import Filters, builder
from index.store import Store


def some_vectors(count: int) -> stand_ins.Vectors:
    return unit(np.random.default_rng(5).standard_normal((count, 384), dtype=np.float32))


def test_vectors_are_of_unit_length_and_the_same_for_the_same_seed() -> None:
    once, again = (drawn(np.random.default_rng(7), 5, some_vectors(20)) for _ in range(2))
    assert once.shape == (5, 384)
    assert once.dtype == np.float32
    assert np.allclose(np.linalg.norm(once, axis=1), 1)
    assert np.array_equal(once, again)
    assert drawn(np.random.default_rng(7), 0, some_vectors(20)).shape == (0, 384)


def test_each_is_near_a_real_one_and_none_is_one() -> None:
    real = some_vectors(200)
    nearest = (drawn(np.random.default_rng(7), 50, real) @ real.T).max(axis=1)
    assert ((nearest > 0.85) & (nearest < 0.9999)).all()


def test_the_index_is_as_a_build_leaves_it_but_for_what_its_vectors_mean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_ins, "_READ_FIRST", 20)
    monkeypatch.setattr(stand_ins, "_DISTINCT", 40)
    monkeypatch.setattr(stand_ins, "_CABLES", 3)
    shipped = corpus.shipped_cables()
    built = stand_ins.build(shipped, tmp_path / "stand-ins", seed=1)
    index.build(shipped, tmp_path / "real")
    assert tables(tmp_path / "stand-ins") == tables(tmp_path / "real")
    with index.open(tmp_path / "stand-ins") as stood_in, index.open(tmp_path / "real") as real:
        assert built.embedded == built.paragraphs == real.count_paragraphs()
        for name in ("paragraphs", "embedded", "sealed", "cables"):
            assert stood_in.stats()[name] == real.stats()[name]
        question = "how many migrants were deported in 2008"
        by_words = [[hit.paragraph for hit in each.search(question, by="words")] for each in (stood_in, real)]
        assert by_words[0] == by_words[1]
        assert stood_in.count(Filters(words="deported")) == real.count(Filters(words="deported"))
        with patch.object(builder, "embed", stand_ins.filler(tmp_path / "real", seed=1)):
            index.build(None, tmp_path / "stand-ins", keep_tokens=True)
        index.build(None, tmp_path / "real", keep_tokens=True)
        hits, others = (each.search(question, by="words") for each in (stood_in, real))
        for one, other in zip(
            stood_in.token_matches(question, hits), real.token_matches(question, others), strict=True
        ):
            assert (one.tokens, one.cosines.shape) == (other.tokens, other.cosines.shape)


def tables(folder: Path) -> list[list[tuple[object, ...]]]:
    """What stands in the tables that embedding writes to, but for the vectors themselves."""
    statements = (
        "SELECT number, id, paragraphs, waiting, shown FROM cables ORDER BY number",
        "SELECT * FROM paragraphs ORDER BY id",
        "SELECT paragraph, spans FROM embeddings ORDER BY paragraph",
        "SELECT * FROM since_base",
    )
    with Store(folder) as store:
        return [store.db.execute(each).fetchall() for each in statements]
