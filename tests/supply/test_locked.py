import re
import tomllib
from pathlib import Path

import pytest

from supply.audit import FILES
from supply.locked import Release, name, releases, written
from supply.locks import FOLDER, HOUSE, WHAT, beyond, with_cpu

A, B = (f"sha256:{letter * 64}" for letter in "ab")
LOCK = f"""\
# Made by hand.
numpy==2.4.6 \\
    --hash={B} \\
    --hash={A}
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash={A}
huggingface_hub==2.4.0
"""
RELEASES = (
    Release(name="numpy", version="2.4.6", hashes=(B, A)),
    Release(name="colorama", version="0.4.6", marker="sys_platform == 'win32'", hashes=(A,)),
    Release(name="huggingface-hub", version="2.4.0"),
)


def locked(file: str) -> dict[str, Release]:
    return {each.name: each for each in releases((FOLDER / file).read_text(encoding="utf-8"))}


def pinned() -> dict[str, str]:
    text = (HOUSE / "constraints.txt").read_text(encoding="utf-8")
    return {each.name: each.version for each in releases(text)}


def test_a_lock_is_read_with_markers_and_hashes() -> None:
    assert tuple(releases(LOCK)) == RELEASES


def test_a_lock_is_written_by_name_and_reads_as_before() -> None:
    text = written(RELEASES, head="Made by hand.")
    assert text.splitlines()[:3] == [
        "# Made by hand.",
        "colorama==0.4.6 ; sys_platform == 'win32' \\",
        f"    --hash={A}",
    ]
    assert [each.name for each in releases(text)] == ["colorama", "huggingface-hub", "numpy"]
    assert list(releases(text))[2].hashes == (A, B)


def test_a_line_that_pins_nothing_is_no_lock() -> None:
    with pytest.raises(ValueError, match=r"^This line pins no release: numpy>=2$"):
        list(releases("numpy>=2\n"))


def test_the_torch_for_cpus_is_taken_beside_that_of_pypi() -> None:
    torch = Release(name="torch", version="2.13.0", hashes=(A,))
    assert list(with_cpu([*RELEASES[:1], torch], [Release(name="torch", version="2.13.0", hashes=(B,))])) == [
        RELEASES[0],
        Release(name="torch", version="2.13.0", hashes=(A, B)),
    ]
    said = r"^constraints\.txt has torch 2\.13\.0, \.ci/requirements/torch-cpu\.txt the hashes of 2\.12\.0\."
    with pytest.raises(SystemExit, match=said):
        list(with_cpu([torch], [Release(name="torch", version="2.12.0", hashes=(B,))]))


def test_what_others_have_is_left_out() -> None:
    assert beyond(RELEASES, RELEASES[1:]) == [RELEASES[0]]


@pytest.mark.parametrize("file", WHAT)
def test_each_release_of_a_lock_has_its_files_by_their_hashes(file: str) -> None:
    assert [each for each in locked(file).values() if not each.hashes] == []


@pytest.mark.parametrize("file", ["program.txt", "development.txt"])
def test_the_locks_hold_the_pins_of_constraints_and_what_other_systems_need_besides(file: str) -> None:
    pins = pinned()
    found = locked(file)
    assert {each.name: each.version for each in found.values() if each.name in pins} == {
        each: pins[each] for each in pins if each in found
    }
    # setuptools comes with Python, so that pip freeze does not tell it.
    assert [
        each for each in found.values() if each.name not in {*pins, "setuptools"} and not each.marker
    ] == []


def test_all_that_is_asked_for_is_locked() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = {wanted(each) for each in project["dependencies"]}
    more = {
        wanted(each) for extra in extras if extra not in ("bench", "fuzz", "peers") for each in extras[extra]
    }
    assert needed <= set(locked("program.txt"))
    assert needed | more - {"cable-qa"} <= set(locked("development.txt"))
    assert locked("program.txt").items() <= locked("development.txt").items()


def wanted(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found
    return name(found[0])


def test_either_torch_is_taken_and_what_only_that_of_pypi_needs_stands_apart() -> None:
    cpu = locked("torch-cpu.txt")["torch"]
    torch = locked("program.txt")["torch"]
    assert set(cpu.hashes) < set(torch.hashes)
    told = tomllib.loads((FOLDER / "uv.toml").read_text(encoding="utf-8"))["dependency-metadata"]
    assert [(each["name"], each["version"]) for each in told] == [("torch", torch.version)]
    assert {wanted(each) for each in told[0]["requires-dist"]} <= set(locked("program.txt"))
    cuda = locked("cuda.txt")
    assert "nvidia-cublas" in cuda
    assert [each for each in cuda.values() if "sys_platform == 'linux'" not in each.marker] == []
    assert cuda.keys() & locked("development.txt").keys() == set()


def test_each_lock_is_audited() -> None:
    audited = {each for path in FILES for each in releases(path.read_text(encoding="utf-8"))}
    names = {(each.name, each.version) for each in audited}
    for file in WHAT:
        assert {(each.name, each.version) for each in locked(file).values()} <= names, file


def test_no_lock_names_where_its_files_lie() -> None:
    for path in Path(FOLDER).iterdir():
        rest = path.read_text(encoding="utf-8").replace("https://download.pytorch.org/whl/cpu", "")
        assert re.findall(r"https?:|file:|--(?:extra-)?index-url|--find-links", rest) == [], path.name
