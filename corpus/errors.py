"""What this project raises on purpose, and what the corpus room raises of it."""

from pathlib import Path


class CableQAError(Exception):
    """Anything that is raised on purpose: its text is a sentence that says what to do."""


class UnreadableSource(CableQAError):
    """A path that was asked for by name and cannot be read at all (a bad cable inside it is a `Rejected`)."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason
