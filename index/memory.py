"""What the C library keeps of memory that is free, given back to the system; nothing happens but on glibc."""

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any, Final

_ARENA_MAX: Final = -8  # M_ARENA_MAX of glibc's malloc.h
_ARENAS: Final = 2


def few_arenas() -> bool:
    """Let all threads share two heaps; whether the system can.

    glibc gives each thread one of its own, up to eight a core, and what one has freed no other uses: a server that is
    asked by many grew by half. For the start of a program, before there are threads.
    """
    call = _of_glibc("mallopt")
    return call is not None and bool(call(_ARENA_MAX, _ARENAS))


def give_back() -> None:
    """Give back what has been freed: after work on arrays of ever other sizes, that is half of what a build holds."""
    call = _of_glibc("malloc_trim")
    if call is not None:
        call(0)


@cache
def _of_glibc(name: str) -> Callable[..., Any] | None:
    try:
        return getattr(ctypes.CDLL(None), name, None)
    except (OSError, TypeError):  # Windows has no library without a name
        return None
