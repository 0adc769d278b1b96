"""Which of the numbers at line starts are paragraphs of the cable, and which belong to its text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

_LEVEL: Final = r"(?:U|SBU|C|S|TS|LOU|FOUO)"
# "(SBU)", "(C/NF)", "(U//FOUO)"; not "(U.S.)" or "(Iran)" [09BERLIN1626]
_CAVEAT: Final = rf"(?:{_LEVEL}|NF|NOFORN|LES|ORCON|REL[ A-Z,/]{{0,30}})"
_MARKING: Final = rf"(?i:\([ \t]?({_LEVEL}(?:(?:/{{1,2}}|-|[ ]){_CAVEAT})*)[ \t]?\))"
_NUMBER: Final = (
    r"(?:[¶\ufffd][ \t]*(?:\n[ \t]*)?)?"  # a PDF leaves the pilcrow alone on a line [00GABORONE5064]
    rf"(?:{_MARKING}[ \t]*)?"
    r"(\d{1,3})"
    rf"(?:[ \t]?\.(?=[\s(A-Z\"'“-]|\Z)[ \t]*|[ \t]?\)?[ \t]*(?={_MARKING}))"
    r"(?:\d{1,3}\.[ \t]+)?"  # "¶7. 6." has two: the first counts [09LAPAZ1784]
    rf"(?:{_MARKING}[ \t]*)?"
)
# The line feed stands first, outside any group, for that is what makes the search fast.
_AT_LINE_START: Final = re.compile(rf"\n[ \t]*(?=[¶\ufffd(\d])({_NUMBER})")
_AT_TEXT_START: Final = re.compile(rf"\s*({_NUMBER})")
_INSIDE_A_LINE: Final = r"[.!?][\"'”)]*[ \t]+(%d\.[ \t]+)(?=[A-Z(\"“])"

_HIGHEST: Final = 300  # a longer cable is not known; "911. " is no paragraph
_FARTHEST_AHEAD: Final = 8  # redaction takes whole paragraphs out [09HARARE888: ¶3, ¶8]
_ENDS_A_SENTENCE: Final = frozenset(".!?:;\"'”’)]-=*_>")
_REDACTED: Final = re.compile(r"(?<!X)X{4,}\Z", re.IGNORECASE)


class Start(NamedTuple):
    """A number at the start of a line."""

    number: int
    start: int  # of the pilcrow, number or marking, whichever is first
    text: int  # where the words begin
    marking: str


def starts(text: str, begin: int, end: int) -> list[Start]:
    """The numbered paragraphs of text[begin:end], in the order in which they stand."""
    candidates = list(_candidates(text, begin, end))
    if not candidates:
        return []
    accepted = _accepted(text, begin, candidates)
    return _with_hidden(text, accepted) if accepted else []


def _candidates(text: str, begin: int, end: int) -> Iterator[Start]:
    previous = begin
    if begin == 0:
        match = _AT_TEXT_START.match(text, 0, end)
        if match:
            yield _start(match)
            previous = match.end()
    for match in _AT_LINE_START.finditer(text, max(begin - 1, 0), end):
        if match.start(1) >= previous:
            yield _start(match)


def _start(match: re.Match[str]) -> Start:
    _, before, number, glued, behind = match.groups()
    marking = behind or before or glued
    return Start(int(number), match.start(1), match.end(), marking.upper() if marking else "")


def _first(text: str, begin: int, candidates: Sequence[Start]) -> int:
    """Where numbering begins: at a 1, or at a higher number where no 1 is printed or it comes much later.

    A first run without markings before a marked 1, or one line an item, is a table of contents [09BERLIN1626].
    """
    first, marked = -1, False
    for at, candidate in enumerate(candidates):
        if candidate.number == 1:
            replaces = (candidate.marking and not marked) or (
                3 <= at - first < 60 and _are_lines_running(text, candidates[first:at])
            )
            if first < 0 or replaces:
                first = at
        elif first < 0 and candidate.marking and 1 < candidate.number <= _FARTHEST_AHEAD:
            first = at
        marked = marked or (first >= 0 and bool(candidate.marking))
    if first >= 0:
        return first
    for at, candidate in enumerate(candidates):
        if 1 < candidate.number <= _FARTHEST_AHEAD and _stands_alone(text, begin, candidate.start):
            return at
    return -1


def _are_lines_running(text: str, items: Sequence[Start]) -> bool:
    return all(text.count("\n", here.text, below.start) == 1 for here, below in pairwise(items))


def _accepted(text: str, begin: int, candidates: Sequence[Start]) -> list[Start]:
    first = _first(text, begin, candidates)
    if first < 0:
        return []
    accepted = [candidates[first]]
    highest = accepted[0].number
    marked = 1 if accepted[0].marking else 0
    inner = 0  # the number that a list inside the paragraph would have next; 0 outside of one
    for at in range(first + 1, len(candidates)):
        candidate = candidates[at]
        number = candidate.number
        mostly_marked = marked * 2 > len(accepted)
        if (
            inner
            and number == inner
            and not (candidate.marking and mostly_marked)
            and (number != highest + 1 or mostly_marked or _comes_again(candidates, at))
        ):
            inner += 1
            continue
        if number == highest + 1:
            if inner and mostly_marked and not candidate.marking:
                continue
            fits = bool(candidate.marking) or _stands_after_a_sentence(text, begin, candidate)
        elif number == 1:
            inner, fits = 2, False
        else:
            fits = (
                number <= _HIGHEST
                and number <= highest + _FARTHEST_AHEAD
                and bool(candidate.marking) == mostly_marked
                and not inner
                and _stands_alone(text, begin, candidate.start)
                and (number == highest + 2 or not _follows_its_list(text, accepted[-1].text, candidate))
            )
        if fits:
            accepted.append(candidate)
            highest = max(highest, number)
            marked += bool(candidate.marking)
            inner = 0
    return accepted


def _comes_again(candidates: Sequence[Start], at: int) -> bool:
    """Whether the same number stands once more before the next higher one."""
    number = candidates[at].number
    for candidate in candidates[at + 1 :]:
        if candidate.number in (number, number + 1):
            return candidate.number == number
    return False


def _follows_its_list(text: str, begin: int, candidate: Start) -> bool:
    """Whether the item before it stands inside the paragraph: then it is the next item of that list."""
    item = f"{candidate.number - 1}."
    at = text.find(item, max(begin, candidate.start - 4000), candidate.start)
    return at >= 0 and not text[at - 1 : at].isalnum()


def _before(text: str, begin: int, at: int) -> tuple[str, bool]:
    """What stands before `at`, and whether a paragraph surely ends there.

    It does where a blank line or a page break follows, or where the line is too long to have been wrapped.
    """
    before = text[max(begin, at - 120) : at]
    words = before.rstrip()
    gap = before[len(words) :]
    return words, gap.count("\n") > 1 or len(gap) > 20 or not words or ("\n" not in words and len(words) > 99)


def _stands_after_a_sentence(text: str, begin: int, candidate: Start) -> bool:
    words, blank = _before(text, begin, candidate.start)
    if blank or words[-1] in _ENDS_A_SENTENCE or _REDACTED.search(words):
        return True
    return text.find("\n", candidate.start, candidate.text) >= 0  # the pilcrow has a line of its own


def _stands_alone(text: str, begin: int, at: int) -> bool:
    """Whether a blank line, a row of dashes or a redaction stands before it, and no sentence is cut there."""
    words, blank = _before(text, begin, at)
    if not words:
        return True
    return (blank and (words[-1] in _ENDS_A_SENTENCE or words[-1].isalnum())) or (
        words[-1] in "-=_*" or bool(_REDACTED.search(words))
    )


def _with_hidden(text: str, accepted: Iterable[Start]) -> list[Start]:
    """Adds the starts that stand in the middle of a line: "nationwide. 10. In addition" [08BRASILIA1396]."""
    found: list[Start] = []
    for start in accepted:
        if found and found[-1].number + 1 < start.number <= found[-1].number + 3:
            for number in range(found[-1].number + 1, start.number):
                hidden = re.compile(_INSIDE_A_LINE % number).search(text, found[-1].text, start.start)
                if hidden:
                    found.append(Start(number, hidden.start(1), hidden.end(1), ""))
        found.append(start)
    return found
