"""The values that an answer is made of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

# What a passage says beside the first quote, and what the passages that do stand under, in this order.
SAYS: Final = {"the same": "Also says so", "something else": "Says otherwise", "": "Other passages"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A paragraph that an answer rests on. `span` counts characters of the paragraph's text, half open."""

    cable_id: str
    paragraph: str  # its number as printed
    quote: str  # word for word: paragraph text[span[0]:span[1]]
    span: tuple[int, int]
    score: float
    subject: str
    date: datetime | None
    origin: str
    classification: str
    text: str = ""  # the whole paragraph, never cut
    says: str = ""  # beside the first quote: "the same" or "something else" of the same thing; "" where not comparable


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a question came to. Where `abstained`, `citations` are the closest passages, and no more."""

    text: str  # the answering sentence word for word, or the sentence that says the cables do not answer
    short: str | None  # "17,000": the figure, date, name or place asked for, a part of the first quote
    abstained: bool
    citations: tuple[Citation, ...]  # best first
    asked: str  # the question as understood
    reason: str = ""  # why it abstained, in plain words
    certainty: float = 1.0  # how likely it is that the cables answer, 0 to 1
    covered: float = 1.0  # share of the paragraphs that were searched by meaning; all were by their words
    # (cable, paragraph), best first: what was read closely, then others that were found.
    ranking: tuple[tuple[str, str], ...] = ()
    took: dict[str, float] = field(default_factory=dict)  # seconds by stage
