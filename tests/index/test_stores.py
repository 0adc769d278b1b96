import shutil
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

import corpus
import index
from index.store import Store
from index.stores import KEPT, Stores

FILES = Path("/proc/self/fd")


@pytest.fixture
def folder(tmp_path: Path, tiny_model: str) -> Path:
    index.build(corpus.shipped_cables(), tmp_path / "index", model=tiny_model)
    return tmp_path / "index"


def never() -> None:
    raise AssertionError("It was not replaced.")


def test_one_that_came_back_is_lent_again_and_none_to_two_at_once(folder: Path) -> None:
    stores = Stores(folder, replaced=never)
    with stores.lent() as first, stores.lent() as second:
        assert first is not second
    with stores.lent() as again:
        assert again is first
    stores.close()


def test_so_many_are_kept_and_the_others_closed(folder: Path) -> None:
    stores = Stores(folder, replaced=never)
    with ExitStack() as stack:
        lent = [stack.enter_context(stores.lent()) for _ in range(KEPT + 3)]
    assert len(stores._idle) == KEPT
    assert len([each for each in lent if is_closed(each)]) == 3
    stores.close()
    assert all(is_closed(each) for each in lent)


def is_closed(store: Store) -> bool:
    try:
        store.db.execute("SELECT 1")
    except Exception as error:
        return "closed database" in str(error)
    return False


def test_of_a_folder_that_was_made_anew_nothing_old_is_lent(folder: Path) -> None:
    told: list[str] = []
    stores = Stores(folder, replaced=lambda: told.append("replaced"))
    with stores.lent() as lent, stores.lent() as idle:
        pass
    with stores.lent() as in_use:
        shutil.copytree(folder, folder.with_name("copy"))
        shutil.rmtree(folder)
        folder.with_name("copy").rename(folder)
    assert in_use is lent
    assert told == ["replaced"]  # as it came back
    with stores.lent() as new:
        assert new not in (lent, idle)
    assert told == ["replaced", "replaced"]
    assert is_closed(lent)
    assert is_closed(idle)
    stores.close()


@pytest.mark.skipif(not FILES.is_dir(), reason="counts open files as Linux tells them")
def test_threads_that_come_and_go_leave_no_connection_open(folder: Path) -> None:
    """A server answers in threads that end when they are idle; each left 32 MB and three open files behind."""
    with index.open(folder) as cable_index:
        assert cable_index.count() == 1
        before = len(list(FILES.iterdir()))
        for _ in range(20):
            one = threading.Thread(target=cable_index.search, args=("migrants",))
            one.start()
            one.join()
        assert len(list(FILES.iterdir())) <= before + 3
