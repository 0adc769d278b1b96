"""What does int8 cost in answers? The same cables embedded in float32 and in int8, and the same questions asked.

python -m benchmarks.precision --xquad FILE --cables MAKE_CABLES.PY [--count 300] [--seed 91] [--keep DIR]
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import index
from benchmarks import collections
from benchmarks.collections import Collection
from benchmarks.machine import machine
from benchmarks.tables import figure, table
from index import Index, late_interaction
from index.bert_model import Precision
from index.encoder import Encoder, load
from index.model import TokenVectors
from index.windows import Offsets
from qa import Assistant
from qa.evaluate import EvalQuestion, judge, measures
from qa.evaluate.baselines import ranked
from qa.evaluate.figures import by_question, percent
from qa.followup import standalone

_OF_ASSISTANT: Final = {
    "hit@1": "hit@1",
    "hit@5": "hit@5",
    "sentence": "right sentence",
    "abstention_f1": "silence F1",
}
_BY_MEANING: Final = ("hit@1", "hit@5")
_PRECISIONS: Final[tuple[Precision, ...]] = ("float32", "int8")


class Reader:
    """An encoder that makes a text's token vectors once: they are float32 in both, whatever the index was built in."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder, self.made = encoder, dict[str, TokenVectors]()

    @property
    def max_tokens(self) -> int:
        """As the encoder's."""
        return self.encoder.max_tokens

    def offsets(self, text: str) -> Offsets:
        """As the encoder's."""
        return self.encoder.offsets(text)

    def token_vectors(self, texts: Sequence[str], *, question: bool = False) -> list[TokenVectors]:
        """As the encoder's."""
        missing = [text for text in dict.fromkeys(texts) if text not in self.made]
        if missing:
            found = self.encoder.token_vectors(missing, question=question)
            self.made.update(zip(missing, found, strict=True))
        return [self.made[text] for text in texts]


def by_meaning(cable_index: Index, questions: Sequence[EvalQuestion]) -> list[float]:
    """Of the vectors of windows alone: hit@1 and hit@5 of the questions that have gold, in percent."""
    asked = [one for one in questions if one.gold]
    rankings = [ranked(cable_index, standalone(one.text, one.history), "dense") for one in asked]
    values = by_question([one.gold for one in asked], rankings)
    return [percent(values[each]) for each in _BY_MEANING]


def figures(opened: Index, questions: Sequence[EvalQuestion], reader: Reader) -> list[float]:
    """The whole Assistant's figures, then those of the vectors alone."""
    opened.token_matches = partial(late_interaction.token_matches, reader)  # type: ignore[method-assign, arg-type]
    found = measures(list(judge(Assistant(opened), questions)))
    return [*(found[each] for each in _OF_ASSISTANT), *by_meaning(opened, questions)]


def compared(collection: Collection, folder: Path, reader: Reader) -> Iterator[list[str]]:
    """A row a precision, and one of what int8 adds."""
    found = []
    for precision in _PRECISIONS:
        where = folder / f"{collection.name}-{precision}.index"
        print(f"{collection.name}: {precision}", file=sys.stderr, flush=True)
        index.build(collection.cables, where, precision=precision)
        with index.open(where) as opened:
            found.append(figures(opened, collection.questions, reader))
        yield [
            f"{collection.name}, {len(collection.questions)} questions",
            precision,
            *map(figure, found[-1]),
        ]
    yield ["", "difference", *(f"{after - before:+.1f}" for before, after in zip(*found, strict=True))]


def sets(options: argparse.Namespace, folder: Path) -> Iterator[Collection]:
    """The collections that were asked for."""
    makers: list[Callable[[Path, Path], Collection]] = [
        collections.xquad,
        collections.xquad_without_articles,
    ]
    if options.xquad:
        yield from (make(options.xquad, folder) for make in makers)
    if options.cables:
        yield collections.generated(options.cables, folder, cables=options.count, seed=options.seed)


def main() -> None:
    """Build every collection's index twice, and ask both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--xquad", type=Path, help="XQuAD or SQuAD 1.1 in JSON")
    parser.add_argument("--cables", type=Path, help="the generator of cables and questions")
    parser.add_argument("--count", type=int, default=300, help="of cables")
    parser.add_argument("--seed", type=int, default=91, help="of the generator")
    parser.add_argument("--keep", type=Path, help="keep the indexes that are made, to use them again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        reader = Reader(load())
        rows = [row for collection in sets(options, folder) for row in compared(collection, folder, reader)]
    head = [*_OF_ASSISTANT.values(), *(f"by meaning: {each}" for each in _BY_MEANING)]
    print("\n".join(table(["set", "precision", *head], rows)))
    tokens = statistics.mean(len(each.spans) for each in reader.made.values())
    print(
        f"\n{len(reader.made):,} texts were read closely, of {tokens:.0f} tokens in the mean. {machine('torch')}"
    )


if __name__ == "__main__":
    main()
