"""What do an optional reranker and reader cost a question?

python -m benchmarks.model_cost [--threads 1] [--runs 3]
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from transformers import BertConfig, BertForQuestionAnswering, BertForSequenceClassification, BertTokenizer

from benchmarks.machine import machine
from qa import reader, reranker

# Layers, dimensions, heads. Of random weights: what they say costs nothing.
SHAPES = {"6 layers of 384": (6, 384, 12), "12 layers of 768": (12, 768, 12)}
QUESTION_TOKENS, PASSAGE_TOKENS, READ = 12, 150, 8
WORDS = [f"word{number}" for number in range(1000)]


def main() -> None:
    """Make the models, ask them, print the medians."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--runs", type=int, default=3)
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    question = " ".join(WORDS[:QUESTION_TOKENS])
    draw = random.Random(1)
    passages = [" ".join(draw.choices(WORDS, k=PASSAGE_TOKENS)) for _ in range(reranker.RERANKED)]

    print(f"| CPU seconds a question | reranker, {reranker.RERANKED} passages | reader, {READ} passages |")
    print("| --- | --- | --- |")
    for name, shape in SHAPES.items():
        with tempfile.TemporaryDirectory() as folder:
            save(shape, Path(folder))
            ranks = reranker.load(f"{folder}/reranker", device="cpu")
            reads = reader.load(f"{folder}/reader", device="cpu")
            ranked = seconds(partial(ranks.scores, question, passages), given.runs)
            read = seconds(partial(reads.spans, question, passages[:READ]), given.runs)
        print(f"| {name} | {ranked:.1f} | {read:.1f} |")
    print(f"\n{machine('torch', 'transformers', 'sentence-transformers')}, {given.threads} threads")


def save(shape: tuple[int, int, int], folder: Path) -> None:
    """A cross-encoder and a reader of one shape."""
    layers, dimensions, heads = shape
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    tokenizer = BertTokenizer(
        vocab={piece: place for place, piece in enumerate(pieces)}, model_max_length=512
    )
    for name, kind, labels in (
        ("reranker", BertForSequenceClassification, 1),
        ("reader", BertForQuestionAnswering, 2),
    ):
        config = BertConfig(
            num_hidden_layers=layers,
            hidden_size=dimensions,
            num_attention_heads=heads,
            intermediate_size=4 * dimensions,
            id2label={label: str(label) for label in range(labels)},
        )
        kind(config).save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)


def seconds(ask: Callable[[], object], runs: int) -> float:
    """The median of the processor's seconds, after one run to warm up."""
    took = []
    for _ in range(runs + 1):
        start = time.process_time()
        ask()
        took.append(time.process_time() - start)
    return statistics.median(took[1:])


if __name__ == "__main__":
    main()
