"""The short form of `make test-faults`: each kind of fault with a seed or two, and that the trials can fail."""

from collections.abc import Iterator

import pytest

from tests.faults import disk, trials
from tests.faults.trials import Trials


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trials]:
    top = tmp_path_factory.mktemp("faults")
    library = disk.compiled(top)
    if library is None:
        pytest.skip("This needs Linux and a C compiler.")
    with Trials(top, library) as started:
        yield started


@pytest.mark.parametrize("stage", ["read", "words", "embed", "seal base"])
def test_a_build_that_is_killed_loses_nothing(at_work: Trials, stage: str) -> None:
    trials.killed(at_work, "first build", stage, seed=1)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_backup_that_is_killed_stands_whole_under_its_name_or_not_at_all(
    at_work: Trials, seed: int
) -> None:
    trials.killed(at_work, "backup", "", seed)


@pytest.mark.parametrize(
    ("does", "seed"), [("first build", 1), ("first build", 2), ("backup", 1), ("backup", 2)]
)
def test_a_full_disk_is_said_in_a_sentence_and_loses_nothing(at_work: Trials, does: str, seed: int) -> None:
    assert trials.full_disk(at_work, does, seed) in ("IndexNotWritten", "OSError")


def test_a_power_cut_takes_back_nothing_that_was_committed(at_work: Trials) -> None:
    trials.power_cut(at_work, "first build", seed=1, images=3)
