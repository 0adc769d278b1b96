"""What the command line prints, as lines of text or as JSON: nothing here prints."""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Final

from corpus import Cable, Paragraph, Rejected
from index import BuildReport, CableRow
from qa.answer import SAYS, Answer, Citation
from qa.steering import TURNING, harmless
from qa.words import folded

MOST_REJECTED: Final = 20
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


def as_json(value: object, *, ascii_only: bool = False) -> str:
    """JSON on one line, datetimes in ISO 8601, control characters escaped (JSON would let some pass)."""
    text = json.dumps(value, ensure_ascii=ascii_only, default=_iso)
    return re.sub(f"[\x7f-\x9f{TURNING}\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)


def answer_json(answer: Answer) -> dict[str, object]:
    """The answer as scripts read it; a citation without its paragraph's text, which `show` gives."""
    return {
        "text": answer.text,
        "short": answer.short,
        "abstained": answer.abstained,
        "citations": [
            {key: value for key, value in asdict(citation).items() if key in CITATION_KEYS}
            | {"span": list(citation.span)}
            for citation in answer.citations
        ],
        "asked": answer.asked,
        "took": answer.took,
        "reason": answer.reason,
        "certainty": answer.certainty,
        "covered": answer.covered,
    }


CITATION_KEYS: Final = frozenset(
    ("cable_id", "paragraph", "quote", "span", "score", "subject", "date", "origin", "classification", "says")
)


def rejected_json(rejected: Sequence[Rejected]) -> list[dict[str, object]]:
    """What was not taken, flat: file, offset, reason."""
    return [
        {"file": item.source.file, "offset": item.source.offset, "reason": item.reason} for item in rejected
    ]


def answer_lines(
    answer: Answer, question: str, *, width: int | None = None, bold: bool = False
) -> Iterator[str]:
    """The answer, then what it rests on and what else is near; how the question was understood, where otherwise.

    `width` None leaves every paragraph on one line.
    """
    if answer.abstained:
        yield from wrapped(answer.text, width)
        if answer.reason and answer.reason not in answer.text:
            yield from wrapped(answer.reason, width)
    else:
        lines = wrapped(f"“{answer.text}”", width)
        yield from emboldened(lines, answer.short) if bold else lines
    if folded(answer.asked) != folded(question):
        yield from ("", *wrapped(f"Understood as: {answer.asked}", width))
    if note := coverage(answer):
        yield from ("", *wrapped(note, width))
    if answer.abstained:
        yield from _listed("The closest passages", answer.citations, width)
        return
    yield from ("", cited(answer.citations[0]))  # its quote stands above
    for says, label in SAYS.items():
        yield from _listed(label, [each for each in answer.citations[1:] if each.says == says], width)


def coverage(answer: Answer) -> str:
    """What the answer does not rest on, while a build is at work; "" where it rests on all."""
    if answer.covered >= 1:
        return ""
    share = min(int(100 * answer.covered), 99)
    searched = f"{share} percent of the paragraphs were searched by meaning, the rest by words alone"
    return f"Not all is indexed yet: {searched}."


def _listed(label: str, citations: Sequence[Citation], width: int | None) -> Iterator[str]:
    if citations:
        yield from ("", f"{label}:")
    for citation in citations:
        yield from ("", cited(citation), *wrapped(f"“{citation.quote}”", width, indent="  "))


def cited(citation: Citation) -> str:
    """'09ASTANA368 ¶7, 27 Feb 2009, Embassy Astana, UNCLASSIFIED'; what the cable lacks is left out."""
    number = citation.paragraph
    place = f"{citation.cable_id} ¶{number}" if number[:1].isdigit() else f"{citation.cable_id} {number}"
    fields = (place, day(citation.date), citation.origin, citation.classification)
    return harmless(", ".join(field for field in fields if field))


def cable_lines(
    cable: Cable, paragraphs: Sequence[Paragraph], *, width: int | None = None, bold: bool = False
) -> Iterator[str]:
    """A cable to read: its header fields, then the paragraphs asked for, each under its heading."""
    title = f"{cable.id}  {cable.subject}"
    yield from emboldened(wrapped(title, width), title) if bold else wrapped(title, width)
    fields = {
        "date": f"{cable.date:%d %b %Y %H:%M} UTC".lstrip("0") if cable.date else "",
        "from": cable.origin or cable.sender,
        "to": "; ".join(cable.to),
        "info": "; ".join(cable.info),
        "classification": ", ".join((cable.classification, *cable.captions)).strip(", "),
        "TAGS": " ".join(cable.tags),
        "references": " ".join(cable.references),
        "signer": cable.signer,
        "file": cable.source.file,
    }
    for name, value in fields.items():
        if value:
            yield from wrapped(f"{name}: {value}", width)
    heading = ""
    for paragraph in paragraphs:
        if paragraph.heading and paragraph.heading != heading:
            yield from ("", harmless(paragraph.heading))
        heading = paragraph.heading
        number = f"¶{paragraph.number}" if paragraph.number[:1].isdigit() else f"({paragraph.number})"
        marking = f"({paragraph.marking}) " if paragraph.marking else ""
        yield ""
        yield from wrapped(f"{number} {marking}{paragraph.text}", width)


def row_lines(rows: Sequence[CableRow]) -> Iterator[str]:
    """A cable a line: id, day, classification, paragraphs, subject; tabs between, for cut and sort."""
    for row in rows:
        fields = (
            row.id,
            f"{row.date:%Y-%m-%d}" if row.date else "-",
            row.classification or "-",
            f"{row.paragraphs} ¶",
            row.subject or "-",
        )
        yield "\t".join(" ".join(harmless(field).split()) for field in fields)


def report_lines(report: BuildReport) -> Iterator[str]:
    """What a build did, and what it did not take."""
    yield (
        f"Cables: {report.added:,} added, {report.changed:,} changed, {report.unchanged:,} unchanged, "
        f"{report.removed:,} removed. Paragraphs: {report.paragraphs:,} in the index, "
        f"{report.embedded:,} embedded in this run{_seconds(report.took)}."
    )
    if report.rejected:
        yield f"Not taken: {len(report.rejected):,}"
    for line in rejected_lines(report.rejected[:MOST_REJECTED]):
        yield f"  {line}"
    if len(report.rejected) > MOST_REJECTED:
        more = len(report.rejected) - MOST_REJECTED
        yield f"  and {more:,} more: cable-qa stats --rejected lists them all."


def rejected_lines(rejected: Sequence[Rejected]) -> Iterator[str]:
    """A line for each thing that was not taken: where it is, and why."""
    for item in rejected:
        place = f" (at {item.source.offset:,})" if item.source.offset else ""
        yield " ".join(harmless(f"{item.source.file}{place}: {item.reason}").split())


def stats_lines(stats: Mapping[str, object]) -> Iterator[str]:
    """A number a line, thousands parted."""
    for name, value in stats.items():
        yield f"{name}: {value:,}" if isinstance(value, int) else f"{name}: {value}"


def wrapped(text: str, width: int | None, *, indent: str = "") -> list[str]:
    """The text made harmless and, given a width, broken into lines that fit it."""
    text = harmless(text)
    if width is None:
        return [indent + text]
    return [
        line
        for part in text.split("\n")
        for line in textwrap.wrap(part, width, initial_indent=indent, subsequent_indent=indent) or [""]
    ]


def emboldened(lines: Sequence[str], part: str | None) -> list[str]:
    """The lines with the first occurrence of `part` in bold, also where it runs over a line's end."""
    if not part:
        return list(lines)
    pattern = r"\s+".join(re.escape(word) for word in harmless(part).split())
    text = re.sub(pattern, lambda found: f"{BOLD}{found[0]}{PLAIN}", "\n".join(lines), count=1)
    return text.split("\n")


def day(moment: datetime | None) -> str:
    """'27 Feb 2009', or 'undated'."""
    return f"{moment.day} {moment:%b %Y}" if moment else "undated"


def _seconds(took: Mapping[str, float]) -> str:
    return f" ({', '.join(f'{stage} {seconds:.1f} s' for stage, seconds in took.items())})" if took else ""


def _iso(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON.")
