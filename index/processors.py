"""How much this process can do at once."""

import os
import threading
from contextlib import suppress
from typing import Final

_GIVES_WAY: Final = (
    10  # a tenth of what others get of a processor that all want, and all of it where nobody does
)


def processors() -> int:
    """The processor's cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS or Windows
        return os.cpu_count() or 1


def give_way() -> None:
    """Let this thread, and all that it starts from now on, wait for whatever else wants the processor.

    A question is answered while an index is built: it must not wait for batches that nobody waits for.
    """
    with suppress(
        AttributeError, OSError
    ):  # of a system that knows no such thing, or who has given way already
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _GIVES_WAY)
