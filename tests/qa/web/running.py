"""A server of its own process, as people start it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

HOUSE = Path(__file__).parents[3]


@dataclass
class Running:
    """A server, what it said after it was ready, and which other machines it turned to."""

    process: subprocess.Popen[str]
    outside: Path
    address: str
    before: list[str]  # what it said before it was ready
    output: list[str] = field(default_factory=list)

    def end(self) -> int:
        """Tell it to end; gives its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@contextmanager
def running(folder: Path, options: Sequence[str]) -> Iterator[Running]:
    """A server with an index in the folder, ended at the end of the block."""
    environment = os.environ | {
        "CABLE_QA_OUTSIDE": str(folder / "outside.txt"),
        "PYTHONPATH": os.pathsep.join([str(HOUSE / "tests/browser/loopback_only"), str(HOUSE)]),
        "GRADIO_TEMP_DIR": str(folder / "uploads"),
    }
    command = [
        sys.executable,
        str(HOUSE / "app.py"),
        "--index",
        str(folder / "index"),
        "--port",
        "0",
        *options,
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        before: list[str] = []
        for line in process.stdout:
            if line.startswith("Ready: "):
                break
            before.append(line)
        else:
            raise AssertionError("".join(before))
        address = line.removeprefix("Ready: ").strip()
        server = Running(process, folder / "outside.txt", address, before)
        reading = Thread(target=lambda lines=process.stdout: server.output.extend(lines), daemon=True)
        reading.start()
        try:
            yield server
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(20)
            reading.join(5)
