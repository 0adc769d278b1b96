"""One folder that answers searches: SQLite as the source of truth, BM25 and FAISS made from it. Knows corpus."""

from index.builder import build
from index.errors import CableNotFound, IndexNotFound, ModelMismatch
from index.searcher import Index, open
from index.values import BuildReport, CableRow, Facets, Filters, Hit, Progress, SentenceHit

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
    "Progress",
    "SentenceHit",
    "build",
    "open",
]
