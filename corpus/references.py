"""The REF of a cable: which telegrams its items name, as canonical ids."""

import re
from typing import Final

from corpus.identity import POSTS, cable_id, known_post

_MONTH: Final = (
    r"(?:JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?"
    r"|NOV(?:EMBER)?|DEC(?:EMBER)?)"
)
# What holds figures and is no telegram: date-time groups, dates, airgrams (STATE CA-3400), reports of
# intelligence services, addresses. Taken out before the figures are read.
_NO_CABLES: Final = re.compile(
    rf"\b\d{{6}}\s*Z\s*{_MONTH}\.?\s*\d{{2,4}}\b"
    rf"|\b\d{{1,2}}(?:ST|ND|RD|TH)?[ -]*{_MONTH}(?![A-Z])\.?(?:,?[ -]*'?(?:(?:19|20)\d\d|\d\d)\b(?!\s*[A-Z]{{2}}))?"
    rf"|\b{_MONTH}(?![A-Z])\.?[ -]*\d{{1,2}}(?:ST|ND|RD|TH)?\b(?:\s*-\s*\d{{1,2}}\b)?(?:,?\s*(?:19|20)\d\d\b)?"
    rf"|\b{_MONTH}\b,?\s*(?:19|20)\d\d\b"
    r"|\b\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)\b|\b\d{1,2}-\d{1,2}-(?:\d{4}|\d\d)\b|\b\d{1,2}\.\d{1,2}\.(?:\d{4}|\d\d)\b"
    r"|\b(?:19|20)\d\d[-/]\d\d[-/]\d\d\b|(?<![\d/])(?:0?[1-9]|1[0-2])/(?:[0-2]?\d|3[01])(?![\d/])"
    r"|\((?:19|20)\d\d\)|\(\s*'?\d\d\s*\)(?!\s*[A-Z]{3})|\b\d+\.\d+\b"
    r"|\b(?:A|CA|CW|CERP)-\d+|\bTDX?[ -]*\d+/[\d/-]*|\bIIR[ \d/-]+"
    r"|\bUNSCR?\s+\d+|\bE\.?O\.?\s+\d+|\b[\w.-]{1,64}@[\w.-]+|\bHTTPS?:\S+|\bPARAS?(?:GRAPHS?)?\s*\d+(?:\s*-\s*\d+)?"
)
_TOKEN: Final = re.compile(
    r"(?P<letter>[(\[]?(?<![A-Z.'])[A-Z](?:\s?[.):\]])+|(?<![A-Z'.-])[A-Z](?![A-Z'.-]))"
    r"|(?P<word>[A-Z](?:[A-Z]|'(?=[A-Z]))+)|(?P<figure>\d+)|(?P<between>[;,:/&()\n])"
)
_NUMBERED: Final = re.compile(r"\s*\(?1[.)]\s*[A-Z\d]")  # items may have numbers instead of letters
_ITEM_NUMBER: Final = re.compile(r"(?<![\w.])\(?\d[.)](?=\s*[A-Z\d])")
_SEPARATE: Final = frozenset({"AND", "ALSO", "PLUS", "OR", "THROUGH", "THRU"})
_REMARKS_WORDS: Final = """
NOTAL PREVIOUS CIRCULAR CORRECTED SERIES SEPTEL SEPTELS EARLIER EXDIS NODIS SIPDIS REF REFS REFTEL REFTELS
CABLE CABLES TELEGRAM TELEGRAMS THE IN SEE NUMBER NO NOS AMEMBASSY EMBASSY AMCONSUL CONSULATE CONGEN
USMISSION MISSION USINT USOFFICE US OTHER OTHERS ET AL ETAL CLASSIFIED UNCLAS CONFIDENTIAL SECRET
"""
_REMARKS: Final = frozenset(_REMARKS_WORDS.split())
# Words behind which a figure is no telegram's number, though they look like a post.
_NO_POSTS_WORDS: Final = """
REPORT REPORTS EMAIL EMAILS MAIL MAILS MEMO MEMORANDUM LETTER LETTERS FOR OF DATED DATE ON TO FROM BY WITH
PARA PARAS PARAGRAPH SECTION NOTE NOTES FAX TEL TELCON TELCONS PHONE CALL CALLS CONVERSATION CONVERSATIONS
MEETING FBIS OSC IIR TD TDX PAGE ARTICLE ARTICLES RESOLUTION UNSCR EO DIP CIRCA DRAFT VERSION FAM FAH CFR
USC PL LAW TITLE TAB ANNEX DOCUMENT DOC FILE ITEM CODE DAILY WEEKLY EDITION NONPAPER MESSAGE MESSAGES DTG
CASE OPS REASON REASONS CHAPTER GUIDANCE SUBJECT PART STATEMENT TALKS EXCHANGE DISCUSSION INSTRUCTION CLASS
WARNING ANNUAL YEAR FY PAGES DAYS JANUARY FEBRUARY MARCH APRIL
JUNE JULY SEPT AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER
"""
_NO_POSTS: Final = frozenset(_NO_POSTS_WORDS.split())
# Remarks that begin the name of a post: a figure before them may be its year.
_OFFICES: Final = frozenset(
    {"AMEMBASSY", "EMBASSY", "AMCONSUL", "CONSULATE", "CONGEN", "USMISSION", "MISSION", "US"}
)
_LATEST: Final = 15  # of the years that two digits may stand for


def cited(block: str, year: int | None, post: str) -> list[str]:
    """The ids of the telegrams that a REF block (without its keyword) names, as printed, each once.

    An item without a year is of `year`; a number alone is of the post before it, else of `post`.
    """
    items = _NO_CABLES.sub(" | ", block.upper())
    if _NUMBERED.match(items):
        items = _ITEM_NUMBER.sub(" ", items)
    return _Items(year, post).of(items)


class _Items:
    """The state of reading a REF block from left to right: what a bare number would belong to."""

    def __init__(self, year: int | None, post: str) -> None:
        self.own_year, self.own_post = year, post
        self.year: int | None = None  # printed before the post that comes, or None
        self.last: tuple[int | None, str] = (year, post)
        self.words: list[str] = []  # since the last figure: a post may be among them
        self.fresh = 0  # how many of them stand after the last separator
        self.ids: dict[str, None] = {}
        self.spoilt = False  # an item that is no telegram; a number alone is then none either

    def of(self, block: str) -> list[str]:
        tokens = list(_TOKEN.finditer(block))
        skip = -1
        for place, token in enumerate(tokens):
            kind, text = token.lastgroup, token[0]
            if place == skip:
                continue
            if kind == "letter":
                self.words, self.fresh, self.year, self.spoilt = [], 0, None, False
                if place + 1 < len(tokens) and self._torn_off(tokens, place + 1):
                    skip = place + 1
            elif kind == "between" or text in _SEPARATE:
                self.fresh = 0
            elif kind == "word":
                word = text.replace("'", "")
                if word not in _REMARKS:
                    self.words.append(word)
                    self.fresh += 1
            else:
                self._figure(tokens, place, block)
        return list(self.ids)

    @staticmethod
    def _torn_off(tokens: list[re.Match[str]], place: int) -> bool:
        """'C. 2007 AND PREVIOUS': the year that belongs to the item before [07PARIS1791]."""
        if not re.fullmatch(r"(?:19|20)\d\d", tokens[place][0]):
            return False
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        return following is None or (
            following.lastgroup != "figure" and following[0] in _SEPARATE | {",", ";", "\n"}
        )

    def _figure(self, tokens: list[re.Match[str]], place: int, block: str) -> None:
        figure = tokens[place][0]
        # A line feed or a bracket may stand between a year and its post.
        following = next((token for token in tokens[place + 1 : place + 4] if token[0] not in "\n)"), None)
        post = known_post(self.words)
        if not post and self._is_year(figure, following):
            self.year, self.words, self.fresh = _four_digits(figure), [], 0
            return
        between = block[tokens[place].end() : following.start()] if following else ""
        apostrophe = block[tokens[place].start() - 1 : tokens[place].start()] == "'"
        if post and following and self._year_behind_post(figure, following, between, apostrophe):
            self.year = _four_digits(figure)
            return
        if not post and self.words:
            post = self._unknown_post(figure)
            if not post:
                self.words, self.fresh, self.year, self.spoilt = [], 0, None, True
                return
        if post:
            self.last, self.spoilt = (self.year or self.own_year, post), False
        elif self.spoilt or len(figure) > 6 or (following and following[0] in _NO_POSTS):
            return
        elif self.year:
            self.last = (self.year, self.last[1])
        year, post = self.last
        self.words, self.fresh, self.year = [], 0, None
        if year is not None and len(figure) <= 8 and (name := cable_id(year, post, figure)):
            self.ids[name] = None

    def _is_year(self, figure: str, following: re.Match[str] | None) -> bool:
        if following is None or _four_digits(figure) is None:
            return False
        if following.lastgroup == "word":
            return following[0] not in _SEPARATE | _REMARKS or following[0] in _OFFICES
        # '08 1234': a year, and a number of the post before or of the cable's own.
        return (
            following.lastgroup == "figure"
            and not self.words
            and self.year is None
            and len(figure) == 2 < len(following[0])
            and not self.ids
        )

    def _year_behind_post(
        self, figure: str, following: re.Match[str], between: str, apostrophe: bool
    ) -> bool:
        """'STATE 08 12345': year and number both behind the post."""
        if following.lastgroup != "figure" or between.strip(" \t-") or self.year is not None:
            return False
        year = _four_digits(figure)
        if year is None or (len(following[0]) < 3 and not apostrophe):
            return False
        return len(figure) == 2 or (self.own_year is not None and 0 <= self.own_year - year <= 3)

    def _unknown_post(self, figure: str) -> str:
        """A post that no table has: short, behind a separator or year, no word of reports."""
        words = self.words[-self.fresh :] if self.fresh else []
        if not 1 <= len(words) <= 3 or len(figure) > 6 or not _NO_POSTS.isdisjoint(self.words):
            return ""
        if len(words) != len(self.words) and not POSTS.get(self.words[0]):
            return ""
        name = "".join(words)
        return name if len(name) > 3 else ""


def _four_digits(figure: str) -> int | None:
    """The year that '08', '98' or '2008' stands for, or None where it is none."""
    number = int(figure) if len(figure) <= 4 else 0
    if len(figure) == 4 and 1966 <= number <= 2000 + _LATEST:
        return number
    if len(figure) == 2 and (number >= 66 or number <= _LATEST):
        return number + (1900 if number >= 66 else 2000)
    return None
