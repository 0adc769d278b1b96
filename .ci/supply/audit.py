"""Is a fault known in what is installed? Asks pypi.org, by pip-audit, about every pinned release. `make audit`.

PYTHONPATH=.ci python -m supply.audit

It ends with 0 where none is known, with 1 where one is, and with 2 where that could not be asked: it needs a network.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from supply.locked import releases
from supply.locks import FOLDER, HOUSE

FILES: Final = (
    HOUSE / "constraints.txt",
    *(FOLDER / name for name in ("development.txt", "cuda.txt", "tools.txt")),
)
UNASKED: Final = (
    "make audit asks pypi.org which faults are known, and got no answer: it needs a network on which pypi.org itself "
    "answers, not only a copy of its files. Nothing was audited."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the audit came to."""

    status: int  # the exit status
    lines: tuple[str, ...]


def pinned(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Each (name, version) of files of requirements once, by name."""
    return tuple(sorted({(each.name, each.version) for text in texts for each in releases(text)}))


def verdict(said: str, asked: Sequence[tuple[str, str]]) -> Verdict:
    """What the JSON of pip-audit says of the releases that it was asked about; "" is no answer.

    pip-audit ends well where a release is not known to the service, so nothing is taken for sound that is not in it.
    """
    try:
        told = json.loads(said)["dependencies"]
        found = {(each["name"], each["version"]): each["vulns"] for each in told if "vulns" in each}
    except (ValueError, KeyError, TypeError):
        return Verdict(status=2, lines=(UNASKED,))
    faults = [
        f"{name} {version}: {fault['id']}, {_mended(fault['fix_versions'])}"
        for (name, version), vulns in found.items()
        for fault in vulns
    ]
    unknown = [f"{name} {version}" for name, version in asked if (name, version) not in found]
    if len(unknown) == len(asked):
        return Verdict(status=2, lines=(UNASKED,))
    lines = list(faults)
    if unknown:
        lines.append(
            f"pypi.org did not know {len(unknown)} of the {len(asked)} releases: {', '.join(unknown)}."
        )
    lines.append(
        f"{len(faults) or 'No'} known fault{'' if len(faults) == 1 else 's'} in {len(found)} releases."
    )
    return Verdict(status=1 if faults else 2 if unknown else 0, lines=tuple(lines))


def _mended(versions: Sequence[str]) -> str:
    return f"mended in {', '.join(versions)}" if versions else "not mended yet"


def asked_of(some: Sequence[tuple[str, str]]) -> str:
    """What pip-audit prints of these releases, as JSON; "" where it had no answer."""
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / "requirements.txt"
        listed.write_text("".join(f"{name}=={version}\n" for name, version in some), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pip_audit",
            "--requirement",
            str(listed),
            "--no-deps",
            "--disable-pip",
        ]
        command += ["--format", "json", "--progress-spinner", "off"]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def main() -> int:
    """Ask about one release, and where there is an answer, about all."""
    everything = pinned(path.read_text(encoding="utf-8") for path in FILES)
    came = verdict(asked_of(everything[:1]), everything[:1])
    if came.lines != (UNASKED,):
        came = verdict(asked_of(everything), everything)
    print(*came.lines, sep="\n", file=sys.stderr if came.status else sys.stdout)
    return came.status


if __name__ == "__main__":
    sys.exit(main())
