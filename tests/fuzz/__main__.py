"""Try every way in with inputs that nobody meant well with, and print the rows of the table in docs/RELIABILITY.md.

python -m tests.fuzz                        # 300 seconds over all targets and both engines
python -m tests.fuzz --only "JSON" --engine hypothesis --seconds 60 --seed 7
python -m tests.fuzz --only "JSON" --input .fuzz/0123456789abcdef    # what failed, once more
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz import targets

ENGINES = ("hypothesis", "atheris")
STARTING_S = 180  # for a process that loads a model, on a busy machine
HOUSE = Path(__file__).parents[2]
FINDINGS = Path(".fuzz")


def main() -> int:
    """0 where nothing failed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seconds", type=float, default=300, help="for all of it, shared equally (default 300)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="targets whose names begin so")
    parser.add_argument("--engine", choices=ENGINES, help="this one alone; by default each that is installed")
    parser.add_argument("--input", type=Path, help="a file that is tried once, with the target of --only")
    options = parser.parse_args()
    chosen = [each for each in targets.TARGETS if each.name.startswith(options.only)]
    if options.input is not None:
        with tempfile.TemporaryDirectory() as folder:
            print(chosen[0].check(Path(folder))(options.input.read_bytes()))
        return 0
    engines = (
        [options.engine] if options.engine else [each for each in ENGINES if importlib.util.find_spec(each)]
    )
    if "atheris" not in engines and not options.engine:
        print("atheris is not installed: hypothesis alone. Get it: pip install -e '.[fuzz]'", file=sys.stderr)
    share, failed = options.seconds / len(chosen) / len(engines), 0
    print("| input | engine | tried | in | slowest | memory | what happened | again |\n" + "| --- " * 8 + "|")
    for target in chosen:
        for engine in engines:
            row, took_s = tried(target.name, engine, share, options.seed)
            failed += bool(row["failed"])
            print(line(target.name, engine, row, took_s, options.seed), flush=True)
    return 1 if failed else 0


def tried(name: str, engine: str, seconds: float, seed: int) -> tuple[dict[str, object], float]:
    """What came of a target with an engine; a process that does not come to its end has failed too."""
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.worker",
        name,
        engine,
        str(seconds),
        str(seed),
        str(FINDINGS),
    ]
    began = time.monotonic()
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=seconds + STARTING_S, cwd=HOUSE,
            env=os.environ | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(HOUSE)}, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"failed": "IT HUNG"}, time.monotonic() - began
    said = [each for each in ended.stdout.splitlines() if each.startswith("RESULT ")]
    if not said:
        return {
            "failed": f"it ended with {ended.returncode}: {ended.stderr[-600:]}"
        }, time.monotonic() - began
    row: dict[str, object] = json.loads(said[-1].removeprefix("RESULT "))
    return row, time.monotonic() - began


def line(name: str, engine: str, row: dict[str, object], took_s: float, seed: int) -> str:
    """A row of the table."""
    command = f'python -m tests.fuzz --only "{name}" --engine {engine} --seed {seed}'
    if row["failed"]:
        why = f"FAILED: {row['failed']} {row.get('kept', '')}"
        return f"| {name} | {engine} | - | {took_s:.0f} s | - | - | {why} | `{command}` |"
    became = row["became"]
    assert isinstance(became, dict)
    said = ", ".join(f"{count:,} {what}" for what, count in sorted(became.items(), key=lambda each: -each[1]))
    memory = f"{int(str(row['peak'])) >> 20} MiB"
    slowest = f"{1000 * float(str(row['slowest_s'])):.0f} ms"
    return f"| {name} | {engine} | {row['tried']:,} | {took_s:.0f} s | {slowest} | {memory} | {said} | `{command}` |"


if __name__ == "__main__":
    sys.exit(main())
