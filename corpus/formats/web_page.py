"""Any other web page: somebody's own page with a cable, or an index, tag or article page without one."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, Final

from corpus.cable import Rejected, Source
from corpus.formats import archive_page, markup, plain_text, plusd_page
from corpus.formats.decoding import decoded_whole
from corpus.formats.record import MAX_CABLE, Record
from corpus.formats.refusals import NO_CABLE, NO_CABLE_PAGE, TOO_LONG

_BEGINS: Final = re.compile(
    rb"\s*<(?:!doctype\s+html|html\b|head\b|body\b|table\b|div\b|pre\b|code\b|p\b|h\d\b|!--|\?xml)",
    re.IGNORECASE,
)
_HTML: Final = re.compile(rb"<(?:html|head|body|div|table|pre|p)\b", re.IGNORECASE)
_NOT_SHOWN: Final = re.compile(r"<(script|style|head)\b", re.IGNORECASE)


def fits(head: bytes) -> bool:
    """It begins with a tag of HTML, or with an XML declaration before one."""
    return _BEGINS.match(head) is not None and _HTML.search(head) is not None


def texts(file: BinaryIO, name: str) -> Iterator[Record | Rejected]:
    """The cables in the text of the page; the archive's table may stand further down than a head shows."""
    page = decoded_whole(file, MAX_CABLE)
    if page is None:
        yield Rejected(source=Source(file=name), reason=TOO_LONG)
    elif archive_page.TABLE.search(page):
        yield archive_page.cable_of(page, name)
    elif plusd_page.TABLE.search(page):
        yield plusd_page.cable_of(page, name)
    else:
        text = markup.flowing(_without_scripts(page))
        if not text.strip():
            yield Rejected(source=Source(file=name), reason=NO_CABLE_PAGE)
            return
        for item in plain_text.texts(BytesIO(text.encode("utf-8", "replace")), name):
            if isinstance(item, Rejected) and item.reason == NO_CABLE:
                yield Rejected(source=Source(file=name), reason=NO_CABLE_PAGE)
            else:
                yield item


def _without_scripts(page: str) -> str:
    """The page without what a browser does not show."""
    kept, at = [], 0
    for begin in _NOT_SHOWN.finditer(page):
        if begin.start() < at:
            continue
        end = re.compile(f"</{begin[1]}\\s*>", re.IGNORECASE).search(page, begin.end())
        if end is None:  # a page that was cut off; to look further would cost the square of its length
            break
        kept.append(page[at : begin.start()])
        at = end.end()
    return "".join(kept) + page[at:]
