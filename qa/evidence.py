"""What a paragraph and its sentences hold of what a question asks for."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index import Hit, TokenMatches, windows
from qa.period import Period, fit, periods, told
from qa.places import country_of, places
from qa.quantity import holding
from qa.question import Kind, Question
from qa.spelling import english
from qa.words import words

# On XQuAD 0.6 finds the sentence for 82.0 percent of the questions, nothing (0) 80.1, and 0.5 to 0.7 more than 81.
_TOLD_BEFORE: Final = 0.6
_TOLD_OF_WHOM: Final = 0.8  # likewise, where the sentence goes on with a pronoun: "In particular, he ordered"
_GOES_ON = re.compile(r"\b(?:he|she|they|his|her|their|him|them)\b", re.IGNORECASE)
_INHERITED: Final = 0.9  # of a period that is not told by the sentence itself
_COMMON: Final = 0.3  # what a word that says nothing of the topic ("how", "the") weighs beside the rarest
_AROUND: Final = 6  # tokens before and behind a figure or a name that tell what it is of
_LIKE_A_NAME: Final = 0.47
_SPELT_ALIKE: Final = 0.83  # of two names: Massoud and Masoud 0.92, Kusaliyev and Kusaliev 0.94
_HOME: Final = "US"  # every cable is American: that a question names the country tells nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One sentence as a possible answer. The matches are cosines, so that 1 is all that could be."""

    hit: Hit
    span: tuple[int, int]  # in the paragraph's text
    kind: Kind  # of answer that is asked for
    sentence_match: float  # mean over the question's tokens of the nearest in the sentence (see _carried)
    rare_match: float  # likewise, the tokens weighed by how rare their word is
    context_match: float  # likewise, a token found in the subject or the date above counting as well
    paragraph_match: float  # of the rare tokens, in the whole paragraph
    sentence_cosine: float  # of the sentence with the question
    answer_match: float  # of the tokens around the figure, date or name that would answer; 0 without one
    words_match: float  # share of the question's words, by rarity, that stand here or have their like here
    words_found: float  # share of the question's words, by rarity, that stand in the paragraph or above it
    holds_kind: bool  # a figure where a figure is asked for, and so on
    period_fit: float  # 1 the period asked for or none was asked, 0.5 one that holds it, 0 another
    place_fit: float  # share of the countries asked for that the cable is from or the paragraph names
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

    Args:
        question: what is asked.
        hit: the paragraph.
        matches: of `question.about` with the paragraph.
        weights: the stems of the question and their rarity.
    """
    if not matches.sentences:
        return []
    matches = _by_spelling(question, hit, matches)
    equal = np.full(len(matches.pieces), 1 / max(1, len(matches.pieces)), np.float32)
    rare = _weighed(question, matches.pieces, weights)
    nearest = _nearest(matches)
    quotes = [hit.text[start:end] for start, end in matches.sentences]
    carried = _carried(
        nearest, [_TOLD_OF_WHOM if _GOES_ON.search(quote) else _TOLD_BEFORE for quote in quotes]
    )
    in_context = np.maximum(carried, matches.above[:, None])
    whole = matches.cosines.max(axis=1, initial=0.0)
    around = {word.stem for word in words(f"{context(hit)} {hit.text}")}
    found = [holding(question, quote) for quote in quotes]
    # What is the same for all sentences of the paragraph.
    paragraph_match = float(rare @ whole)
    words_match = _words_match(question, matches.pieces, whole, weights, around)
    words_found = _words_found(question, weights, around)
    fits_place = place_fit(question, hit)
    names_missing = _share_missing(question, hit, matches.pieces, whole)
    return [
        Evidence(
            hit=hit,
            span=span,
            kind=question.kind,
            sentence_match=float(equal @ carried[:, place]),
            rare_match=float(rare @ carried[:, place]),
            context_match=float(rare @ in_context[:, place]),
            paragraph_match=paragraph_match,
            sentence_cosine=float(matches.sentence_cosines[place]),
            answer_match=_answer_match(matches, equal, span, found[place]),
            words_match=words_match,
            words_found=words_found,
            holds_kind=bool(found[place]),
            period_fit=period_fit(question, hit, quotes[place]),
            place_fit=fits_place,
            names_missing=names_missing,
        )
        for place, span in enumerate(matches.sentences)
    ]


def context(hit: Hit) -> str:
    """What stands above a paragraph and gives its words their meaning: what was embedded with it, and the origin."""
    above = windows.context(subject=hit.subject, post=hit.post, date=hit.date, heading=hit.heading)
    return f"{above} {hit.origin}"


def missing_names(question: Question, text: str) -> list[str]:
    """The names of the question that a text nowhere holds, nor a kindred word ("Kazakh" for "Kazakhstan").

    Of a name of several words half must be there: who asks for Hugo Chavez is answered by "Chavez". Places are no
    such names, see `place_fit`.
    """
    present = {word.stem for word in words(text)}
    missing = []
    for start, end, stems in _whole_names(question):
        there = sum(any(_kindred(stem, other) for other in present) for stem in stems)
        if 2 * there < len(stems):
            missing.append(question.text[start:end])
    return missing


def missing_places(question: Question, hit: Hit, text: str) -> list[str]:
    """The places of the question whose country a text does not name and that the cable does not come from."""
    asked = [place for place in question.places if place.country != _HOME]
    there = _countries(text) | {country_of(hit.post or hit.origin)} if asked else set()
    return [place.text for place in asked if place.country not in there]


def place_fit(question: Question, hit: Hit) -> float:
    """Share of the countries asked for that the cable comes from or that the paragraph or its subject names."""
    asked = {place.country for place in question.places} - {_HOME}
    if not asked:
        return 1.0
    there = _countries(f"{hit.subject}. {hit.heading}\n{hit.text}") | {country_of(hit.post or hit.origin)}
    return len(asked & there) / len(asked)


def period_fit(question: Question, hit: Hit, sentence: str) -> float:
    """How well a sentence fits the periods asked for, the worst of them: 1 where none is asked for, 0 another one.

    What names no period takes that of what stands around it, and at last that of the cable.
    """
    return min((_fit(asked, hit, sentence) for asked in question.periods), default=1.0)


def told_by(hit: Hit, sentence: str) -> tuple[Period, ...]:
    """The periods that a sentence of a paragraph tells of, those of its subject and date understood."""
    return _told(sentence, next(iter(_above(hit)), None), hit.date.year if hit.date else None)


def _above(hit: Hit) -> list[Period]:
    return [period for period in _periods(f"{hit.subject} {hit.heading}") if period.year]


def _fit(asked: Period, hit: Hit, sentence: str) -> float:
    above = _above(hit)
    if said := told_by(hit, sentence):
        return max(fit(asked, period) for period in said)
    around = [period for period in _periods(hit.text) if period.year or not asked.year] + above
    if around:
        return _INHERITED * max(fit(asked, period) for period in around)
    if hit.date is None:
        return _INHERITED
    if asked.year is None:
        return _INHERITED if asked.month in {None, hit.date.month} else 0.0
    # A cable speaks of its own year; in its first weeks also of the year that ended.
    if asked.year == hit.date.year:
        return _INHERITED if asked.month in {None, hit.date.month} else _INHERITED / 2
    return _INHERITED / 2 if asked.year == hit.date.year - 1 and hit.date.month <= 3 else 0.0


@lru_cache(maxsize=4096)
def _periods(text: str) -> tuple[Period, ...]:
    return tuple(periods(text))


@lru_cache(maxsize=4096)
def _told(sentence: str, of: Period | None, year: int | None) -> tuple[Period, ...]:
    return tuple(told(sentence, of, year))


@lru_cache(maxsize=4096)
def _countries(text: str) -> frozenset[str | None]:
    return frozenset(place.country for place in places(text))


def _share_missing(
    question: Question, hit: Hit, pieces: Sequence[tuple[int, int]], whole: NDArray[np.float32]
) -> float:
    """Share of the names that the paragraph does not hold, nor anything that means nearly the same."""
    names = len(_whole_names(question))
    missing = missing_names(question, f"{context(hit)} {hit.text}") if names else []
    return (
        sum(_nearness(question, name, pieces, whole) < _LIKE_A_NAME for name in missing) / names
        if names
        else 0.0
    )


def _nearness(
    question: Question, name: str, pieces: Sequence[tuple[int, int]], whole: NDArray[np.float32]
) -> float:
    """How near the tokens of a name come to any in the paragraph: "Muslim" to "imams" 0.49, an unknown name 0.3."""
    start = question.about.find(name)
    inside = _inside(start, start + len(name), pieces)
    return float(whole[inside].mean()) if start >= 0 and inside else 0.0


def _whole_names(question: Question) -> list[tuple[int, int, list[str]]]:
    """Names whose words stand side by side as one: where it begins and ends, and its stems."""
    found: list[tuple[int, int, list[str]]] = []
    for name in question.names:
        if found and not question.text[found[-1][1] : name.start].strip():
            found[-1] = (found[-1][0], name.end, [*found[-1][2], name.stem])
        else:
            found.append((name.start, name.end, [name.stem]))
    return found


def _weighed(
    question: Question, pieces: Sequence[tuple[int, int]], weights: Mapping[str, float]
) -> NDArray[np.float32]:
    """(pieces,): what each token weighs, by how rare its word is; together 1."""
    rarest = max(weights.values(), default=0.0) or 1.0
    weighed = np.full(len(pieces), _COMMON, np.float32)
    for word in words(question.about):
        inside = _inside(word.start, word.end, pieces)
        if word.stem in weights and inside:
            weighed[inside] = weights[word.stem] / rarest / len(inside)
    total = float(weighed.sum())
    return weighed / total if total else weighed


def _by_spelling(question: Question, hit: Hit, matches: TokenMatches) -> TokenMatches:
    """The matches, where a word that means nothing to the model is near only to words that are spelled like it.

    A name that the model has in pieces ("ras-to-lent-el") comes near to any other name in pieces, and of two reports
    on mines that of the other mine might come nearer.
    """
    names = [
        (word, inside)
        for word in words(question.about)
        if len(inside := _inside(word.start, word.end, matches.pieces)) > 1
        and word.text.isalpha()
        and word.text.lower() not in english()
    ]
    if not names:
        return matches
    cosines, above = matches.cosines.copy(), matches.above.copy()
    written, over = words(hit.text), words(context(hit))
    for word, inside in names:
        like = {
            place
            for other in written
            if _kindred(word.stem, other.stem)
            for place in _inside(other.start, other.end, matches.tokens)
        }
        unlike = [place for place in range(len(matches.tokens)) if place not in like]
        cosines[np.ix_(inside, unlike)] = 0.0
        if not any(_kindred(word.stem, other.stem) for other in over):
            above[inside] = 0.0
    return replace(matches, cosines=cosines, above=above)


def _inside(start: int, end: int, spans: Sequence[tuple[int, int]]) -> list[int]:
    """Which of the spans lie in a stretch of the text, if only in part."""
    return [place for place, (begins, ends) in enumerate(spans) if begins < end and start < ends]


def _nearest(matches: TokenMatches) -> NDArray[np.float32]:
    """(pieces, sentences): the cosine of the nearest token that begins in the sentence, 0 where there is none."""
    starts = np.array([start for start, _ in matches.tokens], np.int64)
    columns = [
        matches.cosines[:, (starts >= start) & (starts < end)].max(axis=1, initial=0.0)
        for start, end in matches.sentences
    ]
    return np.stack(columns, axis=1)


def _carried(nearest: NDArray[np.float32], counts: Sequence[float]) -> NDArray[np.float32]:
    """How near the tokens of the question come to sentences that go on from those before them.

    "In particular, he ordered ..." answers what the prime minister ordered: he was named before. A token found in
    an earlier sentence of the paragraph counts for so much, for each sentence.
    """
    before = np.maximum.accumulate(nearest, axis=1)
    before = np.concatenate([np.zeros_like(nearest[:, :1]), before[:, :-1]], axis=1)
    return np.maximum(nearest, np.array(counts, np.float32) * before)


def _answer_match(
    matches: TokenMatches,
    equal: NDArray[np.float32],
    sentence: tuple[int, int],
    found: Sequence[tuple[int, int]],
) -> float:
    """How near the question comes to what stands around the best of the possible answers in the sentence."""
    starts = np.array([start for start, _ in matches.tokens], np.int64)
    first, last = np.searchsorted(starts, sentence)
    best = 0.0
    for start, end in found:
        begins, ends = np.searchsorted(starts, (sentence[0] + start, sentence[0] + end))
        around = matches.cosines[:, max(first, begins - _AROUND) : min(last, ends + _AROUND)]
        best = max(best, float(equal @ around.max(axis=1, initial=0.0)))
    return best


def _words_match(
    question: Question,
    pieces: Sequence[tuple[int, int]],
    whole: NDArray[np.float32],
    weights: Mapping[str, float],
    around: set[str],
) -> float:
    """A word that stands in the paragraph or its context counts whole, another as its nearest token is near."""
    about = [word for word in words(question.about) if word.stem in weights]
    total = sum(weights[word.stem] for word in about)
    if not total:
        return float(whole.mean()) if len(whole) else 0.0
    found = 0.0
    for word in about:
        inside = _inside(word.start, word.end, pieces)
        near = float(whole[inside].mean()) if inside else 0.0
        found += weights[word.stem] * (1.0 if word.stem in around else max(0.0, near))
    return found / total


def _words_found(question: Question, weights: Mapping[str, float], around: set[str]) -> float:
    stems = {word.stem for word in question.content}
    total = sum(weights[stem] for stem in stems)
    return sum(weights[stem] for stem in stems & around) / total if total else 0.0


def _kindred(one: str, other: str) -> bool:
    """Equal stems, or one begins with nearly all of the other (Uzbek, Uzbeks), or spelt nearly so (Massoud, Masoud)."""
    if one == other:
        return True
    if len(one) < 5 or len(other) < 5 or one[0] != other[0]:
        return False
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    if shared >= 5 and shared >= min(len(one), len(other)) - 1:
        return True
    alike = SequenceMatcher(None, one, other, autojunk=False)
    return alike.real_quick_ratio() >= _SPELT_ALIKE and alike.ratio() >= _SPELT_ALIKE
