"""The figure, date, name or place that a sentence answers with."""

import re
from collections.abc import Callable
from typing import Final

from qa.period import MONTHS
from qa.question import Kind, Question
from qa.words import STOP_WORDS, content, words

_SPELLED = (
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|"
    r"billion|dozen|dozens|hundreds|thousands|half)(?:[\s-](?=[a-z]))?)+"
)
_SCALE = r"(?:\s*(?:thousand|million|billion|trillion|mn|bn))?"
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_FIGURE = re.compile(
    rf"(?<![\w.,$-]){_NUMBER}{_SCALE}(?:\s?(?:percent|per cent|%))?(?![\w])|\b{_SPELLED}\b", re.IGNORECASE
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
_DATE = re.compile(
    rf"\b(?:(?:{_MONTH})\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s*(?:-|to|and)\s*\d{{1,2}})?(?:,?\s+(?:1[89]|20)\d\d)?"
    rf"|\d{{1,2}}\s+(?:{_MONTH})(?:,?\s+(?:1[89]|20)\d\d)?|(?:{_MONTH})\s+(?:1[89]|20)\d\d"
    rf"|(?:1[89]|20)\d\d|(?:{_MONTH}))\b(?![,.]\d)"
)
_CAPITALISED = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Gen|Col|Lt|Sen|Rep|Gov|Amb|Prof)\.\s+)?"
    r"(?:[A-ZÀ-Þ][\w'’]*[a-zß-ÿ][\w'’]*|[A-Z]\.)(?:[ -](?:(?:de|da|do|dos|del|der|van|von|al|bin|ibn|el|la|le)\s)?"
    r"(?:[A-ZÀ-Þ][\w'’-]*|[A-Z]\.))*"
)
# What is asked for, and how a figure of that unit goes on from where it begins.
_UNITS: Final = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(rf"[\w.,\s-]{{1,20}}?{unit}", re.IGNORECASE))
    for asked, unit in (
        (r"\b(?:share|percent|percentage|proportion)\b", "(?:percent|per cent|%|half|third|quarter)"),
        (r"\bhow long\b", "(?:second|minute|hour|day|week|month|year|decade)"),
        (r"\bhow far\b", "(?:km|kilomet|mile|met(?:er|re)|feet|foot|yard|percent|%)"),
    )
)
_POSSESSIVE = re.compile(r"['’]s?$")
_COMMON_ENDINGS: Final = ("ing", "ly", "ed", "s")  # "Uzbeks", "Prosecutors", "Recently" before a sentence
_AFTER_PLACE_WORD = re.compile(r"\b(?:in|at|near|from|to|of|outside|around|towards?|between)\s+(?:the\s+)?$")


def short(question: Question, sentence: str) -> str | None:
    """The part of the sentence that alone would answer, as written in it; None where there is none."""
    find = _FINDERS.get(question.kind)
    return find(question, sentence) if find else None


def candidates(question: Question, sentence: str) -> list[tuple[int, int]]:
    """Where a sentence holds the kind of thing asked for, the question's own figures and names left out.

    "How much" may ask for a sum of money as well as for a figure.
    """
    kind = question.kind
    if kind in {"person", "place"}:
        asked = frozenset(word.stem for word in question.content)
        return [(s, s + len(name)) for name, s in _capitalised(sentence) if not _stems(name) <= asked]
    found = [f.span() for f in _MONEY.finditer(sentence)] if kind in {"figure", "money"} else []
    found += [(start, end) for start, end, _ in _figures(sentence)] if kind == "figure" else []
    found += [f.span() for f in _DATE.finditer(sentence)] if kind == "date" else []
    said = {word.text for word in words(question.text)}
    return sorted((start, end) for start, end in found if sentence[start:end] not in said)


def _figure(question: Question, sentence: str) -> str | None:
    """The figure behind which what is counted stands; of the unit asked for, and none that the question names."""
    asked_for = {word.text for word in words(question.text)}
    found = [figure for figure in _figures(sentence) if figure[2] not in asked_for]
    units = [unit for asked, unit in _UNITS if asked.search(question.text)]
    found = [figure for figure in found if all(unit.match(sentence, figure[0]) for unit in units)]
    if not found:
        money = _MONEY.search(sentence)
        return money.group() if money and not units else None
    asked = frozenset(question.focus)
    return min(found, key=lambda span: _distance(sentence, span, asked, question))[2]


def _figures(sentence: str) -> list[tuple[int, int, str]]:
    """Figures that are no years, days of a month or sums of money."""
    taken = [f.span() for f in _DATE.finditer(sentence)] + [f.span() for f in _MONEY.finditer(sentence)]
    return [
        (found.start(), found.start() + len(found.group().rstrip()), found.group().rstrip())
        for found in _FIGURE.finditer(sentence)
        if not any(start <= found.start() < end for start, end in taken)
    ]


def _distance(sentence: str, span: tuple[int, int, str], asked: frozenset[str], question: Question) -> float:
    """How far what is counted stands behind the figure, in words; behind is where English puts it."""
    after = words(sentence[span[1] :])[:6]
    for place, word in enumerate(after):
        if word.stem in asked:
            return place
    around = {word.stem for word in after} | {word.stem for word in words(sentence[: span[0]])[-6:]}
    return 20.0 - len(around & {word.stem for word in question.content})


def _money(question: Question, sentence: str) -> str | None:
    """The sum before which most of the question's words stand, counted from the sum before it."""
    asked = {word.stem for word in question.content}
    best: tuple[int, int, str] | None = None
    since = 0
    for found in _MONEY.finditer(sentence):
        before = content(words(sentence[since : found.start()])[-8:])
        since = found.end()
        said = {word.stem for word in before} & asked
        cost = (-len(said), sum(word.stem not in asked for word in before))
        if best is None or cost < best[:2]:
            best = (*cost, found.group())
    return best[2] if best else None


def _nearest_asked(sentence: str, span: tuple[int, int, str], question: Question) -> int:
    asked = {word.stem for word in question.content}
    places = [
        min(abs(word.start - span[1]), abs(word.end - span[0]))
        for word in words(sentence)
        if word.stem in asked
    ]
    return min(places, default=len(sentence))


def _date(question: Question, sentence: str) -> str | None:
    dates = [(found.start(), found.end(), found.group()) for found in _DATE.finditer(sentence)]
    said = {period.year for period in question.periods}
    fresh = [date for date in dates if not (date[2].isdigit() and int(date[2]) in said)]
    return min(fresh, key=lambda span: _nearest_asked(sentence, span, question))[2] if fresh else None


def _person(question: Question, sentence: str) -> str | None:
    return _fresh_name(question, sentence, place=False)


def _place(question: Question, sentence: str) -> str | None:
    return _fresh_name(question, sentence, place=True)


def _fresh_name(question: Question, sentence: str, *, place: bool) -> str | None:
    """The name nearest to the question's words that is none of them: a place after "in" or "at", a person not."""
    asked = frozenset(word.stem for word in question.content)
    best: tuple[int, str] | None = None
    for name, start in _capitalised(sentence):
        after_place = _AFTER_PLACE_WORD.search(sentence[:start]) is not None
        if _stems(name) <= asked or after_place != place:
            continue
        cost = _nearest_asked(sentence, (start, start + len(name), name), question) - (
            0 if place else 30 * (" " in name)
        )
        if best is None or cost < best[0]:
            best = (cost, name)
    return best[1] if best else None


def _capitalised(sentence: str) -> list[tuple[str, int]]:
    """Names and where they begin: words whose capital is not only that of the sentence's start."""
    names = []
    for found in _CAPITALISED.finditer(sentence):
        name, start = found.group(), found.start()
        first = words(name)[:1]
        if start == 0 and first and first[0].text.lower() in STOP_WORDS:
            name = name[first[0].end :].lstrip(" -")  # "The Ministry" at the start of a sentence: "Ministry"
            start = found.end() - len(name)
        name = _POSSESSIVE.sub("", name)
        low = name.lower()
        if not name or low in STOP_WORDS or low in MONTHS or _FIGURE.fullmatch(name):
            continue
        if start == 0 and " " not in name and low.endswith(_COMMON_ENDINGS):
            continue
        names.append((name, start))
    return names


def _stems(name: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(name))


_FINDERS: Final[dict[Kind, Callable[[Question, str], str | None]]] = {
    "figure": _figure,
    "money": _money,
    "date": _date,
    "person": _person,
    "place": _place,
}
