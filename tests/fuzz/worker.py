"""One target with one engine in a process of its own: python -m tests.fuzz.worker NAME ENGINE SECONDS SEED FINDINGS.

Says in the end, as a line of JSON, what came of it.
"""

import json
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

BATCH = 500  # inputs that hypothesis draws before it looks at the clock


def main(name: str, engine: str, seconds: str, seed: str, findings: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        {"hypothesis": drawn, "atheris": covered}[engine](
            name, Path(folder), float(seconds), int(seed), Path(findings)
        )


def drawn(name: str, folder: Path, seconds: float, seed: int, findings: Path) -> None:
    """Sound inputs, spoiled; what fails is shrunk."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import seed as seeded

    from tests.fuzz import mutations, targets
    from tests.fuzz.guard import Guard

    target = targets.named(name)
    guard = Guard(target.check(folder), findings)
    until = time.monotonic() + seconds

    def check(data: bytes) -> None:
        if time.monotonic() < until or guard.tried.failed:
            guard.run(data)

    batch = 0
    while time.monotonic() < until and not guard.tried.failed:
        run: Any = settings(
            max_examples=BATCH, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )(given(mutations.spoiled(target.seeds()))(check))
        try:
            seeded(seed * 1_000_003 + batch)(run)()
        except BaseException as error:
            if not guard.tried.failed:
                guard.tried.failed = f"{type(error).__name__}: {error}"[:200]
        batch += 1
    say(guard.tried.row())


def covered(name: str, folder: Path, seconds: float, seed: int, findings: Path) -> None:
    """Bytes that lead where none before have been, as libFuzzer finds them."""
    import atheris

    with atheris.instrument_imports(include=["corpus", "qa", "index"], enable_loader_override=False):
        from tests.fuzz import targets
    from tests.fuzz.guard import Guard

    target = targets.named(name)
    guard = Guard(target.check(folder), findings)
    until = time.monotonic() + seconds
    sound = folder / "seeds"
    sound.mkdir()
    for number, data in enumerate(target.seeds()):
        (sound / f"{number:02}").write_bytes(data)

    def check(data: bytes) -> None:
        over = time.monotonic() > until
        if not over:
            try:
                guard.run(data)
            except BaseException as error:
                guard.tried.failed = guard.tried.failed or f"{type(error).__name__}: {error}"[:200]
        if over or guard.tried.failed:
            say(guard.tried.row())
            os._exit(0)  # libFuzzer has no other end

    atheris.Setup(
        [
            "fuzz",
            f"-seed={seed + 1}",
            "-max_len=65536",
            "-rss_limit_mb=0",
            "-timeout=0",
            "-verbosity=0",
            str(sound),
        ],
        check,
    )
    atheris.Fuzz()


def say(row: dict[str, object]) -> None:
    sys.stdout.write(f"\nRESULT {json.dumps(row)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # pypdf and zipfile say a word about each thing that they forgive
    main(*sys.argv[1:])
