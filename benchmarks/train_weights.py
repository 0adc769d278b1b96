"""Learns qa/weights.py: python -m benchmarks.train_weights --xquad FILE --cables MAKE_CABLES_PY [--keep DIR] [--write].

Learned from the articles of XQuAD at even places and from 300 generated cables of one seed; docs/QUALITY.md reports on
other articles and other seeds too. A ranking weight comes from a softmax over all sentences that were read: the right
sentence and the right paragraph are to score above the others. The weights of silence are a logistic regression over
the best sentences: of questions whose paragraph is in the index, and of the same questions where it was left out.
"""

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from tqdm import tqdm

import index
from benchmarks import collections
from benchmarks.machine import machine
from qa import Assistant, decide, extract
from qa.candidates import candidates
from qa.duplicates import without_copies
from qa.evaluate import EvalQuestion
from qa.evidence import Evidence
from qa.followup import standalone
from qa.question import Question, understand
from qa.spelling import mended

SEED: Final = 7  # of the generated cables
_CABLES: Final = 300
_DECAY: Final = 0.02  # of the ranking weights
# A signal that speaks for a sentence may not be learned to speak against it, nor the other way round.
_AGAINST: Final = frozenset({"names missing"})
_FOR_SILENCE: Final = frozenset(
    {"no figure", "another period", "place absent", "names missing", "unknown word"}
)
_EITHER_WAY: Final = frozenset({"figure asked for"})
# What was in 2008 does not answer what was in 2005, however near its words: no less than so much, not learned, since
# people who write questions on paragraphs before them, as for XQuAD, never name another year.
_LEAST: Final = {"another period": 8.0}
_SHRUNK: Final = 0.001  # L2 of the weights of silence
_WEIGHTS: Final = Path(__file__).parent.parent / "qa" / "weights.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A question and what was read for it."""

    asked: EvalQuestion
    understood: Question
    found: list[list[Evidence]]
    assistant: Assistant


Fitted = tuple[dict[str, float], float]


def read(
    assistant: Assistant, asked: Sequence[EvalQuestion], *, without_gold: bool = False
) -> Iterator[Read]:
    """Reads for each question what the program would; `without_gold` as if the cables that answer were not there."""
    for one in tqdm(asked, desc="read", leave=False):
        text = standalone(mended(one.text, assistant.index).text, one.history)
        understood = understand(text)
        gone = {cable for cable, _ in one.gold} if without_gold else set()
        hits = [hit for hit in candidates(assistant.index, understood, None) if hit.cable_id not in gone]
        rarities = assistant.rarities(understood)
        yield Read(
            asked=replace(one, gold=frozenset()) if without_gold else one,
            understood=understood,
            found=assistant.evidence(understood, without_copies(hits), rarities),
            assistant=assistant,
        )


def ranking(sets: Sequence[Sequence[Read]]) -> dict[str, float]:
    """The weights of extract.SIGNALS; each set counts the same."""
    names = list(extract.SIGNALS)
    cases = [case for some in sets for case in _choices(some)]
    spread = np.concatenate([signals for signals, _, _, _ in cases]).std(axis=0) + 1e-9

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = _DECAY * float(weights @ weights) / 2, _DECAY * weights
        for signals, answers, gold, share in cases:
            scaled = signals / spread
            likely = np.exp(scaled @ weights - (scaled @ weights).max())
            likely /= likely.sum()
            for right in (answers, gold):
                total -= share * float(np.log(likely[right].sum()))
                among = np.where(right, likely, 0) / likely[right].sum()
                slope = slope - share * ((among - likely) @ scaled)
        return total, slope

    bounds = [(None, 0) if name in _AGAINST else (0, None) for name in names]
    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds)
    return {name: float(weight) for name, weight in zip(names, found.x / spread, strict=True)}


def _choices(
    some: Sequence[Read],
) -> list[tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], float]]:
    """For each question: (sentences, signals), which of them answer, which are of the right paragraph, its share."""
    cases = []
    for one in some:
        sentences = [sentence for paragraph in one.found for sentence in paragraph]
        gold = np.array([(s.hit.cable_id, s.hit.paragraph) in one.asked.gold for s in sentences], bool)
        answers = gold & np.array([any(a in s.quote for a in one.asked.answers) for s in sentences], bool)
        if answers.any():
            signals = [[signal(sentence) for signal in extract.SIGNALS.values()] for sentence in sentences]
            cases.append((np.array(signals, np.float64), answers, gold))
    return [(signals, answers, gold, 1 / len(cases)) for signals, answers, gold in cases]


def silence(sets: Sequence[Sequence[Read]], ranking_weights: Mapping[str, float]) -> Fitted:
    """The weights of decide.SIGNALS and the bias; answered and unanswered questions of each set count the same."""
    rows, unanswered, shares = [], [], []
    for some in sets:
        seen = [one for one in some if any(one.found)]
        missing = sum(not one.asked.gold for one in seen)
        for one in seen:
            case = _case(one, ranking_weights)
            rows.append([signal(case) for signal in decide.SIGNALS.values()])
            unanswered.append(not one.asked.gold)
            shares.append(1 / missing if not one.asked.gold else 1 / (len(seen) - missing))
    signals, y = np.array(rows, np.float64), np.where(unanswered, 1.0, -1.0)
    mean, spread = signals.mean(axis=0), signals.std(axis=0) + 1e-9
    scaled = np.hstack([(signals - mean) / spread, np.ones((len(rows), 1))])
    weighed = np.array(shares) / sum(shares)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = y * (scaled @ weights)
        slope = -(weighed * y / (1 + np.exp(margins))) @ scaled
        kept = np.append(weights[:-1], 0.0)
        return float(weighed @ np.logaddexp(0, -margins) + _SHRUNK * kept @ kept / 2), slope + _SHRUNK * kept

    bounds = [_bounds(name, scale) for name, scale in zip(decide.SIGNALS, spread, strict=True)]
    found = minimize(
        loss, np.zeros(len(bounds) + 1), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]
    )
    fitted = found.x[:-1] / spread
    return dict(zip(decide.SIGNALS, map(float, fitted), strict=True)), float(found.x[-1] - fitted @ mean)


def _bounds(name: str, scale: float) -> tuple[float | None, float | None]:
    """What is near or found can only speak for an answer, what is missing only for silence; scaled."""
    if name in _EITHER_WAY:
        return None, None
    return (scale * _LEAST.get(name, 0.0), None) if name in _FOR_SILENCE else (None, 0)


def _case(one: Read, weights: Mapping[str, float]) -> decide.Case:
    order = extract.ranked(one.found, weights)
    cable_text = one.assistant.index.cable(order[0][1].hit.cable_id).text
    return one.assistant.case(one.understood, order, cable_text)


def source(ranking_weights: dict[str, float], silence_weights: dict[str, float], bias: float) -> str:
    """The text of qa/weights.py."""

    def lines(weights: dict[str, float]) -> str:
        return "".join(f'    "{name}": {weight:.4g},\n' for name, weight in weights.items())

    return (
        '"""Weights of the signals that rank sentences and decide on silence, learned by benchmarks.train_weights."""'
        "\n\n"
        "from typing import Final\n\n"
        "# By the names of qa.extract.SIGNALS.\n"
        f"RANKING: Final[dict[str, float]] = {{\n{lines(ranking_weights)}}}\n"
        "# By the names of qa.decide.SIGNALS; above 0 speaks for silence.\n"
        f"SILENCE: Final[dict[str, float]] = {{\n{lines(silence_weights)}}}\n"
        f"SILENCE_BIAS: Final = {bias:.4g}\n"
    )


def main() -> None:
    """Read, learn, print or write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--xquad", type=Path, required=True, help="XQuAD or SQuAD 1.1 in JSON")
    parser.add_argument("--cables", type=Path, required=True, help="the script that generates cables")
    parser.add_argument("--keep", type=Path, help="keep what is made here, to use it again")
    parser.add_argument("--write", action="store_true", help="replace qa/weights.py")
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        people = collections.xquad(options.xquad, folder)
        generated = collections.generated(options.cables, folder, cables=_CABLES, seed=SEED, questions=250)
        even = [one for one in people.questions if _article(one) % 2 == 0]
        with _opened(people, folder) as of_people, _opened(generated, folder) as of_cables:
            answered, made = list(read(of_people, even)), list(read(of_cables, generated.questions))
            missing = list(read(of_people, even, without_gold=True))
            weights = ranking([answered, made])
            learned = source(weights, *silence([[*answered, *missing], made], weights))
    if options.write:
        _WEIGHTS.write_text(learned, encoding="utf-8")
    else:
        print(learned)


def _opened(collection: collections.Collection, folder: Path) -> Assistant:
    kept = folder / f"{collection.name}.index"
    index.build(collection.cables, kept)
    return Assistant.open(kept)


def _article(question: EvalQuestion) -> int:
    """Its place: the cable's number is a thousand times that, and the paragraph's."""
    ((cable, _),) = question.gold
    return (int(cable.removeprefix("09XQUAD")) - 1) // 1000


if __name__ == "__main__":
    main()
