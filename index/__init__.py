"""One folder that answers searches: SQLite is the source of truth, BM25 and FAISS are made from it."""

from index.builder import build
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
