"""What the index room raises on purpose."""

from pathlib import Path

from corpus.errors import CableQAError


class IndexNotFound(CableQAError):
    """The folder holds no index."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"There is no index in {folder}. Make one first: cable-qa build CABLES --index {folder}")
        self.folder = folder


class CableNotFound(CableQAError):
    """No cable of this id is in the index."""

    def __init__(self, cable_id: str) -> None:
        super().__init__(f"The index holds no cable {cable_id}. To see those it holds: cable-qa list")
        self.cable_id = cable_id


class ModelMismatch(CableQAError):
    """An index is searched only with the model that built it."""

    def __init__(self, folder: Path, *, built_with: str, asked_for: str) -> None:
        super().__init__(
            f"{folder} was built with the model {built_with}, so {asked_for} cannot be used with it. Drop --model, "
            f"or build a second index: cable-qa build CABLES --index NEW_FOLDER --model {asked_for}"
        )
        self.folder, self.built_with, self.asked_for = folder, built_with, asked_for
