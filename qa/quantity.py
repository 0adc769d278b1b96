"""Which figure of a sentence answers."""

import re
from collections.abc import Sequence
from typing import Final

from qa.answer_types import Span, candidates, countries, figures, names, stems, sums
from qa.period import Period, fit
from qa.question import Question
from qa.words import words

# A figure or a range of figures, with a word between it and its unit: "30-60 day", "2 or 3 months", "17 square miles".
_MEASURED = r"[\w.,-]{1,40}(?:\s?[–-]\s?[\d.,]{1,40}|\s(?:to|or)\s[\w.,]{1,40})?[\s-]?(?:[A-Za-z]{1,40}+\s)?"
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
_HOW_MANY = re.compile(r"\b(?:how many|number of)\b", re.IGNORECASE)
# What is measured so is not what is counted: "stuck for two hours" says of no passengers how many.
_MEASURES: Final = re.compile(
    r"[\s-]?(?:(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)|km|kilomet(?:er|re)s?|miles?|"
    r"met(?:er|re)s?|feet|foot|yards?|inch(?:es)?|hectares?|acres?|tons?|tonnes?|kilos?|kilograms?|kg|grams?|barrels?|"
    r"lit(?:er|re)s?|degrees?|a\.?m|p\.?m|times)\b|percent\b|per cent\b|%)",
    re.IGNORECASE,
)
_TIED = re.compile(r"^[^,;:]*\b(?:in|from|of|for|to|at|by)\s+(?:the\s+)?$", re.IGNORECASE)
_PARTS = re.compile(r"[,;:]|\b(?:and|but|while)\b")
_SHARE = re.compile(r"percent|per cent|%", re.IGNORECASE)
# "Hadopi 1" and "Article 5" are names, of which nothing is counted.
_OF_A_NAME = re.compile(r"(?:^|[^.!?:]\s{1,9}|\()[A-Z][\w.'-]{1,40}\s$")
# What outweighs the words around a figure: that it is told of the period, the place or the person asked for.
_OF_THE_PERIOD: Final = 40.0
_OF_THE_PLACE: Final = 20.0
_OF_THE_NAME: Final = 20.0


def holding(question: Question, sentence: str) -> list[Span]:
    """Where a sentence holds what may answer: of figures those that may count what is asked, else of its kind."""
    if question.kind != "figure":
        return candidates(question, sentence)
    measured = _measured(question, sentence, figures(sentence, frozenset(question.focus)))
    return sorted([*(span for span, _ in measured), *_sums(question, sentence)])


def _sums(question: Question, sentence: str) -> list[Span]:
    """The sums of money that may answer a question for a figure: none counts things."""
    return [] if _HOW_MANY.search(question.text) else sums(sentence)


def _units(question: Question) -> list[re.Pattern[str]]:
    return [unit for asked, unit in _UNITS if asked.search(question.text)]


def _measured(question: Question, sentence: str, every: Sequence[Span]) -> list[tuple[Span, Span | None]]:
    """The figures that may answer, each with the unit asked for, where it has it."""
    asked_for = {word.text for word in words(question.text)}
    found = [
        span
        for span in every
        if sentence[slice(*span)] not in asked_for
        # In "five-year guarantees" nothing is counted.
        and (_ASKS_TIME.search(question.text) or sentence[span[1] : span[1] + 1] != "-")
        and not _labels(sentence, span)
        and not _measures_another_thing(sentence, span, question)
    ]
    units = _units(question)
    measured = [(span, _with_unit(sentence, span, units)) for span in found]
    if _ONLY_SO & set(units):
        measured = [one for one in measured if one[1]] or ([] if _PERCENT in units else measured)
    return measured


def quantity(question: Question, sentence: str, told: Sequence[Period]) -> Span | None:
    """Where the figure stands that counts what is asked, with the unit asked for; none that the question itself names.

    Where a sentence has several it is the one of the period, the place and the person asked for. `told` are the
    periods that the sentence tells of (see period.told).
    """
    counted = frozenset(question.focus)
    every = figures(sentence, counted)
    measured = _measured(question, sentence, every)
    if not measured:
        money = _sums(question, sentence)
        return money[0] if money and (not _units(question) or _HOW_MUCH.search(question.text)) else None

    def cost(one: tuple[Span, Span | None]) -> float:
        span, _ = one
        return (
            _distance(sentence, span, counted, question)
            - _OF_THE_PERIOD * _of_the_period(span, every, told, question)
            - _OF_THE_PLACE * _of_the_place(sentence, span, every, question)
            - _OF_THE_NAME * _of_the_name(sentence, span, every, question)
        )

    best = min(measured, key=cost)
    return None if _of_another_place(sentence, best[0], every, question) else best[1] or best[0]


def _labels(sentence: str, span: Span) -> bool:
    """Whether a figure is a part of a name: "(Hadopi 1)", "Article 5 says"."""
    written = sentence[slice(*span)]
    following = sentence[span[1] :].lstrip(" ")
    return (
        written.isdigit()
        and len(written) < 4
        and not following[:1].isalpha()
        and following[:1] != "-"
        and _OF_A_NAME.search(sentence[: span[0]]) is not None
    )


def _measures_another_thing(sentence: str, span: Span, question: Question) -> bool:
    """Whether a figure has a unit of measure although things are counted, and not in that unit."""
    if not question.focus or not _HOW_MANY.search(question.text):
        return False
    unit = _MEASURES.match(sentence, span[1]) or _MEASURES.search(sentence, *span)
    if unit is None or stems(unit.group()) & {word.stem for word in question.content}:
        return False
    counted = [word for word in question.content if word.stem in question.focus]
    # "137 kilograms" are so many kilos, 90 percent are not.
    in_measures = any(_MEASURES.match(f" {word.text}") for word in counted)
    return not in_measures or _SHARE.search(unit.group()) is not None


def _of_another_place(sentence: str, span: Span, every: Sequence[Span], question: Question) -> bool:
    """Whether a figure is told of a country, and the sentence names none that is asked for."""
    asked = {place.country for place in question.places}
    there = countries(sentence)
    if not asked or asked & {country for _, country in there}:
        return False
    ends = min((start for start, _ in every if start > span[0]), default=len(sentence))
    # Behind the figure it must be tied to it: "1,100 troops in Lebanon", not "430 sites, among them the New York Post".
    return any(
        where[1] <= span[0] or (span[1] <= where[0] < ends and _TIED.search(sentence[span[1] : where[0]]))
        for where, _ in there
    )


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
    """Whether the place that a figure goes with is one that the question names."""
    there = countries(sentence)
    owner = _owner(span, every, [where for where, _ in there])
    return owner is not None and there[owner][1] in {place.country for place in question.places}


def _of_the_name(sentence: str, span: Span, every: Sequence[Span], question: Question) -> bool:
    """Whether a figure goes with a name of the question: "Royal got 47 percent", "47 percent for Royal"."""
    begins = max((end for start, end in every if start < span[0]), default=0)
    ends = min((start for start, _ in every if start > span[0]), default=len(sentence))
    asked = {name.stem for name in question.names}
    before = [name for name in names(sentence) if begins <= name[0] and name[1] <= span[0]]
    behind = [name for name in names(sentence) if span[1] <= name[0] < ends]
    nearest = before[-1:] if before and not behind else behind[:1]
    if before and behind:
        # "with 47 percent, Sarkozy", "53 percent and Royal": the comma and the "and" part them.
        parted = _PARTS.search(sentence[span[1] : behind[0][0]]) is not None
        nearest = before[-1:] if parted else behind[:1]
    return any(stems(sentence[slice(*name)]) & asked for name in nearest)
