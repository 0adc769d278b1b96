"""What a question asks for: its words, names and periods, and the kind of answer that would do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from qa.mentions import Mention, mentions
from qa.numbers import other_forms
from qa.period import Period, periods
from qa.places import Place, places
from qa.words import STOP_WORDS, Word, content, words

Kind = Literal["figure", "money", "date", "person", "place", "reason", "other"]

# Nouns that a figure answers: "what area of poppy was destroyed", "what was the turnout".
_QUANTITY = (
    "number|percentage|percent|share|proportion|rates?|total|amount|size|tally|count|figure|population|area|length|"
    "distance|height|weight|depth|width|volume|speed|age|duration|capacity|output|yield|production|turnout|quota|"
    "ratio|interest|financing|funding|demand|consumption|quantity|temperature|mean|average|median|margin|stake|attendance|"
    "exports?|imports?|inflation|unemployment|growth|deficit|surplus|debts?|loss(?:es)?|casualties|(?:death\\s)?toll"
)
_THING = r"(?:which|what|in which|in what)\s+"
# Read in order: "how much did it cost" asks for money before it asks for a figure.
_PATTERNS: Final[tuple[tuple[Kind, str], ...]] = (
    (
        "money",
        r"\bhow much (?:money|cash)\b"
        r"|\bhow much\b.{0,200}\b(?:costs?|pay|paid|pays|spend|spent|earn|earned|price|worth|money|charged?|"
        r"fetch|salary|fined?|owed?|invest|invested|lend|lent|budget|offer|offered)\b"
        r"|\bwhat\b.{0,200}\b(?:costs?|prices?|salary|salaries|wages?|budget|revenue|fees?|fine|"
        r"sum|compensation|damages|tariff|ransom|bribes?|loan|reward|subsid(?:y|ies))\b",
    ),
    (
        "figure",
        r"\bhow (?:many|much|large|big|high|long|old|far|often|deep|tall|wide|heavy|fast)\b"
        rf"|\b(?:what|which)\b.{{0,20}}\b(?:{_QUANTITY})\b|\b(?:number|tally|count|total) of\b",
    ),
    (
        "date",
        # Not "when large groups boycott".
        r"\bwhen (?:did|do|does|was|were|is|are|has|have|had|will|would|can)\b|^when\W*$"
        rf"|\b{_THING}(?:day|date|year|month|week)\b",
    ),
    ("reason", r"\bwhy\b|\bfor what reason\b|\bwhat (?:was|is|were) the reason"),
    (
        "place",
        rf"\bwhere\b|\b{_THING}(?:\w+\s)?(?:city|cities|country|countries|town|village|regions?|provinces?|"
        r"place|state|district|oblast|station|port|border|capital)\b",
    ),
    (
        "person",
        rf"\b(?:who|whom|whose)\b|\b{_THING}(?:[\w'’-]+\s){{0,2}}(?:person|minister|officials?|president|ambassador|leader|"
        r"man|woman|doctor|governor|member|candidate|diplomat|general|judge|journalist|author|writer|scientist|adviser|"
        r"advisor|spokesman|spokeswoman|trafficker|chief|head|king|queen|senator|deputy|player|researcher|expert)\b"
        rf"|\b{_THING}(?:the\s+)?name of the (?:person|man|woman|minister|president|leader)\b",
    ),
)
_KINDS: Final = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)
_FOCUS = re.compile(
    r"\bhow (?:many|much)\s+(?P<of>[^?.,;]{1,80})"
    r"|\b(?:number|tally|count|share|percentage) of\s+(?P<share>[^?.,;]{1,80})",
    re.IGNORECASE,
)
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Gen|Col|Lt|Sen|Rep|Gov|Amb|Prof|St|[A-Z])\.$")
# Before a name, but none: who asks what Ambassador Smith said is answered by "Smith said".
_TITLES: Final = frozenset(
    """ambassador president prime minister deputy vice foreign secretary general colonel major captain senator
    governor chairman chairwoman director king queen prince princess sheikh professor doctor judge mayor chief
    commander commissioner embassy consulate ministry government""".split()
)
_PREPOSITION = re.compile(
    r"\b(?:in|during|for|on|since|by|of|from|at|through|throughout|to|into)\s+(?:the\s+)?$", re.IGNORECASE
)
_POSSESSIVE = re.compile(r"^['’]s?\b")
# The first of these ends what is counted: "how many labor migrants | were deported".
_VERBS: Final = frozenset(
    "is are was were be been did do does has have had will would could can may might must should".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as understood. `text` is what is searched for and shown as `asked`."""

    text: str
    about: str  # `text` without periods, places, ids and TAGS, which are judged apart; `text` where nothing is left
    kind: Kind
    content: tuple[Word, ...]  # the words that it is about, periods left out
    names: tuple[Word, ...]  # those of them written as names: capitals inside the question
    periods: tuple[Period, ...]
    places: tuple[Place, ...] = ()
    mentions: tuple[Mention, ...] = ()  # of cables and TAGS: only these are asked
    # Stems of what is counted: "how many labor migrants were" gives labor, migrant.
    focus: tuple[str, ...] = ()

    @property
    def searched(self) -> str:
        """What is searched for: the text, and its numbers as others write them."""
        return " ".join([self.text, *other_forms(self.text)])


def understand(text: str) -> Question:
    """Reads a question that stands by itself (a follow-up is rewritten first, see qa.followup)."""
    said = tuple(mentions(text))
    named = tuple(period for period in periods(text) if not _inside(period, said))
    where = tuple(place for place in places(text) if not _inside(place, said))
    about = tuple(word for word in content(words(text)) if not _inside(word, (*named, *said)))
    return Question(
        text=text,
        about=_without(text, (*named, *where, *said)),
        kind=next((kind for kind, pattern in _KINDS if pattern.search(text)), "other"),
        content=about,
        names=tuple(word for word in about if _is_name(word, text) and not _inside(word, where)),
        periods=named,
        places=where,
        mentions=said,
        focus=_focus(text),
    )


def _inside(part: Word | Period | Place, some: Sequence[Period | Place | Mention]) -> bool:
    return any(one.start <= part.start < one.end for one in some)


def _without(text: str, some: Sequence[Period | Place | Mention]) -> str:
    """The text without what is judged apart and the preposition before it; the text where no word is left."""
    left = text
    for one in sorted(some, key=lambda one: -one.start):
        before = _PREPOSITION.sub("", left[: one.start])
        left = before + _POSSESSIVE.sub("", left[one.end :], count=1)
    left = " ".join(left.split())
    return left if content(words(left)) else text


def _is_name(word: Word, text: str) -> bool:
    """Written with a capital where no sentence begins; in a question all in capitals nothing is told."""
    if not word.text[0].isupper() or text.isupper() or word.text.lower() in _TITLES:
        return False
    before = text[: word.start].rstrip("\"'“‘( ")
    return bool(before) and (before[-1] not in ".?!:" or _TITLE.search(before) is not None)


def _focus(text: str) -> tuple[str, ...]:
    found = _FOCUS.search(text)
    if not found:
        return ()
    counted: list[str] = []
    for word in words(found["of"] or found["share"]):
        low = word.text.lower()
        if low in _VERBS or (counted and low in STOP_WORDS):
            break
        if low not in STOP_WORDS:
            counted.append(word.stem)
    return tuple(counted)
