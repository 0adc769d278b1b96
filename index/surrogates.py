"""Lone surrogates: Python's strings can hold them (a file name that is not UTF-8), while UTF-8 cannot."""


def readable(text: str) -> str:
    """The text with a question mark for each lone surrogate: of equal length, so that offsets stay true."""
    return text.encode("utf-8", "replace").decode()


def storable(text: str) -> str:
    """The text with lone surrogates spelled out, so that two different texts stay different."""
    return text.encode("utf-8", "backslashreplace").decode()
