"""What an embedding model must do for the index, whichever library computes it, and what its ways share."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.prompts import Prompts
from index.windows import Offsets


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenVectors:
    """The tokens of one text, special ones left out."""

    spans: tuple[tuple[int, int], ...]  # of characters
    vectors: NDArray[np.float32]  # (tokens, dim of the transformer), each of unit length


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A text to be read in one go."""

    paragraph: int
    window: int
    text: str
    tokens: int  # about how many
    context: int = 0  # characters of `text` before the paragraph's own
    sentences: tuple[tuple[int, int, int], ...] = ()  # number of the sentence, start and end in `text`


class Vectors(NamedTuple):
    """What a model says of a batch."""

    windows: NDArray[np.float32]  # (jobs, dim)
    sentences: list[NDArray[np.float32]]  # for each job (sentences, dim)
    tokens: list[TokenVectors]  # for each job, where they were asked for; empty also where the model has none


class Model(Protocol):
    """An embedding model, loaded. Safe to use from many threads."""

    dim: int
    max_tokens: int  # what a window may hold, without special tokens and the prompt
    prompts: Prompts
    threads: int  # how many batches it works on at once

    def offsets(self, text: str) -> Offsets:
        """The tokens of a text as spans of characters, without special tokens."""

    def vocabulary(self) -> Iterable[str]:
        """The tokens that it knows."""

    def question(self, text: str) -> NDArray[np.float32]:
        """The vector of a question (dim,), of unit length, read behind the prompt for queries."""

    def tokens(self, batches: Sequence[Sequence[Job]], *, question: bool) -> Iterator[list[TokenVectors]]:
        """The vectors of tokens, batch by batch; a model without any gives each text as one token."""

    def encode(self, batches: Sequence[Sequence[Job]], *, tokens: bool = False) -> Iterator[Vectors]:
        """The vectors of windows and their sentences, batch by batch, and with `tokens` those of tokens."""


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors (n, dim) brought to unit length; one of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


def means(
    tokens: NDArray[np.float32], offsets: NDArray[np.int64], spans: Sequence[tuple[int, int]], shift: int = 0
) -> list[NDArray[np.float32] | None]:
    """The mean of the token vectors whose middle lies in each span; None where no token does."""
    middles = offsets.mean(axis=1) - shift
    real = offsets[:, 1] > offsets[:, 0]  # special tokens and padding stand at (0, 0)
    inside = [real & (middles >= start) & (middles < end) for start, end in spans]
    return [tokens[mask].mean(axis=0) if mask.any() else None for mask in inside]
