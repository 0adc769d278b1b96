"""Where the text of a cable ends, and who signed it."""

import re
from typing import Final

_CAPITALS: Final = re.compile(r"[A-Z][A-Z'’.-]+(?: [A-Z][A-Z'’.-]*){0,2}")
_TITLE: Final = re.compile(r"[A-Z][a-z'’]+[A-Za-z'’-]*(?: [A-Z][a-z'’]+[A-Za-z'’-]*)?")
_BEHIND_THE_LAST_SENTENCE: Final = re.compile(
    r"[.!?]['\"”’)\]]*[ \t]+([A-Z][A-Z'’-]{2,}(?: [A-Z][A-Z'’-]+)?)\Z"
)
_NO_SIGNERS: Final = re.compile(
    r".*\b(?:END|SUMMARY|COMMENT|NOTE|TEXT|UNCLAS(?:SIFIED)?|CONFIDENTIAL|SECRET|SENSITIVE|SIPDIS|NOFORN|UNQUOTE"
    r"|PAGE|SECTION|BT|QTE|UNQTE)\b.*|X+",
    re.IGNORECASE,
)
# What stands around the signer and is no text: end marks, a declassification group, a date of the publisher.
_LEFTOVER: Final = re.compile(
    r"NNNN|BT|GP-?\s?\d|[-=*#_ ]+|\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?|(?:UNCLASSIFIED|CONFIDENTIAL|SECRET|SIPDIS)"
    r"|[-=* ]*(?:END (?:OF )?CABLE(?: TEXT)?|CABLE ENDS|END TEXT)[-=*. ]*|(?:©|\(c\) |COPYRIGHT\b).*"
    r"|.*Declassified/Released US Department of State.*",
    re.IGNORECASE,
)
_DATE_BEHIND: Final = re.compile(r"[ \t]\d{4}-\d{2}-\d{2}\Z")
# "Please visit Paris' Classified Website at: / http://..." [06PARIS7884]
_ADVERTISEMENT: Final = re.compile(
    r"\n[ \t]*\W{0,3}(?:please[ \t]+)?"
    r"(?:visit|access|view|you (?:can|may)|for (?:more|additional)|to (?:view|access)|see)\b"
    r"[^\n]*(?:\n[ \t]*){1,2}?[^\n]*?(?:https?:|www\.|web ?site|sgov)[^\n]*(?:\n[^\n]{0,120}){0,2}\Z",
    re.IGNORECASE,
)
_SHORT_LAST_LINE: Final = 57  # of a wrapped paragraph; a longer one goes on below it


def signer_and_end(text: str, begin: int) -> tuple[str, int]:
    """Who signed ('' where no one did) and where the text before the signature ends, not before `begin`."""
    end = _without_leftovers(text, begin, _last_word(text, begin, len(text)))
    signer, end = _signature(text, begin, end)
    end = _without_leftovers(text, begin, end)
    while True:
        advertisement = _ADVERTISEMENT.search(text, max(begin, end - 420), end)
        if not advertisement:
            return signer, end
        end = _without_leftovers(text, begin, _last_word(text, begin, advertisement.start()))


def _last_word(text: str, begin: int, end: int) -> int:
    """Where the last character stands that is no blank, plus one."""
    while end > begin:
        window = text[max(begin, end - 200) : end]
        words = window.rstrip()
        if words:
            return end - len(window) + len(words)
        end -= len(window)
    return begin


def _last_line(text: str, begin: int, end: int) -> int:
    """Where the last line of text[begin:end] begins; a line longer than 200 characters is cut."""
    return max(begin, text.rfind("\n", max(begin, end - 200), end) + 1, end - 200)


def _without_leftovers(text: str, begin: int, end: int) -> int:
    for _ in range(12):
        line = _last_line(text, begin, end)
        words = text[line:end].strip()
        if words and _LEFTOVER.fullmatch(words):
            end = _last_word(text, begin, line)
            continue
        date = _DATE_BEHIND.search(text, max(line, end - 14), end)
        if not date:
            break
        end = _last_word(text, begin, date.start())
    return end


def _signature(text: str, begin: int, end: int) -> tuple[str, int]:
    line = _last_line(text, begin, end)
    name = text[line:end].strip()
    if name and len(name) <= 40 and not _NO_SIGNERS.fullmatch(name):
        before = _without_leftovers(text, begin, _last_word(text, begin, line))
        after_blank = text.count("\n", before, line) > 1
        closed = before <= begin or text[before - 1] in ".!?\"'”’)]-:*Xx"
        closed = closed or _ADVERTISEMENT.search(text, max(begin, before - 420), before) is not None
        short = before - _last_line(text, begin, before) < _SHORT_LAST_LINE
        if (_CAPITALS.fullmatch(name) and (after_blank or closed)) or (
            _TITLE.fullmatch(name) and (after_blank or (closed and short))
        ):
            return name, before
    behind = _BEHIND_THE_LAST_SENTENCE.search(text, max(line, end - 60), end)
    if behind and not _NO_SIGNERS.fullmatch(behind[1]):
        return behind[1], _last_word(text, begin, behind.start(1))
    return "", end
