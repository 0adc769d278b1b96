"""Questions to begin with, made from what stands in the cables, and tried: each has its answer there."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from time import monotonic
from typing import Final

from corpus import Cable
from corpus.sentences import sentence_spans
from qa.assistant import Assistant
from qa.places import places
from qa.words import STOP_WORDS

_LOOKED_AT: Final = 60  # cables, at even distances through the index
_LONGEST: Final = 90  # characters of a question
_WORDS_OF_TOPIC: Final = 6

_FIGURE = r"(?P<figure>\d{1,3}(?:,\d{3}){1,9}|\d+)(?: (?:million|thousand|hundred))?"
_NOUNS = r"(?P<nouns>[a-z]+(?: [a-z]+){0,3})"
_ROUGHLY = r"(?:about |some |almost |nearly |over |around |more than |at least |up to |a total of )?"
# The past of a regular verb is its participle too: "deported 17,000 labor migrants" asks how many were deported.
_DID = re.compile(rf"(?<!\w)(?P<before>\w++) (?P<verb>[a-z]{{2,}}[^e\W]ed) {_ROUGHLY}{_FIGURE} {_NOUNS}")
_WAS_DONE = re.compile(
    rf"(?<!\d){_FIGURE} {_NOUNS} (?:were|have been|had been) (?P<verb>[a-z]{{2,}}[^e\W]ed)\b"
)
_HELPING: Final = frozenset("was were been be being is are has have had get got".split())
_NOT_COUNTED: Final = frozenset(
    "percent dollars euros rubles years months weeks days hours minutes times others".split()
)
_PLURALS: Final = frozenset("children men women people police".split())
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def suggestions(assistant: Assistant, *, count: int = 3, within_s: float = 30.0) -> Iterator[str]:
    """Up to `count` questions that the index answers, of different cables as far as there are several.

    Each was asked, and was answered from the paragraph that it was made from. What has not been found after
    `within_s` seconds is not looked for any longer.
    """
    until = monotonic() + within_s
    cables = [assistant.index.cable(cable_id) for cable_id in _spread(assistant)]
    found: set[str] = set()
    for cable_id, number, question in [*_counts(cables), *_topics(cables)]:
        if len(found) >= count or monotonic() > until:
            return
        if question not in found and _answered(assistant, question, cable_id, number):
            found.add(question)
            yield question


def _spread(assistant: Assistant) -> list[str]:
    """The ids of some cables, at even distances."""
    total = assistant.index.count()
    some = min(total, _LOOKED_AT)
    rows = (assistant.index.cables(limit=1, offset=place * total // some) for place in range(some))
    return [row.id for found in rows for row in found]


def _counts(cables: Sequence[Cable]) -> list[tuple[str, str, str]]:
    """The questions on figures, the first of each cable before the second of any."""
    by_cable = [[(cable.id, *each) for each in questions(cable)] for cable in cables]
    return [each for row in zip_longest(*by_cable) for each in row if each is not None]


def _topics(cables: Sequence[Cable]) -> list[tuple[str, str, str]]:
    return [(cable.id, "", question) for cable in cables if (question := about(cable.subject))]


def _answered(assistant: Assistant, question: str, cable_id: str, number: str) -> bool:
    """Whether a question is answered from the cable, and the paragraph where one is given, that it was made from."""
    answer = assistant.ask(question)
    if answer.abstained:
        return False
    first = answer.citations[0]
    return first.cable_id == cable_id and number in ("", first.paragraph)


def questions(cable: Cable) -> Iterator[tuple[str, str]]:
    """Questions that sentences of a cable answer: (paragraph, question), in the order of the text."""
    for paragraph in cable.paragraphs:
        for start, end in sentence_spans(paragraph.text):
            question = question_of(paragraph.text[start:end])
            if question:
                yield paragraph.number, question


def question_of(sentence: str) -> str:
    """The question that a sentence with a count answers: "How many labor migrants were deported in 2008?"; else ""."""
    for pattern in (_DID, _WAS_DONE):
        for match in pattern.finditer(sentence):
            if match.groupdict().get("before", "").lower() in _HELPING or _YEAR.fullmatch(match["figure"]):
                continue
            nouns = _counted(match["nouns"])
            if nouns:
                years = set(_YEAR.findall(sentence))
                when = f" in {years.pop()}" if len(years) == 1 else ""
                question = f"How many {nouns} were {match['verb']}{when}?"
                return question if len(question) <= _LONGEST else ""
    return ""


def about(subject: str) -> str:
    """A question on what a cable is about: "What is said about walnut harvest in Kyrgyzstan?"; else ""."""
    country, _, topic = subject.partition(":")
    topic = re.split(r"[,;:(]| - | -- ", topic)[0].strip(" .")
    if not places(country) or '"' in topic or not 1 < len(topic.split()) <= _WORDS_OF_TOPIC:
        return ""  # what stands alone is a title as often as a topic: DRUGLORD ORDERS RIO BUS BURNED
    return f"What is said about {topic.lower() if topic.isupper() else topic} in {country.strip().title()}?"


def _counted(words: str) -> str:
    """The things that are counted, up to the first word that is none of them; "" where that is no plural."""
    nouns: list[str] = []
    for word in words.split():
        if word in STOP_WORDS or word in _HELPING:
            break
        nouns.append(word)
    while nouns and not (re.fullmatch(r"\w+[^s\W]s", nouns[-1]) or nouns[-1] in _PLURALS):
        nouns.pop()
    return "" if not nouns or nouns[-1] in _NOT_COUNTED else " ".join(nouns)
