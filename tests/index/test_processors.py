import os
import subprocess
import sys
import threading

import pytest

from index.processors import give_way


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="a thread has its own priority on Linux alone"
)
def test_a_thread_that_gives_way_takes_what_it_starts_along_and_nobody_else() -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    if before > 9:
        pytest.skip("these tests give way themselves")
    found: list[int] = []

    def look() -> None:
        found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        told = subprocess.run(
            [sys.executable, "-c", "import os; print(os.getpriority(os.PRIO_PROCESS, 0))"],
            check=True,
            capture_output=True,
            text=True,
        )
        found.append(int(told.stdout))

    def work() -> None:
        give_way()
        give_way()  # once is enough
        inner = threading.Thread(target=look)
        inner.start()
        inner.join()

    outer = threading.Thread(target=work)
    outer.start()
    outer.join()
    assert found == [10, 10]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
