"""How many paragraphs does the parser find exactly, and how many that are none?

python -m benchmarks.parser_truth --cables FILE.csv --truth truth.jsonl [--misses 10]
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import corpus
from benchmarks.machine import machine

# A cable sent again under its own number stands there twice, in the truth as in what was found: hence counts.
Found = Counter[tuple[str, str, str]]


def main() -> None:
    """Compare (cable, number, text with blanks collapsed) and print precision, recall and F1."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--cables", type=Path, required=True, help="a file, folder or archive of cables")
    options.add_argument("--truth", type=Path, required=True, help="JSON lines of cable, paragraph, text")
    options.add_argument("--misses", type=int, default=0, help="print so many that differ")
    given = options.parse_args()

    truth: Found = Counter()
    with given.truth.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            truth[record["cable"], str(record["paragraph"]), collapsed(record["text"])] += 1
    found: Found = Counter()
    rejected = 0
    for item in corpus.read(given.cables):
        if isinstance(item, corpus.Rejected):
            rejected += 1
        else:
            found.update((item.id, p.number, collapsed(p.text)) for p in item.paragraphs)

    right = (truth & found).total()
    precision, recall = right / max(found.total(), 1), right / max(truth.total(), 1)
    print(f"| {given.cables.name} | {truth.total():,} paragraphs, {rejected:,} files or records rejected |")
    print("| --- | --- |")
    print(f"| precision | {precision:.4f} ({found.total() - right:,} found that are none) |")
    print(f"| recall | {recall:.4f} ({truth.total() - right:,} not found) |")
    print(f"| F1 | {2 * precision * recall / max(precision + recall, 1e-9):.4f} |")
    print(f"| machine | {machine()} |")
    for name, missed in (("not found", truth - found), ("is none", found - truth)):
        for cable, number, text in sorted(missed)[: given.misses]:
            print(f"{name}: {cable} {number}: {text}")


def collapsed(text: str) -> str:
    """The text with each run of blanks as one: archives differ in them."""
    return " ".join(text.split())


if __name__ == "__main__":
    main()
