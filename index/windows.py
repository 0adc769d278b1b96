"""A paragraph and its context as the texts that the model reads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

# Of the tokens a model reads, the context before a long paragraph may take at most this share.
_CONTEXT_SHARE: Final = 0.3
# Neighbouring windows share this much of a window, so that a sentence cut by one stands whole in the next.
_OVERLAP_SHARE: Final = 0.25
# Tokens kept free: cut apart, a text can have a few tokens more than whole (SentencePiece; WordPiece has none).
_MARGIN: Final = 4

# Not strftime: that speaks the language of the person's machine, and the vectors would differ with it.
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

Offsets = Sequence[tuple[int, int]]  # of tokens: half-open spans of characters, in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What the model reads in one go: context, then `start` to `end` of the paragraph's text."""

    text: str
    shift: int  # character `i` of the paragraph is character `i + shift` of `text`
    start: int
    end: int
    tokens: int  # about how many, special tokens not counted


def context(*, subject: str, post: str, date: datetime | None, heading: str) -> str:
    """What a paragraph takes for granted: "in January" and "the ministry" mean nothing without it."""
    month = f"{_MONTHS[date.month - 1]} {date.year}" if date else ""
    return ". ".join(part.strip(" .") for part in (subject, post, month, heading) if part.strip(" ."))


def windows(text: str, before: str, offsets: Callable[[str], Offsets], *, max_tokens: int) -> list[Window]:
    """Windows that together hold every token of the paragraph, one for all but long paragraphs.

    Args:
        text: the paragraph's.
        before: its context (see `context`).
        offsets: the tokens of a text, without special ones.
        max_tokens: what the model reads, without special tokens.
    """
    prefix = f"{before}\n" if before else ""
    tokens = offsets(text)
    ahead = offsets(prefix)
    if len(ahead) + len(tokens) <= max_tokens - _MARGIN:
        return [_window(text, prefix, 0, len(text), len(ahead) + len(tokens))]
    allowed = int(max_tokens * _CONTEXT_SHARE)
    if len(ahead) > allowed:
        prefix = f"{prefix[: ahead[allowed - 1][1]]}\n" if allowed else ""
        ahead = ahead[:allowed]
    size = max(1, max_tokens - len(ahead) - _MARGIN)
    step = max(1, size - max(1, int(size * _OVERLAP_SHARE)))
    cut, first = [], 0
    while True:
        last = min(first + size, len(tokens))
        start = 0 if first == 0 else tokens[first][0]
        end = len(text) if last == len(tokens) else tokens[last - 1][1]
        cut.append(_window(text, prefix, start, end, len(ahead) + last - first))
        if last == len(tokens):
            return cut
        first += step


def widest(spans: Sequence[tuple[int, int]], cut: Sequence[Window]) -> list[int]:
    """For each span of the paragraph the window that holds most of it, the first of equals."""
    return [
        max(range(len(cut)), key=lambda w: (min(end, cut[w].end) - max(start, cut[w].start), -w))
        for start, end in spans
    ]


def _window(text: str, prefix: str, start: int, end: int, tokens: int) -> Window:
    return Window(
        text=prefix + text[start:end], shift=len(prefix) - start, start=start, end=end, tokens=tokens
    )
