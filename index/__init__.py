"""One folder that answers searches: SQLite is the source of truth, BM25 and FAISS are made from it."""

from typing import TYPE_CHECKING

from index.errors import CableNotFound, IndexNotFound, ModelMismatch
from index.searcher import Index, open
from index.values import (
    BackupReport,
    BuildReport,
    CableRow,
    CheckReport,
    ExportReport,
    Facets,
    Filters,
    Hit,
    ImportReport,
    Order,
    Problem,
    Progress,
    RepairReport,
    SentenceHit,
    Spelling,
    TokenMatches,
)

if TYPE_CHECKING:
    from index.builder import build
    from index.checks import check
    from index.copies import backup
    from index.exports import export
    from index.imports import import_
    from index.repairs import repair

__all__ = [
    "BackupReport",
    "BuildReport",
    "CableNotFound",
    "CableRow",
    "CheckReport",
    "ExportReport",
    "Facets",
    "Filters",
    "Hit",
    "ImportReport",
    "Index",
    "IndexNotFound",
    "ModelMismatch",
    "Order",
    "Problem",
    "Progress",
    "RepairReport",
    "SentenceHit",
    "Spelling",
    "TokenMatches",
    "backup",
    "build",
    "check",
    "export",
    "import_",
    "open",
    "repair",
]


def __getattr__(name: str) -> object:
    # What builds imports all that reads cables, which a process that only asks does without.
    if name == "build":
        from index.builder import build

        return build
    if name == "check":
        from index.checks import check

        return check
    if name == "repair":
        from index.repairs import repair

        return repair
    if name == "backup":
        from index.copies import backup

        return backup
    if name == "export":
        from index.exports import export

        return export
    if name == "import_":
        from index.imports import import_

        return import_
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
