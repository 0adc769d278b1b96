"""One cable as it was written, as HTML: its fields, then all of its text, in order, with a quote lit up."""

import re
from collections.abc import Collection, Sequence
from html import escape
from itertools import pairwise
from typing import Final

from corpus import Cable, Paragraph
from corpus.placement import source_spans
from qa.web import links
from qa.web.cable_head import Around, head_html
from qa.words import content, words

ALONE: Final = Around()

NOTHING_OPEN = (
    '<div class="nothing"><p>The cable opens here.</p>'
    "<p>Click a citation to read it in its cable, with the quoted sentence lit up.</p></div>"
)
MISSING = (
    '<div class="nothing"><p>There is no cable {id} in this index.</p>'
    "<p>The link may have been made with another one.</p></div>"
)

WRAPPED = 45  # a line at least this long was broken by the typewriter's margin, not by its writer


def missing_html(cable_id: str) -> str:
    """What the reader shows for a cable that is not in the index."""
    return MISSING.format(id=f"<b>{escape(cable_id)}</b>")


def cable_html(cable: Cable, place: links.Place, around: Around = ALONE, *, opened: int = 0) -> str:
    """The whole cable. Nothing of `Cable.text` is left out.

    Args:
        cable: The cable.
        place: What to light up and scroll to.
        around: The cables that it leads to.
        opened: A number that differs each time, so that opening the same place again scrolls to it again.
    """
    body = _as_sent(cable, place) if place.as_sent else _set_out(cable, place)
    return (
        f'<article class="cable" data-opened="{opened}" data-cable-id="{escape(cable.id)}" '
        f'aria-label="Cable {escape(cable.id)}">{head_html(cable, place, around)}{body}</article>'
    )


def _set_out(cable: Cable, place: links.Place) -> str:
    pieces: list[str] = []
    end, heading = 0, ""
    stems = _stems(place)
    for position, paragraph in enumerate(_in_order(cable)):
        before = cable.text[end : max(end, paragraph.start)]
        if position == 0:
            pieces.append(_routing(before, paragraph.heading))
        else:
            pieces.append(_between(before, paragraph.heading if paragraph.heading != heading else ""))
        pieces.append(_paragraph(cable, paragraph, place, stems))
        end, heading = max(end, paragraph.end), paragraph.heading
    return "".join([*pieces, _between(cable.text[end:], "")])


def _as_sent(cable: Cable, place: links.Place) -> str:
    """The text as it came, character for character, with the same words lit up."""
    pieces: list[str] = []
    end = 0
    stems = _stems(place)
    for paragraph in _in_order(cable):
        start = max(end, paragraph.start)
        pieces.append(escape(cable.text[end:start]))
        lit = [span for span in _lit(cable, paragraph, place, stems) if span[0] >= start]
        edges = [start, *(edge for span in lit for edge in span), max(start, paragraph.end)]
        inside = "".join(
            _marked(escape(cable.text[left:right]), place) if number % 2 else escape(cable.text[left:right])
            for number, (left, right) in enumerate(pairwise(edges))
        )
        here = " here" if paragraph.number == place.paragraph else ""
        pieces.append(
            f'<span class="typed{here}" data-paragraph="{escape(paragraph.number)}">{inside}</span>'
        )
        end = max(end, paragraph.end)
    return f'<pre class="original">{"".join(pieces)}{escape(cable.text[end:])}</pre>'


def _in_order(cable: Cable) -> list[Paragraph]:
    return sorted(cable.paragraphs, key=lambda each: each.start)


def _stems(place: links.Place) -> frozenset[str]:
    return frozenset(word.stem for word in content(words(place.words)))


def _lit(
    cable: Cable, paragraph: Paragraph, place: links.Place, stems: Collection[str]
) -> tuple[tuple[int, int], ...]:
    """Where in the cable's text the quote stands, or the words; () where they stand nowhere exactly."""
    spans: list[tuple[int, int]] = []
    if place.span:
        if paragraph.number == place.paragraph and place.span[1] <= len(paragraph.text):
            spans = [place.span]
    elif stems:
        spans = [(word.start, word.end) for word in words(paragraph.text) if word.stem in stems]
    found = [each for span in spans for each in source_spans(cable.text, paragraph, *span)]
    return _on_one_line(cable.text, found) if place.span else tuple(found)


def _routing(text: str, heading: str) -> str:
    """What stands above the first paragraph: folded, but for the heading that the paragraph stands under."""
    lines = text.splitlines(keepends=True)
    first, _ = _heading_lines(lines, heading)
    folded = "".join(lines[:first])
    if not folded.strip():
        return _between(text, heading)
    return (
        '<details class="routing"><summary>The header as it was sent</summary>'
        f"<pre>{escape(folded.strip(chr(10)))}</pre></details>{_between(''.join(lines[first:]), heading)}"
    )


def _between(text: str, heading: str) -> str:
    """What stands between paragraphs: headings set out, all else (page breaks, the signer) dimmed."""
    lines = text.splitlines(keepends=True)
    first, last = _heading_lines(lines, heading)
    title = ""
    if first < last:
        title = f"<h3>{escape(' '.join(line.strip(' #-_*' + chr(10)) for line in lines[first:last]))}</h3>"
    return _dimmed("".join(lines[:first])) + title + _dimmed("".join(lines[last:]))


def _dimmed(text: str) -> str:
    return f'<p class="aside">{escape(text.strip())}</p>' if text.strip() else ""


def _heading_lines(lines: list[str], heading: str) -> tuple[int, int]:
    """Which lines print the heading, as a half open range; an empty one at the end where none does."""
    wanted = _letters(heading)
    for first in reversed(range(len(lines))) if wanted else ():
        found = ""
        for last in range(first, len(lines)):
            found += _letters(lines[last])
            if found == wanted:
                while not _letters(lines[first]):
                    first += 1
                return first, last + 1
            if len(found) > len(wanted):
                break
    return len(lines), len(lines)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _paragraph(cable: Cable, paragraph: Paragraph, place: links.Place, stems: Collection[str]) -> str:
    here = paragraph.number == place.paragraph
    kept = _on_one_line(cable.text, source_spans(cable.text, paragraph, 0, len(paragraph.text)))
    lit = _lit(cable, paragraph, place, stems)
    text = cable.text[paragraph.start : paragraph.end]
    table = _is_table(text)
    shown = text if table else reflowed(text)
    start = paragraph.start
    edges = sorted({0, len(text), *(edge - start for span in (*kept, *lit) for edge in span)})
    pieces = []
    for left, right in pairwise(edges):
        piece = escape(shown[left:right])
        if any(span[0] - start <= left < span[1] - start for span in lit):
            piece = _marked(piece, place)
        elif kept and not any(span[0] - start <= left < span[1] - start for span in kept):
            piece = _lead(cable, paragraph, piece) if left == 0 else f'<span class="aside">{piece}</span>'
        pieces.append(piece)
    if not pieces[0].startswith("<a"):  # it has no number of its own
        pieces.insert(0, _lead(cable, paragraph, "¶"))
    classes = " ".join(name for name, holds in (("para", True), ("here", here), ("typed", table)) if holds)
    return f'<div class="{classes}" data-paragraph="{escape(paragraph.number)}">{"".join(pieces)}</div>'


def _marked(piece: str, place: links.Place) -> str:
    return f"<mark>{piece}</mark>" if place.span else f'<mark class="word">{piece}</mark>'


def _on_one_line(text: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The spans, joined over gaps within a line: a stray backslash is no reason to break a mark in two."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and "\n" not in text[joined[-1][1] : start]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _lead(cable: Cable, paragraph: Paragraph, printed: str) -> str:
    """The printed number and marking, as the paragraph's own shareable link."""
    opens = links.attributes(links.Place(cable_id=cable.id, paragraph=paragraph.number), in_reader=True)
    return f'<a class="lead" title="Link to this paragraph" {opens}>{printed.rstrip()}</a> '


def _is_table(text: str) -> bool:
    """Whether lines are set in columns, which only a fixed pitch shows."""
    return sum(bool(re.search(r"\S(?: {3,}|\t)\S", line)) for line in text.splitlines()) > 1


def reflowed(text: str) -> str:
    """The text with the line breaks of the typewriter's margin as spaces, each character in its old place."""
    return re.sub(r"(?<=\S)[ \t]*(?:\r?\n[ \t]*)+(?=\S)", lambda found: _joined(text, found), text)


def _joined(text: str, found: re.Match[str]) -> str:
    gap = found.group()
    line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    following = text[found.end() : found.end() + 8]
    if gap.count("\n") > 1:
        runs_on = following[:1].islower() and line[-1:] not in ".!?:;"  # a page ended within a sentence
    else:
        runs_on = len(line.strip()) >= WRAPPED and not re.match(r"[-*•]|\(?\w{1,3}[.)]\s", following)
    return " " * len(gap) if runs_on else gap
