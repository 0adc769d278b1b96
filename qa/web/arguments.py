"""What programs may pass to `ask`, `search` and `read_cable`: each argument described once, and checked."""

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Final

from pydantic import Field

import index
from index.surrogates import readable
from qa.days import UnclearDay, days
from qa.errors import BadArgument
from qa.options import cable_id, post

MAX_CHARACTERS: Final = 5_000  # of each text
MAX_TURNS: Final = 50
MAX_VALUES: Final = 1_000  # of a filter
MAX_HITS: Final = 100

Question = Annotated[
    str, Field(description=f"The question, in plain words; at most {MAX_CHARACTERS:,} characters.")
]
History = Annotated[
    list[list[str]] | None,
    Field(
        description="Earlier turns, the oldest first, each a pair of question and answer, so that a follow-up such as "
        f'"and in 2007?" is understood; at most {MAX_TURNS}.'
    ),
]
Words = Annotated[
    str, Field(description=f"What to look for, in plain words; at most {MAX_CHARACTERS:,} characters.")
]
Limit = Annotated[int, Field(ge=1, le=MAX_HITS, description=f"How many paragraphs at most, 1 to {MAX_HITS}.")]
CableId = Annotated[str, Field(description="The cable's id, such as 09ASTANA368.")]
Posts = Annotated[
    list[str] | None, Field(description='Only cables of these posts, such as ["ASTANA", "Rio de Janeiro"].')
]
Classifications = Annotated[
    list[str] | None,
    Field(description='Only cables of exactly these classifications, such as ["UNCLASSIFIED"].'),
]
Tags = Annotated[
    list[str] | None, Field(description='Only cables with one of these TAGS, such as ["SMIG", "ELAB"].')
]
Years = Annotated[list[int] | None, Field(description="Only cables of these years, such as [2008, 2009].")]
Since = Annotated[str | None, Field(description="Only cables of this day or later, such as 2009-02-27.")]
Until = Annotated[str | None, Field(description="Only cables of this day or earlier, such as 2009-02-27.")]
CableIds = Annotated[list[str] | None, Field(description='Only these cables, such as ["09ASTANA368"].')]
HoldingWords = Annotated[
    str | None,
    Field(
        description="Only cables whose subject or paragraphs hold all of these words, such as border guard."
    ),
]


def summary(function: Callable[..., object]) -> str:
    """What a function gives, on one line."""
    return " ".join((inspect.getdoc(function) or "").split())


def described(function: Callable[..., object]) -> str:
    """The summary of a function, and what each of its parameters is, a line each."""
    lines = [
        f"{name}: {parameter.annotation.__metadata__[0].description}"
        for name, parameter in inspect.signature(function).parameters.items()
    ]
    return "\n".join([summary(function), *lines])


def fitting(function: Callable[..., object], given: Mapping[str, object]) -> None:
    """Raises BadArgument where a name was given that the function does not have, or one that it needs was not."""
    parameters = inspect.signature(function).parameters
    unknown = [name for name in given if name not in parameters]
    if unknown:
        raise BadArgument(f"There is no {shown(unknown[0])} here: give {', '.join(parameters)}.")
    for name, parameter in parameters.items():
        if parameter.default is parameter.empty and name not in given:
            raise BadArgument(f"{name} is missing. {parameter.annotation.__metadata__[0].description}")


def text(name: str, value: object) -> str:
    """A text of allowed length, with nothing in it that UTF-8 cannot hold."""
    if not isinstance(value, str):
        raise BadArgument(f"{name} is {shown(value)}, which is no text.")
    if len(value) > MAX_CHARACTERS:
        raise BadArgument(f"{name} has {len(value):,} characters; {MAX_CHARACTERS:,} are the most.")
    return readable(value)


def words(value: object) -> str:
    """What to look for, of which there must be something."""
    wanted = text("words", value)
    if not wanted.strip():
        raise BadArgument("words is empty: write what to look for, in plain words.")
    return wanted


def history(value: object) -> list[tuple[str, str]]:
    """Pairs of question and answer."""
    turns = _several("history", value, most=MAX_TURNS, example=" of pairs of question and answer")
    pairs = []
    for number, turn in enumerate(turns, start=1):
        if not isinstance(turn, Sequence) or isinstance(turn, str) or len(turn) != 2:
            raise BadArgument(
                f"Turn {number} of history is {shown(turn)}: a turn is a pair of question and answer, such as "
                '["How many were deported in 2008?", "17,000"].'
            )
        question, answer = (text(f"Turn {number} of history", part) for part in turn)
        pairs.append((question, answer))
    return pairs


def limit(value: object) -> int:
    """From 1 to `MAX_HITS`."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_HITS:
        raise BadArgument(f"limit is {shown(value)}: give a whole number from 1 to {MAX_HITS}.")
    return value


def filters(
    *,
    posts: object,
    classifications: object,
    tags: object,
    years: object,
    since: object,
    until: object,
    cable_ids: object,
    holding_words: object,
) -> index.Filters:
    """Written as the index writes them."""
    chosen = index.Filters(
        posts=tuple(post(each) for each in _texts("posts", posts, '["ASTANA"]')),
        classifications=tuple(
            each.strip().upper() for each in _texts("classifications", classifications, '["UNCLASSIFIED"]')
        ),
        tags=tuple(each.strip().upper() for each in _texts("tags", tags, '["SMIG"]')),
        years=tuple(_years(years)),
        since=_days("since", since)[0],
        until=_days("until", until)[1],
        cable_ids=tuple(cable_id(each) for each in _texts("cable_ids", cable_ids, '["09ASTANA368"]')),
        words="" if holding_words is None else text("holding_words", holding_words),
    )
    if chosen.since and chosen.until and chosen.since > chosen.until:
        raise BadArgument(
            f"since is {chosen.since}, later than until, {chosen.until}: no cable is of such a day."
        )
    return chosen


def shown(value: object) -> str:
    """A value as JSON, cut short."""
    written = json.dumps(value, ensure_ascii=True, default=repr)
    return written if len(written) <= 60 else f"{written[:59]}…"


def _several(name: str, value: object, *, most: int = MAX_VALUES, example: str = "") -> Sequence[object]:
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise BadArgument(f"{name} is {shown(value)}, which is no list{example}.")
    if len(value) > most:
        raise BadArgument(f"{name} has {len(value):,} entries; {most:,} are the most.")
    return value


def _texts(name: str, value: object, example: str) -> list[str]:
    return [
        text(f"An entry of {name}", each)
        for each in _several(name, value, example=f" of texts, such as {example}")
    ]


def _years(value: object) -> list[int]:
    years = []
    for each in _several("years", value, example=" of whole numbers, such as [2009]"):
        if not isinstance(each, int) or isinstance(each, bool) or not 1 <= each <= 9999:
            raise BadArgument(f"{shown(each)} in years is no year: write such as [2009].")
        years.append(each)
    return years


def _days(name: str, value: object) -> tuple[date, date] | tuple[None, None]:
    if value is None or value == "":
        return None, None
    try:
        return days(text(name, value))
    except UnclearDay as error:
        raise BadArgument(f"{name}: {error}") from error
