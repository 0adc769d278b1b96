"""Can a cable's context be paid for once? Paragraphs embedded behind a context that is read once for all of them.

python -m benchmarks.shared_context --xquad FILE --cables MAKE_CABLES.PY [--count 300] [--seed 91]

As the program embeds, the tokens of a context see the paragraph, and are read again with each. Here they see
themselves alone, and a paragraph's tokens see them and one another. The vector of a window is the mean over both, or
over the paragraph's own tokens alone; that of a sentence is the mean of its tokens, as ever.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

import index
from benchmarks import collections
from benchmarks.collections import Collection
from benchmarks.machine import machine
from benchmarks.tables import figure, table
from index import Index, builder
from index.bert import Embeddings, Norm, Shape, layers_of, normed, token_vectors
from index.bert_torch import TorchSums, in_torch
from index.encoder import Encoded, Encoder, default_folder, load
from index.model import means, unit
from index.windows import Window, widest
from qa.evaluate import EvalQuestion
from qa.evaluate.figures import by_question, percent
from qa.followup import standalone

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[Sequence[Window]], Sequence[Sequence[tuple[int, int]]]], list[Encoded]]

_TOKENS: Final = 2_048  # a batch
_MEASURED: Final = ("hit@1", "hit@5")


@dataclass(slots=True)
class Spent:
    """What embedding took."""

    seconds: float = 0.0  # of the processor
    tokens: int = 0  # that went through the layers
    ordinary: int = 0  # that would have, had every paragraph its own context


@dataclass(frozen=True, slots=True)
class Behind(TorchSums):
    """Attention of pieces of text: each sees itself, and the piece of which `seen` gives the place, if any."""

    seen: tuple[int | None, ...] = ()

    def attention(self, rows: Tensor, lengths: Sequence[int]) -> Tensor:
        """See index.bert.Sums."""
        heads, size = self.shape.heads, self.shape.dim // self.shape.heads
        pieces = torch.split(rows.view(len(rows), 3, heads, size), list(lengths))
        found = []
        for piece, before in zip(pieces, self.seen, strict=True):
            both = piece if before is None else torch.cat([pieces[before], piece])
            queries, keys, values = (each.transpose(0, 1) for each in (piece[:, 0], both[:, 1], both[:, 2]))
            attended = functional.scaled_dot_product_attention(queries, keys, values)
            found.append(attended.transpose(0, 1).reshape(len(piece), -1))
        return torch.cat(found)


@dataclass(slots=True)
class Piece:
    """A context or the paragraph's own part of a window, as the model reads it."""

    numbers: list[int]
    offsets: NDArray[np.int64]  # (tokens, 2), special ones at (0, 0)
    first: int = 0  # position of the first token


@dataclass(slots=True)
class Shared:
    """The default model, reading each context once a batch."""

    own_alone: bool
    spent: Spent = field(default_factory=Spent)
    tokenizer: Any = field(init=False)
    shape: Shape = field(init=False)
    embeddings: Embeddings = field(init=False)
    layers: list[Any] = field(init=False)

    def __post_init__(self) -> None:
        folder = default_folder()
        weights = load_file(folder / "model.safetensors")
        self.shape = Shape.of(folder)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        words = weights["embeddings.word_embeddings.weight"]
        self.embeddings = Embeddings(
            words=lambda numbers: words[list(numbers)],
            positions=weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0],
            norm=Norm(weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"]),
            epsilon=self.shape.epsilon,
        )
        self.layers = [in_torch(layer) for layer in layers_of(weights, self.shape)]

    def encode_paragraphs(
        self, cut: Sequence[Sequence[Window]], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> list[Encoded]:
        """As Encoder.encode_paragraphs."""
        begun = time.process_time()
        pooled = [np.zeros((len(some), self.shape.dim), np.float32) for some in cut]
        sentences = [np.zeros((len(some), self.shape.dim), np.float32) for some in spans]
        by_context: dict[str, list[tuple[int, int, Window]]] = {}
        for paragraph, some in enumerate(cut):
            for place, window in enumerate(some):
                above = window.text[: window.start + window.shift]
                by_context.setdefault(above, []).append((paragraph, place, window))
        holders = [widest(some, windows) for some, windows in zip(spans, cut, strict=True)]
        for batch in _batches(by_context):
            for paragraph, place, whole, own, offsets, window in self._read(batch):
                vector = (own if self.own_alone else whole).mean(axis=0)
                pooled[paragraph][place] = unit(vector[None])[0]
                held = [n for n, holder in enumerate(holders[paragraph]) if holder == place]
                placed = [
                    (max(a, window.start), min(b, window.end)) for a, b in (spans[paragraph][n] for n in held)
                ]
                of_sentences = means(own, offsets, placed, shift=-window.start)
                for number, mean in zip(held, of_sentences, strict=True):
                    sentences[paragraph][number] = (
                        pooled[paragraph][place] if mean is None else unit(mean[None])[0]
                    )
        self.spent.seconds += time.process_time() - begun
        return [Encoded(windows=w, sentences=s) for w, s in zip(pooled, sentences, strict=True)]

    def _read(
        self, batch: dict[str, list[tuple[int, int, Window]]]
    ) -> Iterator[tuple[int, int, Vectors, Vectors, NDArray[np.int64], Window]]:
        """For each window its place, the vectors of all its tokens, those of its own and where they stand."""
        pieces: list[Piece] = []
        seen: list[int | None] = []
        begin, end = (self.tokenizer.token_to_id(each) for each in ("[CLS]", "[SEP]"))
        for above, some in batch.items():
            context = self._piece(above)
            context.numbers.insert(0, begin)
            of_context, size = len(pieces), len(context.numbers)
            pieces.append(context)
            seen.append(None)
            for _, _, window in some:
                own = self._piece(window.text[len(above) :])
                own.numbers.append(end)
                own.offsets = np.vstack([own.offsets, [(0, 0)]])
                own.first = size
                pieces.append(own)
                seen.append(of_context)
                self.spent.ordinary += size + len(own.numbers)
        lengths = [len(piece.numbers) for piece in pieces]
        self.spent.tokens += sum(lengths)
        words = self.embeddings.words([number for piece in pieces for number in piece.numbers])
        places = np.concatenate([np.arange(p.first, p.first + len(p.numbers)) for p in pieces])
        rows = normed(words, self.embeddings.positions[places], self.embeddings.norm, self.embeddings.epsilon)
        torch.set_num_threads(1)
        with torch.inference_mode():
            made = token_vectors(
                torch.from_numpy(rows), lengths, self.layers, Behind(self.shape, tuple(seen))
            ).numpy()
        vectors = np.split(made, np.cumsum(lengths)[:-1])
        place = 0
        for some in batch.values():
            context_vectors, place = vectors[place], place + 1
            for paragraph, number, window in some:
                own_vectors, offsets = vectors[place], pieces[place].offsets
                place += 1
                whole = np.concatenate([context_vectors, own_vectors])
                yield paragraph, number, whole, own_vectors, offsets, window

    def _piece(self, text: str) -> Piece:
        read = self.tokenizer.encode(text, add_special_tokens=False)
        return Piece(list(read.ids), np.array(read.offsets, np.int64).reshape(-1, 2))


def _batches(
    by_context: dict[str, list[tuple[int, int, Window]]],
) -> Iterator[dict[str, list[tuple[int, int, Window]]]]:
    """Contexts with all that stands behind them, so many tokens at once or one context's."""
    batch: dict[str, list[tuple[int, int, Window]]] = {}
    held = 0
    for above, some in by_context.items():
        tokens = sum(window.tokens for _, _, window in some)
        if batch and held + tokens > _TOKENS:
            yield batch
            batch, held = {}, 0
        batch[above] = some
        held += tokens
    if batch:
        yield batch


@dataclass(slots=True)
class Timed:
    """The program's own way, with its seconds taken."""

    encode: Encode
    spent: Spent = field(default_factory=Spent)

    def encode_paragraphs(
        self, cut: Sequence[Sequence[Window]], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> list[Encoded]:
        """As Encoder.encode_paragraphs."""
        begun = time.process_time()
        found = self.encode(cut, spans)
        self.spent.seconds += time.process_time() - begun
        return found


@dataclass(frozen=True, slots=True)
class Built:
    """A collection's index, embedded in one way."""

    spent: Spent
    found: list[float]  # hit@1 and hit@5 by meaning, then by all evidence, in percent
    windows: Vectors  # (windows, dim) in the order of the build
    sentences: Vectors


def built(
    collection: Collection, folder: Path, name: str, way: Callable[[Encode], "Shared | Timed"]
) -> Built:
    """Build the index in one way, and search it."""
    kept: list[Encoded] = []
    used: list[Shared | Timed] = []

    def loaded(*names: str, **options: Any) -> Encoder:  # noqa: ANN401 - as they come
        encoder = load(*names, **options | {"threads": 1})
        used.append(way(encoder.encode_paragraphs))

        def encode_paragraphs(
            cut: Sequence[Sequence[Window]], spans: Sequence[Sequence[tuple[int, int]]]
        ) -> list[Encoded]:
            found = used[-1].encode_paragraphs(cut, spans)
            kept.extend(found)
            return found

        encoder.encode_paragraphs = encode_paragraphs  # type: ignore[method-assign]
        return encoder

    with patch.object(builder, "load", loaded):
        index.build(collection.cables, folder / f"{collection.name}-{name}.index")
    with index.open(folder / f"{collection.name}-{name}.index") as opened:
        found = [
            *_found(opened, collection.questions, "meaning"),
            *_found(opened, collection.questions, "all"),
        ]
    return Built(
        used[-1].spent,
        found,
        np.concatenate([each.windows for each in kept]),
        np.concatenate([each.sentences for each in kept]),
    )


def _found(cable_index: Index, questions: Sequence[EvalQuestion], by: Any) -> list[float]:  # noqa: ANN401 - a Literal
    asked = [one for one in questions if one.gold]
    rankings = [
        [
            (hit.cable_id, hit.paragraph)
            for hit in cable_index.search(standalone(one.text, one.history), by=by)
        ]
        for one in asked
    ]
    values = by_question([one.gold for one in asked], rankings)
    return [percent(values[each]) for each in _MEASURED]


def compared(collection: Collection, folder: Path) -> Iterator[list[str]]:
    """A row a way."""
    made = {
        "as the program does": built(collection, folder, "ordinary", Timed),
        "shared, mean of both": built(collection, folder, "both", lambda _: Shared(own_alone=False)),
        "shared, own tokens": built(collection, folder, "own", lambda _: Shared(own_alone=True)),
    }
    first = made["as the program does"]
    for name, each in made.items():
        spent = each.spent
        saved = 100 * (1 - spent.tokens / spent.ordinary) if spent.ordinary else 0.0
        cosines = [(ours * theirs).sum(axis=1).mean() for ours, theirs in _pairs(each, first)]
        yield [
            f"{collection.name}: {name}",
            *map(figure, each.found),
            *(figure(float(cosine), 3) for cosine in cosines),
            figure(saved),
            figure(spent.seconds),
        ]


def _pairs(each: Built, first: Built) -> list[tuple[Vectors, Vectors]]:
    return [(each.windows, first.windows), (each.sentences, first.sentences)]


def main() -> None:
    """Embed the collections in three ways, and search them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--xquad", type=Path, help="XQuAD or SQuAD 1.1 in JSON")
    parser.add_argument("--cables", type=Path, help="the generator of cables and questions")
    parser.add_argument("--count", type=int, default=300, help="of cables")
    parser.add_argument("--seed", type=int, default=91, help="of the generator")
    options = parser.parse_args()
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if options.xquad:
            rows += compared(collections.xquad(options.xquad, folder), folder)
        if options.cables:
            made = collections.generated(options.cables, folder, cables=options.count, seed=options.seed)
            rows += compared(made, folder)
    found = [f"{by}: {each}" for by in ("by meaning", "all evidence") for each in _MEASURED]
    head = ["embedded", *found, "cosine of windows", "of sentences", "tokens saved, %", "CPU seconds"]
    print("\n".join(table(head, rows)))
    print(f"\n{machine('torch')}")


if __name__ == "__main__":
    main()
