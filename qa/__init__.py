"""From a question to a cited answer. Knows corpus and index; the page and the command line know it."""

from qa.answer import Answer, Citation
from qa.assistant import Assistant
from qa.errors import EmptyQuestion

__all__ = ["Answer", "Assistant", "Citation", "EmptyQuestion"]
