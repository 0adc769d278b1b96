"""The body of a cable as numbered paragraphs, each with its words joined and its place in the untouched text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from corpus import headings
from corpus.authors_text import NOTHING, authors_text
from corpus.blocks import BLANK_LINES, ENDS, Blocks, Part, Span, may_have_rows
from corpus.cable import Paragraph
from corpus.numbering import Start, starts
from corpus.signer import signer_and_end

_HYPHEN_AT_LINE_END: Final = re.compile(r"-[ \t]*\n[ \t\n]*(?=[A-Za-z])")
# The site's script put one before every line that begins like a number: "May 2," / "¶2007." [06PARIS7884]
_PILCROW: Final = re.compile(r"(\A|\n)[ \t]*[¶\ufffd][ \t]*")
_WORD: Final = re.compile(r"[a-z]{4,}")
_WORD_BEHIND: Final = re.compile(r"[A-Za-z]+")
_WORD_BEFORE: Final = re.compile(r"(?<![A-Za-z])[A-Za-z]+\Z")
_RARE_ROWS: Final = ("===", "***", "___", "XXXX")
_NO_PLAIN_BLANKS: Final = "\0\t\v\f\r\x1c\x1d\x1e\x1f"  # of ASCII; `NOTHING` is one
_CAPTION: Final = re.compile(
    r"(?:SENSITIVE BUT UNCLASSIFIED|SENSITIVE|SIPDIS|UNCLASSIFIED|NOT FOR INTERNET DISTRIBUTION"
    r"|HANDLE ACCORDINGLY|PLEASE (?:PROTECT|HANDLE) ACCORDINGLY|[-,;:.()* ])+",
    re.IGNORECASE,
)
_A_REPORT: Final = 4  # blocks below a lonely ¶1 that make it the cover of a report [04PARIS8983]


@dataclass(slots=True)
class _Draft:
    """A paragraph on its way: where it starts, where its words begin and end, and its blocks."""

    number: str
    start: int
    text: int
    end: int
    heading: str
    marking: str = ""
    blocks: int = 1
    breaks: int = 0  # where its first block ends, if there are more


def paragraphs(text: str, begin: int) -> tuple[tuple[Paragraph, ...], str]:
    """The paragraphs of the body, which begins at `begin`, and the signer ('' where none signed).

    Numbers are as printed. What stands before the first is "preamble"; a block of its own without a number is
    "p3" as the third paragraph. Offsets count characters of `text`; paragraphs never overlap.
    """
    view = authors_text(text, begin)
    signer, end = signer_and_end(view, begin)
    body = _Body(view, begin, end)
    numbered = starts(view, begin, end)
    drafts = body.numbered(numbered) if numbered else body.unnumbered(begin)
    _number(drafts)
    join = _joiner(view, begin)
    return tuple(
        [
            Paragraph(
                number=draft.number,
                text=words,
                start=draft.start,
                end=draft.end,
                heading=draft.heading,
                marking=draft.marking,
            )
            for draft in drafts
            if (words := join(view[draft.text : draft.end]))
        ]
    ), signer


def _joiner(view: str, begin: int) -> Callable[[str], str]:
    """A function that joins wrapped lines, and takes a hyphen out where the cable writes the whole word elsewhere."""
    words: set[str] | None = None
    # Asked once: of each paragraph it costs more than all else that joining does.
    plain = view.isascii() and not any(mark in view for mark in _NO_PLAIN_BLANKS)

    def mended(match: re.Match[str]) -> str:
        before = _WORD_BEFORE.search(match.string, max(0, match.start() - 30), match.start())
        behind = _WORD_BEHIND.match(match.string, match.end())
        if before is None or behind is None:
            # "30-\nday" is one word, " -\nwhich" two.
            return "-" if match.string[max(0, match.start() - 1) : match.start()].isdigit() else "- "
        if behind[0].lower() in ("and", "or", "to"):
            return "- "
        nonlocal words
        if words is None:
            words = set(_WORD.findall(view[begin:].lower()))
        return "" if (before[0] + behind[0]).lower() in words else "-"

    def joined(raw: str) -> str:
        if "-" in raw and ("-\n" in raw or "- \n" in raw or "-  " in raw):
            raw = _HYPHEN_AT_LINE_END.sub(mended, raw)
        if "¶" in raw or "\ufffd" in raw:
            raw = _PILCROW.sub(r"\1", raw)
        text = raw.replace(" \n", " ").replace("\n", " ").strip()
        if "  " in text or not (plain or text.isprintable()):
            text = " ".join(text.replace(NOTHING, "").split())
        return text

    return joined


class _Body:
    """The author's text between header and signature, and the heading that holds at the moment of reading."""

    def __init__(self, view: str, begin: int, end: int) -> None:
        self.view, self.begin, self.end = view, begin, end
        self.blocks = Blocks(view)
        self.heading = ""
        self.fresh = False  # nothing stands below the heading yet: a second line of it is joined
        self.in_capitals = view.count("e", begin, begin + 2000) * 80 < min(2000, end - begin)
        self.has_numbers = False
        self.has_dashes = view.find("---", begin, end) >= 0
        # A single character is looked for much faster than three, and most cables have none of these.
        self.rare_rows = any(mark[0] in view and view.find(mark, begin, end) >= 0 for mark in _RARE_ROWS)

    def numbered(self, numbers: list[Start]) -> list[_Draft]:
        self.has_numbers = True
        drafts: list[_Draft] = []
        self._preamble(numbers[0].start, drafts)
        last = len(numbers) - 1
        for at, number in enumerate(numbers):
            self._paragraph(number, self.end if at == last else numbers[at + 1].start, at == last, drafts)
        if len(numbers) > 3:
            drafts = self._with_the_one_unnumbered(drafts)
        elif len(numbers) == 1 and sum(draft.blocks for draft in drafts) >= _A_REPORT:
            drafts = self._report(drafts)
        return drafts

    def unnumbered(self, begin: int) -> list[_Draft]:
        """Each block is a paragraph, but for one that goes on with the sentence of the block before."""
        drafts: list[_Draft] = []
        for part in self._parts(begin, self.end, above_a_start=True):
            if part.title:
                self._open(part.title)
            elif drafts and not self.fresh and self._goes_on(drafts[-1].end, part.start):
                drafts[-1].end = part.end
            else:
                drafts.append(_Draft("", part.start, part.start, part.end, self.heading))
                self.fresh = False
        return drafts

    def _report(self, drafts: list[_Draft]) -> list[_Draft]:
        """A lonely ¶1 that encloses a report: of each block below it a paragraph is made."""
        covers = [draft for draft in drafts if draft.number][:2]
        cover = covers[-1]
        cover.end = cover.breaks or cover.end
        self.heading, self.fresh, self.has_numbers = cover.heading, False, False
        return covers + self.unnumbered(cover.end)

    def _open(self, title: str) -> None:
        self.heading = f"{self.heading} {title}" if self.fresh else title
        self.fresh = True

    def _goes_on(self, before: int, start: int) -> bool:
        """Whether the text at `start` is the same sentence as what ends at `before`."""
        first = self.view[start]
        if self.view[before - 1] in ENDS:
            return first.islower() and not self.view.startswith("o ", start)
        line = before - self.view.rfind("\n", max(self.begin, before - 60), before)
        return first.islower() or first.isdigit() or (line > 50 and first.isalpha())

    def _preamble(self, end: int, drafts: list[_Draft]) -> None:
        """What stands between the header and the first number: one paragraph, and perhaps the heading of the first."""
        if not self.view[self.begin : end].strip():
            return
        begin = last = -1
        for part in self._parts(self.begin, end, above_a_start=True):
            if _CAPTION.fullmatch(self.view, part.start, part.end):
                continue
            if part.title:
                self._open(part.title)
                continue
            if begin < 0:
                begin, heading = part.start, self.heading
            last, self.fresh = part.end, False
        if begin >= 0:
            drafts.append(_Draft("preamble", begin, begin, last, heading))

    def _paragraph(self, number: Start, end: int, is_last: bool, drafts: list[_Draft]) -> None:
        """The paragraphs and headings up to the next number. What most cables hold is read without a detour."""
        raw = self.view[number.text : end].rstrip()
        if not self._may_have_rows(raw) and not BLANK_LINES.search(raw):
            if raw:
                self._add(number, number.text, number.text + len(raw), drafts)
            return
        blocks = self.blocks.spans(number.text, end)
        if len(blocks) == 2 and (title := self._heading_below(number, blocks, above_a_start=not is_last)):
            self._add(number, *blocks[0], drafts)
            self._open(title)
            return
        current: _Draft | None = None
        own = False
        for part in self._parts(number.text, end, above_a_start=not is_last, first_line_is_text=True):
            if part.title:
                current = None
                self._open(part.title)
            elif current is None:
                current = _Draft("", part.start, part.start, part.end, self.heading)
                if not own:
                    own = True
                    current.number, current.start, current.marking = (
                        str(number.number),
                        number.start,
                        number.marking,
                    )
                drafts.append(current)
                self.fresh = False
            else:
                current.breaks = current.breaks or current.end
                current.end = part.end
                current.blocks += 1

    def _add(self, number: Start, text: int, end: int, drafts: list[_Draft]) -> None:
        drafts.append(_Draft(str(number.number), number.start, text, end, self.heading, number.marking))
        self.fresh = False

    def _may_have_rows(self, text: str) -> bool:
        """Whether a row, or a redaction that ends it like one, can be in a text of this body."""
        return (self.has_dashes and "---" in text) or (
            self.rare_rows and (may_have_rows(text) or text[-4:] == "XXXX")
        )

    def _heading_below(self, number: Start, blocks: list[Span], *, above_a_start: bool) -> str:
        """The heading that the second of two blocks is, the first being text alone; '' where it takes more to tell."""
        start, end = blocks[0]
        if self.view.find("\n", number.text, start) >= 0 or self._may_have_rows(self.view[start:end]):
            return ""
        below = self.view[slice(*blocks[1])]
        if may_have_rows(below):
            return self.blocks.underlined(below)
        return self._bare(below, blocks, 1, above_a_start)

    def _with_the_one_unnumbered(self, drafts: list[_Draft]) -> list[_Draft]:
        """Where blank lines stand only between paragraphs, a single second block is one that lost its number.

        Anywhere else it belongs to the paragraph above it.
        """
        several = [at for at, draft in enumerate(drafts) if draft.blocks > 1 and draft.number != "preamble"]
        if len(several) != 1 or several[0] == len(drafts) - 1 or drafts[several[0]].blocks != 2:
            return drafts
        draft = drafts[several[0]]
        second = draft.end - len(self.view[draft.breaks : draft.end].lstrip())
        words = self.view[second : draft.end]
        if (
            self.view[draft.breaks - 1] in '.)"'
            and words[0] in 'ABCDEFGHIJKLMNOPQRSTUVWXYZ"'
            and (words[-1] in '.)"' or may_have_rows(words))
            and words.count(". ") + words.count(".\n") > 0
        ):
            lost = _Draft("", second, second, draft.end, draft.heading)
            draft.end = draft.breaks
            return [*drafts[: several[0] + 1], lost, *drafts[several[0] + 1 :]]
        return drafts

    def _parts(
        self, begin: int, end: int, *, above_a_start: bool, first_line_is_text: bool = False
    ) -> Iterator[Part]:
        """The headings and blocks of view[begin:end] in order.

        Args:
            begin: Where to begin.
            end: Where to end.
            above_a_start: Whether text that is sure to be text follows at `end`.
            first_line_is_text: Whether a number stands before `begin`.
        """
        blocks = self.blocks.spans(begin, end)
        for at, (start, stop) in enumerate(blocks):
            block = self.view[start:stop]
            # "¶6." with nothing behind it, then a heading [09LAPAZ1784]
            in_paragraph = first_line_is_text and at == 0 and self.view.find("\n", begin, start) < 0
            if may_have_rows(block):
                yield from self.blocks.with_rows(start, block, in_paragraph=in_paragraph)
            elif not in_paragraph and (title := self._bare(block, blocks, at, above_a_start)):
                yield Part(start, stop, title)
            elif block[-4:] == "XXXX" and not (in_paragraph and "\n" not in block):
                yield from self.blocks.without_redacted(start, block)
            else:
                yield Part(start, stop)

    def _bare(self, block: str, blocks: list[Span], at: int, above_a_start: bool) -> str:
        """The heading without dashes that blocks[at] makes, or ''."""
        is_last = at == len(blocks) - 1
        if (
            block.count("\n") > 1
            or (is_last and not above_a_start)
            or (not is_last and self.view[blocks[at + 1][0]].islower())
            or (at > 0 and not self.blocks.closed(*blocks[at - 1]))
            or self.blocks.redacted(blocks[at])
        ):
            return ""
        return headings.bare(
            [line.strip() for line in block.split("\n")],
            above_a_start=is_last or not self.has_numbers,
            in_capitals=self.in_capitals,
            numbered=self.has_numbers,
        )


def _number(drafts: list[_Draft]) -> None:
    """Gives "p3" to the third paragraph if it has no number; the preamble does not count."""
    preamble = 1 if drafts and drafts[0].number == "preamble" else 0
    for at, draft in enumerate(drafts, 1 - preamble):
        if not draft.number:
            draft.number = f"p{at}"
