"""Token vectors: made while a question waits, or kept, and how small? Quality, bytes and milliseconds of each way.

python -m benchmarks.token_store --xquad FILE [--keep DIR] [--every 1]
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

import index
from benchmarks import collections
from benchmarks.machine import machine
from index import Hit, Index, TokenMatches, late_interaction, token_signs
from index.encoder import Encoder, load
from index.model import TokenVectors
from index.windows import Offsets
from qa import Assistant
from qa.evaluate import EvalQuestion, judge

Vectors = NDArray[np.float32]
Kept = tuple[NDArray[np.generic], ...]  # what is stored of the tokens of one text

_ARCHIVE: Final = 4_000_000  # paragraphs of a big archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of keeping the vectors of a text's tokens, (tokens, dim) of unit length."""

    keep: Callable[[Vectors], Kept]
    read: Callable[[Kept], Vectors]
    turn: Callable[[Vectors], Vectors] = lambda vectors: vectors  # what the question's vectors go through


class Keeper:
    """An encoder that gives a text's token vectors as one way has kept them; the first time they are made."""

    def __init__(self, encoder: Encoder, way: Way | None, made: dict[str, TokenVectors]) -> None:
        self.encoder, self.way, self.made = encoder, way, made
        self.kept = {} if way is None else {text: way.keep(tokens.vectors) for text, tokens in made.items()}

    @property
    def max_tokens(self) -> int:
        """As the encoder's."""
        return self.encoder.max_tokens

    def offsets(self, text: str) -> Offsets:
        """As the encoder's."""
        return self.encoder.offsets(text)

    def token_vectors(self, texts: Sequence[str], *, question: bool = False) -> list[TokenVectors]:
        """As the encoder's, those of paragraphs out of what is kept."""
        if self.way is None:
            found = self.encoder.token_vectors(texts, question=question)
            self.made.update({} if question else dict(zip(texts, found, strict=True)))
            return found
        if question:
            return [
                TokenVectors(spans=one.spans, vectors=self.way.turn(one.vectors))
                for one in self.encoder.token_vectors(texts, question=True)
            ]
        return [
            TokenVectors(spans=self.made[text].spans, vectors=self.way.read(self.kept[text]))
            for text in texts
        ]

    def bytes_a_text(self) -> float:
        """Of the vectors alone; the spans of tokens are found again by the tokenizer."""
        return statistics.mean(sum(array.nbytes for array in some) for some in self.kept.values())


class Timed:
    """Stands in for Index.token_matches, and takes the time of each call."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self.took: list[float] = []

    def __call__(self, question: str, hits: Sequence[Hit]) -> list[TokenMatches]:
        """As Index.token_matches."""
        begun = time.perf_counter()
        found = late_interaction.token_matches(self.keeper, question, hits)  # type: ignore[arg-type]
        self.took.append(time.perf_counter() - begun)
        return found


def ways(made: dict[str, TokenVectors]) -> Iterator[tuple[str, Way]]:
    """The ways, each with its name."""
    yield "float16", Way(keep=lambda v: (v.astype(np.float16),), read=lambda kept: kept[0].astype(np.float32))
    yield "int8", Way(keep=_bits(8), read=_read_bytes)
    yield "4 bits", Way(keep=_four, read=_read_four)
    sample = np.concatenate([tokens.vectors for tokens in made.values()])
    _, _, axes = np.linalg.svd(sample[:: max(1, len(sample) // 20_000)], full_matrices=False)
    for dim in (192, 96, 48):
        turn = _onto(axes[:dim])
        yield (
            f"int8 of {dim} dimensions",
            Way(keep=lambda v, turn=turn: _bits(8)(turn(v)), read=_read_bytes, turn=turn),  # type: ignore[misc]
        )
    yield "1 bit", Way(keep=lambda v: (np.packbits(v > 0, axis=1),), read=_read_signs)
    dim = sample.shape[1]
    yield (
        "1 bit, as `--keep-tokens`",
        Way(keep=_as_kept, read=lambda kept: token_signs.unpacked(kept[0].tobytes(), dim).vectors),
    )


def _onto(axes: Vectors) -> Callable[[Vectors], Vectors]:
    def turn(vectors: Vectors) -> Vectors:
        return _unit(vectors @ axes.T)

    return turn


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def _bits(bits: int) -> Callable[[Vectors], Kept]:
    top = 2 ** (bits - 1) - 1

    def keep(vectors: Vectors) -> Kept:
        largest = np.abs(vectors).max(axis=1, keepdims=True)
        return np.rint(vectors / np.maximum(largest, 1e-9) * top).astype(np.int8), largest.astype(np.float16)

    return keep


def _read_bytes(kept: Kept) -> Vectors:
    return _unit(kept[0].astype(np.float32))


def _four(vectors: Vectors) -> Kept:
    (levels, largest) = _bits(4)(vectors)
    shifted = (levels.astype(np.int16) + 8).astype(np.uint8)
    return shifted[:, ::2] << 4 | shifted[:, 1::2], largest


def _read_four(kept: Kept) -> Vectors:
    packed = kept[0].astype(np.uint8)
    levels = np.stack([packed >> 4, packed & 15], axis=2).reshape(len(packed), -1)
    return _unit(levels.astype(np.float32) - 8)


def _read_signs(kept: Kept) -> Vectors:
    return _unit(np.unpackbits(kept[0].astype(np.uint8), axis=1).astype(np.float32) * 2 - 1)


def _as_kept(vectors: Vectors) -> Kept:
    places = tuple((5 * place, 5 * place + 4) for place in range(len(vectors)))
    tokens = token_signs.ParagraphTokens(spans=places, vectors=vectors, above=vectors[:0])
    return (np.frombuffer(token_signs.packed(tokens), np.uint8),)


def row(name: str, opened: Index, questions: Sequence[EvalQuestion], keeper: Keeper) -> str:
    """Asks all questions, the vectors kept this way, and tells what came of it."""
    timed = Timed(keeper)
    opened.token_matches = timed  # type: ignore[method-assign]
    judged = list(judge(Assistant(opened), questions))
    shares = [
        100 * statistics.mean(each)
        for each in (
            [j.rank == 1 for j in judged],
            [j.right for j in judged],
            [j.answer.abstained for j in judged],
        )
    ]
    size = keeper.bytes_a_text() if keeper.way else 0.0
    took = 1000 * statistics.median(timed.took)
    return (
        f"| {name} | {' | '.join(f'{share:.1f}' for share in shares)} | {size:,.0f} | "
        f"{size * _ARCHIVE / 2**30:,.0f} | {took:.0f} |"
    )


def main() -> None:
    """Ask with the vectors made anew, then kept in each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--xquad", type=Path, required=True, help="XQuAD or SQuAD 1.1 in JSON")
    parser.add_argument("--keep", type=Path, help="keep the index that is made, to use it again")
    parser.add_argument("--every", type=int, default=1, help="ask only every second, third, ... question")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        collection = collections.xquad(options.xquad, folder)
        index.build(collection.cables, folder / f"{collection.name}.index")
        questions = collection.questions[:: options.every]
        encoder, made = load(), dict[str, TokenVectors]()
        print(
            "| vectors | hit@1 | right sentence | silent | bytes a paragraph | GiB for 4 million | ms a question |"
        )
        print("| --- | --- | --- | --- | --- | --- | --- |")
        with index.open(folder / f"{collection.name}.index") as opened:
            print(row("made anew", opened, questions, Keeper(encoder, None, made)), flush=True)
            for name, way in ways(made):
                print(row(name, opened, questions, Keeper(encoder, way, made)), flush=True)
    tokens = statistics.mean(len(each.spans) for each in made.values())
    print(f"\n{len(questions)} questions, {len(made)} texts of {tokens:.0f} tokens. {machine()}")


if __name__ == "__main__":
    main()
