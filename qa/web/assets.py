"""The style sheet and the scripts of the page."""

from importlib.resources import files


def asset(name: str) -> str:
    """The text of a style sheet or script of this package."""
    return (files("qa.web") / name).read_text("utf-8")
