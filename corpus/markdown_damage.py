r"""What a passage through markdown leaves in a cable: "\$400", "[PGOV](#)", "#### HEADING"."""

import re
from typing import Final

# Only behind a backslash that markdown puts there; a bare "$", "_" or "#" is the author's.
_ESCAPE: Final = re.compile(r"\\(?=[$*_#\[])")
_LINK: Final = re.compile(r"(\[)[^\[\]\n]{1,80}(\]\([^()\s]{0,200}\))")
_HEADING: Final = re.compile(r"#{2,6}[ \t]+(?=\S)")


def markdown_marks(text: str) -> list[tuple[int, int]]:
    """The spans of `text` that markdown added around the author's words, in no order; [] where it shows no such sign.

    The # of a heading are left in: they tell a heading from text.
    """
    spans: list[tuple[int, int]] = []
    if "\\" in text:
        spans += [match.span() for match in _ESCAPE.finditer(text)]
    if "]" in text and "](" in text:  # the first alone is much the faster where there is none
        for match in _LINK.finditer(text):
            spans += [match.span(1), match.span(2)]
    return spans


def markdown_heading(line: str) -> str:
    """'TRAFFICKING IN MINORS' for '#### TRAFFICKING IN MINORS', '' for any other line."""
    match = _HEADING.match(line)
    return line[match.end() :].rstrip("# \t") if match else ""
