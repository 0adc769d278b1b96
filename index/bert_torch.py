"""The arithmetic of BERT by torch and oneDNN, in float32 or with matrices of whole numbers: what a build embeds with.

oneDNN takes all that a processor has, also of those of which torch's own library of products takes half; and it has
products of whole numbers. Source: https://uxlfoundation.github.io/oneDNN/dev_guide_matmul.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from index.bert import Array, Layer, Linear, Norm, Shape

# Rows of one product: what comes of them stays in the processor's cache until it is used. oneDNN makes a program of one
# or two megabytes for each number of rows and keeps it, so the last product has a multiple of a few of them.
_BLOCK: Final = 256
_ROWS: Final = 64
# Whole numbers on either side of zero. Processors without VNNI add two products in 16 bits, which cuts off without a
# word what exceeds them, as the sum of two can unless the numbers are half as large.
_STEPS: Final = 127 if torch.cpu._is_vnni_supported() else 63
# One row in so many, those that reach furthest, are multiplied in float32: special tokens reach ten times as far as
# words, and the whole numbers of all others would be as much coarser. Measured in docs/measurements.md.
_FAR_ROWS: Final = 16


class Product(Protocol):
    """What multiplies by a matrix and adds to the product, with `gelu` as the step between two of them does."""

    def __call__(self, rows: Tensor, *, gelu: bool = False) -> Tensor:
        """Rows (n, in) to (n, out), of few different n in all."""


@dataclass(frozen=True, slots=True)
class TorchSums:
    """The arithmetic of torch, for rows whose number is a multiple of 64: see `padded`."""

    shape: Shape

    def linear(self, rows: Tensor, by: Product) -> Tensor:
        """See index.bert.Sums."""
        return torch.cat([by(some) for some in torch.split(rows, _BLOCK)])

    def fed_forward(self, rows: Tensor, up: Product, down: Product) -> Tensor:
        """See index.bert.Sums."""
        return torch.cat([down(up(some, gelu=True)) for some in torch.split(rows, _BLOCK)])

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
        found[start:] = 0
        return found

    def normed(self, rows: Tensor, added: Tensor, by: Norm[Tensor]) -> Tensor:
        """See index.bert.Sums."""
        rows += added
        return functional.layer_norm(rows, (self.shape.dim,), by.scale, by.bias, self.shape.epsilon)


def padded(rows: Tensor) -> Tensor:
    """Rows (n, dim), and zeros up to the next multiple of 64."""
    return functional.pad(rows, (0, 0, 0, -len(rows) % _ROWS))


@dataclass(frozen=True, slots=True)
class _Exact:
    """In float32, as oneDNN lays a matrix out."""

    matrix: Tensor
    bias: Tensor

    def __call__(self, rows: Tensor, *, gelu: bool = False) -> Tensor:
        then = ("gelu", "none") if gelu else ("none", "")
        made: Tensor = torch.ops.mkldnn._linear_pointwise(
            rows, self.matrix, self.bias, attr=then[0], scalars=[], algorithm=then[1]
        )
        return made


@dataclass(frozen=True, slots=True)
class _Plain:
    """In float32, where there is no oneDNN, as on a Mac."""

    matrix: Tensor  # (in, out)
    bias: Tensor

    def __call__(self, rows: Tensor, *, gelu: bool = False) -> Tensor:
        made = torch.addmm(self.bias, rows, self.matrix)
        return functional.gelu(made) if gelu else made


@dataclass(frozen=True, slots=True)
class _Int8:
    """In whole numbers: each column of the matrix has its own scale; rows are rounded as they come."""

    matrix: Tensor  # as oneDNN lays it out
    scales: Tensor  # what each column is to be multiplied by
    zeros: Tensor
    bias: Tensor
    exact: Product

    def __call__(self, rows: Tensor, *, gelu: bool = False) -> Tensor:
        lows, highs = rows.amin(1), rows.amax(1)  # aminmax takes seven times as long along rows
        far = (highs - lows).topk(len(rows) // _FAR_ROWS).indices
        lows[far] = highs[far] = 0
        low, high = min(float(lows.min()), 0.0), max(float(highs.max()), 0.0)
        scale = (high - low) / 255 or 1.0
        zero = round(-low / scale)
        # What is cut off behind the point is, with a half added, rounded: in one go where rounding takes three.
        moved = torch.add(torch.tensor(zero + 0.5), rows, alpha=1 / scale)
        made: Tensor = torch.ops.onednn.qlinear_pointwise(
            moved.clamp_(0, 255).to(torch.uint8),
            *(scale, zero, self.matrix, self.scales, self.zeros, self.bias),
            *(1.0, 0, torch.float32, "gelu" if gelu else "none", [], "none"),
        )
        made[far] = self.exact(rows[far], gelu=gelu)
        return made


def in_float32(given: Linear[Array]) -> Product:
    """A matrix as it is."""
    matrix, bias = torch.from_numpy(given.matrix), torch.from_numpy(given.bias)
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return _Plain(matrix, bias)
    return _Exact(torch.ops.mkldnn._reorder_linear_weight(matrix.T.contiguous()), bias)


def in_int8(given: Linear[Array]) -> Product:
    """A matrix of whole numbers."""
    matrix = torch.from_numpy(given.matrix).T.contiguous()
    scales = matrix.abs().amax(dim=1).clamp(min=1e-8) / _STEPS
    rounded = (matrix / scales[:, None]).round().to(torch.int8)
    laid_out = torch.ops.onednn.qlinear_prepack(rounded, None)
    zeros = torch.zeros(len(scales), dtype=torch.int32)
    return _Int8(laid_out, scales, zeros, torch.from_numpy(given.bias), in_float32(given))


def in_torch(
    layer: Layer[Array, Linear[Array]], product: Callable[[Linear[Array]], Product]
) -> Layer[Tensor, Product]:
    """A layer's norms as tensors, and its matrices as products."""

    def norm(given: Norm[Array]) -> Norm[Tensor]:
        return Norm(torch.from_numpy(given.scale), torch.from_numpy(given.bias))

    return Layer(
        attention=product(layer.attention),
        attended=product(layer.attended),
        first_norm=norm(layer.first_norm),
        up=product(layer.up),
        down=product(layer.down),
        second_norm=norm(layer.second_norm),
    )
