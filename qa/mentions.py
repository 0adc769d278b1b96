"""Cables and TAGS that a question names: "in 09ASTANA368", "cables tagged PHUM"."""

import re
from dataclasses import dataclass
from typing import Final

from corpus.identity import POSTS, repaired_id

# "09ASTANA368" in any case; apart, "09 ASTANA 368", in capitals only.
_TOGETHER = re.compile(r"\b(?:\d{2}|(?:19|20)\d{2})[A-Za-z]{3,}\d{1,8}\b")
_APART = re.compile(r"\b(?:\d{2}|(?:19|20)\d{2})[ -](?P<post>[A-Z]{2,}(?: [A-Z]{2,}){0,3})[ -]\d{1,8}\b")
_CODE = r"[A-Z]{2,8}"
_TAGGED = re.compile(
    rf"\b(?:[Tt]agged|TAGGED|[Tt]ags?|TAGS?)\b(?:\s+(?:as|with))?[\s:]+(?P<codes>{_CODE}(?:\s*(?:,|/|and|or)\s*{_CODE})*)\b"
    rf"|\b(?P<before>[A-Z]{{4}})\s+(?:cables|telegrams|reports)\b"
)
_CODES: Final = re.compile(rf"\b{_CODE}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A cable's id or some TAGS, as a text names them from `start` to `end`."""

    start: int
    end: int
    cable_id: str = ""
    tags: tuple[str, ...] = ()


def mentions(text: str) -> list[Mention]:
    """The cables and the TAGS that a text names, in order; ids are canonical."""
    found = [
        Mention(start=match.start(), end=match.end(), cable_id=cable_id)
        for pattern in (_TOGETHER, _APART)
        for match in pattern.finditer(text)
        if (cable_id := repaired_id(match.group())) and _of_a_post(match)
    ]
    found += [
        Mention(
            start=match.start(),
            end=match.end(),
            tags=tuple(_CODES.findall(match["codes"] or match["before"])),
        )
        for match in _TAGGED.finditer(text)
    ]
    return sorted(found, key=lambda mention: mention.start)


def _of_a_post(match: re.Match[str]) -> bool:
    """Whether what looks like an id is one: of a post that is known, where blanks part it."""
    post = match.groupdict().get("post")
    return post is None or post.replace(" ", "") in POSTS
