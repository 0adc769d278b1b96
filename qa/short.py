"""The figure, date, name or place that a sentence answers with."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from qa.answer_types import Span, countries, dates, figures, names, stems, sums
from qa.period import Period, fit
from qa.question import Kind, Question
from qa.words import content, words

# A figure or a range of figures, with a word between it and its unit: "30-60 day", "2 or 3 months", "17 square miles".
_MEASURED = r"[\w.,-]+(?:\s?[–-]\s?[\d.,]+|\s(?:to|or)\s[\w.,]+)?[\s-]?(?:[A-Za-z]+\s)?"
# What is asked for, and how a figure of that unit goes on from where it begins.
_UNITS: Final = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(_MEASURED + unit, re.IGNORECASE))
    for asked, unit in (
        (r"\b(?:share|percent|percentage|proportion)\b", "(?:percent|per cent|%|half|third|quarter)"),
        (
            r"\bhow (?:long|old|much time)\b",
            r"(?:second|minute|hour|day|week|month|year|decade|centur(?:y|ie))s?\b",
        ),
        (
            r"\bhow (?:far|long|high|tall|wide|deep|large|big)\b",
            r"(?:km|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|feet|foot|yards?|inch(?:es)?|hectares?|acres?)\b",
        ),
        (
            r"\bhow (?:heavy|much)\b",
            r"(?:tons?|tonnes?|kilos?|kilograms?|kg|grams?|barrels?|lit(?:er|re)s?)\b",
        ),
    )
)
_PERCENT: Final = _UNITS[0][1]
_ASKS_TIME, _TIME = _UNITS[1]
# A share or a time is told with its unit; of "4,070 tons, against 3,270" the second is left without.
_ONLY_SO: Final = {_PERCENT, _TIME}
_HOW_MUCH = re.compile(r"\bhow much\b", re.IGNORECASE)
_AFTER_PLACE_WORD = re.compile(r"\b(?:in|at|near|from|to|of|outside|around|towards?|between)\s+(?:the\s+)?$")
_WHICH_COUNTRY = re.compile(
    r"\b(?:which|what)\s+(?:\w+\s+)?(?:country|countries|nation|state)\b", re.IGNORECASE
)
# A person's name is what stands behind these; a name of nothing else is an office, no person.
_OFFICES: Final = frozenset(
    """gen col lt sen rep gov amb sir lady lord president prime minister deputy vice foreign secretary
    general colonel major captain senator governor chairman chairwoman chair director king queen prince princess sheikh
    professor doctor judge mayor chief commander commissioner ambassador spokesman spokeswoman adviser advisor officer
    official head leader state under assistant acting former interior defense defence finance justice consul charge
    counselor attaché attache representative envoy inspector sergeant admiral marshal pope bishop archbishop father
    emperor saint econoff poloff affairs supervisor manager specialist coordinator expert""".split()
)
_BODIES: Final = frozenset(
    """ministry department center centre institute university office bureau agency committee commission council party
    company bank union association foundation program programme government embassy consulate police army navy force
    forces court parliament senate congress press service studies school college hospital group front movement
    organization organisation academy society company corporation club league church republic kingdom empire war
    treaty act law summit conference river mountain mountains lake city county province region""".split()
)
# What outweighs the words around a figure: that it is told of the period, the place or the person asked for.
_OF_THE_PERIOD: Final = 40.0
_OF_THE_PLACE: Final = 20.0
_OF_THE_NAME: Final = 20.0


def short(question: Question, sentence: str, told: Sequence[Period] = ()) -> str | None:
    """The part of the sentence that alone would answer, as written in it; None where there is none.

    Args:
        question: what is asked.
        sentence: the quote.
        told: the periods that the sentence tells of, and where (see period.told).
    """
    if question.kind == "figure":
        found = _figure(question, sentence, told)
    else:
        find = _FINDERS.get(question.kind)
        found = find(question, sentence) if find else None
    return sentence[slice(*found)] if found else None


def _figure(question: Question, sentence: str, told: Sequence[Period]) -> Span | None:
    """The figure behind which what is counted stands; of the unit asked for, and none that the question names."""
    counted = frozenset(question.focus)
    asked_for = {word.text for word in words(question.text)}
    every = figures(sentence, counted)
    found = [
        span
        for span in every
        if sentence[slice(*span)] not in asked_for
        and (
            _ASKS_TIME.search(question.text) or sentence[span[1] : span[1] + 1] != "-"
        )  # "five-year guarantees"
    ]
    units = [unit for asked, unit in _UNITS if asked.search(question.text)]
    measured = [(span, _with_unit(sentence, span, units)) for span in found]
    if _ONLY_SO & set(units):
        measured = [one for one in measured if one[1]] or ([] if _PERCENT in units else measured)
    if not measured:
        money = sums(sentence)
        return money[0] if money and (not units or _HOW_MUCH.search(question.text)) else None

    def cost(one: tuple[Span, Span | None]) -> float:
        span, _ = one
        return (
            _distance(sentence, span, counted, question)
            - _OF_THE_PERIOD * _of_the_period(span, every, told, question)
            - _OF_THE_PLACE * _of_the_place(sentence, span, every, question)
            - _OF_THE_NAME * _of_the_name(sentence, span, every, question)
        )

    best = min(measured, key=cost)
    return best[1] or best[0]


def _with_unit(sentence: str, span: Span, units: Sequence[re.Pattern[str]]) -> Span | None:
    """The figure with the unit asked for, where it has it: "17 days", "30-60 day"."""
    ends = [found.end() for unit in units if (found := unit.match(sentence, span[0]))]
    return (span[0], max(span[1], *ends)) if ends else None


def _distance(sentence: str, span: Span, counted: frozenset[str], question: Question) -> float:
    """How far what is counted stands behind the figure, in words; behind is where English puts it."""
    after = words(sentence[span[1] :])[:6]
    for place, word in enumerate(after):
        if word.stem in counted:
            return place
    around = {word.stem for word in after} | {word.stem for word in words(sentence[: span[0]])[-6:]}
    return 20.0 - len(around & {word.stem for word in question.content})


def _owner(span: Span, every: Sequence[Span], marks: Sequence[Span]) -> int | None:
    """Which of the marks a figure goes with: the first behind it, else the last before it, no figure between them."""
    ends = min((start for start, _ in every if start > span[0]), default=None)
    begins = max((end for start, end in every if start < span[0]), default=0)
    behind = [
        (start, place)
        for place, (start, _) in enumerate(marks)
        if start >= span[1] and (ends is None or start < ends)
    ]
    if behind:
        return min(behind)[1]
    before = [(end, place) for place, (start, end) in enumerate(marks) if begins <= start and end <= span[0]]
    return max(before)[1] if before else None


def _of_the_period(span: Span, every: Sequence[Span], told: Sequence[Period], question: Question) -> float:
    """How well the period that a figure goes with fits the one asked for, where the sentence tells of several."""
    if not question.periods or len(told) < 2:
        return 0.0
    stand = [period for period in told if period.end]
    owner = _owner(span, every, [(period.start, period.end) for period in stand])
    of = told[0] if owner is None else stand[owner]
    return min(fit(asked, of) for asked in question.periods)


def _of_the_place(sentence: str, span: Span, every: Sequence[Span], question: Question) -> bool:
    """Whether a figure goes with a place that the question names, where the sentence names others too."""
    there = countries(sentence)
    owner = _owner(span, every, [where for where, _ in there])
    return owner is not None and there[owner][1] in {place.country for place in question.places}


def _of_the_name(sentence: str, span: Span, every: Sequence[Span], question: Question) -> bool:
    """Whether the last name before a figure is one that the question names: "and Royal got 47 percent"."""
    begins = max((end for start, end in every if start < span[0]), default=0)
    before = [sentence[slice(*name)] for name in names(sentence) if begins <= name[0] and name[1] <= span[0]]
    return bool(before) and bool(stems(before[-1]) & {name.stem for name in question.names})


def _money(question: Question, sentence: str) -> Span | None:
    """The sum before which most of the question's words stand, counted from the sum before it."""
    asked = {word.stem for word in question.content}
    best: tuple[int, int, Span] | None = None
    since = 0
    for found in sums(sentence):
        before = content(words(sentence[since : found[0]])[-8:])
        since = found[1]
        said = {word.stem for word in before} & asked
        cost = (-len(said), sum(word.stem not in asked for word in before))
        if best is None or cost < best[:2]:
            best = (*cost, found)
    return best[2] if best else None


def _nearest_asked(sentence: str, span: Span, question: Question) -> int:
    """How many characters lie between a span and the nearest word of the question."""
    asked = {word.stem for word in question.content}
    gaps = [
        max(0, word.start - span[1], span[0] - word.end) for word in words(sentence) if word.stem in asked
    ]
    return min(gaps, default=len(sentence))


def _date(question: Question, sentence: str) -> Span | None:
    said = {str(period.year) for period in question.periods}
    fresh = [span for span in dates(sentence) if sentence[slice(*span)] not in said]
    return min(fresh, key=lambda span: _nearest_asked(sentence, span, question)) if fresh else None


def _person(question: Question, sentence: str) -> Span | None:
    """The nearest name to the question's words; a person's before that of a body, and never an office alone."""
    asked = frozenset(word.stem for word in question.content)
    best: tuple[int, Span] | None = None
    for whole in names(sentence):
        span = _without_office(sentence, whole)
        if span is None or stems(sentence[slice(*span)]) <= asked:
            continue
        name = sentence[slice(*span)]
        body = any(word.text.lower() in _BODIES for word in words(name))
        placed = body or _AFTER_PLACE_WORD.search(sentence[: whole[0]]) is not None or bool(countries(name))
        cost = _nearest_asked(sentence, span, question) - 30 * (" " in name) + 60 * placed
        if best is None or cost < best[0]:
            best = (cost, span)
    return best[1] if best else None


def _without_office(sentence: str, span: Span) -> Span | None:
    """A name without the offices before it, None where it is nothing else: "Deputy Director Fernando Prieto"."""
    said = words(sentence[slice(*span)])
    last = max((place for place, word in enumerate(said) if _stripped(word.text) in _OFFICES), default=-1)
    if last == len(said) - 1:
        return None
    return span[0] + said[last + 1].start, span[1]


def _stripped(word: str) -> str:
    return word.lower().rstrip(".")


def _place(question: Question, sentence: str) -> Span | None:
    """The nearest place that the question does not name: a country where one is asked for, else behind "in" or "at"."""
    asked = frozenset(word.stem for word in question.content)
    known = {place.country for place in question.places}
    if _WHICH_COUNTRY.search(question.text):
        found = [span for span, country in countries(sentence) if country not in known]
    else:
        found = [
            span
            for span in names(sentence)
            if not stems(sentence[slice(*span)]) <= asked and _AFTER_PLACE_WORD.search(sentence[: span[0]])
        ]
    return min(found, key=lambda span: _nearest_asked(sentence, span, question)) if found else None


_FINDERS: Final[dict[Kind, Callable[[Question, str], Span | None]]] = {
    "money": _money,
    "date": _date,
    "person": _person,
    "place": _place,
}
