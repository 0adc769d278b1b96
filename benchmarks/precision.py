"""What does int8 cost in answers? The same cables embedded in float32 and in int8, and the same questions asked.

python -m benchmarks.precision --xquad FILE --cables MAKE_CABLES.PY [--sets NAME ...] [--every N] [--keep DIR]
"""

import argparse
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
_OF_XQUAD: Final[dict[str, Callable[[Path, Path], Collection]]] = {
    "xquad": collections.xquad,
    "xquad-without-articles": collections.xquad_without_articles,
}
_SETS: Final = [*_OF_XQUAD, "generated"]
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


def by_assistant(opened: Index, questions: Sequence[EvalQuestion], reader: Reader) -> list[float]:
    """The whole Assistant's figures."""
    opened.token_matches = partial(late_interaction.token_matches, reader)  # type: ignore[method-assign, arg-type]
    found = measures(list(judge(Assistant(opened), questions)))
    return [found[each] for each in _OF_ASSISTANT]


def compared(collection: Collection, folder: Path, reader: Reader, every: int) -> Iterator[list[str]]:
    """A row a precision, and one of what int8 adds."""
    found, asked = [], collection.questions[::every]
    for precision in _PRECISIONS:
        where = folder / f"{collection.name}-{precision}.index"
        index.build(collection.cables, where, precision=precision)
        with index.open(where) as opened:
            of_vectors = by_meaning(opened, collection.questions)
            found.append([*of_vectors, *by_assistant(opened, asked, reader)])
        yield [f"{collection.name}, {precision}", *map(figure, found[-1])]
    change = [f"{after - before:+.1f}" for before, after in zip(*found, strict=True)]
    gold = sum(1 for one in collection.questions if one.gold)
    yield [f"int8 adds ({gold} by meaning, {len(asked)} asked)", *change]


def collection(name: str, options: argparse.Namespace, folder: Path) -> Collection:
    """A collection by its name."""
    if name == "generated":
        return collections.generated(options.cables, folder, cables=options.count, seed=options.seed)
    return _OF_XQUAD[name](options.xquad, folder)


def main() -> None:
    """Build every collection's index twice, and ask both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--xquad", type=Path, help="XQuAD or SQuAD 1.1 in JSON")
    parser.add_argument("--cables", type=Path, help="the generator of cables and questions")
    parser.add_argument("--sets", nargs="+", choices=_SETS, default=_SETS, help="which; default: all")
    parser.add_argument("--count", type=int, default=300, help="of generated cables")
    parser.add_argument("--seed", type=int, default=91, help="of the generator")
    parser.add_argument(
        "--every", type=int, default=1, help="ask the Assistant every second, third, ... alone"
    )
    parser.add_argument("--keep", type=Path, help="keep the indexes that are made, to use them again")
    options = parser.parse_args()
    head = [*(f"by meaning: {each}" for each in _BY_MEANING), *_OF_ASSISTANT.values()]
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        reader = Reader(load())
        rows = (
            row
            for name in options.sets
            for row in compared(collection(name, options, folder), folder, reader, options.every)
        )
        for line in table(["set", *head], rows):
            print(line, flush=True)
    print(f"\n{machine('torch')}")


if __name__ == "__main__":
    main()
