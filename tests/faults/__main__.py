"""Try every fault with many seeds, and print the rows of the table in docs/RELIABILITY.md.

python -m tests.faults                        # five seeds of each; one takes 330 s on two busy cores
python -m tests.faults --only "power cut, first build" --seed 17
"""

import argparse
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

from tests.faults import disk, trials


def main() -> int:
    """0 where everything survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="of each fault (default 5)")
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--only", default="", help="faults whose names begin so")
    options = parser.parse_args()
    seeds = range(options.seeds) if options.seed is None else [options.seed]
    warnings.simplefilter("error")
    failed, started = 0, time.monotonic()
    with tempfile.TemporaryDirectory() as top:
        library = disk.compiled(Path(top))
        if library is None:
            print("This needs Linux and a C compiler.", file=sys.stderr)
            return 1
        with trials.Trials(Path(top), library) as at_work:
            print("| fault | tried | what happened | again, for one seed |\n| --- | --- | --- | --- |")
            for fault in trials.FAULTS:
                if not fault.name.startswith(options.only):
                    continue
                ended = Counter[str]()
                for seed in seeds:
                    try:
                        ended[fault.trial(at_work, seed)] += 1
                    except trials.NotSurvived as error:
                        failed += 1
                        ended[f"NOT SURVIVED, seed {seed}: {error}"] += 1
                said = ", ".join(f"{count} {how}" for how, count in ended.most_common())
                command = f'python -m tests.faults --only "{fault.name}" --seed N'
                print(f"| {fault.name} | {len(seeds)} | {said} | `{command}` |", flush=True)
    print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
