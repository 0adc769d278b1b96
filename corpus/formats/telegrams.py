"""Where in a text one telegram ends and the next begins."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import BinaryIO, Final

from corpus.formats import marking_line
from corpus.formats.decoding import decoded
from corpus.formats.record import MAX_CABLE

# Blanks, signs of a list or of quoted mail may stand before any of these.
SIGN: Final = re.compile(
    rb"[ \t>*#]{0,20}(?:"
    rb"(?P<transmission>V?ZCZC)"
    rb"|(?P<group>(?:[ZOPRY][ ]{1,4}){0,3}\d{6}Z[ ]{1,4}[A-Z]{3}[A-Z]{0,6}[ ]{1,4}\d\d)"
    rb"|(?P<sender>FM[ \t])"
    rb"|(?P<page_one>PAGE[ ]{1,4}0?1[ ]{1,4}[A-Z])"
    rb"|(?P<fields>E\.?[ ]?[O0]\.?:?[ ]{0,4}\d{5}|TAGS\b|(?i:TAGS?[ ]?:|SUBJ(?:ECT)?[ ]?:))"
    rb"|(?P<marking>UNCLAS|LIMITED[ ]OFF|C ?O ?N ?F ?I ?D ?E ?N ?T|S ?E ?C ?R ?E ?T|T ?O ?P {1,3}S)"
    rb"|(?P<unquote>\(?(?:UNQUOTE|END[ ]QUOTE)\b)"
    rb"|(?P<quote>\(?(?:BEGIN[ ])?QUOTE[ \t:.)-]{0,20}[\r\n])"
    rb"|(?P<end>NNNN[ \t]{0,20}(?:[\r\n]|\Z))"
    rb")"
)
_ABOVE_GROUP: Final = re.compile(rb"\s*\Z|[ZOPR]{2}[ ]{1,4}RU|RU[A-Z]{3}|DE[ ]{1,4}RU|ZN[RY][ ]")
_BARE_MARKING: Final = re.compile(rb"\s*+(?:UNCLASSIFIED|LIMITED OFFICIAL USE|CONFIDENTIAL|SECRET)?\s*+\Z")
_LOOKED_AT: Final = 1 << 20  # bytes of a line that are taken at once


def parts(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """(byte offset, bytes) of each telegram and of what stands between; no bytes of one that is too long."""
    cutter = _Cutter()
    for line, begins_line in _lines(file):
        match = SIGN.match(line) if begins_line else None
        yield from cutter.add(line, match.lastgroup if match else None)
    yield from cutter.rest()


def _lines(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """(bytes, whether a line begins here) of each line, for each of the three line ends."""
    begins_line = True
    while block := file.readline(_LOOKED_AT):
        for line in block.splitlines(keepends=True) if b"\r" in block else (block,):
            yield line, begins_line
            begins_line = line[-1:] in b"\r\n"


class _Cutter:
    """Holds the bytes of one telegram until the next begins, and what it has shown of itself so far."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._offset = 0  # of the first byte held
        self._too_long_from = -1  # the offset of a telegram whose bytes were dropped
        self._quoted = False
        self._quoted_cuts: list[int] = []  # where telegrams begin within a quotation, lest it never ends
        self._forget()

    def _forget(self) -> None:
        self._transmission = self._header = self._body = False
        self._group_at = -1  # a date-time group whose FM has not come yet

    def add(self, line: bytes, sign: str | None) -> Iterator[tuple[int, bytes | None]]:
        """Take a line; give the telegram before it where the line begins another."""
        if sign:
            yield from self._begun(sign, line)
        self._data += line
        if sign == "end" and (self._header or self._body):
            yield from self._cut(len(self._data))
        if len(self._data) > MAX_CABLE:
            yield from self._overflow()

    def rest(self) -> Iterator[tuple[int, bytes | None]]:
        """What is held when the file ends; a quotation that never ended was none."""
        yield from self._unquoted()
        yield from self._taken(len(self._data))

    def _begun(self, sign: str, line: bytes) -> Iterator[tuple[int, bytes | None]]:
        here = len(self._data)
        if sign == "transmission":
            if self._transmission or self._header or self._body:
                yield from self._cut(here)
            self._transmission = True
        elif sign == "page_one" and self._body:
            yield from self._cut(self._above(here, _BARE_MARKING.match))
        elif sign == "group":
            self._group_at = here
        elif sign == "sender" and self._group_at >= 0:
            group_at = self._group_at
            if self._header or self._body:
                yield from self._cut(self._above(group_at, _ABOVE_GROUP.match))
            self._header, self._group_at = True, -1
        elif sign in ("marking", "fields"):
            self._body = self._body or sign == "fields" or marking_line.first(decoded(line)) is not None
        elif sign in ("quote", "unquote"):
            self._turn(quoted=sign == "quote" and self._body)

    def _above(self, position: int, belongs: Callable[[bytearray], object]) -> int:
        """Where the first of the lines directly above begins that belong to what begins at `position`."""
        lowest = self._quoted_cuts[-1] if self._quoted_cuts else 0
        while position > lowest:
            begin = max(self._data.rfind(b"\n", max(0, position - 500), position - 1) + 1, lowest)
            if not belongs(self._data[begin:position]):
                break
            position = begin
        return position

    def _turn(self, *, quoted: bool) -> None:
        if self._quoted and not quoted:  # what was quoted is a part of this telegram
            self._quoted_cuts.clear()
            self._header = self._body = True
        self._quoted = quoted

    def _cut(self, position: int) -> Iterator[tuple[int, bytes | None]]:
        self._forget()
        if self._quoted:
            self._quoted_cuts.append(position)
        else:
            yield from self._taken(position)

    def _taken(self, position: int) -> Iterator[tuple[int, bytes | None]]:
        if self._too_long_from >= 0:
            yield self._too_long_from, None
        elif position:
            yield self._offset, bytes(self._data[:position])
        self._too_long_from = -1
        del self._data[:position]
        self._offset += position

    def _unquoted(self) -> Iterator[tuple[int, bytes | None]]:
        cuts, self._quoted_cuts, self._quoted = self._quoted_cuts, [], False
        for begin, end in pairwise([0, *cuts]):
            yield from self._taken(end - begin)

    def _overflow(self) -> Iterator[tuple[int, bytes | None]]:
        """No telegram is that long: either a quotation has no end, or this is none."""
        self._group_at = -1
        if self._quoted_cuts:
            yield from self._unquoted()
            return
        if self._too_long_from < 0:
            self._too_long_from = self._offset
        self._quoted, self._body = False, True  # so that the next header begins a telegram
        self._offset += len(self._data)
        self._data.clear()
