"""FM, TO and INFO: who sent a telegram, and to whom."""

import re
from typing import Final

_FROM: Final = re.compile(r"\n[ \t]*FM[ \t]+([^\n]*)")
_FROM_ON_ONE_LINE: Final = re.compile(r"[ \t]FM[ \t]++([^\n]{1,80}?)(?=[ \t]++TO[ \t])")
_TO: Final = re.compile(r"\n[ \t]*(?:TO|ACTION)[ \t]+(?=\S)")
_LIST_END: Final = re.compile(
    r"\n[ \t]*(?:BT[ \t]*(?:\n|\Z)|XMT\b|VZCZC|DE[ \t]+R|FM[ \t]"
    r"|SUBJ(?:ECT)?[ \t]*:|TAGS?\b|E[. ]*[O0][. ]*\d{5}|NNNN)",
    re.IGNORECASE,
)
_INFO: Final = re.compile(r"[ \t]*INFO[ \t]+(?:TO[ \t]+)?")
_ROUTING: Final = re.compile(r"[ \t]*(?:R[A-Z]{3,8}|ZEN)[ \t]*/[ \t]*")
_TRAILERS: Final = frozenset({"FLASH", "NIACT", "IMMEDIATE", "IMMED", "PRIORITY", "ROUTINE"})
# Stamps of publishers and what breaks in at the pages of the 1970s: the list goes on behind it.
_NO_ADDRESSEE: Final = re.compile(
    r"(?:(?=[MTWFSmtwfs])(?i:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)(?i:DAY),|PAGE[ \t]+\d+|\d{4}-\d\d-\d\d|[-=]{3,}|\d+\Z"
    r"|(?=\D*+\d{8})[A-Z .]{2,14}[ \t]+\d{8}[ \t]+\d{3}\b"  # the figure first: most names have none
    r"|(?:UNCLASSIFIED|CONFIDENTIAL|SECRET|LIMITED OFFICIAL USE)\Z|SIPDIS|SENSITIVE\Z|RUE[A-Z]{2,5}\Z)"
)
_EMPTY_LINE: Final = re.compile(r"\n[ \t]*(?=\n|\Z)")
_LONGEST: Final = 160  # characters of a name: what is longer is a text whose line breaks were lost


def sender(lines: str, end: int) -> str:
    """'AMEMBASSY ASTANA', as FM has it; '' where there is no FM."""
    found = _FROM.search(lines, 0, end) or _FROM_ON_ONE_LINE.search(lines, 0, end)
    return _name(found[1]) if found else ""


def addressees(lines: str, start: int, end: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addressees for action and those for information, between `start` and the marking line at `end`.

    Routing, precedence and number are taken off: 'RUEHC/SECSTATE WASHDC PRIORITY 4771' is 'SECSTATE WASHDC'.
    """
    first = _TO.search(lines, start, end)
    if not first:
        return (), ()
    stop = _LIST_END.search(lines, first.end(), end)
    action: list[str] = []
    information: list[str] = []
    names = action
    for line in lines[first.end() : stop.start() if stop else end].split("\n"):
        if "INFO" in line and (info := _INFO.match(line)):
            names = information
            line = line[info.end() :]
        name = _name(line)
        if name and not _NO_ADDRESSEE.match(name):
            names.append(name)
    return tuple(action), tuple(information)


def list_end(lines: str, start: int, end: int) -> int:
    """Where a list of addressees that no marking line follows ends: at its first empty line."""
    first = _TO.search(lines, start, end)
    gap = _EMPTY_LINE.search(lines, first.end(), end) if first else None
    return gap.start() if gap else start


def _name(line: str) -> str:
    name = line[:_LONGEST]
    if "/" in name:
        if routing := _ROUTING.match(name):
            name = name[routing.end() :]
        name = name.partition("//")[0]
    words = name.split()
    while words and (words[-1] in _TRAILERS or (words[-1].isdigit() and len(words) > 1)):
        words.pop()
    return " ".join(words)
