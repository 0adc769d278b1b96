"""Can a cable's context be paid for once? Paragraphs embedded behind a context that is read once for all of them.

python -m benchmarks.shared_context --xquad FILE --cables MAKE_CABLES.PY [--count 300] [--seed 91] [--keep DIR]

As the program embeds, the tokens of a context see the paragraph, and are read again with each. Here they see
themselves alone, and a paragraph's tokens see them and one another. The vector of a window is the mean over both, or
over the paragraph's own tokens alone; that of a sentence is the mean of its tokens, as ever. "All evidence" ranks the
200 candidates that the program's own index gives.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

import index
from benchmarks import collections
from benchmarks.asking import Place
from benchmarks.collections import Collection
from benchmarks.machine import machine
from benchmarks.tables import figure, table
from corpus.sentences import sentence_spans
from index import Index, fusion, packing
from index.bert import Embeddings, Norm, Shape, layers_of, normed, token_vectors
from index.bert_torch import TorchSums, in_float32, in_torch, padded
from index.encoder import Encoded, Encoder, default_folder, load
from index.model import means, unit
from index.windows import Window, context, widest, windows
from qa.evaluate import EvalQuestion
from qa.evaluate.figures import by_question, percent
from qa.followup import standalone

Vectors = NDArray[np.float32]

_AS_EVER: Final = "as the program does"
_BOTH: Final = "context once, mean of both"
_OWN: Final = "context once, mean of the paragraph"
_MEASURED: Final = ("hit@1", "hit@5")
_TOKENS: Final = 2_048  # a batch
_CANDIDATES: Final = 200
_DEPTH: Final = 10
_SAMPLE: Final = 128  # paragraphs whose vectors are made in both ways
_TURNS: Final = 3


@dataclass(frozen=True, slots=True)
class Embedded:
    """The vectors of one paragraph, of unit length."""

    both: Vectors  # (windows, dim), means over context and paragraph
    own: Vectors  # likewise, over the paragraph alone
    sentences: Vectors  # (sentences, dim)


@dataclass(frozen=True, slots=True)
class Behind(TorchSums):
    """Attention of pieces of text: each sees itself, and the piece of which `seen` gives the place, if any."""

    seen: tuple[int | None, ...] = ()

    def attention(self, rows: Tensor, lengths: Sequence[int]) -> Tensor:
        """See index.bert.Sums."""
        heads, size = self.shape.heads, self.shape.dim // self.shape.heads
        pieces = torch.split(rows[: sum(lengths)].view(-1, 3, heads, size), list(lengths))
        found = []
        for piece, before in zip(pieces, self.seen, strict=True):
            both = piece if before is None else torch.cat([pieces[before], piece])
            queries, keys, values = (each.transpose(0, 1) for each in (piece[:, 0], both[:, 1], both[:, 2]))
            attended = functional.scaled_dot_product_attention(queries, keys, values)
            found.append(attended.transpose(0, 1).reshape(len(piece), -1))
        return padded(torch.cat(found))


@dataclass(slots=True)
class Piece:
    """A context or the paragraph's own part of a window, as the model reads it."""

    numbers: list[int]
    offsets: NDArray[np.int64]  # (tokens, 2), special ones at (0, 0)
    first: int = 0  # position of the first token


@dataclass(slots=True)
class Shared:
    """The default model, reading each context once."""

    tokens: int = 0  # that went through the layers
    ordinary: int = 0  # that would have, had every window its own context
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
        self.embeddings = Embeddings(
            words=weights["embeddings.word_embeddings.weight"],
            positions=weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0],
            norm=Norm(weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"]),
            epsilon=self.shape.epsilon,
        )
        self.layers = [in_torch(layer, in_float32) for layer in layers_of(weights, self.shape)]

    def encode_paragraphs(
        self, cut: Sequence[Sequence[Window]], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> list[Embedded]:
        """As Encoder.encode_paragraphs."""
        dim = self.shape.dim
        found = [
            Embedded(*(np.zeros((count, dim), np.float32) for count in (len(some), len(some), len(of))))
            for some, of in zip(cut, spans, strict=True)
        ]
        by_context: dict[str, list[tuple[int, int, Window]]] = {}
        for paragraph, some in enumerate(cut):
            for place, window in enumerate(some):
                above = window.text[: window.start + window.shift]
                by_context.setdefault(above, []).append((paragraph, place, window))
        holders = [widest(some, windows) for some, windows in zip(spans, cut, strict=True)]
        for batch in _batches(by_context):
            for paragraph, place, whole, own, offsets, window in self._read(batch):
                into = found[paragraph]
                into.both[place] = unit(whole.mean(axis=0, keepdims=True))[0]
                into.own[place] = unit(own.mean(axis=0, keepdims=True))[0]
                held = [n for n, holder in enumerate(holders[paragraph]) if holder == place]
                of_sentences = means(own, offsets, [spans[paragraph][n] for n in held], shift=-window.start)
                for number, mean in zip(held, of_sentences, strict=True):
                    into.sentences[number] = into.own[place] if mean is None else unit(mean[None])[0]
        return found

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
                self.ordinary += size + len(own.numbers)
        lengths = [len(piece.numbers) for piece in pieces]
        self.tokens += sum(lengths)
        words = self.embeddings.words[[number for piece in pieces for number in piece.numbers]]
        places = np.concatenate([np.arange(p.first, p.first + len(p.numbers)) for p in pieces])
        rows = normed(words, self.embeddings.positions[places], self.embeddings.norm, self.embeddings.epsilon)
        torch.set_num_threads(1)
        with torch.inference_mode():
            made = token_vectors(
                padded(torch.from_numpy(rows)), lengths, self.layers, Behind(self.shape, tuple(seen))
            ).numpy()[: len(rows)]
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


@dataclass(frozen=True, slots=True)
class Table:
    """The vectors of all paragraphs, as rough as an index keeps them."""

    windows: Vectors
    of_window: NDArray[np.int64]  # number of the paragraph
    sentences: Vectors
    of_sentence: NDArray[np.int64]

    def cosines(self, question: Vectors, paragraphs: int) -> tuple[Vectors, Vectors]:
        """For every paragraph that of its best window, and of its best sentence (paragraphs,)."""
        dense, best = (np.full(paragraphs, -1, np.float32) for _ in range(2))
        np.maximum.at(dense, self.of_window, self.windows @ question)
        np.maximum.at(best, self.of_sentence, self.sentences @ question)
        return dense, np.where(best > -1, best, dense)


def table_of(windows_of: Sequence[Vectors], sentences_of: Sequence[Vectors]) -> Table:
    """The vectors of paragraphs, in order."""

    def stacked(some: Sequence[Vectors]) -> tuple[Vectors, NDArray[np.int64]]:
        kept, _ = packing.unpacked_vectors((packing.packed_vectors(each) for each in some), some[0].shape[1])
        return kept, np.repeat(np.arange(len(some)), [len(each) for each in some])

    return Table(*stacked(windows_of), *stacked(sentences_of))


def texts_of(
    opened: Index, encoder: Encoder
) -> tuple[list[Place], list[list[Window]], list[tuple[tuple[int, int], ...]]]:
    """Every paragraph's place, windows and sentences, cable by cable."""
    places, cut, spans = [], [], []
    for row in opened.cables(limit=None):
        cable = opened.cable(row.id)
        for each in cable.paragraphs:
            before = context(subject=cable.subject, post=cable.post, date=cable.date, heading=each.heading)
            places.append((cable.id, each.number))
            cut.append(windows(each.text, before, encoder.offsets, max_tokens=encoder.max_tokens))
            spans.append(sentence_spans(each.text))
    return places, cut, spans


def compared(collection: Collection, folder: Path) -> Iterator[list[str]]:
    """A row a way."""
    where = folder / f"{collection.name}-float32.index"
    index.build(collection.cables, where, precision="float32")
    encoder = load(device="cpu", threads=1, bulk=True)
    shared = Shared()
    with index.open(where) as opened:
        places, cut, spans = texts_of(opened, encoder)
        found = shared.encode_paragraphs(cut, spans)
        saved = 100 * (1 - shared.tokens / shared.ordinary)
        rankings = ranked(opened, encoder, places, found, [one for one in collection.questions if one.gold])
    ordinary, seconds = beside(encoder, shared, cut[:_SAMPLE], spans[:_SAMPLE])
    gold = [one.gold for one in collection.questions if one.gold]
    for name, (meaning, evidence) in rankings.items():
        hits = [percent(by_question(gold, each)[hit]) for each in (meaning, evidence) for hit in _MEASURED]
        cosines = [
            float((ours * theirs).sum(axis=1).mean()) for ours, theirs in _pairs(name, found, ordinary)
        ]
        yield [
            f"{collection.name}: {name}",
            *map(figure, hits),
            *(figure(each, 3) for each in cosines or (np.nan, np.nan)),
            figure(saved if cosines else 0.0),
            figure(seconds[0] / seconds[1] if cosines else 1.0, 2),
        ]


def ranked(
    opened: Index,
    encoder: Encoder,
    places: Sequence[Place],
    found: Sequence[Embedded],
    questions: Sequence[EvalQuestion],
) -> dict[str, tuple[list[list[Place]], list[list[Place]]]]:
    """For each way the rankings by meaning, and by all evidence."""
    of_place = {place: number for number, place in enumerate(places)}
    sentences = [each.sentences for each in found]
    tables = {
        _BOTH: table_of([each.both for each in found], sentences),
        _OWN: table_of([each.own for each in found], sentences),
    }
    rankings: dict[str, tuple[list[list[Place]], list[list[Place]]]] = {
        name: ([], []) for name in (_AS_EVER, *tables)
    }
    for one in questions:
        text = standalone(one.text, one.history)
        hits = opened.search(text, k=_CANDIDATES)
        near = sorted(hits, key=lambda hit: -hit.dense)
        for ranking, some in zip(rankings[_AS_EVER], (near, hits), strict=True):
            ranking.append([(hit.cable_id, hit.paragraph) for hit in some[:_DEPTH]])
        question = encoder.encode_question(text)
        for name, vectors in tables.items():
            dense, best = vectors.cosines(question, len(places))
            scored = [
                (fusion.score(dense=float(dense[n]), sentence=float(best[n]), words=hit.words), n)
                for hit in hits
                for n in [of_place[hit.cable_id, hit.paragraph]]
            ]
            by_meaning, by_all = rankings[name]
            by_meaning.append([places[n] for n in np.argsort(-dense, kind="stable")[:_DEPTH]])
            by_all.append([places[n] for _, n in sorted(scored, key=lambda each: -each[0])[:_DEPTH]])
    return rankings


def beside(
    encoder: Encoder,
    shared: Shared,
    cut: Sequence[Sequence[Window]],
    spans: Sequence[Sequence[tuple[int, int]]],
) -> tuple[list[Encoded], list[float]]:
    """The program's own vectors, and the CPU seconds that it and the shared way take, medians of turns."""
    took: list[list[float]] = [[], []]
    for _ in range(_TURNS):
        begun = time.process_time()
        ordinary = encoder.encode_paragraphs(cut, spans)
        between = time.process_time()
        shared.encode_paragraphs(cut, spans)
        took[0].append(between - begun)
        took[1].append(time.process_time() - between)
    return ordinary, [statistics.median(each) for each in took]


def _pairs(
    name: str, found: Sequence[Embedded], ordinary: Sequence[Encoded]
) -> list[tuple[Vectors, Vectors]]:
    if name == _AS_EVER:
        return []
    some = found[: len(ordinary)]
    ours = [each.both if name == _BOTH else each.own for each in some]
    return [
        (np.concatenate(ours), np.concatenate([each.windows for each in ordinary])),
        (
            np.concatenate([each.sentences for each in some]),
            np.concatenate([each.sentences for each in ordinary]),
        ),
    ]


def main() -> None:
    """Embed the collections in both ways, and search them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--xquad", type=Path, help="XQuAD or SQuAD 1.1 in JSON")
    parser.add_argument("--cables", type=Path, help="the generator of cables and questions")
    parser.add_argument("--count", type=int, default=300, help="of generated cables")
    parser.add_argument("--seed", type=int, default=91, help="of the generator")
    parser.add_argument("--keep", type=Path, help="keep the indexes that are made, to use them again")
    options = parser.parse_args()
    found = [f"{by}: {each}" for by in ("by meaning", "all evidence") for each in _MEASURED]
    head = ["embedded", *found, "cosine of windows", "of sentences", "tokens saved, %", "times as little CPU"]
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for line in table(head, _rows(options, folder)):
            print(line, flush=True)
    print(f"\n{machine('torch')}")


def _rows(options: argparse.Namespace, folder: Path) -> Iterator[list[str]]:
    if options.xquad:
        yield from compared(collections.xquad(options.xquad, folder), folder)
    if options.cables:
        made = collections.generated(options.cables, folder, cables=options.count, seed=options.seed)
        yield from compared(made, folder)


if __name__ == "__main__":
    main()
