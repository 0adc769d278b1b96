"""The blocks of a cable's body, between its blank lines, and the rows of dashes that make headings in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from corpus import headings

Span = tuple[int, int]

BLANK_LINES: Final = re.compile(r"\n(?:[ \t\0\v\f]*\n)+")
ENDS: Final = frozenset(".!?:;\"'”’)]*_-")
_BLANKS: Final = " \t\n\0\v\f"
_REDACTED: Final = re.compile(r"X{4,}")
_FULL_LINE: Final = 58  # characters; a line as long as that was wrapped, its sentence goes on below


@dataclass(slots=True)
class Part:
    """A heading (`title`) or a block of text between blank lines."""

    start: int
    end: int
    title: str = ""


def may_have_rows(text: str) -> bool:
    """Whether a row of dashes, or of what is used like them, can be in `text`."""
    return "---" in text or "===" in text or "***" in text or "___" in text


class Blocks:
    """The blocks of `view`, as spans of it. A block is taken apart into lines only where a row stands in it."""

    def __init__(self, view: str) -> None:
        self.view = view

    def spans(self, begin: int, end: int) -> list[Span]:
        """What stands between blank lines in view[begin:end], without the blanks around it."""
        spans: list[Span] = []
        for match in BLANK_LINES.finditer(self.view, begin, end):
            if span := self._trimmed(begin, match.start()):
                spans.append(span)
            begin = match.end()
        if span := self._trimmed(begin, end):
            spans.append(span)
        return spans

    def with_rows(self, start: int, block: str, *, in_paragraph: bool) -> Iterator[Part]:
        """The headings and the text of a block that has rows of dashes, at `start`.

        `in_paragraph`: a number stands before its first line, which is then no heading.
        """
        return self._with_rows(self._lines(start, block), in_paragraph)

    def without_redacted(self, start: int, block: str) -> Iterator[Part]:
        """A block at `start` without the redacted paragraphs at its end."""
        return self._text(self._lines(start, block))

    def underlined(self, block: str) -> str:
        """The heading of a block that is one line with a row below it; '' where it takes more to tell.

        Most rows of most cables stand so; `with_rows` comes to the same.
        """
        title, _, row = block.partition("\n")
        title = title.rstrip(_BLANKS)
        if title[0] in "-=_*~" or title[-1] in "-=_*" or not headings.is_row(row):
            return ""
        return headings.underlined([title])

    def redacted(self, span: Span) -> bool:
        """Whether nothing stands there but the X of a redaction."""
        return _REDACTED.fullmatch(self.view, *span) is not None

    def closed(self, start: int, end: int) -> bool:
        """Whether no sentence is cut at the end of a block: its last line is short, if no stop is there."""
        if self.view[end - 1] in ENDS or end - start < 100:
            return True
        return end - self.view.rfind("\n", start, end) < _FULL_LINE

    def _trimmed(self, start: int, end: int) -> Span | None:
        words = self.view[start:end]
        behind = words.lstrip(_BLANKS)
        start += len(words) - len(behind)
        # What Unicode alone calls a blank, as a separator of lines, is no text by itself either.
        return (start, start + len(behind.rstrip(_BLANKS))) if behind.strip() else None

    def _lines(self, start: int, block: str) -> list[Span]:
        """The lines of a block that begins at `start`, as spans without the blanks around them."""
        lines: list[Span] = []
        for line in block.split("\n"):
            span = self._trimmed(start, start + len(line))
            if span:
                lines.append(span)
            start += len(line) + 1
        return lines

    def _stripped(self, line: Span) -> str:
        return self.view[line[0] : line[1]]

    def _text(self, lines: list[Span]) -> Iterator[Part]:
        """The lines as text, without the rows and the redacted paragraphs at their end."""
        last = len(lines) - 1
        while last >= 0 and (self.redacted(lines[last]) or headings.is_row(self._stripped(lines[last]))):
            last -= 1
        if last >= 0:
            yield Part(lines[0][0], lines[last][1])

    def _with_rows(self, block: list[Span], in_paragraph: bool) -> Iterator[Part]:
        """A block that has rows of dashes: over a heading, under it, on its line, or in a table."""
        text: list[Span] = []
        at = 0
        while at < len(block):
            line = block[at]
            at += 1
            words, lead, tail = headings.without_rows(self._stripped(line))
            if words and not headings.is_row(self._stripped(line)):
                line = (line[0] + lead, line[1] - tail)
                title = "" if text or in_paragraph or not (lead or tail) else headings.underlined([words])
                if title:
                    yield Part(*line, title)
                else:
                    text.append(line)
                continue
            between, used = self._between_rows(block, at)
            title, taken = self._above_row(text, in_paragraph)
            if title and not (between and self._ends_sentence(text[-1])):
                between, used = title, 0
                text, line = text[: len(text) - taken], text[-taken]
            elif not between:
                text += [line] if text else []  # a row in a table
                continue
            if text:
                yield from self._text(text)
            text, in_paragraph = [], False
            yield Part(line[0], block[at + used - 1][1], between)
            at += used
        if text:
            yield from self._text(text)

    def _between_rows(self, lines: list[Span], at: int) -> tuple[str, int]:
        """The heading that lines[at:] begin with, a row below it, and how many lines it takes with that row."""
        for below in range(at + 1, min(at + 4, len(lines))):
            if headings.is_row(self._stripped(lines[below])):
                title = headings.underlined([self._stripped(line) for line in lines[at:below]])
                return title, below - at + 1
        return "", 0

    def _above_row(self, text: list[Span], in_paragraph: bool) -> tuple[str, int]:
        """The heading that the last lines of `text` make above a row, and how many they are: three at most."""
        taken = 1
        while taken < min(len(text), 3) and not self._ends_sentence(text[-taken - 1]):
            taken += 1
        if not text or (taken < len(text) and not self._ends_sentence(text[-taken - 1])):
            return "", 0
        if in_paragraph and taken == len(text) and (taken > 1 or self._ends_sentence(text[0])):
            return "", 0
        return headings.underlined([self._stripped(line) for line in text[-taken:]]), taken

    def _ends_sentence(self, line: Span) -> bool:
        return self.view[line[1] - 1] in '.!?"”)' or self.redacted(line)
