"""A follow-up made into a question that stands by itself."""

import re
from collections.abc import Sequence
from typing import Final

from qa.period import Period, periods
from qa.words import STOP_WORDS, content, words

_LEAD = re.compile(
    r"^\s*(?:(?:and|but|so|ok|okay|then|also|now)\b[\s,]*)?"
    r"(?:(?:what|how)\s+(?:about|was\s+it|was\s+that|is\s+it|were\s+they|did\s+it\s+look)\b"
    r"|(?:the\s+)?same\s+(?:for|in)\b)?\s*",
    re.IGNORECASE,
)
_LINK = re.compile(r"^\s*(?:and|but|so|then|also|what about|how about|how was it|the same)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs|this|that|these|those"
    r"|(?<!is )(?<!are )(?<!was )(?<!were )there)\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^\s*(?:(?:and|but)\s+)?(?:why|how|when|where|who|how come|how many|how much|says who|according to whom|"
    r"since when|by whom|with whom|which|really)\s*(?:not|so|exactly|else|then)?\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:how many|how much|who|whom|whose|when|where|why|what|which|did|does|do|is|are|was|were|how)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\bhow (?:many|much)\s+(?P<what>(?:[\w'’-]+\s+){0,4}?[\w'’-]+)(?=\s+(?:is|are|was|were|did|do|does|has|have|"
    r"had|will|would|came|went|entered|left|died|fled)\b)",
    re.IGNORECASE,
)
_PREPOSITIONS: Final = frozenset(
    "in into at from to for of by with about on near during since until before after".split()
)
_BEFORE_A_PERIOD = re.compile(r"\b(?:in|during|for|on|since|by|of|from)\s+(?:the\s+)?$", re.IGNORECASE)
_LITTLE: Final = 4  # words of content
_TURNS: Final = 4  # how many earlier turns a chain of follow-ups may need


def standalone(question: str, history: Sequence[tuple[str, str]]) -> str:
    """The question with what it leaves unsaid filled in from the turns before it.

    "and in 2007?" after "how many migrants were deported in 2008" gives "how many migrants were deported in
    2007"; a question that leaves nothing unsaid is returned as it is. `history` holds (question, answer) pairs,
    oldest first, as they were typed and shown.
    """
    turns = [(asked, answer) for asked, answer in history if asked.strip()][-_TURNS:]
    if not turns:
        return question
    earlier, answer = _last_topic(turns), turns[-1][1]
    every = words(question)
    if not every:
        return question
    if _BARE.match(question):
        return _about(question, answer or earlier)
    rest = _LEAD.sub("", question, count=1) if _LINK.match(question) else question
    named = periods(rest)
    about = [w for w in content(words(rest)) if not any(p.start <= w.start < p.end for p in named)]
    asks = _ASKS.search(rest) is not None
    if named and not about and not asks:
        return _with_periods(earlier, rest, named)
    # Without "and" or "what about", a few bare words are a new search, but "in Uzbekistan" goes on.
    goes_on = _LINK.match(question) is not None or every[0].text.lower() in _PREPOSITIONS
    if not asks and about and goes_on:
        for period in named:  # "and in Russia in March 2006?" changes both
            phrase = rest[period.start : period.end]
            earlier = _with_periods(earlier, phrase, periods(phrase))
        return _with_phrase(earlier, _without_periods(rest, named))
    if asks and _LINK.match(question) and len(about) <= 2:
        return _with_what_was_counted(earlier, rest, named)
    if _points_back(rest):
        return _about(
            question, earlier if len(content(words(answer))) > 60 else f"{earlier.rstrip('?. ')} ({answer})"
        )
    return question


def _last_topic(turns: Sequence[tuple[str, str]]) -> str:
    """The last question that said what it is about, on its own; "who said that?" and "why?" did not."""
    for place in range(len(turns) - 1, 0, -1):
        asked = turns[place][0]
        if not _BARE.match(asked) and not _points_back(asked):
            return standalone(asked, turns[:place])
    return turns[0][0]


def _points_back(question: str) -> bool:
    """Whether a question says "he" or "that" and little else."""
    if not _ASKS.search(question) or len(content(words(question))) > _LITTLE:
        return False
    return _POINTS_BACK.search(_without_that_clauses(question)) is not None


def _with_what_was_counted(earlier: str, rest: str, named: Sequence[Period]) -> str:
    """The question with what it no longer says: "how many entered?" after "how many migrants were deported"."""
    counted, before = _COUNTED.search(earlier), periods(earlier)
    kept = [counted["what"]] if counted and not _COUNTED.search(rest) else []
    kept += [earlier[start:end] for start, end in _names(earlier)]
    if before and not named:
        kept.append(earlier[before[-1].start : before[-1].end])
    return f"{rest.rstrip('?. ')} ({', '.join(kept)})?" if kept else rest


def _about(question: str, what: str) -> str:
    return f"{question.strip().rstrip('?. ')}: {what.strip()}"


def _without_that_clauses(text: str) -> str:
    """The text without "that" before a word: "the man that said" does not point back, "who said that" does."""
    return re.sub(r"\b(\w+)\s+that\s+(?=\w)", r"\1 ", text)


def _without_periods(text: str, named: Sequence[Period]) -> str:
    for period in reversed(named):
        text = _BEFORE_A_PERIOD.sub("", text[: period.start]) + text[period.end :]
    return text


def _with_periods(earlier: str, rest: str, named: Sequence[Period]) -> str:
    """The earlier question with its period, preposition and all, replaced; or with the period added."""
    phrase = rest.strip().rstrip("?.! ")
    if words(phrase)[0].text.lower() not in _PREPOSITIONS:
        phrase = f"in {phrase}"
    old = periods(earlier)
    if not old:
        return f"{earlier.rstrip('?. ')} {phrase}?"
    start, end = old[-1].start, old[-1].end
    # A year alone changes the year of "in January 2008"; all else changes the whole period.
    new = named[-1]
    if new.month is None and new.quarter is None and old[-1].year and (old[-1].month or old[-1].quarter):
        swapped = earlier[start:end].replace(str(old[-1].year), str(new.year))
        return earlier[:start] + swapped + earlier[end:]
    if new.year is None and old[-1].year and new.month:
        phrase = f"{phrase} {old[-1].year}"
    before = _BEFORE_A_PERIOD.sub("", earlier[:start]).rstrip()
    return f"{before} {phrase}{earlier[end:]}"


def _with_phrase(earlier: str, rest: str) -> str:
    """The earlier question with its last name, or what it counts, replaced by the phrase; else with it added."""
    phrase = rest.strip().rstrip("?.! ")
    every = words(phrase)
    preposition = every[0].text if every and every[0].text.lower() in _PREPOSITIONS else ""
    bare = phrase[every[1].start :] if preposition and len(every) > 1 else phrase
    asked_of, counted = _names(earlier), _COUNTED.search(earlier)
    if bare[:1].isupper() and asked_of:
        start, end = asked_of[-1]
        return f"{earlier[:start]}{bare}{earlier[end:]}"
    if counted and not preposition and not bare[:1].isupper():
        return f"{earlier[: counted.start('what')]}{bare}{earlier[counted.end('what') :]}"
    place = preposition or ("in" if bare[:1].isupper() and counted else "")
    return f"{earlier.rstrip('?. ')} {f'{place} {bare}' if place else f'({bare})'}?"


def _names(text: str) -> list[tuple[int, int]]:
    """Spans of words with a capital that stand together, without the first word of the text and periods."""
    named = periods(text)
    spans: list[tuple[int, int]] = []
    for word in words(text)[1:]:
        low = word.text.lower()
        inside = any(period.start <= word.start < period.end for period in named)
        if not word.text[0].isupper() or inside or low in STOP_WORDS:
            continue
        if spans and text[spans[-1][1] : word.start].strip() == "":
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
    return spans
