"""What a check, a repair, a backup, an export and an import tell, as lines."""

from collections.abc import Iterator, Sequence
from typing import Final

from index import BackupReport, CheckReport, ExportReport, ImportReport, RepairReport
from qa.steering import harmless

_MOST: Final = 20  # ids on a line; --json has all


def check_lines(report: CheckReport) -> Iterator[str]:
    """What was looked at, and a line for each problem with the cables that it touches."""
    yield (
        f"Looked at: {report.cables:,} cables (older versions too), {report.paragraphs:,} paragraphs, "
        f"{report.embedded:,} of them with vectors."
    )
    for problem in report.problems:
        yield harmless(f"{problem.what}{_cables(problem.cables)}")
    if report.unfinished:
        yield f"{report.unfinished} Run it again: cable-qa build"
    if report.sound:
        yield "Nothing is wrong."


def repair_lines(report: RepairReport) -> Iterator[str]:
    """What was wrong, what was done, and what is lost."""
    yield from check_lines(report.found)
    if report.remade:
        yield f"Made anew from the database: {', '.join(report.remade)}."
    if report.kept_as:
        yield f"The damaged database is kept as {report.kept_as}. Delete it once nothing in it is missed."
        if not report.found.cables:
            yield "Nothing of it could be read. Name your cables: cable-qa build CABLES"
    for what, ids in (
        ("Read again from their sources", report.read_again),
        ("Parsed again from their own text, for their sources are not there", report.from_text),
        ("Lost", report.lost),
    ):
        if ids:
            yield harmless(f"{what}: {len(ids):,}{_cables(ids)}")


def backup_lines(report: BackupReport) -> Iterator[str]:
    """What a backup holds."""
    yield f"{report.cables:,} cables, {report.bytes:,} bytes."
    if report.left_out:
        yield f"Left out, for the first build on the copy makes it: {', '.join(report.left_out)}."


def export_lines(report: ExportReport) -> Iterator[str]:
    """What an exported file holds."""
    yield (
        f"{report.cables:,} cables (older versions too), {report.paragraphs:,} paragraphs, "
        f"{report.embedded:,} of them with vectors, {report.bytes:,} bytes."
    )


def import_lines(report: ImportReport) -> Iterator[str]:
    """What an import brought, and what is left to do."""
    yield f"{report.added:,} cables added, {report.unchanged:,} were there already."
    yield f"{report.paragraphs:,} paragraphs came with them, and vectors of {report.embeddings:,}."
    if report.waiting:
        yield f"{report.waiting:,} paragraphs have no vectors yet: cable-qa build"


def _cables(ids: Sequence[str]) -> str:
    if not ids:
        return ""
    more = f" and {len(ids) - _MOST:,} more" if len(ids) > _MOST else ""
    return f" {', '.join(ids[:_MOST])}{more}"
