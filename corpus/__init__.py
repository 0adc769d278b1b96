"""From any file to cables: reads what archives hold, gives frozen values, knows nothing of the other rooms."""

from corpus import header
from corpus.cable import Cable, Paragraph, Rejected, Source
from corpus.errors import CableQAError, UnreadableSource
from corpus.parser import parse
from corpus.reader import read
from corpus.shipped import shipped_cables

__all__ = [
    "Cable",
    "CableQAError",
    "Paragraph",
    "Rejected",
    "Source",
    "UnreadableSource",
    "header",
    "parse",
    "read",
    "shipped_cables",
]
