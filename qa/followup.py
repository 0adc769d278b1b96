"""A follow-up made into a question that stands by itself."""

import re
from collections.abc import Sequence
from typing import Final

from qa.actors import ACTORS
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
    r"since when|by whom|with whom|which|really|"
    r"who (?:said|says|claimed|claims|reported|told|wrote|thinks) (?:that|this|so|it))"
    r"\s*+(?:not|so|exactly|else|then)?\s*+[?.!]*+\s*+$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:how many|how much|who|whom|whose|when|where|why|what|which|did|does|do|is|are|was|were|how)\b",
    re.IGNORECASE,
)
# A question begins so, or with a preposition before it: "in which month". "For somebody who lets" asks nothing.
_ASKS_FIRST = re.compile(
    r"^\W*(?:(?:in|to|by|for|from|with|at|on|of|under|since|until)\s+)?(?:how|who|whom|whose|when|where|why|what|which|did|does|do|"
    r"is|are|was|were|has|have|had|will|would|can|could|should)\b",
    re.IGNORECASE,
)
_ASKING_PART = re.compile(
    r"^\W*(?:(?:in|to|by|for|from|with|at|on|of)\s+)?(?:how(?:\s+(?:many|much|long|old|far|often|large|big|high))?|who|whom|"
    r"whose|when|where|why|what|which)\b\s*",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"^(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should)\b\s*", re.IGNORECASE
)
_ACTS = re.compile(r"\b(?:did|does|do|has|have|had|will|would|can|could|should)\s+", re.IGNORECASE)
_OFFICE_OR_BODY = "|".join(sorted(ACTORS))
_ACTOR = re.compile(
    rf"\b(?:the|his|her|their|its)\s+(?:[\w-]+\s+){{0,2}}?(?:{_OFFICE_OR_BODY})\b(?:\s+(?:{_OFFICE_OR_BODY})\b)*",
    re.IGNORECASE,
)
_YEAR_AWAY: Final = (
    (
        re.compile(
            r"^(?:in\s+)?the\s+(?:year\s+before|previous\s+year|year\s+earlier)(?:\s+that)?\W*$",
            re.IGNORECASE,
        ),
        -1,
    ),
    (
        re.compile(
            r"^(?:in\s+)?the\s+(?:year\s+after|next\s+year|following\s+year|year\s+later)(?:\s+that)?\W*$",
            re.IGNORECASE,
        ),
        1,
    ),
)
_NOT_SAID: Final = "The cables do not say."
_COUNTED = re.compile(
    r"\bhow (?:many|much)\s+(?P<what>(?:[\w'’-]+\s+){0,4}?[\w'’-]+)(?=\s+(?:is|are|was|were|did|do|does|has|have|"
    r"had|will|would|came|went|entered|left|died|fled)\b)",
    re.IGNORECASE,
)
_PREPOSITIONS: Final = frozenset(
    "in into at from to for of by with about on near during since until before after".split()
)
_BEFORE_A_PERIOD = re.compile(r"\b(?:in|during|for|on|since|by|of|from)\s+(?:the\s+)?$", re.IGNORECASE)
_LITTLE: Final = 5  # words of content
_NAMES_KEPT: Final = 3
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
    answer = "" if answer.startswith(_NOT_SAID) else answer
    every = words(question)
    if not every:
        return question
    if _BARE.match(question):
        return _about(question, answer or earlier)
    links = _LINK.match(question) is not None
    rest = _LEAD.sub("", question, count=1) if links else question
    if (moved := _a_year_away(earlier, rest)) is not None:
        return moved
    named = periods(rest)
    about = [w for w in content(words(rest)) if not any(p.start <= w.start < p.end for p in named)]
    asks = _ASKS_FIRST.match(rest) is not None
    if named and not about and not asks:
        return _with_periods(earlier, rest, named)
    # Without "and" or "what about", a few bare words are a new search, but "in Uzbekistan" goes on.
    goes_on = links or every[0].text.lower() in _PREPOSITIONS
    if not asks and about and goes_on:
        for period in named:  # "and in Russia in March 2006?" changes both
            phrase = rest[period.start : period.end]
            earlier = _with_periods(earlier, phrase, periods(phrase))
        return _with_phrase(earlier, _without_periods(rest, named))
    if asks and links and len(about) <= 2 and not _points_back(rest):
        return _with_what_was_counted(earlier, rest, named)
    if _points_back(rest) or (asks and links):
        return f"{rest.strip().rstrip('?. ')} ({_topic(earlier, answer, named)})?"
    return question


def _topic(earlier: str, answer: str, named: Sequence[Period]) -> str:
    """What an earlier question was about, without what it asked for, and the names that its answer brought in.

    A period of the new question takes the place of the earlier one's.
    """
    bare = _AUXILIARY.sub("", _ASKING_PART.sub("", earlier, count=1), count=1)
    if named:
        bare = _without_periods(bare, periods(bare))
    said = {word.stem for word in words(bare)}
    fresh = [
        answer[start:end]
        for start, end in _names(answer)
        if not {word.stem for word in words(answer[start:end])} <= said
    ]
    return "; ".join(part for part in (bare.strip().rstrip("?. "), ", ".join(fresh[:_NAMES_KEPT])) if part)


def _a_year_away(earlier: str, rest: str) -> str | None:
    """The earlier question a year before or after: "and the year before?"; None where that is not asked."""
    named = [period for period in periods(earlier) if period.year]
    for pattern, years in _YEAR_AWAY:
        if named and pattern.match(rest.strip()):
            start, end = named[-1].start, named[-1].end
            year = named[-1].year or 0
            return earlier[:start] + earlier[start:end].replace(str(year), str(year + years)) + earlier[end:]
    return None


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
    """The text without "that" before a word: "the man that said" does not point back; "would that happen" does."""
    return re.sub(
        r"\b(?!(?:did|does|do|is|was|has|had|will|would|can|could|should)\b)(\w+)\s+that\s+(?=\w)",
        r"\1 ",
        text,
    )


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
    if (actor := _actor(earlier)) and _ACTOR.match(bare):
        return f"{earlier[: actor[0]]}{bare}{earlier[actor[1] :]}"
    if counted and not preposition and not bare[:1].isupper():
        return f"{earlier[: counted.start('what')]}{bare}{earlier[counted.end('what') :]}"
    place = preposition or ("in" if bare[:1].isupper() and counted else "")
    return f"{earlier.rstrip('?. ')} {f'{place} {bare}' if place else f'({bare})'}?"


def _actor(text: str) -> tuple[int, int] | None:
    """Who acts in a question: "Erdogan" in "Did Erdogan resign?", "the police" in "What did the police say?"."""
    auxiliary = _ACTS.search(text)
    if auxiliary is None:
        return None
    named = next((span for span in _names(text) if span[0] == auxiliary.end()), None)
    return named or (
        (found.start(), found.end()) if (found := _ACTOR.search(text, auxiliary.end())) else None
    )


def _names(text: str) -> list[tuple[int, int]]:
    """Spans of words with a capital that stand together, without the first word of the text and periods."""
    named = periods(text)
    spans: list[tuple[int, int]] = []
    for word in words(text)[1:]:
        low = word.text.lower()
        inside = any(period.start <= word.start < period.end for period in named)
        if not word.text[0].isupper() or inside or low in STOP_WORDS:
            continue
        if spans and text[spans[-1][1] : word.start].strip() in {"", "-"}:
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
    return spans
