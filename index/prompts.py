"""What an embedding model wants to read before a question and before a passage."""

import re
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """Texts put before a question and before a passage, the blank at their end included; "" is none."""

    query: str = ""
    document: str = ""


_NONE: Final = Prompts()
_E5: Final = Prompts(query="query: ", document="passage: ")
_SENTENCE: Final = Prompts(query="Represent this sentence for searching relevant passages: ")
_TASK: Final = "Given a web search query, retrieve relevant passages that answer the query"
_INSTRUCT: Final = Prompts(query=f"Instruct: {_TASK}\nQuery: ")
_NOMIC: Final = Prompts(query="search_query: ", document="search_document: ")

# Many families wrote their prompts on the model card alone, not in the configuration; a model asked without them
# finds worse, and nothing tells. The first pattern that is found in the name counts. Sources: docs/models.md.
_FAMILIES: Final = tuple(
    (re.compile(rf"(?<![a-z0-9]){pattern}", re.IGNORECASE), prompts)
    for pattern, prompts in (
        (r"multilingual-e5-\w+-instruct", _INSTRUCT),
        (r"(?:multilingual-)?e5-(?:small|base|large)(?!-instruct)", _E5),
        (r"bge-(?:small|base|large)-en", _SENTENCE),
        (r"bge-m3", _NONE),
        (r"gte-(?:small|base|large|modernbert|multilingual)", _NONE),
        (r"nomic-embed-text|modernbert-embed", _NOMIC),
        (r"mxbai-embed", _SENTENCE),
        (r"(?:snowflake-)?arctic-embed-\w+-v2", Prompts(query="query: ")),
        (r"(?:snowflake-)?arctic-embed", _SENTENCE),
        (r"uae-large", _SENTENCE),
    )
)
_CARD_NAME: Final = re.compile(r"^model-index:\s*\n\s*- name:\s*(\S+)", re.MULTILINE)
_CARD_HEAD: Final = 4_000  # characters of the model card, whose name stands at its top
_SNAPSHOT: Final = re.compile(r"[0-9a-f]{40}")


def of_family(model: str) -> Prompts:
    """The prompts of the family that a model belongs to by its name; none where it is of no family known here.

    `model` is a name ("intfloat/e5-small-v2") or a folder; a folder that says nothing is known by its model card.
    """
    for name in (_name(model), _name_on_card(Path(model))):
        for pattern, prompts in _FAMILIES:
            if pattern.search(name):
                return prompts
    return _NONE


def _name(model: str) -> str:
    parts = PurePath(model).parts
    if len(parts) > 2 and _SNAPSHOT.fullmatch(
        parts[-1]
    ):  # .../models--intfloat--e5-small-v2/snapshots/<commit>
        return parts[-3]
    return parts[-1] if parts else ""


def _name_on_card(folder: Path) -> str:
    # Not its `base_model`, nor _name_or_path of the configuration: what a model was made from, perhaps without prompts.
    try:
        with (folder / "README.md").open(encoding="utf-8", errors="replace") as card:
            found = _CARD_NAME.search(card.read(_CARD_HEAD))
    except OSError:
        return ""
    return found[1] if found else ""
