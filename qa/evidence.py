"""What a paragraph and its sentences hold of what a question asks for."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from index import Hit, TokenMatches, windows
from qa.period import Period, periods
from qa.question import Kind, Question
from qa.short import holds
from qa.words import words

# On XQuAD 0.6 finds the sentence for 82.0 percent of the questions, nothing (0) 80.1, and 0.5 to 0.7 more than 81.
_TOLD_BEFORE: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One sentence as a possible answer."""

    hit: Hit
    span: tuple[int, int]  # in the paragraph's text
    sentence_match: float  # mean over the question's tokens of the nearest token in the sentence (see _told)
    paragraph_match: float  # likewise in the whole paragraph
    words_match: (
        float  # share of the question's words, by rarity, that stand here or have their like here; 0 to 1
    )
    kind: Kind  # of answer that is asked for
    holds_kind: bool  # a figure where a figure is asked for, and so on
    period_fits: bool  # no other year or month than the one asked for
    names_missing: float  # share of the question's names that stand neither in the paragraph nor above it

    @property
    def quote(self) -> str:
        """The sentence, word for word."""
        return self.hit.text[self.span[0] : self.span[1]]


def rarity(count: int, of: int) -> float:
    """Inverse document frequency as BM25 has it: what a word found in `count` of `of` paragraphs weighs."""
    return math.log(1 + (of - count + 0.5) / (count + 0.5))


def evidence(
    question: Question, hit: Hit, matches: TokenMatches, weights: Mapping[str, float]
) -> list[Evidence]:
    """One value for each sentence of the paragraph, in order.

    `weights` maps the stems of the question to their rarity.
    """
    nearest = [max(row, default=0.0) for row in matches.cosines]
    words_match = _words_match(question, hit, matches.pieces, nearest, weights)
    rows = _without_periods(question, matches)
    named = frozenset(word.stem for word in question.content)
    names_missing = _share_missing(question, hit)
    return [
        Evidence(
            hit=hit,
            span=span,
            sentence_match=_mean([_told(row, place) for row in rows]),
            paragraph_match=_mean([max(row, default=0.0) for row in rows]),
            words_match=words_match,
            kind=question.kind,
            holds_kind=holds(question.kind, quote, named),
            period_fits=period_fits(question, hit, quote),
            names_missing=names_missing,
        )
        for place, span in enumerate(matches.sentences)
        if (quote := hit.text[span[0] : span[1]])
    ]


def context(hit: Hit) -> str:
    """What stands above a paragraph and gives its words their meaning: what was embedded with it, and the origin."""
    above = windows.context(subject=hit.subject, post=hit.post, date=hit.date, heading=hit.heading)
    return f"{above} {hit.origin}"


def missing_names(question: Question, text: str) -> list[str]:
    """The names of the question that a text nowhere holds, nor a kindred word ("Kazakh" for "Kazakhstan").

    Of a name of several words each must be there: "United States" is missing where only "states" stands.
    """
    present = {word.stem for word in words(text)}
    missing = []
    for start, end, stems in _whole_names(question):
        if any(not any(_kindred(stem, other) for other in present) for stem in stems):
            missing.append(question.text[start:end])
    return missing


def _share_missing(question: Question, hit: Hit) -> float:
    names = len(_whole_names(question))
    return len(missing_names(question, f"{context(hit)} {hit.text}")) / names if names else 0.0


def _whole_names(question: Question) -> list[tuple[int, int, list[str]]]:
    """Names whose words stand side by side as one: where it begins and ends, and its stems."""
    found: list[tuple[int, int, list[str]]] = []
    for name in question.names:
        if found and not question.text[found[-1][1] : name.start].strip():
            found[-1] = (found[-1][0], name.end, [*found[-1][2], name.stem])
        else:
            found.append((name.start, name.end, [name.stem]))
    return found


def period_fits(question: Question, hit: Hit, sentence: str) -> bool:
    """Whether the sentence may speak of each period asked for: it names it, or nothing near names another."""
    return all(_fits(asked, hit, sentence) for asked in question.periods)


def _fits(asked: Period, hit: Hit, sentence: str) -> bool:
    near = _periods(sentence)
    if not any(period.year for period in near):  # then what stands around it tells
        near += _periods(hit.text) + _periods(f"{hit.subject} {hit.heading}")
    dated = [period for period in near if period.year]
    if not asked.year:
        return not asked.month or asked.month in {period.month for period in near} or not near
    if dated:
        return any(_same(asked, period) for period in dated)
    # A cable speaks of its own year; in its first weeks also of the year that ended.
    return (
        hit.date is None
        or asked.year == hit.date.year
        or (asked.year == hit.date.year - 1 and hit.date.month <= 3)
    )


def _same(asked: Period, said: Period) -> bool:
    """Whether one period may be meant where the other is said: a month lies in its quarter, both in their year."""
    if asked.year != said.year:
        return False
    if asked.month and said.month:
        return asked.month == said.month
    quarters = [period.quarter or (period.month and (period.month + 2) // 3) for period in (asked, said)]
    return not all(quarters) or quarters[0] == quarters[1]


@lru_cache(maxsize=4096)
def _periods(text: str) -> tuple[Period, ...]:
    return tuple(periods(text))


def _without_periods(question: Question, matches: TokenMatches) -> Sequence[Sequence[float]]:
    """The rows of the tokens that name no period, unless there are no others.

    Whether the period fits is judged by itself: "in the period under review" answers what was asked of June 2001, and
    a sentence that spells out June 2001 is no nearer for it.
    """
    rows = [
        row
        for (start, end), row in zip(matches.pieces, matches.cosines, strict=True)
        if not any(period.start < end and start < period.end for period in question.periods)
    ]
    return rows or matches.cosines


def _told(cosines: Sequence[float], place: int) -> float:
    """How near a token of the question comes to a sentence that goes on from those before it.

    "In particular, he ordered ..." answers what the prime minister ordered: he was named before. A token found in
    an earlier sentence of the paragraph counts for so much.
    """
    return max([cosines[place], *(_TOLD_BEFORE * cosine for cosine in cosines[:place])])


def _words_match(
    question: Question,
    hit: Hit,
    pieces: Sequence[tuple[int, int]],
    nearest: Sequence[float],
    weights: Mapping[str, float],
) -> float:
    """A word that stands in the paragraph or its context counts whole, another as its nearest token is near."""
    around = {word.stem for word in words(f"{context(hit)} {hit.text}")}
    total = sum(weights[word.stem] for word in question.content)
    if not total:
        return _mean(nearest)
    found = 0.0
    for word in question.content:
        near = [
            cosine
            for (start, end), cosine in zip(pieces, nearest, strict=True)
            if start < word.end and end > word.start
        ]
        found += weights[word.stem] * (1.0 if word.stem in around else max(0.0, _mean(near)))
    return found / total


def _mean(figures: Sequence[float]) -> float:
    return sum(figures) / len(figures) if figures else 0.0


def _kindred(one: str, other: str) -> bool:
    """Equal stems, or one begins with nearly all of the other: Kazakh, Kazakhstan; Uzbek, Uzbekistan."""
    if one == other:
        return True
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= 5 and shared >= min(len(one), len(other)) - 1
