import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import index
from index import embedding, memory

GLIBC = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="there is no glibc")
# Blocks of a size that the C library keeps, the last of them still in use above all others.
FREED = """
from pathlib import Path
from index.memory import give_back

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

blocks = [bytearray(b"x" * 65_000) for _ in range(3_000)]
del blocks[:-1]
before = resident()
give_back()
print(before - resident())
"""


@GLIBC
def test_what_was_freed_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", FREED], check=True, capture_output=True, text=True)
    assert int(done.stdout) > 100_000_000


@GLIBC
def test_all_threads_share_few_heaps() -> None:
    script = "from index.memory import few_arenas; print(few_arenas())"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout == "True\n"


def test_where_the_library_has_no_such_thing_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_of_glibc", lambda _: None)
    memory.give_back()
    assert not memory.few_arenas()


def test_a_build_gives_back_after_every_batch(
    write_cable: Callable[..., Path], tmp_path: Path, tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[None] = []
    monkeypatch.setattr(embedding, "_BATCH", 2)
    monkeypatch.setattr(embedding, "give_back", lambda: calls.append(None))
    write_cable("one.txt", ["One.", "Two.", "Three.", "Four.", "Five."], serial=1)
    index.build(tmp_path / "files", tmp_path / "index", model=tiny_model, device="cpu")
    assert len(calls) == 3
