"""The cable's text with everything blanked out that its author did not write, character for character."""

from typing import Final

from corpus.markdown_damage import markdown_marks
from corpus.page_breaks import page_breaks

NOTHING: Final = "\0"  # stands where a character was that parts no words; taken out when the text is joined


def authors_text(text: str, start: int = 0) -> str:
    r"""`text` with "\n" alone at line ends and blanks for page breaks and the like behind `start`.

    It is as long as `text`, so that every offset holds for both.
    """
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    if "\\" in text:
        text = text.replace("\\\n", " \n")  # one crawl of the archive put one at each line end
    filled = [(begin, end, " ") for begin, end in page_breaks(text, start)]
    filled += [(begin, end, NOTHING) for begin, end in markdown_marks(text)]
    if not filled:
        return text
    filled.sort()
    pieces: list[str] = []
    at = 0
    for begin, end, filling in filled:
        if end > at:
            begin = max(begin, at)
            kept = text[at:begin]
            if text[begin] == "\n" and kept.rstrip(" \t")[-1:] == "\n":
                filling = "\n"  # a blank line of the author's stands before: let it be seen
            pieces += [kept, filling * (end - begin)]
            at = end
    pieces.append(text[at:])
    return "".join(pieces)
