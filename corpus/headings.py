"""Which lines between the paragraphs are headings, and how the rows of dashes around them are read."""

import re
from typing import Final

from corpus.markdown_damage import markdown_heading

LONGEST: Final = 110  # characters; headings of two wrapped lines stay below [08RIODEJANEIRO171]

_ROW: Final = re.compile(r"[ \t]*[-=_*~][-=_*~ \t]{2,}")
_ROW_BEFORE: Final = re.compile(r"[ \t]*[-=_*]{5,}[-=_* \t]*")
_COLUMNS: Final = re.compile(r"\S[ \t]{3,}\S|\t")
_CLOSES: Final = re.compile(
    r"\W*(?:END|BEGIN)[ :](?:OF )?(?:SUMMARY|COMMENT|NOTE|TEXT|QUOTE|[A-Z ]*TEXT)\b|\W*(?:BEGIN |END |UN)?QUOTE\W*\Z"
    r"|.* END (?:OF )?(?:SUMMARY|COMMENT|NOTE|TEXT)\W*\Z",
    re.IGNORECASE,
)
_NAMES_A_PART: Final = re.compile(
    r"(?:EXECUTIVE )?(?:SUMMARY|COMMENT|INTRODUCTION|CONCLUSION|BACKGROUND|ACTION REQUEST)S?(?: AND COMMENT)?[.:]?",
    re.IGNORECASE,
)
_BULLET: Final = re.compile(r"(?:[-*•]|[a-zA-Z0-9]{1,2}[.)]|\([a-zA-Z0-9]{1,3}\)|[oQ] )")


def is_row(line: str) -> bool:
    """Whether the line is a row of dashes, broken ("---- -") or not."""
    return _ROW.fullmatch(line) is not None


def without_rows(line: str) -> tuple[str, int, int]:
    """The words of a line that has dashes on one side or both, and how many characters stand before and behind them.

    "---------- NEXT STEPS -----" [08BRASILIA1396]; dashes count from five on, so that " -- " stays.
    """
    before = _ROW_BEFORE.match(line)
    lead = before.end() if before else 0
    words = line[lead:].rstrip()
    row = words[len(words.rstrip("-=_* \t")) :]
    if sum(map(row.count, "-=_*")) >= 5:
        words = words.rstrip("-=_* \t")
    return words, lead, len(line) - lead - len(words)


def looks_like_a_table(line: str) -> bool:
    """Whether columns stand in the line: a row of dashes below it makes no heading of it."""
    return _COLUMNS.search(line.strip()) is not None


def underlined(lines: list[str]) -> str:
    """The heading that these lines above a row (or between two) make, or ''."""
    title = " ".join(" ".join(lines).split())
    if not title or len(title) > LONGEST * 2 or any(looks_like_a_table(line) for line in lines):
        return ""
    if _CLOSES.match(title) or (title.endswith(".") and len(title) > 60):
        return ""
    return cleaned(title)


def bare(lines: list[str], *, above_a_start: bool, in_capitals: bool, numbered: bool) -> str:
    """The heading that a block without dashes makes, or ''.

    Args:
        lines: The block, stripped.
        above_a_start: A numbered paragraph (in a cable without numbers: any text) follows at once.
        in_capitals: The whole cable is in capitals, so that they tell nothing [66BUENOSAIRES2481].
        numbered: The cable has numbers: then title case alone is a heading only above one.
    """
    title = lines[0]
    if len(lines) > 2 or len(title) > LONGEST:
        return ""
    if len(lines) == 1:
        marked = markdown_heading(title)
        if marked:
            return cleaned(marked)
    else:
        title = f"{title} {lines[1]}"
    if _NAMES_A_PART.fullmatch(title):
        return cleaned(title)
    if title[-1] in ".,;" or looks_like_a_table(title) or _CLOSES.match(title) or _BULLET.match(title):
        return ""
    if sum(map(str.isalpha, title)) * 2 < len(title):
        return ""
    if not in_capitals and title.upper() == title and len(title) > 3:
        return cleaned(title)
    if above_a_start and title[0].isupper() and len(title.split()) < 15 and ". " not in title:
        return cleaned(title) if len(lines) == 1 or numbered else ""
    return ""


def cleaned(title: str) -> str:
    """The heading with its blanks collapsed, without dashes, # and the stop of "SUMMARY."."""
    title = " ".join(title.replace("\0", "").split()).strip("-=_*# ")
    return title[:-1].rstrip() if title[-1:] in (".", ":") else title
