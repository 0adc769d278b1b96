"""Which files may be installed: makes .ci/requirements/*.txt from constraints.txt and the package index. `make lock`.

PYTHONPATH=.ci python -m supply.locks

uv says which releases go together on all systems and Pythons, and which files each has on PyPI. The torch for CPUs,
which lies elsewhere, has its hashes beside them, so that pip takes either; what only PyPI's torch needs, gigabytes of
CUDA, stands in a file of its own.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from supply.locked import Release, releases, written

HOUSE: Final = Path(__file__).parents[2]
FOLDER: Final = HOUSE / ".ci/requirements"
PYTHON: Final = "3.11"  # the oldest that the program runs on

WHAT: Final = {
    "program.txt": "What cable-qa needs.",
    "development.txt": "What cable-qa needs, with all its extras but bench, fuzz and peers, its tests and its checks.",
    "cuda.txt": "What PyPI's torch for Linux needs besides program.txt or development.txt.",
    "tools.txt": "What make lock, make audit and make sbom run.",
}
_MADE: Final = "Made by make lock: all files of each release, by their hashes. See docs/supply.md."


def compiled(sources: Iterable[str], options: Sequence[str] = ()) -> tuple[Release, ...]:
    """What uv resolves the requirements in `sources` to: lines of requirements, or paths of files in the house."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    command += ["--no-header", "--no-annotate", "--python-version", PYTHON, *options]
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / "requirements.in"
        lines = [each for each in sources if not (HOUSE / each).is_file()]
        listed.write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")
        files = [each for each in sources if (HOUSE / each).is_file()]
        done = subprocess.run(
            [*command, *files, *([str(listed)] if lines else [])],
            cwd=HOUSE,
            stdout=subprocess.PIPE,
            text=True,
        )
    if done.returncode:
        raise SystemExit(
            "The locks are as they were: uv could not make new ones (it needs a network) and says why above."
        )
    return tuple(releases(done.stdout))


def with_cpu(locked: Iterable[Release], cpu: Iterable[Release]) -> Iterator[Release]:
    """The releases, with the hashes of `cpu` added to those of the same release."""
    more = {each.name: each for each in cpu}
    for each in locked:
        other = more.get(each.name)
        if other and other.version != each.version:
            raise SystemExit(
                f"constraints.txt has {each.name} {each.version}, .ci/requirements/torch-cpu.txt the hashes of "
                f"{other.version}. Copy those of {each.version}, as the head of that file says."
            )
        yield replace(each, hashes=each.hashes + other.hashes) if other else each


def beyond(locked: Iterable[Release], others: Iterable[Release]) -> list[Release]:
    """The releases of packages that `others` have not."""
    known = {each.name for each in others}
    return [each for each in locked if each.name not in known]


def main() -> None:
    """Make all four, and only then write them."""
    cpu = tuple(releases((FOLDER / "torch-cpu.txt").read_text(encoding="utf-8")))
    torch = [f"{each.name}=={each.version}" for each in cpu]
    pinned = ["--constraints", "constraints.txt"]
    lean = [*pinned, "--config-file", ".ci/requirements/uv.toml"]
    made = {
        "program.txt": tuple(with_cpu(compiled(["pyproject.toml"], lean), cpu)),
        "development.txt": tuple(with_cpu(compiled(["pyproject.toml"], [*lean, "--extra", "dev"]), cpu)),
        "tools.txt": compiled([".ci/requirements/tools.in"]),
    }
    made["cuda.txt"] = tuple(beyond(compiled(torch, pinned), made["program.txt"]))
    for name, locked in made.items():
        text = written(locked, head=f"{WHAT[name]} {_MADE}")
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(
            f".ci/requirements/{name}: {len(locked)} releases, {sum(len(each.hashes) for each in locked):,} files"
        )


if __name__ == "__main__":
    main()
