"""A citation as others take it: a historian's note, BibTeX, RIS; and a conversation as Markdown with footnotes."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from qa.answer import Answer, Citation
from qa.steering import harmless
from qa.words import folded

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")
# What many programs make a link of, though nothing marks it as one.
_ADDRESS = re.compile(r"(?=://)|(?<=\bwww)(?=\.)|(?=@)", re.IGNORECASE)
_BEGINS_A_LIST = re.compile(r"^(\d+)([.)])|^([-+=])")
_LATEX: Final = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{special: f"\\{special}" for special in "&%$#_{}"},
}


def note(citation: Citation) -> str:
    """A note as the Chicago Manual of Style has it for unpublished papers, with the paragraph.

    U.S. Embassy Astana, "KAZAKHSTAN: MIGRATION," cable 09ASTANA368, February 27, 2009, unclassified, para. 7.
    """
    title = _one_line(citation.subject).replace('"', "'")
    parts = [
        _author(citation),
        f'"{title},"' if title else "",
        f"cable {_one_line(citation.cable_id)}",
        _day(citation.date),
        _one_line(citation.classification.lower()),
        paragraph(citation.paragraph),
    ]
    # The comma of a title stands inside its quotation marks.
    return ", ".join(part for part in parts if part).replace(',",', ',"') + "."


def plain(citation: Citation) -> str:
    """The quote and where it stands, on one line."""
    where = f"{_one_line(citation.cable_id)}, {paragraph(citation.paragraph)}"
    facts = [
        citation.date.date().isoformat() if citation.date else "",
        _one_line(citation.origin),
        _one_line(citation.classification),
    ]
    return f"“{_one_line(citation.quote)}” ({'; '.join([where, *(fact for fact in facts if fact)])})"


def bibtex(citation: Citation) -> str:
    """An entry for BibTeX, of the type misc, that biblatex reads too."""
    fields = {
        "author": f"{{{_latex(_author(citation))}}}",
        "title": f"{{{_latex(_one_line(citation.subject))}}}",
        "howpublished": f"Diplomatic cable {_latex(_one_line(citation.cable_id))}",
        "year": str(citation.date.year) if citation.date else "",
        "month": str(citation.date.month) if citation.date else "",
        "day": str(citation.date.day) if citation.date else "",
        "note": _latex(
            ", ".join(
                part for part in (_one_line(citation.classification), paragraph(citation.paragraph)) if part
            )
        ),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value.strip("{}")]
    return "\n".join([f"@misc{{{re.sub(r'[^A-Za-z0-9]', '', citation.cable_id)},", *lines, "}"])


def ris(citation: Citation) -> str:
    """An entry in RIS, as Zotero, EndNote and Mendeley take it; lines end as that format wants."""
    fields = [
        ("TY", "GOVDOC"),
        ("AU", _author(citation)),
        ("TI", _one_line(citation.subject)),
        ("M3", "Diplomatic cable"),
        ("AN", _one_line(citation.cable_id)),
        ("PY", str(citation.date.year) if citation.date else ""),
        ("DA", f"{citation.date:%Y/%m/%d}" if citation.date else ""),
        ("SP", paragraph(citation.paragraph)),
        ("N1", _one_line(citation.classification)),
        ("AB", _one_line(citation.quote)),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value) + "ER  - \r\n"


FORMATS: Final[dict[str, Callable[[Citation], str]]] = {
    "note": note,
    "BibTeX": bibtex,
    "RIS": ris,
    "plain": plain,
}


def markdown(turns: Sequence[tuple[str, Answer]]) -> str:
    """A conversation, each question a heading and each citation a footnote.

    Whatever stands in a cable or was asked is shown as the text that it is: its markup means nothing.
    """
    lines, notes = ["# Questions to the cables"], list[str]()
    for question, answer in turns:
        lines += ["", f"## {escaped(question)}", ""]
        if folded(answer.asked) != folded(question):
            lines += [f"Understood as: {escaped(answer.asked)}", ""]
        first = len(notes) + 1
        notes += [
            f"[^{number}]: {escaped(note(one))}" for number, one in enumerate(answer.citations, start=first)
        ]
        if answer.abstained:
            lines += [escaped(answer.text), ""]
            lines += ["The closest passages:", ""] if answer.citations else []
            quoted = list(enumerate(answer.citations, start=first))
        else:
            lines += [f"> {escaped(answer.text)}[^{first}]", ""]
            quoted = list(enumerate(answer.citations[1:], start=first + 1))
        lines += [f"- “{escaped(one.quote)}”[^{number}]{_says(one)}" for number, one in quoted]
    return "\n".join([*lines, "", *notes, ""])


def escaped(text: str) -> str:
    """A text on one line of Markdown, shown as it is."""
    line = _ADDRESS.sub(r"\\", _MARKUP.sub(r"\\\1", _one_line(text)))
    return _BEGINS_A_LIST.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", line)


def paragraph(number: str) -> str:
    """A paragraph as a note names it: "para. 7"; one that the cable does not number is counted."""
    if re.fullmatch(r"p\d+", number):
        return f"unnumbered para. {number[1:]}"
    return f"para. {_one_line(number)}" if number else ""


def _says(citation: Citation) -> str:
    return {"the same": " (also says so)", "something else": " (says otherwise)"}.get(citation.says, "")


def _author(citation: Citation) -> str:
    origin = _one_line(citation.origin)
    american = origin.startswith(("Embassy", "Consulate", "Mission"))
    return f"U.S. {origin}" if american else origin


def _day(date: datetime | None) -> str:
    return f"{date:%B} {date.day}, {date.year}" if date else ""


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)


def _one_line(text: str) -> str:
    return " ".join(harmless(text).split())
