"""What a build embeds with gives what the sums of NumPy give, in blocks of rows as without them."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from index.bert import Layer, Linear, Norm, NumpySums, Shape, token_vectors
from index.bert_torch import TorchSums, in_float32, in_int8, in_torch, padded

SHAPE = Shape(layers=2, heads=4, dim=64, epsilon=1e-12, longest=512)
LENGTHS = [150, 90, 90, 7]  # more than a block of 256 rows, and no multiple of 64
ROWS = sum(LENGTHS)


def random_rows(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(sum(shape)).standard_normal(shape, dtype=np.float32)


def linear(given: int, made: int) -> Linear[NDArray[np.float32]]:
    return Linear(random_rows(given, made) / np.float32(given**0.5), random_rows(made))


def layer() -> Layer[NDArray[np.float32], Linear[NDArray[np.float32]]]:
    norm = Norm(np.full(SHAPE.dim, 0.5, np.float32), random_rows(SHAPE.dim))
    return Layer(
        attention=linear(SHAPE.dim, 3 * SHAPE.dim),
        attended=linear(SHAPE.dim, SHAPE.dim),
        first_norm=norm,
        up=linear(SHAPE.dim, 4 * SHAPE.dim),
        down=linear(4 * SHAPE.dim, SHAPE.dim),
        second_norm=norm,
    )


@pytest.mark.parametrize("onednn", [True, False], ids=["oneDNN", "without oneDNN"])
def test_the_vectors_of_torch_are_those_of_numpy(onednn: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if onednn and not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        pytest.skip("This torch has no oneDNN.")
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: onednn)
    layers, rows = [layer(), layer()], random_rows(ROWS, SHAPE.dim)
    expected = token_vectors(rows.copy(), LENGTHS, layers, NumpySums(SHAPE))
    ready = [in_torch(each, in_float32) for each in layers]
    found = token_vectors(padded(torch.from_numpy(rows)), LENGTHS, ready, TorchSums(SHAPE))
    assert len(found) == 384
    np.testing.assert_allclose(found[:ROWS], expected, atol=2e-5)


@pytest.mark.parametrize("gelu", [False, True])
def test_products_in_whole_numbers_come_near_and_rows_that_reach_far_are_exact(gelu: bool) -> None:
    matrix, rows = linear(64, 128), torch.from_numpy(random_rows(256, 64))
    rows[5] *= 100  # of all rows, the others' whole numbers would be as much coarser
    exact, rounded = in_float32(matrix)(rows, gelu=gelu), in_int8(matrix)(rows, gelu=gelu)
    far = (exact - rounded).abs().amax(1)
    assert float(far[5]) == pytest.approx(0, abs=1e-3)
    assert 0.001 < float(far.max()) < 0.1
