"""The marking line, 'UNCLAS SECTION 01 OF 02 ASTANA 000368', and the captions below it."""

import re
from dataclasses import dataclass
from typing import Final

from corpus import identity

_CLASS: Final = (
    r"(UNCLASSIFIED[ \t]*//[ \t]*FOR OFFICIAL USE ONLY|UNCLAS(?:SIFIED)?|U N C L A S(?: S I F I E D)?"
    r"|LIMITED OFFICIAL USE|L I M I T E D {1,3}O F F I C I A L {1,3}U S E|CONFIDENTIAL"
    r"|C O N F I D E N T I A L|TOP SECRET|T O P {1,3}S E C R E T|SECRET|S E C R E T)(?![A-Z])"
)
MARKING_LINE: Final = re.compile(rf"\n[ \t*]*{_CLASS}([^\n]*)")
_ON_ONE_LINE: Final = re.compile(rf"[ \t]{_CLASS}([^\n]{{0,80}})")  # the line breaks were lost
_SECOND_LINE: Final = re.compile(r"\s*\n[ \t]*(SECTION[ \t]+\d+[ \t]+OF[ \t]+\d+[^\n]*)")

_CAPTION: Final = (
    r"(?:SENSITIVE BUT UNCLASSIFIED|SENSITIVE|SIPDIS|NOFORN|N O F O R N|NODIS|N O D I S|EXDIS|E X D I S"
    r"|STADIS|AIDAC|LIMDIS|ROGER CHANNEL|NOT FOR INTERNET DISTRIBUTION|TERREP|ORCON"
    r"|C O R R E C T E D {1,3}C O P Y|CORRECTED COPY)"
)
CAPTION_WORD: Final = rf"{_CAPTION}(?![A-Z])"
_CAPTIONS: Final = re.compile(rf"\n[ \t]*({CAPTION_WORD}(?:[ \t,/]+{CAPTION_WORD})*)([^\n]*)", re.IGNORECASE)
_EACH: Final = re.compile(rf"(?<![A-Z])(?=[ACELNORST]){CAPTION_WORD}", re.IGNORECASE)
# What may stand behind a caption on its line; anything else makes a sentence of it.
_HANDLING: Final = re.compile(
    r"[ \t,:;.*]*(?:(?:-|\(|(?:NOT )?FOR |HANDLE|PROTECT|PLEASE|CAPTION ADDED)[^\n]{0,90})?", re.IGNORECASE
)
_BETWEEN_LETTERS: Final = re.compile(r"(?<=\b[A-Z]) (?=[A-Z]\b)")
_NO_CAPITALS: Final = re.compile(r"[^A-Z]")
_NEXT_FIELD: Final = re.compile(r"[ \t]+(?:E[. ]*[O0][. :]*\d{5}|TAGS?:|SUBJ(?:ECT)?:)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """What a marking line says, and where it stands."""

    classification: str = ""
    post: str = ""
    number: str = ""
    start: int = 0
    end: int = 0
    rest: str = ""  # the line without its classification: captions may stand in it


def marking(lines: str, end: int) -> Marking:
    """The first marking line before `end` that names a post and number, else the first that only classifies.

    `lines` begins with a line feed, as everywhere below the header.
    """
    first: Marking | None = None
    for pattern in (MARKING_LINE, _ON_ONE_LINE):
        for line in pattern.finditer(lines, 0, end):
            rest, stop = line[2], line.end()
            post, number = identity.marked(rest) if rest.strip() else ("", "")
            if not number and (second := _SECOND_LINE.match(lines, stop - len(rest), end)):
                post, number = identity.marked(second[1])
                rest, stop = second[1], second.end()
            found = Marking(
                classification=_whole(line[1]),
                post=post,
                number=number,
                start=line.start(),
                end=stop,
                rest=rest,
            )
            if number:
                return found
            if pattern is MARKING_LINE:
                first = first or found
    return first or Marking()


def captions(lines: str, own: Marking, end: int) -> tuple[str, ...]:
    """SIPDIS, SENSITIVE ... from the marking line down to `end`, in the order printed, each once."""
    found = dict.fromkeys(_closed(word) for word in _EACH.findall(own.rest))
    for line in _CAPTIONS.finditer(lines, own.start, end):
        if _HANDLING.fullmatch(line[2]) or _NEXT_FIELD.match(line[2]):
            found.update(dict.fromkeys(_closed(word) for word in _EACH.findall(line[1])))
    return tuple(found)


def caption_line_end(lines: str, start: int) -> int:
    """Where the caption line at `start` (a line feed) ends; `start` itself where none begins."""
    line = _CAPTIONS.match(lines, start)
    return line.end() if line and _HANDLING.fullmatch(line[2]) else start


def _closed(word: str) -> str:
    """N O F O R N is NOFORN; words of more than a letter keep their blanks."""
    capitals = word.upper()
    if " " not in capitals and "\t" not in capitals:
        return capitals
    capitals = " ".join(capitals.split()).replace("C O R R E C T E D C O P Y", "CORRECTED COPY")
    return _BETWEEN_LETTERS.sub("", capitals) if capitals[1:2] == " " else capitals


def _whole(printed: str) -> str:
    letters = _NO_CAPITALS.sub("", printed)
    if letters.startswith("UNCLAS"):
        return "UNCLASSIFIED//FOR OFFICIAL USE ONLY" if "FOROFFICIAL" in letters else "UNCLASSIFIED"
    return {"LIMITEDOFFICIALUSE": "LIMITED OFFICIAL USE", "TOPSECRET": "TOP SECRET"}.get(letters, letters)
