"""One folder that answers searches: SQLite is the source of truth, BM25 and FAISS are made from it."""

from typing import TYPE_CHECKING

from index.errors import CableNotFound, IndexNotFound, ModelMismatch
from index.searcher import Index, open
from index.values import (
    BuildReport,
    CableRow,
    Facets,
    Filters,
    Hit,
    Order,
    Progress,
    SentenceHit,
    Spelling,
    TokenMatches,
)

if TYPE_CHECKING:
    from index.builder import build

__all__ = [
    "BuildReport",
    "CableNotFound",
    "CableRow",
    "Facets",
    "Filters",
    "Hit",
    "Index",
    "IndexNotFound",
    "ModelMismatch",
    "Order",
    "Progress",
    "SentenceHit",
    "Spelling",
    "TokenMatches",
    "build",
    "open",
]


def __getattr__(name: str) -> object:
    # What builds imports all that reads cables, which a process that only asks does without.
    if name == "build":
        from index.builder import build

        return build
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
