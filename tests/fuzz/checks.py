"""What must hold of whatever the reader and the parser make of an input; else AssertionError."""

from collections import Counter
from pathlib import Path
from typing import Final

import corpus
from corpus import Cable, Rejected
from corpus.formats.refusals import FAULT
from corpus.placement import source_spans

LONGEST_REASON: Final = 500  # characters
DRAWN: Final = 6  # paragraphs of a cable whose places are looked at one by one


def is_sound(cable: Cable) -> None:
    """Its paragraphs stand in its text, in order, word for word; its fields are of one line."""
    at = 0
    for place, each in enumerate(cable.paragraphs):
        assert at <= each.start < each.end <= len(cable.text), "paragraphs overlap"
        assert each.number
        assert each.text == " ".join(each.text.split()) != "", "a paragraph without words"
        at = each.end
        if place >= DRAWN:
            continue
        spans = source_spans(cable.text, each, 0, len(each.text))
        lit = "".join("".join(cable.text[first:last].split()) for first, last in spans)
        assert lit == "".join(each.text.split()), "a paragraph does not stand in its cable"
    lists = (cable.captions, cable.to, cable.info, cable.tags, cable.references)
    for field in (
        cable.subject,
        cable.origin,
        cable.post,
        cable.classification,
        cable.precedence,
        cable.signer,
    ):
        assert "\n" not in field, "a field of two lines"
    assert all(each for several in lists for each in several), "an empty entry"


def reads(path: Path) -> str:
    """What the reader makes of a file: sound cables and reasons, the same each time; gives what it came to."""
    items = list(corpus.read(path))
    for item in items:
        assert item.source.offset >= 0
        if isinstance(item, Rejected):
            assert item.reason.strip(), "refused without a reason"
            assert not item.reason.startswith(FAULT), "a fault of the parser"
            assert "\n" not in item.reason, "a reason of two lines"
            assert len(item.reason) <= LONGEST_REASON, f"a reason of {len(item.reason)} letters"
        else:
            assert item.id, "a cable without an id"
            item.text.encode()  # no half characters: no database takes them
            is_sound(item)
    assert items == list(corpus.read(path)), "another outcome the second time"
    assert items, "neither a cable nor a reason"
    kinds = Counter("cable" if isinstance(item, Cable) else "refused" for item in items)
    return (
        "read" if kinds["cable"] and not kinds["refused"] else "read in part" if kinds["cable"] else "refused"
    )


def is_parsed(text: str) -> str:
    """What the parser makes of a text."""
    cable = corpus.parse(text)
    assert cable == corpus.parse(text)
    assert cable.text == text
    is_sound(cable)
    is_sound(corpus.parse(text, "09ASTANA1.txt", fallback=cable))
    header = corpus.header
    assert header.subject(text) == cable.subject or not header.subject(text)
    assert all(isinstance(each, str) and each for each in header.references(text, 2009, "Embassy Astana"))
    for field in (header.canonical_id, header.sender, header.post, header.origin, header.precedence):
        assert isinstance(field(text[:2_000]), str)
    return "parsed"
