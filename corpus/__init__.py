"""From any file to cables: reads what archives hold, gives frozen values, knows nothing of the other rooms."""

import importlib
from typing import TYPE_CHECKING

from corpus.cable import Cable, Paragraph, Rejected, Source
from corpus.errors import CableQAError, UnreadableSource
from corpus.shipped import shipped_cables

if TYPE_CHECKING:
    from corpus import header
    from corpus.parser import parse
    from corpus.reader import read

__all__ = [
    "Cable",
    "CableQAError",
    "Paragraph",
    "Rejected",
    "Source",
    "UnreadableSource",
    "header",
    "parse",
    "read",
    "shipped_cables",
]

# What reads cables takes a tenth of a second to import: a process that only asks does without.
_LATER = {"parse": "corpus.parser", "read": "corpus.reader"}


def __getattr__(name: str) -> object:
    if name == "header":
        return importlib.import_module("corpus.header")
    if name in _LATER:
        return getattr(importlib.import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
