"""How typing errors are mended: python -m benchmarks.spelling --xquad FILE [--places 1].

Every paragraph of XQuAD (SQuAD's JSON format) is made a cable; each question gets two errors in words of five letters
and more: a letter dropped, doubled, swapped with the next, or a neighbouring key. The prices of qa.spelling were chosen
on the articles at even places (0), so that those at odd places (1) tell more.

The errors are not those of benchmarks.typing_errors: it must be known where each stands and which word was meant, a
word keeps its capital in front, and the figures in docs/measurements.md are of these errors.
"""

import argparse
import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import index
from benchmarks.machine import machine
from qa.spelling import mended

_WORD = re.compile(r"[^\W\d_]{5,}")
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A question as it was meant and as it was typed."""

    meant: str
    typed: str
    errors: tuple[tuple[int, str], ...]  # where a wrong word begins in `typed`, and the word that was meant
    cable_id: str


def mistyped(word: str, choose: random.Random) -> str:
    """The word with one error in it."""
    while True:
        at = choose.randrange(len(word) - 1)
        row = next((row for row in _ROWS if word[at].lower() in row), _ROWS[0])
        key = row[max(row.find(word[at].lower()) + choose.choice((-1, 1)), 0) % len(row)]
        wrong = choose.choice(
            (
                word[:at] + word[at + 1 :],
                word[: at + 1] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + key + word[at + 1 :],
            )
        )
        if wrong.lower() != word.lower():
            return wrong[0].upper() + wrong[1:].lower() if word[0].isupper() else wrong


def typed(question: str, cable_id: str, choose: random.Random) -> Typed:
    """The question with two of its words mistyped."""
    words = list(_WORD.finditer(question))
    text, end, errors = "", 0, []
    for word in sorted(choose.sample(words, min(2, len(words))), key=lambda each: each.start()):
        text += question[end : word.start()]
        errors.append((len(text), word[0]))
        text, end = text + mistyped(word[0], choose), word.end()
    return Typed(meant=question, typed=text + question[end:], errors=tuple(errors), cable_id=cable_id)


def asked(file: Path, folder: Path, *, places: int, choose: random.Random) -> Iterator[Typed]:
    """Writes all cables into `folder`; gives the questions of every second article."""
    records, questions = [], []
    for place, article in enumerate(json.loads(file.read_text(encoding="utf-8"))["data"]):
        for number, paragraph in enumerate(article["paragraphs"], start=place * 1000 + 1):
            title = article["title"].replace("_", " ")
            body = f"UNCLAS XQUAD {number}\n\nSUBJECT: {title}\n\n1. {paragraph['context']}"
            records.append(json.dumps({"id": f"09XQUAD{number}", "header": "", "body": body}))
            if place % 2 == places:
                questions += [(each["question"], f"09XQUAD{number}") for each in paragraph["qas"]]
    (folder / "xquad.jsonl").write_text("\n".join(records), encoding="utf-8")
    for question, cable_id in questions:
        yield typed(question, cable_id, choose)


def report(cable_index: index.Index, questions: list[Typed]) -> Iterator[str]:
    """What was mended, what was changed that was right, and how often the right paragraph is found first."""
    words, first, took = Counter[str](), Counter[str](), 0.0
    changed = []
    mended("wamring up", cable_index)
    for each in questions:
        begun = time.perf_counter()
        found = mended(each.typed, cable_index)
        took += time.perf_counter() - begun
        new = {change.start: change.new for change in found.changes}
        for start, meant in each.errors:
            words["left" if start not in new else "right" if new[start] == meant else "another"] += 1
        changed += [f"{c.old} -> {c.new}" for c in mended(each.meant, cable_index).changes]
        for name, text in (("as meant", each.meant), ("as typed", each.typed), ("mended", found.text)):
            first[name] += cable_index.search(text, k=1)[0].cable_id == each.cable_id
    share = {name: f"{100 * count / words.total():.1f}" for name, count in words.items()}
    yield f"{len(questions)} questions, {1000 * took / len(questions):.1f} ms each"
    yield f"of {words.total()} wrong words, percent: {share}"
    yield f"hit@1: { {name: f'{100 * count / len(questions):.1f}' for name, count in first.items()} }"
    yield f"changed in the questions as they were: {', '.join(changed) or 'nothing'}"


def main() -> None:
    """Prints the table of one half."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--xquad", type=Path, required=True, metavar="FILE")
    parser.add_argument(
        "--places", type=int, choices=(0, 1), default=1, help="articles at even (0) or odd (1) places"
    )
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        choose = random.Random(options.seed)
        questions = list(asked(options.xquad, Path(folder), places=options.places, choose=choose))
        index.build(folder, Path(folder) / "index")
        with index.open(Path(folder) / "index") as cable_index:
            for line in report(cable_index, questions):
                print(line)


if __name__ == "__main__":
    main()
