"""The docs name all there is, and name nothing that is not there."""

import argparse
import ast
import errno
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import corpus
import index
import index.errors
import qa
from corpus.errors import CableQAError
from qa import options, reader, reranker
from qa.errors import (
    BadArgument,
    BadQuestions,
    BadUser,
    BadUsersFile,
    Busy,
    EvaluationNotInstalled,
    McpNotInstalled,
    OpenToOthers,
)
from qa.web.server import PortTaken

HOUSE = Path(__file__).parent.parent
PAGES = [HOUSE / "README.md", HOUSE / "CHANGELOG.md", *sorted((HOUSE / "docs").glob("*.md"))]
TEXT = {page: page.read_text(encoding="utf-8") for page in PAGES}
FOLDER = Path("cable-index")
EXPORT = Path("EXPORT")
MESSAGES = [
    corpus.UnreadableSource(Path("CABLES"), "there is no such file or folder; check how it is spelled."),
    index.IndexNotFound(FOLDER),
    index.CableNotFound("09PARIS1"),
    index.ModelMismatch(FOLDER, built_with="all-MiniLM-L6-v2", asked_for="OTHER"),
    index.errors.PromptMismatch(FOLDER, option="--query-prompt", built_with="query: ", asked_for="OTHER: "),
    index.errors.IndexBusy(FOLDER),
    index.errors.IndexTooNew(FOLDER, found=2, known=1),
    index.errors.IndexReadOnly(FOLDER, "an earlier version made it"),
    index.errors.IndexDamaged(FOLDER, "file is not a database"),
    index.errors.IndexNotWritten(FOLDER, "database or disk is full"),
    index.errors.IndexInUse(FOLDER),
    index.errors.BackupExists(Path("BACKUP")),
    index.errors.ExportExists(EXPORT),
    index.errors.BadExport(EXPORT, "it is no export of an index", "Make one: cable-qa export NEW_FILE"),
    index.errors.ImportMismatch(EXPORT, FOLDER, theirs="the model OTHER", ours="the model all-MiniLM-L6-v2"),
    index.errors.ModelNotNamed(EXPORT, "OTHER", FOLDER),
    index.errors.NothingToRead(FOLDER),
    index.errors.UnknownSource("CABLES", ["ARCHIVE"]),
    index.errors.PrecisionUnavailable("int8", "intfloat/e5-small-v2"),
    index.errors.RayNotInstalled(),
    index.errors.RayUnavailable("10.0.0.5:6379", "nothing answers there (Connection refused)"),
    index.errors.WorkerUnfit("worker-3", "it has cable-qa 0.0.9, and this one has 0.1.0"),
    index.errors.DeviceUnavailable("cuda", "Torch not compiled with CUDA enabled"),
    index.errors.ModelUnavailable(
        "OTHER", "it is not a folder", "Name a sentence-transformers model: --model NAME"
    ),
    index.errors.ModelUnavailable("OTHER", "it gives 3 labels and not one score", reranker._REMEDY),
    index.errors.ModelUnavailable(
        "OTHER", "it is BertModel, which does not mark answers in a text", reader._REMEDY
    ),
    index.errors.StoreUnavailable("pymilvus"),
    index.errors.StoreEmpty("http://milvus:19530"),
    index.errors.StoreUnreachable("http://milvus:19530", "Fail connecting to server"),
    index.errors.StoreHoldsAnother("http://milvus:19530", Path("my-index")),
    qa.EmptyQuestion(),
    BadQuestions(Path("QUESTIONS"), 3, '"question" is missing'),
    EvaluationNotInstalled(),
    McpNotInstalled(),
    BadArgument('since is "2009", which is no day: write such as "2009-02-27".'),
    BadUser("A name has up to 64 letters, digits and . _ @ - and nothing else."),
    BadUsersFile(Path("people.txt"), "it names nobody"),
    OpenToOthers("0.0.0.0"),
    Busy(),
    PortTaken("127.0.0.1", 7860, OSError(errno.EADDRINUSE, "Address already in use")),
]


def commands() -> dict[str, argparse.ArgumentParser]:
    (subcommands,) = (a for a in options.parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(subcommands.choices)


def flags() -> Iterator[tuple[str, str]]:
    for name, command in commands().items():
        for action in command._actions:
            yield from ((name, flag) for flag in action.option_strings if flag not in ("-h", "--help"))


def section(name: str) -> str:
    """What docs/cli.md says under the heading of a command."""
    found = re.search(rf"^## `cable-qa {name}\b.*?(?=^## |\Z)", TEXT[HOUSE / "docs/cli.md"], re.M | re.S)
    assert found, f"docs/cli.md has no section of cable-qa {name}"
    return found[0]


def errors() -> set[str]:
    """The names of all classes that descend from CableQAError, by reading the sources."""
    bases: dict[str, set[str]] = {}
    for room in ("corpus", "index", "qa"):
        for path in (HOUSE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    bases[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
    found = {"CableQAError"}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return found - {"CableQAError"}


@pytest.mark.parametrize(("command", "flag"), list(flags()))
def test_each_flag_stands_in_the_section_of_its_command(command: str, flag: str) -> None:
    assert re.search(rf"{flag}\b", section(command))


def test_the_docs_name_no_flag_that_is_not_there() -> None:
    known = {flag for _, flag in flags()} | {"--version", "--help"}
    for name in commands():
        assert set(re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", section(name))) <= known, name


@pytest.mark.parametrize("room", [corpus, index, qa], ids=lambda room: room.__name__)
def test_each_public_name_stands_in_the_docs_of_the_api(room: object) -> None:
    page = TEXT[HOUSE / "docs/python-api.md"]
    names: list[str] = room.__all__  # type: ignore[attr-defined]
    assert [name for name in names if not re.search(rf"\b{name}\b", page)] == []


@pytest.mark.parametrize("error", MESSAGES, ids=lambda error: type(error).__name__)
def test_each_error_is_a_heading_of_troubleshooting(error: CableQAError) -> None:
    assert f"\n## {error}\n" in TEXT[HOUSE / "docs/troubleshooting.md"]


def test_no_error_is_left_out() -> None:
    assert errors() == {type(error).__name__ for error in MESSAGES}


def test_each_make_command_in_the_docs_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (HOUSE / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {name for text in TEXT.values() for name in re.findall(r"(?:`|^ *)make ([a-z]+)", text, re.M)}
    assert named >= {"setup", "run", "test", "lint", "bench"}
    assert named <= targets


def test_each_command_in_the_docs_can_be_parsed() -> None:
    called = [line for text in TEXT.values() for line in re.findall(r"^ *(?:\$ )?cable-qa (\w+)", text, re.M)]
    assert set(called) <= set(commands())


def test_each_link_inside_the_house_leads_somewhere() -> None:
    for page, text in TEXT.items():
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_each_test_that_the_page_of_security_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", TEXT[HOUSE / "docs/SECURITY.md"]))
    sources = "".join(path.read_text(encoding="utf-8") for path in (HOUSE / "tests").rglob("test_*.py"))
    assert len(named) > 20
    assert [name for name in sorted(named) if f"def {name}(" not in sources] == []


def test_each_page_of_the_docs_is_linked_from_the_readme() -> None:
    for page in (HOUSE / "docs").glob("*.md"):
        assert f"](docs/{page.name})" in TEXT[HOUSE / "README.md"]
