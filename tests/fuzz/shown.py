"""What must hold of whatever page, terminal, files and programs are given. AssertionError where it does not."""

import re
import unicodedata
from html.parser import HTMLParser
from typing import Final
from urllib.parse import parse_qsl

import corpus
from corpus import Cable, Rejected, Source
from index import CableRow, Filters, Index
from index.surrogates import readable
from qa import citing, printed
from qa.answer import Answer, Citation
from qa.assistant import Assistant
from qa.errors import EmptyQuestion
from qa.steering import TURNING
from qa.web import arguments, cables_tab, chat, export, links, scope
from qa.web.cable_view import cable_html
from qa.web.conversation import Turn
from qa.web.reading import opened

# What the page is made of. Nothing that fetches, runs, or leads elsewhere is among it.
TAGS: Final = frozenset(
    "a article b br dd details div dl dt h2 h3 header li mark nav ol p pre span strong summary ul".split()
)
NAMES: Final = frozenset("aria-label class download hidden href rel role title".split())


class _Elements(HTMLParser):
    """The elements of a piece of HTML with their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.said: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> ends nothing"
        assert self.open.pop() == tag, f"</{tag}> ends another element"

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data[:80]!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl[:80]!r}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data[:80]!r}")


def is_ours(html: str) -> str:
    """The text of a piece of the page, none of whose elements came out of a cable or a question."""
    seen = _Elements()
    seen.feed(html)
    seen.close()
    assert seen.open == [], f"left open: {seen.open}"
    for tag, attributes in seen.elements:
        assert tag in TAGS, f"<{tag}> on the page"
        for name, value in attributes:
            assert name in NAMES or name.startswith("data-"), f"<{tag} {name}=...> on the page"
            if name == "href":
                assert (value or "").startswith(("?", "#", "cables.csv?")), f"a link to {value!r}"
    return "".join(seen.said)


def is_plain(text: str, *, lines: bool = True) -> None:
    """Nothing in it steers a terminal or turns what is read around."""
    for character in text:
        steers = unicodedata.category(character) in ("Cc", "Cs") and not (lines and character in "\n\t")
        assert not steers, f"{character!r} reaches a terminal"
        assert character not in TURNING, f"{character!r} turns the text around"


def is_shown(text: str) -> str:
    """A cable all of whose fields are this text, as page, list, note, Markdown, CSV, terminal and JSON show it."""
    is_plain("\n".join(printed.rejected_lines([Rejected(source=Source(file=text), reason=text)])))
    text = readable(text)  # what is stored has no half characters
    parsed = corpus.parse(text)
    line = " ".join(text.split())[:2_000] or "x"
    several = (line, "09ASTANA1")
    cable = Cable(
        id=line, date=parsed.date, origin=line, post=line, classification=line, captions=several, precedence=line,
        sender=line, to=several * 2, info=several, tags=several, subject=line, references=several, signer=line,
        paragraphs=parsed.paragraphs, source=Source(file=line), text=text, sha256=parsed.sha256,
    )  # fmt: skip
    number = parsed.paragraphs[0].number if parsed.paragraphs else ""
    for place in (
        links.Place(cable_id=line, paragraph=number, span=(0, 5)),
        links.Place(cable_id=line, words=line[:100], as_sent=True),
    ):
        said = is_ours(cable_html(cable, place))
        assert place.as_sent is False or _squeezed(text) in _squeezed(said), (
            "something of the text is left out"
        )
    is_ours(cables_tab._row(_row(cable), line))
    one = Citation(
        cable_id=line, paragraph=line[:20], quote=line, span=(0, len(line)), score=1.0, subject=line, date=None,
        origin=line, classification=line, text=line,
    )  # fmt: skip
    for abstained in (False, True):
        answer = Answer(
            text=line, short=line[:5], abstained=abstained, citations=(one, one), asked=line, reason=line
        )
        is_ours(chat.answer_html(answer, "?"))
        is_ours(chat.messages([Turn(number=0, question=line, answer=answer)])[0]["content"])
        is_plain("\n".join(printed.answer_lines(answer, "?", width=60)))
        is_plain(printed.as_json(printed.answer_json(answer)), lines=False)
        is_inert(citing.markdown([(line, answer)]))
    is_plain("\n".join(printed.cable_lines(cable, cable.paragraphs, width=60)))
    is_plain("\n".join(printed.row_lines([_row(cable)])))
    assert all(each[:1] not in "=+-@\t\r" for each in export._values(_row(cable))[:6] if each), "a formula"
    return "shown as text"


def is_inert(markdown: str) -> None:
    """Markdown in which only ours is markup: headings, a quotation, a list, footnotes."""
    from markdown_it import MarkdownIt

    is_plain(markdown)
    kinds = {"heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "blockquote_open",
             "blockquote_close", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
             "text", "text_special", "softbreak"}  # fmt: skip
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown):
        for each in (token, *(token.children or ())):
            assert each.type in kinds, f"{each.type} in the Markdown"
    # What GitHub and others make links of though nothing marks them as such.
    assert not re.search(r"(?i)https?://|ftp://|(?<![\w\\])www\.|(?<!\\)@\w", markdown), "a bare address"


def _row(cable: Cable) -> CableRow:
    return CableRow(
        id=cable.id, date=cable.date, post=cable.post, origin=cable.origin, classification=cable.classification,
        subject=cable.subject, paragraphs=len(cable.paragraphs),
    )  # fmt: skip


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text.replace("\0", ""))


def is_answered(assistant: Assistant, text: str) -> str:
    """A question, asked as the page, a program and a list of cables ask it."""
    cable_index: Index = assistant.index
    question = text.strip()[: links.LONGEST_QUESTION]
    try:
        answer = assistant.ask(question, [("Who rose?", question[:100])])
    except EmptyQuestion:
        assert not re.search(r"[a-zA-Z0-9]", question)
        return "nothing asked"
    for each in answer.citations:
        assert each.text[each.span[0] : each.span[1]] == each.quote, "a quote that does not stand there"
        found = cable_index.cable(each.cable_id)
        assert any(p.number == each.paragraph and p.text == each.text for p in found.paragraphs)
    assert answer.abstained or answer.text == answer.citations[0].quote
    wanted = Filters(words=question, posts=(question[:50],), tags=(question[:50],))
    for filters in (Filters(words=question), wanted):
        assert cable_index.count(filters) == len(cable_index.cables(filters, limit=None))
        cable_index.facets(filters)
        is_ours(scope.bar_html(filters, only=True, passing=0, total=2))
    cable_index.spellings(question.split()[:20])
    for by in ("words", "meaning"):
        cable_index.search(question, k=5, by=by)
    is_ours(chat.answer_html(answer, question))
    return "abstained" if answer.abstained else "answered"


def is_opened(cable_index: Index, query: str) -> str:
    """An address, as the page and the list in CSV take it."""
    pairs = parse_qsl(
        query, keep_blank_values=True, encoding="utf-8", errors="surrogateescape", max_num_fields=None
    )
    params = dict(pairs)
    place = links.place(params)
    is_ours(opened(cable_index, place))
    asked = links.question(params)
    assert len(asked) <= links.LONGEST_QUESTION
    is_ours(chat.turn_html(Turn(number=0, question=asked)))
    wanted = scope.of_address(pairs)
    if place is not None:
        assert links.place(dict(parse_qsl(links.address(place)[1:]))) is not None
    cables = cable_index.cables(wanted, limit=5, order=cables_tab.order_of(params.get("order")))
    is_ours(cables_tab.list_html(cables, wanted, offset=0, total=len(cables)))
    "".join(export.csv_lines(cable_index, wanted, "newest"))
    return "opened" if place else "no place"


def is_a_call(data: object) -> str:
    """What a program may send in place of filters, history and limit: taken, or refused in a sentence."""
    given = (
        data if isinstance(data, dict) else {"posts": data, "years": data, "since": data, "cable_ids": data}
    )
    names = ("posts", "classifications", "tags", "years", "since", "until", "cable_ids", "holding_words")
    refused = ""
    try:
        arguments.filters(**{name: given.get(name, data) for name in names})
    except corpus.CableQAError as error:
        refused = str(error)
    for check in (arguments.history, arguments.limit, arguments.words):
        try:
            check(data)
        except corpus.CableQAError as error:
            refused = str(error)
        assert "\n" not in refused.strip()
    return "refused in a sentence" if refused else "taken"
