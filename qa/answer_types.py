"""Where a sentence holds what a question may ask for: figures, sums of money, dates, names."""

import re
from typing import Final

from qa.period import MONTHS, YEAR
from qa.places import places
from qa.question import Question
from qa.words import STOP_WORDS, words

Span = tuple[int, int]

_SPELLED = (
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|"
    r"billion|dozen|dozens|hundreds|thousands|half)(?:[\s-](?=[a-z]))?)+"
)
_SCALE = r"(?:\s*(?:thousand|million|billion|trillion|mn|bn))?"
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_PERCENT = r"(?:\s?(?:percent|per cent|%))?"
_FIGURE = re.compile(
    rf"(?<![\w.,$-]){_NUMBER}{_SCALE}{_PERCENT}(?:(?:\s?[-–]\s?|\s(?:to|or)\s){_NUMBER}{_SCALE}{_PERCENT})?(?![\w])"
    rf"|\b{_SPELLED}\b{_PERCENT}",
    re.IGNORECASE,
)
_UNIT = (
    r"(?:dollars?|cents?|euros?|pounds?|rubles?|roubles?|tenge|som|sum|yuan|yen|francs?|pesos?|rupees?|lira|reais|"
    r"reals?|dinars?|rials?|riyals?|kroner|kronor|shillings?|birr|naira|baht|USD|EUR|GBP)"
)
_SYMBOL = r"(?:(?:US|[ACRZ]|HK|NT)?[$€£¥]|\b(?:USD|EUR|GBP|US)\s[$€£]?)\s?"
_SUM = (
    rf"{_SYMBOL}{_NUMBER}{_SCALE}(?:\s(?:{_UNIT})\b)?"
    rf"|(?<![\w.,$]){_NUMBER}{_SCALE}(?:\s|-)(?:U\.?S\.?\s|[A-Z][a-z]+\s)?{_UNIT}\b"
)
_MONEY = re.compile(rf"(?:{_SUM})(?:\s?(?:-|–|to)\s?(?:{_SYMBOL}){_NUMBER}{_SCALE})?", re.IGNORECASE)
_MONTH = "|".join(month.capitalize() for month in MONTHS)
_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
_DATE = re.compile(
    rf"(?:\b(?:{_MONTH})\s+{_DAY}(?:st|nd|rd|th)?\b(?:\s*(?:-|to|and)\s*{_DAY}\b)?(?:,?\s+\d{{4}})?"
    rf"|\b{_DAY}\s+(?:{_MONTH})(?:,?\s+\d{{4}})?|\b(?:{_MONTH})\s+\d{{4}}"
    r"|\b(?:(?:[Ee]arly|[Mm]id|[Ll]ate)[\s-])?\d{1,2}(?:st|nd|rd|th)[\s-][Cc]entury"
    rf"|\b{YEAR}(?:s|[-–]\d{{2,4}})?|\b(?:{_MONTH}))\b(?![,.]\d)"
)
_CAPITALISED = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Gen|Col|Lt|Sen|Rep|Gov|Amb|Prof)\.\s+)?"
    r"(?:[A-ZÀ-Þ][\w'’]{0,40}[a-zß-ÿ][\w'’]*|[A-Z]\.)(?:[ -](?:(?:de|da|do|dos|del|der|van|von|al|bin|ibn|el|la|le)\s)?"
    r"(?:[A-ZÀ-Þ][\w'’-]*|[A-Z]\.))*"
)
# "5-time winner" counts nothing.
_DESCRIBES = re.compile(r"-(?!(?:day|week|month|year)s?\b)[a-z]", re.IGNORECASE)
_BEFORE_A_NAME: Final = STOP_WORDS | frozenset(MONTHS)
_POSSESSIVE = re.compile(r"['’]s?$")
_COMMON_ENDINGS: Final = ("ing", "ly", "ed", "s")  # "Uzbeks", "Prosecutors", "Recently" before a sentence


def figures(sentence: str, counted: frozenset[str] = frozenset()) -> list[Span]:
    """Figures that are no dates or sums of money; four digits before what is counted are no year ("2000 guests").

    Args:
        sentence: where to look.
        counted: stems of what is counted.
    """
    taken = [span for span in dates(sentence) if not _counts(sentence, span, counted)] + sums(sentence)
    return [
        (found.start(), found.start() + len(found.group().rstrip("- ")))
        for found in _FIGURE.finditer(sentence)
        if not any(start <= found.start() < end for start, end in taken)
        and not _DESCRIBES.match(sentence, found.start() + len(found.group().rstrip("- ")))
    ]


def _counts(sentence: str, span: Span, counted: frozenset[str]) -> bool:
    following = words(sentence[span[1] : span[1] + 60])[:2]
    return sentence[span[0] : span[1]].isdigit() and any(word.stem in counted for word in following)


def sums(sentence: str) -> list[Span]:
    """Sums of money."""
    return [found.span() for found in _MONEY.finditer(sentence)]


def dates(sentence: str) -> list[Span]:
    """Days, months, years, centuries."""
    return [found.span() for found in _DATE.finditer(sentence)]


def names(sentence: str) -> list[Span]:
    """Words with a capital that is not only that of the sentence's start, side by side as one name."""
    spans: list[Span] = []
    if sentence.isupper():  # an older cable: capitals tell nothing
        return spans
    for found in _CAPITALISED.finditer(sentence):
        name, start = found.group(), found.start()
        first = words(name)[:1]
        while first and first[0].text.lower() in _BEFORE_A_NAME:
            # "The Ministry" at the start of a sentence: "Ministry"; "October Washington trip": "Washington"
            name = name[first[0].end :].lstrip(" -")
            start = found.end() - len(name)
            first = words(name)[:1]
        name = _POSSESSIVE.sub("", name)
        low = name.lower()
        if len(name.rstrip(".")) < 2 or low in STOP_WORDS or low in MONTHS or _FIGURE.fullmatch(name):
            continue
        if start == 0 and " " not in name and low.endswith(_COMMON_ENDINGS):
            continue
        spans.append((start, start + len(name)))
    return spans


def countries(sentence: str) -> list[tuple[Span, str]]:
    """Places that a sentence names, and the country of each."""
    return [((place.start, place.end), place.country) for place in places(sentence)]


def candidates(question: Question, sentence: str) -> list[Span]:
    """Where a sentence holds the kind of thing asked for, the question's own figures and names left out.

    "How much" may ask for a sum of money as well as for a figure.
    """
    kind = question.kind
    if kind in {"person", "place"}:
        asked = frozenset(word.stem for word in question.content)
        return [span for span in names(sentence) if not stems(sentence[slice(*span)]) <= asked]
    found = sums(sentence) if kind in {"figure", "money"} else []
    found += figures(sentence, frozenset(question.focus)) if kind == "figure" else []
    found += dates(sentence) if kind == "date" else []
    said = {word.text for word in words(question.text)}
    return sorted((start, end) for start, end in found if sentence[start:end] not in said)


def stems(name: str) -> frozenset[str]:
    """The stems of the words of a name."""
    return frozenset(word.stem for word in words(name))
