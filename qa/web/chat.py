"""The conversation as HTML. Every string from a cable or a person is escaped here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

from qa.answer import Answer, Citation
from qa.web import links
from qa.words import folded

OTHERS: Final = {"the same": "Also says so", "something else": "Says otherwise", "": "Other passages"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and what became of it: an answer, or what went wrong in a sentence, or neither yet."""

    question: str
    answer: Answer | None = None
    trouble: str = ""


def messages(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The turns in the Chatbot's format."""
    both: list[dict[str, str]] = []
    for turn in turns:
        both.append({"role": "user", "content": f'<p class="asked">{escape(turn.question)}</p>'})
        both.append({"role": "assistant", "content": turn_html(turn)})
    return both


def history(turns: Sequence[Turn]) -> list[tuple[str, str]]:
    """The turns as `Assistant.ask` takes them: (question, answer), the oldest first."""
    return [(turn.question, turn.answer.text) for turn in turns if turn.answer is not None]


def turn_html(turn: Turn) -> str:
    """The answering half of a turn."""
    if turn.answer is not None:
        return answer_html(turn.answer, turn.question)
    if turn.trouble:
        return f'<div class="answer"><p class="trouble">{escape(turn.trouble)}</p></div>'
    return '<div class="answer"><p class="waiting">Looking through the cables…</p></div>'


def answer_html(answer: Answer, question: str) -> str:
    """The quoted sentence and where it stands; or why there is none, and the closest passages set apart."""
    understood = ""
    if folded(answer.asked) != folded(question):
        # A link, since Gradio lets no button through; the script puts the question into the box to be corrected.
        href, asked = escape(links.question_address(answer.asked)), escape(answer.asked)
        correct = f'<a class="correct" href="{href}" data-correct="{asked}">Correct it</a>'
        understood = f'<p class="understood">Understood as: {asked} {correct}</p>'
    if not answer.abstained:
        claim = f'<p class="claim">{emphasised(answer.text, answer.short)}</p>'
        source = _listed(answer.citations[:1])
        others = "".join(
            f'<p class="label">{label}</p>{listed}'
            for says, label in OTHERS.items()
            if (listed := _listed([one for one in answer.citations[1:] if one.says == says]))
        )
        return f'<div class="answer">{claim}{understood}{source}{others}</div>'
    reason = ""
    if answer.reason and folded(answer.reason) not in folded(answer.text):
        reason = f'<p class="reason">{escape(answer.reason)}</p>'
    closest = _listed(answer.citations)
    if closest:
        closest = f'<p class="label">The closest passages</p>{closest}'
    claim = f'<p class="claim">{escape(answer.text)}</p>'
    return f'<div class="answer abstained">{claim}{reason}{understood}{closest}</div>'


def _listed(citations: Sequence[Citation]) -> str:
    """The citations as a list; "" where there are none."""
    items = "".join(f"<li>{citation_html(citation)}</li>" for citation in citations)
    return f'<ol class="citations">{items}</ol>' if items else ""


def citation_html(citation: Citation) -> str:
    """A link that opens the paragraph in its cable, with the quote lit up."""
    about = " · ".join(
        escape(fact) for fact in (day(citation.date, "%b"), citation.origin, citation.classification) if fact
    )
    return (
        f'<a class="citation" {links.attributes(links.cited(citation))}>'
        f'<span class="where"><b>{escape(citation.cable_id)}</b> '
        f'<b class="pilcrow">{pilcrow(citation.paragraph)}</b></span> '
        f'<span class="about">{about}</span> '
        f'<span class="quote">{escape(citation.quote)}</span></a>'
    )


def emphasised(text: str, short: str | None) -> str:
    """The text, escaped, with the first place of `short` in it in <strong>."""
    if not short or short not in text:
        return escape(text)
    before, after = text.split(short, 1)
    return f"{escape(before)}<strong>{escape(short)}</strong>{escape(after)}"


def pilcrow(number: str) -> str:
    """How a paragraph is named, escaped: "¶7"; one that the cable does not number is named in words."""
    if number[:1].isdigit():
        return f"¶{escape(number)}"
    if number[:1] == "p" and number[1:].isdigit():
        return f"paragraph {number[1:]}"
    return escape(number)


def day(date: datetime | None, month: str = "%B") -> str:
    """A date as the page writes it: "27 February 2009"; "" where the cable prints none."""
    return f"{date.day} {date.strftime(month)} {date.year}" if date else ""
