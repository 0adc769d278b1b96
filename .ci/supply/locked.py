"""A lock file as a value: each release that may be installed, and the hashes of all its files."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# As pip and uv write them: the release, where it is for, and then a hash a line.
_RELEASE = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)(?: *;(?P<marker>[^\\\n]*))?")
_HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})(?!\S)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release of a package."""

    name: str  # in the one spelling that the index knows: "huggingface-hub"
    version: str
    marker: str = ""  # for which systems and Pythons; "" for all
    hashes: tuple[str, ...] = ()  # of its files, "sha256:..."


def releases(text: str) -> Iterator[Release]:
    """The releases of a file of requirements, in its order; raises ValueError for a line that pins nothing."""
    joined = re.sub(r"\\\n", " ", text)
    for line in joined.splitlines():
        pinned = line.partition(" #")[0].strip()
        if not pinned or pinned.startswith("#"):
            continue
        found = _RELEASE.match(pinned)
        if found is None:
            raise ValueError(f"This line pins no release: {pinned}")
        yield Release(
            name=name(found["name"]),
            version=found["version"],
            marker=(found["marker"] or "").partition("--hash")[0].strip(),
            hashes=tuple(_HASH.findall(pinned)),
        )


def name(spelled: str) -> str:
    """A package's name in the one spelling that the index knows.

    Source: https://packaging.python.org/en/latest/specifications/name-normalization/
    """
    return re.sub(r"[-_.]+", "-", spelled).lower()


def written(locked: Iterable[Release], *, head: str) -> str:
    """The releases as a file of requirements, by name, with `head` as its comment."""
    blocks = [f"# {line}\n" for line in head.splitlines()]
    for each in sorted(locked, key=lambda release: (release.name, release.version)):
        marker = f" ; {each.marker}" if each.marker else ""
        lines = [
            f"{each.name}=={each.version}{marker}",
            *(f"    --hash={one}" for one in sorted(each.hashes)),
        ]
        blocks.append(" \\\n".join(lines) + "\n")
    return "".join(blocks)
