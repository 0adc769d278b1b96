"""The conversation as HTML. Every string from a cable or a person is escaped here."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final

from corpus.sentences import sentence_spans
from qa import citing
from qa.answer import SAYS, Answer, Citation
from qa.printed import coverage
from qa.web import links, scope
from qa.web.conversation import Turn
from qa.words import folded

AROUND: Final = 180  # characters of the paragraph, at most, before the first quote and after it

CITE: Final = {
    "note": "Note",
    "plain": "Quote",
    "BibTeX": "BibTeX",
    "RIS": "RIS",
}  # citing.FORMATS: on the page


def messages(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The turns in the Chatbot's format."""
    both: list[dict[str, str]] = []
    for turn in turns:
        both.append({"role": "user", "content": f'<p class="asked">{escape(turn.question)}</p>'})
        both.append({"role": "assistant", "content": turn_html(turn, last=turn is turns[-1])})
    return both


def turn_html(turn: Turn, *, last: bool = False) -> str:
    """The answering half of a turn; the last one can be asked again or edited."""
    only = f'<p class="only">Asked only: {scope.chips(turn.filters)}</p>' if scope.said(turn.filters) else ""
    if turn.answer is not None:
        inside = answer_html(turn.answer, turn.question)
    elif turn.trouble:
        inside = f'<p class="trouble">{escape(turn.trouble)}</p>'
    elif turn.stopped:
        inside = '<p class="stopped">Stopped.</p>'
    else:
        return (
            '<div class="answer"><p class="waiting">Looking through the cables… '
            f"{action('stop', 'Stop')}</p>{only}</div>"
        )
    asked = turn.answer.asked if turn.answer else turn.question
    addresses = (
        f'data-asked="{escape(turn.question)}" '
        f'data-address="{escape(links.question_address(asked, turn.filters))}"'
    )
    again = f'<p class="again">{action("again", "Ask again")} {action("edit", "Edit the question")}</p>'
    silent = " abstained" if turn.answer is not None and turn.answer.abstained else ""
    return f'<div class="answer{silent}" {addresses}>{inside}{only}{again if last else ""}</div>'


def action(name: str, label: str) -> str:
    """A link that acts as a button: Gradio's Chatbot lets no button through."""
    return f'<a class="act" href="#{name}" role="button" data-act="{name}">{label}</a>'


def answer_html(answer: Answer, question: str) -> str:
    """The quoted sentence and where it stands; or why there is none, and the closest passages set apart."""
    understood = ""
    if folded(answer.asked) != folded(question):
        # The script puts the question into the box to be corrected.
        href, asked = escape(links.question_address(answer.asked)), escape(answer.asked)
        correct = f'<a class="correct" href="{href}" data-correct="{asked}">Correct it</a>'
        understood = f'<p class="understood">Understood as: {asked} {correct}</p>'
    if note := coverage(answer):
        understood += f'<p class="reason">{escape(note)}</p>'
    if not answer.abstained:
        claim = f'<p class="claim">{emphasised(answer.text, answer.short)}</p>'
        source = _listed(answer.citations[:1], within=True)
        others = "".join(
            f'<p class="label">{label}</p>{listed}'
            for says, label in SAYS.items()
            if (listed := _listed([one for one in answer.citations[1:] if one.says == says]))
        )
        return f"{claim}{understood}{source}{others}"
    reason = ""
    if answer.reason and folded(answer.reason) not in folded(answer.text):
        reason = f'<p class="reason">{escape(answer.reason)}</p>'
    closest = _listed(answer.citations)
    if closest:
        closest = f'<p class="label">The closest passages</p>{closest}'
    return f'<p class="claim">{escape(answer.text)}</p>{reason}{understood}{closest}'


def _listed(citations: Sequence[Citation], *, within: bool = False) -> str:
    """The citations as a list; "" where there are none."""
    items = "".join(f"<li>{citation_html(one, within=within)}{cite_html(one)}</li>" for one in citations)
    return f'<ol class="citations">{items}</ol>' if items else ""


def citation_html(citation: Citation, *, within: bool = False) -> str:
    """A link that opens the paragraph in its cable, with the quote lit up; `within`: shown with what is around it."""
    about = " · ".join(
        escape(fact) for fact in (day(citation.date, "%b"), citation.origin, citation.classification) if fact
    )
    before, after = around(citation) if within else ("", "")
    return (
        f'<a class="citation" {links.attributes(links.cited(citation))}>'
        f'<span class="where"><b>{escape(citation.cable_id)}</b> '
        f'<b class="pilcrow">{pilcrow(citation.paragraph)}</b></span> '
        f'<span class="about">{about}</span> '
        f'<span class="quote">{_aside(before)}{escape(citation.quote)}{_aside(after)}</span></a>'
    )


def _aside(text: str) -> str:
    return f'<span class="around">{escape(text)}</span>' if text else ""


def around(citation: Citation) -> tuple[str, str]:
    """A sentence before the quote and one after it, in its paragraph; cut at a word where they are long."""
    start, end = citation.span
    spans = sentence_spans(citation.text) if citation.text[start:end] == citation.quote else ()
    before = next((span for span in reversed(spans) if span[1] <= start), None)
    after = next((span for span in spans if span[0] >= end), None)
    left = right = ""
    if before:
        left = citation.text[before[0] : start]
        if len(left) > AROUND:
            left = f"… {left[-AROUND:].split(maxsplit=1)[-1]}"
        elif before[0] > 0:
            left = f"… {left}"
    if after:
        right = citation.text[end : after[1]]
        if len(right) > AROUND:
            right = f"{right[:AROUND].rsplit(maxsplit=1)[0]} …"
        elif after[1] < len(citation.text.rstrip()):
            right = f"{right} …"
    return left, right


def cite_html(citation: Citation) -> str:
    """What copies the citation in the ways that others take it."""
    ways = " ".join(
        f'<a class="copy" href="#copy" role="button" data-copy="{escape(citing.FORMATS[name](citation))}">{label}</a>'
        for name, label in CITE.items()
    )
    named = f"{escape(citation.cable_id)} {pilcrow(citation.paragraph)}"
    return f'<details class="cite"><summary aria-label="Cite {named}">Cite</summary>Copy as {ways}</details>'


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
