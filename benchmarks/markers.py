"""Blocks of a page of the docs that a benchmark makes: each stands between two marker comments."""

import re
from collections.abc import Sequence
from pathlib import Path


def written(page: str, name: str, lines: Sequence[str], *, maker: str) -> str:
    """The page with the lines between the two markers of `name`, in place of what stood there.

    `maker` is the module that makes them, as `python -m` calls it. A page without just one place for them is refused.
    """
    begin, end = f"<!-- {name}: made by {maker} -->", f"<!-- end of {name} -->"
    between = re.compile(f"{re.escape(begin)}\n.*?{re.escape(end)}", re.S)
    made = "\n".join([begin, "", *lines, "", end])
    page, found = between.subn(lambda _: made, page)
    if found != 1:
        raise SystemExit(
            f"The page has {found} places for {name}. Give it one, of two lines:\n{begin}\n{end}"
        )
    return page


def printed(lines: Sequence[str], *, into: Path | None, name: str, maker: str) -> None:
    """Print the lines, and where a page is given write them between its markers, see `written`."""
    print(*lines, sep="\n")
    if into:
        page = written(into.read_text(encoding="utf-8"), name, lines, maker=maker)
        into.write_text(page, encoding="utf-8")
