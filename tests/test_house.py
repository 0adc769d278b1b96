"""The house tests itself: who imports whom, what a room shows, and that it starts light."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest

import corpus
import index
import qa

HOUSE = Path(__file__).parent.parent
ROOMS = ("corpus", "index", "qa", "app")
MODULES = [*sorted(path for room in ROOMS[:3] for path in (HOUSE / room).rglob("*.py")), HOUSE / "app.py"]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} has a relative import: the house uses full names."
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_of(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)} & set(ROOMS)


@pytest.mark.parametrize(
    ("room", "may_know"),
    [("corpus", {"corpus"}), ("index", {"corpus", "index"}), ("qa", {"corpus", "index", "qa"})],
)
def test_a_room_knows_only_those_below_it(room: str, may_know: set[str]) -> None:
    for path in (HOUSE / room).rglob("*.py"):
        assert rooms_of(path) <= may_know, path


def test_only_the_front_rooms_know_the_command_line_and_the_page() -> None:
    fronts = ("qa.cli", "qa.options", "qa.printed", "qa.upkeep", "qa.web")
    for path in (HOUSE / "qa").glob("*.py"):
        if path.stem not in ("cli", "options", "printed", "upkeep"):
            assert not [name for name in imported(path) if name.startswith(fronts)], path


def test_only_the_page_knows_gradio() -> None:
    for path in MODULES:
        if "gradio" in {name.partition(".")[0] for name in imported(path)}:
            assert path.parent == HOUSE / "qa" / "web", path


def test_only_the_command_line_prints() -> None:
    for path in MODULES:
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
        ]
        if any(isinstance(call.func, ast.Name) and call.func.id == "print" for call in calls):
            assert path == HOUSE / "qa" / "cli.py", path


@pytest.mark.parametrize("room", [corpus, index, qa], ids=lambda room: room.__name__)
def test_a_room_shows_what_it_names_and_nothing_else(room: ModuleType) -> None:
    shown = {name for name, value in vars(room).items() if name[0] != "_" and type(value) is not ModuleType}
    assert shown - {"TYPE_CHECKING"} <= set(room.__all__)
    assert [
        name for name in room.__all__ if not hasattr(room, name)
    ] == []  # some are imported when they are asked for


def test_the_command_line_starts_light() -> None:
    heavy = ("faiss", "gradio", "sentence_transformers", "torch", "transformers")
    code = f"import sys, qa.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_stands_in_one_place() -> None:
    declared = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    changes = (HOUSE / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    newest = next(line for line in changes if line.startswith("## "))
    assert newest.split()[1] == declared
    assert version("cable-qa") == declared


def test_the_packages_to_install_are_all_there() -> None:
    listed = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    found = {
        ".".join(path.parent.relative_to(HOUSE).parts)
        for room in ROOMS[:3]
        for path in (HOUSE / room).rglob("__init__.py")
    }
    assert set(listed["packages"]) == found


def test_the_constraints_are_exact_and_bring_no_cuda() -> None:
    lines = (HOUSE / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert "torch==2.13.0" in lines
    assert [line for line in lines if not line.startswith("#") and line.count("==") != 1] == []
    assert [line for line in lines if line.startswith(("nvidia", "cuda", "triton", "cable"))] == []
