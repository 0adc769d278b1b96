"""An index whose vectors are random, made in minutes where embedding takes an hour: to measure time, not answers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

import index
from index import BuildReport, Progress, builder
from index.encoder import Encoded, Encoder, load
from index.windows import Window


def build(
    cables: Path, folder: Path, *, seed: int, progress: Callable[[Progress], None] | None = None
) -> BuildReport:
    """The real build, but for what the model says of a paragraph: as many vectors of as many dimensions, of chance.

    What is asked later is read by the real model, with which the folder is marked.
    """
    chance = np.random.default_rng(seed)

    def loaded(*names: str, **options: Any) -> Encoder:  # noqa: ANN401 - as they come
        encoder = load(*names, **options)

        def encode_paragraphs(
            cut: Sequence[Sequence[Window]], spans: Sequence[Sequence[tuple[int, int]]]
        ) -> list[Encoded]:
            return [
                Encoded(
                    windows=unit_vectors(chance, len(windows), encoder.dim),
                    sentences=unit_vectors(chance, len(sentences), encoder.dim),
                )
                for windows, sentences in zip(cut, spans, strict=True)
            ]

        encoder.encode_paragraphs = encode_paragraphs  # type: ignore[method-assign]
        return encoder

    with patch.object(builder, "load", loaded):
        return index.build(cables, folder, progress=progress)


def unit_vectors(chance: np.random.Generator, count: int, dim: int) -> NDArray[np.float32]:
    """So many vectors of unit length (count, dim), in any direction."""
    drawn = chance.standard_normal((count, dim), dtype=np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)
