"""The default model without sentence-transformers: the same vectors from the same weights, sooner and faster."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from threadpoolctl import threadpool_limits
from tokenizers import Tokenizer

from index.bert import Array, Embeddings, Layer, Linear, Norm, NumpySums, Shape, layers_of, token_vectors
from index.model import Job, TokenVectors, Vectors, means, unit
from index.processors import processors
from index.prompts import Prompts
from index.windows import Offsets

Precision = Literal["float32", "int8"]

_SPECIAL: Final = 2  # tokens, one on either side of a text
_WORDS: Final = "embeddings.word_embeddings.weight"
_Given = TypeVar("_Given")
_Found = TypeVar("_Found")


class BertModel:
    """Mean-pooled BERT from a folder of sentence-transformers. Safe to use from many threads.

    Batches are worked on side by side, each by one thread: on two cores that takes less time than two threads on one
    batch, and where other programs use the cores, no thread waits for another.
    """

    def __init__(self, folder: Path, *, bulk: bool, precision: Precision, threads: int | None) -> None:
        """`bulk` computes by torch, which takes seconds to import and is faster then; `precision` is of it alone."""
        shape = Shape.of(folder)
        self.prompts = Prompts()
        self.dim, self.max_tokens = shape.dim, shape.longest - _SPECIAL
        self.threads = threads or processors()
        self._longest = shape.longest
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._embeddings, self._forward = _read(folder, shape, bulk=bulk, precision=precision)

    def offsets(self, text: str) -> Offsets:
        """See Model."""
        found: Offsets = self._tokenizer.encode(text, add_special_tokens=False).offsets
        return found

    def vocabulary(self) -> Iterable[str]:
        """See Model."""
        return list(self._tokenizer.get_vocab())

    def question(self, text: str) -> NDArray[np.float32]:
        """See Model."""
        ((_, vectors),) = self._vectors([text])
        return np.asarray(unit(vectors.mean(axis=0, keepdims=True))[0], np.float32)

    def tokens(self, batches: Sequence[Sequence[Job]], *, question: bool) -> Iterator[list[TokenVectors]]:
        """See Model."""
        return self._each(self._tokens, batches)

    def encode(self, batches: Sequence[Sequence[Job]], *, tokens: bool = False) -> Iterator[Vectors]:
        """See Model."""
        return self._each(partial(self._encode, tokens=tokens), batches)

    def _each(self, work: Callable[[_Given], _Found], batches: Sequence[_Given]) -> Iterator[_Found]:
        return map(work, batches) if len(batches) == 1 else self._workers.map(work, batches)

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads, thread_name_prefix="embed")

    def _tokens(self, batch: Sequence[Job]) -> list[TokenVectors]:
        return [_real(spans, vectors) for spans, vectors in self._vectors([job.text for job in batch])]

    def _encode(self, batch: Sequence[Job], *, tokens: bool) -> Vectors:
        read = self._vectors([job.text for job in batch])
        windows = unit(np.stack([vectors.mean(axis=0) for _, vectors in read]))
        sentences = []
        for job, window, (spans, vectors) in zip(batch, windows, read, strict=True):
            pooled = means(vectors, spans, [(start, end) for _, start, end in job.sentences])
            # One that holds no token has the vector of its window.
            filled = [window if mean is None else mean for mean in pooled]
            sentences.append(unit(np.array(filled, np.float32).reshape(-1, self.dim)))
        return Vectors(windows, sentences, [_real(*each) for each in read] if tokens else [])

    def _vectors(self, texts: Sequence[str]) -> list[tuple[NDArray[np.int64], Array]]:
        """For each text where its tokens stand (tokens, 2), special ones at (0, 0), and their vectors (tokens, dim)."""
        read = self._tokenizer.encode_batch(list(texts))
        numbers = [_cut(each.ids, self._longest) for each in read]
        spans = [np.array(_cut(each.offsets, self._longest), np.int64) for each in read]
        lengths = [len(each) for each in numbers]
        rows = self._forward(self._embeddings.rows(numbers), lengths)
        return list(zip(spans, np.split(rows, np.cumsum(lengths)[:-1]), strict=True))


def _real(spans: NDArray[np.int64], vectors: Array) -> TokenVectors:
    """The tokens of a text without the special ones."""
    real = spans[:, 1] > spans[:, 0]
    placed = tuple((int(start), int(end)) for start, end in spans[real])
    return TokenVectors(spans=placed, vectors=unit(vectors[real]))


def _cut(tokens: list[Any], longest: int) -> list[Any]:
    """The tokens that the model reads, the special one at the end among them."""
    return tokens if len(tokens) <= longest else [*tokens[: longest - 1], tokens[-1]]


def _read(
    folder: Path, shape: Shape, *, bulk: bool, precision: Precision
) -> tuple[Embeddings, Callable[[Array, Sequence[int]], Array]]:
    """What the first layer reads, and all layers as one function of it and of the lengths of texts."""
    with safe_open(folder / "model.safetensors", "np") as file:
        weights = {name: file.get_tensor(name) for name in file.keys() if name != _WORDS}  # noqa: SIM118
    embeddings = Embeddings(
        words=_words(folder / "model.safetensors"),
        positions=weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0],
        norm=Norm(weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"]),
        epsilon=shape.epsilon,
    )
    layers = layers_of(weights, shape)
    if bulk:
        return embeddings, _by_torch(layers, shape, precision)
    # Not two threads on one product: its threads spin while they wait, and each asking has a thread of its own.
    threadpool_limits(1, user_api="blas")
    return embeddings, lambda rows, lengths: token_vectors(rows, lengths, layers, NumpySums(shape))


def _words(path: Path) -> Array:
    """The embeddings of words (vocabulary, dim), of which no others are read from the disk than those in use.

    They are half of the file. safetensors gives them row by row: a hundredth of the time of a build.
    Source of the layout: https://huggingface.co/docs/safetensors/index#format
    """
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        table = json.loads(file.read(size))[_WORDS]
    begin, _ = table["data_offsets"]
    return np.asarray(np.memmap(path, "<f4", "r", offset=8 + size + begin, shape=tuple(table["shape"])))


def _by_torch(
    layers: Sequence[Layer[Array, Linear[Array]]], shape: Shape, precision: Precision
) -> Callable[[Array, Sequence[int]], Array]:
    import torch

    from index.bert_torch import TorchSums, in_float32, in_int8, in_torch, padded

    ready = [in_torch(layer, in_int8 if precision == "int8" else in_float32) for layer in layers]

    def forward(rows: Array, lengths: Sequence[int]) -> Array:
        torch.set_num_threads(1)  # of the thread that calls: it works on a batch of its own
        with torch.inference_mode():
            found = token_vectors(padded(torch.from_numpy(rows)), lengths, ready, TorchSums(shape))
            return np.asarray(found[: len(rows)])

    return forward
