from pathlib import Path

import numpy as np

import corpus
import index
from benchmarks.random_vectors import build, unit_vectors
from index import Filters


def test_vectors_are_of_unit_length_and_the_same_for_the_same_seed() -> None:
    once, again = (unit_vectors(np.random.default_rng(7), 5, 384) for _ in range(2))
    assert once.shape == (5, 384)
    assert once.dtype == np.float32
    assert np.allclose(np.linalg.norm(once, axis=1), 1)
    assert np.array_equal(once, again)
    assert unit_vectors(np.random.default_rng(7), 0, 384).shape == (0, 384)


def test_the_index_is_whole_but_for_what_its_vectors_mean(tmp_path: Path) -> None:
    shipped = corpus.shipped_cables()
    built = build(shipped, tmp_path / "random", seed=1)
    index.build(shipped, tmp_path / "real")
    with index.open(tmp_path / "random") as random, index.open(tmp_path / "real") as real:
        assert built.embedded == built.paragraphs == real.count_paragraphs() == random.count_paragraphs()
        assert random.stats()["sealed"] == real.stats()["sealed"]
        question = "how many migrants were deported in 2008"
        by_words = [[hit.paragraph for hit in each.search(question, by="words")] for each in (random, real)]
        assert by_words[0] == by_words[1]
        cosines = [max(hit.dense for hit in each.search(question, by="meaning")) for each in (random, real)]
        assert cosines[0] < 0.3 < cosines[1]  # of 384 dimensions, two directions of chance are about square
        assert random.count(Filters(words="deported")) == real.count(Filters(words="deported"))
