"""What is fuzzed: for each target its seeds, and what must hold of whatever is made of an input."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import corpus
from corpus import Cable
from tests.fuzz import checks, seeds

Check = Callable[[bytes], str]  # says in a word or two what became of the input


@dataclass(frozen=True, slots=True)
class Target:
    """One way in, for inputs that nobody meant well with."""

    name: str
    seeds: Callable[[], Sequence[bytes]]
    check: Callable[[Path], Check]  # made once, with a folder of its own


def _a_file(folder: Path) -> Check:
    path = folder / "input.bin"

    def check(data: bytes) -> str:
        path.write_bytes(data)
        return checks.reads(path)

    return check


def _a_text(_: Path) -> Check:
    return lambda data: checks.is_parsed(_text(data))


def _shown(_: Path) -> Check:
    from tests.fuzz import shown

    return lambda data: shown.is_shown(_text(data))


def _text(data: bytes) -> str:
    """Any text that Python can hold, half characters among them."""
    return data.decode("utf-8", "surrogateescape")


def _beside_damage(folder: Path) -> Check:
    """Of three cables the middle one is damaged: the others are read as if nothing were."""
    path = folder / "input.bin"
    kinds: dict[str, Callable[[Sequence[int]], bytes]] = {
        "dump.csv": seeds.dump,
        "lines.json": seeds.json_lines,
        "telegrams.txt": _telegrams,
    }

    def check(data: bytes) -> str:
        name, made = list(kinds.items())[data[0] % len(kinds) if data else 0]
        middle = _damaged(made([2]), data)
        path.write_bytes(made([1]) + middle + made([3]))
        items = list(corpus.read(path))
        if [getattr(item, "reason", "") for item in items] == ["This is binary data, not text."]:
            return "refused as binary"  # the damage is a hundredth of so small a file
        found = {item.id for item in items if isinstance(item, Cable)}
        lost = [each for each in ("09ASTANA1", "09ASTANA3") if each not in found]
        assert not lost, f"{name}: {lost} went with their neighbour"
        return "both neighbours read"

    return check


def _telegrams(numbers: Sequence[int]) -> bytes:
    return seeds.telegrams([seeds.telegram(each) for each in numbers]) + b"\n"


def _damaged(record: bytes, data: bytes) -> bytes:
    """The record with bytes of the input in it; the line feed at its end stands, for what follows is not damaged."""
    drawn = random.Random(data)
    inside, end = record[:-1], record[-1:]
    for _ in range(drawn.randint(1, 3)):
        at = drawn.randrange(len(inside) + 1)
        piece = data[1 : 1 + drawn.choice((1, 3, 30))]
        inside = (
            inside[:at]
            + drawn.choice((piece, b"", b"\n", b'"'))
            + inside[at + drawn.choice((0, 1, 20, 400)) :]
        )
    return inside + end


def _a_question(folder: Path) -> Check:
    from qa.assistant import Assistant
    from tests.fuzz import shown

    assistant = Assistant.open(_index(folder), threads=1)
    return lambda data: shown.is_answered(assistant, _text(data))


def _an_address(folder: Path) -> Check:
    import index
    from tests.fuzz import shown

    cable_index = index.open(_index(folder), threads=1)
    return lambda data: shown.is_opened(cable_index, data.decode("latin-1"))


def _a_call(_: Path) -> Check:
    from tests.fuzz import shown

    def check(data: bytes) -> str:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            value = _text(data)
        return shown.is_a_call(value)

    return check


def _index(folder: Path) -> Path:
    """A small index with a model that understands nothing, and is fast."""
    import index
    from tests.tiny_model import save_tiny_model

    (folder / "cables").mkdir()
    for number in range(1, 9):
        (folder / "cables" / f"{number}.txt").write_text(seeds.telegram(number), encoding="utf-8")
    index.build(folder / "cables", folder / "index", model=save_tiny_model(folder / "tiny"), threads=1)
    return folder / "index"


def _calls() -> Sequence[bytes]:
    given = {
        "posts": ["ASTANA"],
        "years": [2009],
        "since": "2009-02",
        "until": "2010",
        "holding_words": "sugar",
    }
    return (
        json.dumps(given).encode(),
        b'[["How many?", "17,000"]]',
        b"[[[[]]]]",
        b'{"posts": {"a": 1e400}}',
        b"-1",
    )


def _fragments() -> Sequence[bytes]:
    text = seeds.telegram(1)
    return (
        text.encode(),
        *(line.encode() for line in text.splitlines() if line),
        b"TAGS: [PGOV](#), OVIP (X, Y)",
    )


TARGETS: Final = (
    Target("any file", seeds.everything, _a_file),
    Target("telegrams as text", seeds.texts, _a_file),
    Target("tables", seeds.tables, _a_file),
    Target("JSON", seeds.records, _a_file),
    Target("web pages", seeds.pages, _a_file),
    Target("PDF", seeds.pdfs, _a_file),
    Target("archives", seeds.archives, _a_file),
    Target("beside a damaged cable", seeds.texts, _beside_damage),
    Target("the text of a cable", seeds.texts, _a_text),
    Target("header lines", _fragments, _a_text),
    Target("every field of a cable, shown", _fragments, _shown),
    Target("questions", lambda: seeds.QUESTIONS, _a_question),
    Target("addresses", lambda: seeds.ADDRESSES, _an_address),
    Target("calls of programs", _calls, _a_call),
)


def named(name: str) -> Target:
    """The target of this name."""
    return next(target for target in TARGETS if target.name == name)
