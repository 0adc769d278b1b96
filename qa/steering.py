"""What could steer a terminal, or turn around what is read, taken out of a text."""

import unicodedata
from typing import Final

# They turn text around on a screen, so that it reads as something else than what it says.
TURNING: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def harmless(text: str) -> str:
    """The text without what could steer a terminal: control characters, lone surrogates, turning marks."""
    text = text.replace("\r\n", "\n")
    return "".join(
        "\N{REPLACEMENT CHARACTER}"
        if (character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs"))
        or character in TURNING
        else character
        for character in text
    )
