"""Text: one telegram or several in a file. `telegrams` says where each begins, this whether it is one."""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from corpus.cable import Rejected, Source
from corpus.formats import marking_line
from corpus.formats.decoding import decoded
from corpus.formats.record import MAX_CABLE, Record
from corpus.formats.refusals import NO_CABLE, ONLY_HEADER, TOO_LONG, UNAVAILABLE, is_unavailable
from corpus.formats.telegrams import SIGN, parts

_SIGN: Final = re.compile("(?:^|(?<=\r))" + SIGN.pattern.decode(), re.MULTILINE)
_SENTENCE: Final = re.compile(r"[a-z]{2}|[\r\n]\W{0,9}\d{1,3}\.")


def fits(head: bytes) -> bool:
    """Anything: the last of the formats. Whether there is a cable in it, its `texts` say."""
    return True


def texts(file: BinaryIO, name: str) -> Iterator[Record | Rejected]:
    """Each telegram of the file. What follows one behind its NNNN and is none itself stays with it."""
    held: _Cable | None = None
    for offset, data in parts(file):
        text = decoded(data or b"")
        reason = TOO_LONG if data is None else refusal(text)
        if held and (reason == NO_CABLE or held.goes_on(text)) and held.add(text):
            continue
        if held:
            yield held.record()
        held = None if reason else _Cable(text, offset)
        if reason:
            yield Rejected(source=Source(file=name, offset=offset), reason=reason)
    if held:
        yield held.record()


class _Cable:
    """A telegram that may go on: its sections were sent one by one, each with a header of its own."""

    def __init__(self, text: str, offset: int) -> None:
        self._texts, self._offset, self._size = [text], offset, len(text)
        markings = list(marking_line.every(text))
        self._named = (markings[0].post, markings[0].number) if markings else None
        self._section = max((marking.section for marking in markings), default=0)

    def goes_on(self, text: str) -> bool:
        """Whether `text` is its next section; a corrected copy begins again at section 1."""
        marking = marking_line.first(text) if self._named else None
        if (
            marking is None
            or (marking.post, marking.number) != self._named
            or marking.section <= self._section
        ):
            return False
        self._section = marking.section
        return True

    def add(self, text: str) -> bool:
        """Take this as its end, unless it would grow too long."""
        if self._size + len(text) > MAX_CABLE:
            return False
        self._texts.append(text)
        self._size += len(text)
        return True

    def record(self) -> Record:
        """The whole of it."""
        return Record(text="".join(self._texts), offset=self._offset)


def refusal(text: str) -> str:
    """Why there is no cable in this text, or "" where there is one."""
    if is_unavailable(text):
        return UNAVAILABLE
    kinds, fields, after_sender = set[str](), set[str](), -1
    for match in _SIGN.finditer(text):
        kinds.add(match.lastgroup or "")
        if match["fields"]:
            fields.add(match["fields"][0].upper())
        elif match["sender"] and after_sender < 0:
            after_sender = match.end()
    has_marking = "marking" in kinds and marking_line.first(text) is not None
    has_header = "transmission" in kinds or ("group" in kinds and after_sender >= 0)
    if not has_header and not has_marking and len(fields) < 2:
        return NO_CABLE
    if not has_marking and not fields and after_sender >= 0 and not _SENTENCE.search(text, after_sender):
        return ONLY_HEADER
    return ""
