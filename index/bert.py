"""BERT's forward pass over texts laid end to end: nothing is padded, and no text sees another.

Source: Devlin et al., NAACL 2019, https://arxiv.org/abs/1810.04805. The steps are written once, for whichever library
does the sums; with NumPy a question is embedded in a process that imports neither torch nor sentence-transformers,
which takes a tenth of a second instead of several.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
A = TypeVar("A")  # an array of the library that does the sums
P = TypeVar("P")  # what it multiplies by: a matrix, and what is added to the product
By = TypeVar("By", contravariant=True)  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the configuration of a model says of its form."""

    layers: int
    heads: int
    dim: int
    epsilon: float
    longest: int  # tokens, special ones counted

    @classmethod
    def of(cls, folder: Path) -> "Shape":
        """Read from a folder of sentence-transformers."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        reads = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        return cls(
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            dim=config["hidden_size"],
            epsilon=config["layer_norm_eps"],
            longest=reads["max_seq_length"],
        )


@dataclass(frozen=True, slots=True)
class Linear(Generic[A]):
    """A product with a matrix (in, out), and what is added."""

    matrix: A
    bias: A


@dataclass(frozen=True, slots=True)
class Norm(Generic[A]):
    """What a row is multiplied by, and added to, once its mean is 0 and its variance 1."""

    scale: A
    bias: A


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer(Generic[A, P]):
    """One of the transformer's layers."""

    attention: P  # (dim, 3 dim): queries, keys and values
    attended: P
    first_norm: Norm[A]
    up: P
    down: P
    second_norm: Norm[A]


class Sums(Protocol[A, By]):
    """The arithmetic of one library. What a method is given it may change and give back."""

    def linear(self, rows: A, by: By) -> A:
        """Rows (n, in) to (n, out)."""

    def attention(self, rows: A, lengths: Sequence[int]) -> A:
        """Queries, keys and values (n, 3 dim) of texts of these lengths to what each token attends to (n, dim)."""

    def fed_forward(self, rows: A, up: By, down: By) -> A:
        """Rows (n, dim) to wide ones, each value times the chance that a normal one is below it, and to (n, dim)."""

    def normed(self, rows: A, added: A, by: Norm[A]) -> A:
        """The norm of each row of a sum (n, dim)."""


def token_vectors(rows: A, lengths: Sequence[int], layers: Sequence[Layer[A, P]], sums: Sums[A, P]) -> A:
    """The vectors of tokens (n, dim) from their embeddings, texts one after the other."""
    for layer in layers:
        attended = sums.attention(sums.linear(rows, layer.attention), lengths)
        rows = sums.normed(sums.linear(attended, layer.attended), rows, layer.first_norm)
        rows = sums.normed(sums.fed_forward(rows, layer.up, layer.down), rows, layer.second_norm)
    return rows


def layers_of(weights: Mapping[str, Array], shape: Shape) -> list[Layer[Array, Linear[Array]]]:
    """The layers, from the tensors of a model's file by their names."""

    def linear(*names: str) -> Linear[Array]:
        matrix, bias = (
            joined([weights[f"{name}.{which}"] for name in names]) for which in ("weight", "bias")
        )
        # In the order in which it is multiplied by: the few rows of a question take two thirds of the time.
        return Linear(np.ascontiguousarray(matrix.T), bias)

    def joined(some: Sequence[Array]) -> Array:
        return some[0] if len(some) == 1 else np.concatenate(some)

    def norm(name: str) -> Norm[Array]:
        return Norm(weights[f"{name}.weight"], weights[f"{name}.bias"])

    return [
        Layer(
            attention=linear(*(f"{name}.attention.self.{which}" for which in ("query", "key", "value"))),
            attended=linear(f"{name}.attention.output.dense"),
            first_norm=norm(f"{name}.attention.output.LayerNorm"),
            up=linear(f"{name}.intermediate.dense"),
            down=linear(f"{name}.output.dense"),
            second_norm=norm(f"{name}.output.LayerNorm"),
        )
        for name in (f"encoder.layer.{number}" for number in range(shape.layers))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Embeddings:
    """What the first layer reads: the embeddings of words and of their positions."""

    words: Array  # (vocabulary, dim)
    positions: Array  # (longest, dim), with those of the one kind of text that there is
    norm: Norm[Array]
    epsilon: float

    def rows(self, texts: Sequence[Sequence[int]]) -> Array:
        """The tokens of texts, by their numbers, one text after the other (tokens, dim)."""
        words = self.words[[number for text in texts for number in text]]
        positions = self.positions[np.concatenate([np.arange(len(text)) for text in texts])]
        return normed(words, positions, self.norm, self.epsilon)


# Rows that a step over single values works on at once: what they hold stays in the processor's cache.
_VALUES_AT_ONCE: Final = 1 << 14
# Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: the error function to 1.5e-7, as near as float32.
_ERF: Final = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
_ERF_SCALE: Final = 0.3275911


@dataclass(frozen=True, slots=True)
class NumpySums:
    """The arithmetic of NumPy, which lets other threads work while it computes."""

    shape: Shape

    def linear(self, rows: Array, by: Linear[Array]) -> Array:
        """See Sums."""
        made = rows @ by.matrix
        made += by.bias
        return made

    def attention(self, rows: Array, lengths: Sequence[int]) -> Array:
        """See Sums."""
        heads, dim = self.shape.heads, self.shape.dim
        found = np.empty((len(rows), dim), np.float32)
        start = 0
        for length in lengths:
            end = start + length
            of_heads = rows[start:end].reshape(length, 3, heads, dim // heads).transpose(1, 2, 0, 3)
            queries, keys, values = of_heads
            shares = queries @ keys.transpose(0, 2, 1)
            shares *= np.float32((dim // heads) ** -0.5)
            shares -= shares.max(axis=-1, keepdims=True)
            np.exp(shares, out=shares)
            shares /= shares.sum(axis=-1, keepdims=True)
            found[start:end] = (shares @ values).transpose(1, 0, 2).reshape(length, dim)
            start = end
        return found

    def fed_forward(self, rows: Array, up: Linear[Array], down: Linear[Array]) -> Array:
        """See Sums."""
        return self.linear(self._gelu(self.linear(rows, up)), down)

    def _gelu(self, rows: Array) -> Array:
        at_once = max(1, _VALUES_AT_ONCE // rows.shape[1])
        for start in range(0, len(rows), at_once):
            some = rows[start : start + at_once]
            size = np.abs(some)
            # x * chance(x) is max(x, 0) less |x| * (1 - erf(|x| / sqrt 2)) / 2, and 1 - erf(|x| / sqrt 2) the series
            # times exp(-x * x / 2).
            near = 1 / (1 + np.float32(_ERF_SCALE / np.sqrt(2)) * size)
            series = near * np.float32(_ERF[0])
            for factor in _ERF[1:]:
                series += np.float32(factor)
                series *= near
            series *= size
            size *= size
            size *= np.float32(-0.5)
            np.exp(size, out=size)
            series *= size
            series *= np.float32(0.5)
            np.maximum(some, 0, out=some)
            some -= series
        return rows

    def normed(self, rows: Array, added: Array, by: Norm[Array]) -> Array:
        """See Sums."""
        return normed(rows, added, by, self.shape.epsilon)


def normed(rows: Array, added: Array, by: Norm[Array], epsilon: float) -> Array:
    """Rows and what is added to them, each sum brought to mean 0 and variance 1, scaled and moved; in place."""
    rows += added
    rows -= rows.mean(axis=1, keepdims=True)
    variances = np.einsum("ij,ij->i", rows, rows) / np.float32(rows.shape[1])
    rows *= (1 / np.sqrt(variances + np.float32(epsilon)))[:, None]
    rows *= by.scale
    rows += by.bias
    return rows
