"""What Milvus says of the whole index it holds."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

from index.milvus.client import NO_VECTOR, STATE, Connection

_KEY: Final = "state"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state: readers ask for it, and follow where it has changed."""

    index: str  # a name by chance, which the folder that it was told from knows too
    stamp: int  # counts up with every portion that was written
    notes: dict[str, Any]  # of the folder's manifest: model, prompts, fingerprint, dim
    sources: list[str]
    rejected: int  # pieces of the list of what could not be read, under a key that has the stamp in it
    vocabulary: int  # likewise of the words
    words_stamp: int  # under which those two stand
    superseded: int  # older versions of cables, which the folder alone keeps
    paragraphs: int  # that can be found
    stems: int  # of all of them
    format: int = _FORMAT


def read(connection: Connection) -> State | None:
    """The state; None where nothing was written yet."""
    rows = connection.get(STATE, [_KEY], ["value"], now=True) if connection.has(STATE) else []
    if not rows:
        return None
    return State(**json.loads(rows[0]["value"]))


def write(connection: Connection, state: State) -> None:
    """Let readers see it."""
    connection.upsert(STATE, [{"id": _KEY, "value": json.dumps(asdict(state)), **NO_VECTOR}])
