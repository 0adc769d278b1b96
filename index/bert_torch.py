"""The arithmetic of BERT by torch, in float32 or with matrices of 7 bits: what a build embeds with.

Its matrix products are a quarter faster than NumPy's, and it has those of whole numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional

from index.bert import Array, Layer, Linear, Norm, Shape

# Whole numbers on either side of zero. With 127 the sum of two products may exceed the 16 bits that processors without
# VNNI add them in, and is then cut off without a word.
_STEPS: Final = 63
_ROWS: Final = 256  # a product in whole numbers is of a multiple of so many rows
# One row in so many, those that reach furthest, are multiplied in float32: special tokens reach ten times as far as
# words, and the whole numbers of all others would be as much coarser. Measured in docs/measurements.md.
_FAR_ROWS: Final = 25


@dataclass(frozen=True, slots=True)
class TorchSums:
    """The arithmetic of torch."""

    shape: Shape

    def linear(self, rows: Tensor, by: Linear[Tensor]) -> Tensor:
        """See index.bert.Sums."""
        return torch.addmm(by.bias, rows, by.matrix)

    def attention(self, rows: Tensor, lengths: Sequence[int]) -> Tensor:
        """See index.bert.Sums."""
        heads, size = self.shape.heads, self.shape.dim // self.shape.heads
        found = rows.new_empty(len(rows), self.shape.dim)
        start = 0
        for length, some in groupby(lengths):  # those of one length at once
            texts = len(list(some))
            end = start + texts * length
            of_heads = rows[start:end].view(texts, length, 3, heads, size).permute(2, 0, 3, 1, 4)
            attended = functional.scaled_dot_product_attention(*of_heads)
            found[start:end].view(texts, length, heads, size).copy_(attended.transpose(1, 2))
            start = end
        return found

    def gelu(self, rows: Tensor, by: Linear[Tensor]) -> Tensor:
        """See index.bert.Sums."""
        return functional.gelu(self.linear(rows, by))

    def normed(self, rows: Tensor, added: Tensor, by: Norm[Tensor]) -> Tensor:
        """See index.bert.Sums."""
        rows += added
        return functional.layer_norm(rows, (self.shape.dim,), by.scale, by.bias, self.shape.epsilon)


class Int8Sums(TorchSums):
    """The same with matrices of whole numbers, each column with its own scale; rows are rounded as they come."""

    def linear(self, rows: Tensor, by: Linear[Any]) -> Tensor:
        """See index.bert.Sums; `by.matrix` is as `in_int8` packs it."""
        return _product(rows, by, "none")

    def gelu(self, rows: Tensor, by: Linear[Any]) -> Tensor:
        """See index.bert.Sums."""
        return _product(rows, by, "gelu")


@dataclass(frozen=True, slots=True)
class _Packed:
    """A matrix in whole numbers as oneDNN lays it out, and what each of its columns is to be multiplied by."""

    matrix: Tensor
    scales: Tensor
    zeros: Tensor
    exact: Tensor  # as it was


def _product(rows: Tensor, by: Linear[Any], then: str) -> Tensor:
    packed: _Packed = by.matrix
    lows, highs = rows.amin(1), rows.amax(1)  # aminmax takes seven times as long along rows
    far = (highs - lows).topk(len(rows) // _FAR_ROWS).indices
    lows[far] = highs[far] = 0
    low, high = min(float(lows.min()), 0.0), max(float(highs.max()), 0.0)
    scale = (high - low) / 255 or 1.0
    zero = round(-low / scale)
    # What is cut off behind the point is, with a half added, rounded: in one go where rounding takes three.
    moved = torch.add(torch.tensor(zero + 0.5), rows, alpha=1 / scale)
    # oneDNN makes a program for each number of rows and keeps it: of all numbers there are, half a gigabyte of them.
    rounded = torch.zeros(-(-len(rows) // _ROWS) * _ROWS, rows.shape[1], dtype=torch.uint8)
    rounded[: len(rows)] = moved.clamp_(0, 255)
    made: Tensor = torch.ops.onednn.qlinear_pointwise(
        *(rounded, scale, zero, packed.matrix, packed.scales, packed.zeros, by.bias),
        *(1.0, 0, torch.float32, then, [], "none"),
    )
    made = made[: len(rows)]
    exact = torch.addmm(by.bias, rows[far], packed.exact)
    made[far] = functional.gelu(exact) if then == "gelu" else exact
    return made


def in_torch(layer: Layer[Array]) -> Layer[Tensor]:
    """A layer's arrays as tensors."""

    def linear(given: Linear[Array]) -> Linear[Tensor]:
        return Linear(torch.from_numpy(given.matrix), torch.from_numpy(given.bias))

    def norm(given: Norm[Array]) -> Norm[Tensor]:
        return Norm(torch.from_numpy(given.scale), torch.from_numpy(given.bias))

    return Layer(
        attention=linear(layer.attention),
        attended=linear(layer.attended),
        first_norm=norm(layer.first_norm),
        up=linear(layer.up),
        down=linear(layer.down),
        second_norm=norm(layer.second_norm),
    )


def in_int8(layer: Layer[Tensor]) -> Layer[Any]:
    """A layer with matrices of whole numbers, packed for the processor."""

    def packed(given: Linear[Tensor]) -> Linear[Any]:
        matrix = given.matrix.T.contiguous()
        scales = matrix.abs().amax(dim=1).clamp(min=1e-8) / _STEPS
        rounded = (matrix / scales[:, None]).round().to(torch.int8)
        zeros = torch.zeros(len(scales), dtype=torch.int32)
        laid_out = torch.ops.onednn.qlinear_prepack(rounded, None)
        return Linear(_Packed(laid_out, scales, zeros, given.matrix), given.bias)

    return Layer(
        attention=packed(layer.attention),
        attended=packed(layer.attended),
        first_norm=layer.first_norm,
        up=packed(layer.up),
        down=packed(layer.down),
        second_norm=layer.second_norm,
    )
