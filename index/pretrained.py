"""What all models share, whatever their task: how one is loaded, and its tokens as spans of characters."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from index.errors import ModelUnavailable
from index.windows import Offsets

_LONGEST: Final = 512  # tokens, where a model names no limit of its own


@contextmanager
def loading(name: str, remedy: str) -> Iterator[None]:
    """Load without bars and reports on the terminal; what goes wrong is raised as ModelUnavailable."""
    from safetensors import SafetensorError
    from transformers.utils import logging as shown

    bars, level = shown.is_progress_bar_enabled(), shown.get_verbosity()
    shown.disable_progress_bar()  # type: ignore[no-untyped-call]
    shown.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        yield
    except (OSError, ValueError, ImportError, RuntimeError, SafetensorError) as error:
        raise ModelUnavailable(name, _reason(str(error)), remedy) from error
    finally:
        shown.set_verbosity(level)
        if bars:
            shown.enable_progress_bar()  # type: ignore[no-untyped-call]


def offsets(tokenizer: Callable[..., Any], text: str) -> Offsets:
    """The tokens of a text, special ones left out, without the blanks that some tokenizers count in."""
    # verbose=False: a text longer than the model reads is no mistake here, it is about to be cut.
    found = tokenizer(
        text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
    )["offset_mapping"]
    return [without_blank(text, int(start), int(end)) for start, end in found]


def without_blank(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the blanks at its start: byte-level tokenizers count the one before a word into the word."""
    while start < end and text[start].isspace():
        start += 1
    return start, end


def most_tokens(limit: float | None) -> int:
    """What a model reads at most, special tokens counted."""
    # None, infinite, or a tokenizer's "very large": the model names no limit.
    return int(limit) if limit and limit < 1_000_000 else _LONGEST


def _reason(said: str) -> str:
    if "trust_remote_code" in said:  # transformers' advice is to trust the code; ours is another model
        return "it comes with code of its own, which is never run here"
    return said.strip().split("\n")[0].rstrip(".")
