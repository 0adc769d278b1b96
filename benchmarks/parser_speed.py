"""How many cables a second does one core read?

python -m benchmarks.parser_speed --cables FILE.csv [--runs 5]
"""

import argparse
import statistics
import time
from pathlib import Path

import corpus
from benchmarks.machine import machine


def main() -> None:
    """Read the file several times and print the median."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--cables", type=Path, required=True, help="a file, folder or archive of cables")
    options.add_argument("--runs", type=int, default=5)
    given = options.parse_args()
    files = [given.cables] if given.cables.is_file() else [p for p in given.cables.rglob("*") if p.is_file()]
    megabytes = sum(path.stat().st_size for path in files) / 1e6

    seconds = []
    for _ in range(given.runs):
        cables = paragraphs = rejected = 0
        start = time.process_time()  # of this process alone: other programs on the machine count little
        for item in corpus.read(given.cables):
            if isinstance(item, corpus.Rejected):
                rejected += 1
            else:
                cables += 1
                paragraphs += len(item.paragraphs)
        seconds.append(time.process_time() - start)

    took = statistics.median(seconds)
    held = f"{cables:,} cables, {paragraphs:,} paragraphs, {rejected:,} rejected"
    print(f"| {given.cables.name} | {megabytes:.1f} MB, {held} |")
    print("| --- | --- |")
    print(f"| cables a second | {cables / took:,.0f} |")
    print(f"| paragraphs a second | {paragraphs / took:,.0f} |")
    print(f"| MB a second | {megabytes / took:.2f} |")
    print(f"| CPU seconds | {took:.2f} (median of {given.runs}; {min(seconds):.2f} to {max(seconds):.2f}) |")
    print(f"| machine | {machine()} |")


if __name__ == "__main__":
    main()
