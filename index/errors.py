"""What the index room raises on purpose."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from corpus.errors import CableQAError


class IndexNotFound(CableQAError):
    """The folder holds no index."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"There is no index in {folder}. Make one first: cable-qa build CABLES --index {folder}"
        )
        self.folder = folder


class CableNotFound(CableQAError):
    """No cable of this id is in the index."""

    def __init__(self, cable_id: str) -> None:
        super().__init__(f"The index holds no cable {cable_id}. To see those it holds: cable-qa list")
        self.cable_id = cable_id


class ModelMismatch(CableQAError):
    """An index is searched only with the model that built it."""

    def __init__(self, folder: Path | str, *, built_with: str, asked_for: str) -> None:
        super().__init__(
            f"{folder} was built with the model {built_with}, so {asked_for} cannot be used with it. Drop --model, "
            f"or build a second index: cable-qa build CABLES --index NEW_FOLDER --model {asked_for}"
        )
        self.folder, self.built_with, self.asked_for = folder, built_with, asked_for


class PromptMismatch(CableQAError):
    """An index is searched only with the prompts that it was built with."""

    def __init__(self, folder: Path, *, option: str, built_with: str, asked_for: str) -> None:
        super().__init__(
            f'{folder} was built with {option} "{built_with}", so "{asked_for}" cannot be used with it. Drop '
            f"{option}, or build a second index: cable-qa build CABLES --index NEW_FOLDER {option} "
            f"{shlex.quote(asked_for)}"
        )
        self.folder, self.option, self.built_with, self.asked_for = folder, option, built_with, asked_for


class IndexBusy(CableQAError):
    """Another build is at work on the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another build is at work on {folder}. Wait until it has ended (searching goes on meanwhile), "
            f"then run yours again."
        )
        self.folder = folder


class IndexTooNew(CableQAError):
    """The folder was written by a later version of this program."""

    def __init__(self, folder: Path, *, found: int, known: int) -> None:
        super().__init__(
            f"{folder} has format {found}, and this version knows formats up to {known}. Take a newer "
            f"version of the program"
        )
        self.folder, self.found, self.known = folder, found, known


class IndexReadOnly(CableQAError):
    """Something must be written into the folder before it can be asked, and nothing can."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"{folder} cannot be written, and {reason}. Make it writable and run once: cable-qa stats --index {folder}"
        )
        self.folder, self.reason = folder, reason


class IndexDamaged(CableQAError):
    """The database in the folder cannot be read."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The index in {folder} is damaged ({reason}). Save what can be saved: "
            f"cable-qa check --repair --index {folder}"
        )
        self.folder, self.reason = folder, reason


class IndexNotWritten(CableQAError):
    """A build or a copy could not write; what was there before, or was committed, is kept."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"{folder} could not be written: {reason}. Nothing is lost: make room, or make it writable, and run the "
            "same command again"
        )
        self.folder, self.reason = folder, reason


class IndexInUse(CableQAError):
    """A database can be put in the place of another only while nobody has that open."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} is open in another program, perhaps a page that is served from it. End that, then run again: "
            f"cable-qa check --repair --index {folder}"
        )
        self.folder = folder


class BackupExists(CableQAError):
    """A backup is made into a folder that is new, or empty."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"There is something in {folder} already. Name a new folder: cable-qa backup NEW_FOLDER"
        )
        self.folder = folder


class ExportExists(CableQAError):
    """An export is written into a new file."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"There is {file} already. Name a new file: cable-qa export NEW_FILE")
        self.file = file


class BadExport(CableQAError):
    """A file that was to be imported is no whole export of an index."""

    def __init__(self, file: Path, reason: str, remedy: str) -> None:
        super().__init__(f"{file} cannot be imported: {reason}. {remedy}")
        self.file, self.reason = file, reason


class ImportMismatch(CableQAError):
    """Vectors of two models, or made with two prompts, cannot stand in one index."""

    def __init__(self, file: Path, folder: Path, *, theirs: str, ours: str) -> None:
        super().__init__(
            f"{file} was embedded with {theirs}, and {folder} with {ours}. Import it into another index: "
            f"cable-qa import {file} --index NEW_FOLDER"
        )
        self.file, self.folder, self.theirs, self.ours = file, folder, theirs, ours


class ModelNotNamed(CableQAError):
    """A file names a model that does not come with the program, and nobody here has."""

    def __init__(self, file: Path, model: str, folder: Path) -> None:
        super().__init__(
            f"{file} was embedded with the model {model}, which does not come with the program. Say that you want it, "
            f"by its name or its folder here: cable-qa import {file} --index {folder} --model {shlex.quote(model)}"
        )
        self.file, self.model, self.folder = file, model, folder


class NothingToRead(CableQAError):
    """A build was asked for without cables, and the folder remembers none."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"No cables were named, and {folder} remembers none. Name them: cable-qa build CABLES --index {folder}"
        )
        self.folder = folder


class UnknownSource(CableQAError):
    """A path was to be forgotten from which the index has nothing."""

    def __init__(self, path: str, sources: Sequence[str]) -> None:
        has = f"It has cables from: {', '.join(sources)}" if sources else "It remembers no sources"
        super().__init__(f"The index has nothing from {path}. {has}")
        self.path, self.sources = path, tuple(sources)


class DeviceUnavailable(CableQAError):
    """The model cannot run where it was told to."""

    def __init__(self, device: str, reason: str) -> None:
        super().__init__(
            f"The model cannot run on {device} ({reason}). Leave --device out, or name one that is here: --device cpu"
        )
        self.device, self.reason = device, reason


class PrecisionUnavailable(CableQAError):
    """A build cannot embed with less than float32 by this model, or on this device."""

    def __init__(self, precision: str, by: str) -> None:
        super().__init__(
            f"{precision} is for the default model on a processor, not for {by}. "
            "Leave --precision out, or add --device cpu"
        )
        self.precision, self.by = precision, by


class ModelUnavailable(CableQAError):
    """A model cannot be loaded, or is not of the kind that is needed."""

    def __init__(self, model: str, reason: str, remedy: str) -> None:
        super().__init__(f"The model {model} cannot be loaded: {reason}. {remedy}")
        self.model, self.reason = model, reason


class StoreUnavailable(CableQAError):
    """A package that a shared store needs is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(
            f"{package} is not installed, and a Milvus cannot be used without it. Install it: "
            f"pip install {package}"
        )
        self.package = package


class StoreUnreachable(CableQAError):
    """A shared store gives no answer."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"The Milvus at {address} gave no answer ({reason}). See that it runs and that this machine reaches it; "
            "questions are answered again as soon as it does, and a build that was ended goes on when it is run again."
        )
        self.address, self.reason = address, reason


class StoreEmpty(CableQAError):
    """A shared store holds no index."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"There is no index in the Milvus at {address}. Make one first: "
            f"cable-qa build CABLES --store milvus --uri {address}"
        )
        self.address = address


class StoreHoldsAnother(CableQAError):
    """A shared store holds the index of another folder."""

    def __init__(self, address: str, folder: Path) -> None:
        super().__init__(
            f"The Milvus at {address} holds another index than {folder}, and is left as it is. Name another database: "
            f"cable-qa build --index {folder} --store milvus --uri http://HOST:19530/DATABASE"
        )
        self.address, self.folder = address, folder


class RayNotInstalled(CableQAError):
    """The library that only embedding on many machines needs is not there."""

    def __init__(self) -> None:
        super().__init__("Embedding on many machines needs Ray. Install it: pip install 'cable-qa[ray]'")


class RayUnavailable(CableQAError):
    """The Ray that was named cannot be used, or no longer; what was embedded by it is kept."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"The Ray {address} cannot be used: {reason}. See whether it runs, and whether this machine is one of "
            "its own (ray status), then run the same command again; or leave --ray out"
        )
        self.address, self.reason = address, reason


class WorkerUnfit(CableQAError):
    """A machine of a Ray would give other vectors than this one, or none."""

    def __init__(self, machine: str, reason: str) -> None:
        super().__init__(
            f"The machine {machine} cannot embed for this index: {reason}. Install there the version of cable-qa and "
            "the model that are here, then run the same command again: what was embedded is kept"
        )
        self.machine, self.reason = machine, reason
