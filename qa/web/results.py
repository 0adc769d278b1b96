"""What programs get from `ask`, `search` and `read_cable`: the fields, their types and what they hold."""

from typing import Annotated

from pydantic import Field

# Python's own does before 3.12 not satisfy pydantic, which makes the schemas of it.
from typing_extensions import TypedDict


class CitationResult(TypedDict):
    """A paragraph that an answer rests on."""

    cable_id: Annotated[str, Field(description="The cable's id, such as 09ASTANA368.")]
    paragraph: Annotated[str, Field(description='Its number as printed, or "preamble".')]
    quote: Annotated[str, Field(description="The sentence, word for word from the paragraph.")]
    span: Annotated[
        list[int],
        Field(
            min_length=2,
            max_length=2,
            description="Where the quote stands in the paragraph's text: first character, and the one after the last.",
        ),
    ]
    score: Annotated[float, Field(description="Higher is better; comparable within one answer only.")]
    subject: Annotated[str, Field(description="The cable's subject.")]
    date: Annotated[str | None, Field(description="When it was sent, ISO 8601 in UTC; null where unknown.")]
    origin: Annotated[str, Field(description="Who sent it, such as Embassy Astana.")]
    classification: Annotated[str, Field(description="The cable's classification, such as UNCLASSIFIED.")]
    says: Annotated[
        str,
        Field(
            description='Beside the first quote: "the same" or "something else" of the same thing; else empty.'
        ),
    ]


class AnswerResult(TypedDict):
    """What a question came to."""

    text: Annotated[
        str,
        Field(description="The answering sentence word for word, or one that says the cables do not answer."),
    ]
    short: Annotated[
        str | None,
        Field(description="The figure, date, name or place asked for, a part of the first quote; or null."),
    ]
    abstained: Annotated[
        bool,
        Field(
            description="Whether the cables do not answer; then the citations are the closest passages only."
        ),
    ]
    citations: Annotated[list[CitationResult], Field(description="What the answer rests on, best first.")]
    asked: Annotated[str, Field(description="The question as understood.")]
    took: Annotated[dict[str, float], Field(description="Seconds by stage, and their total.")]
    reason: Annotated[str, Field(description="Why it abstained, in plain words; else empty.")]
    certainty: Annotated[float, Field(description="How likely it is that the cables answer, 0 to 1.")]
    covered: Annotated[
        float,
        Field(description="Share of the paragraphs searched by meaning, 0 to 1; all are searched by words."),
    ]


class SentenceResult(TypedDict):
    """One sentence of a paragraph that was found."""

    start: Annotated[int, Field(description="Its first character in the paragraph's text.")]
    end: Annotated[int, Field(description="The character after its last.")]
    cosine: Annotated[float, Field(description="How near it comes to the words in meaning, -1 to 1.")]


class HitResult(TypedDict):
    """A paragraph that was found."""

    cable_id: Annotated[str, Field(description="The cable's id, such as 09ASTANA368.")]
    paragraph: Annotated[str, Field(description='Its number as printed, or "preamble".')]
    score: Annotated[float, Field(description="Higher is better; comparable within one search only.")]
    text: Annotated[str, Field(description="The whole paragraph.")]
    subject: Annotated[str, Field(description="The cable's subject.")]
    date: Annotated[str | None, Field(description="When it was sent, ISO 8601 in UTC; null where unknown.")]
    origin: Annotated[str, Field(description="Who sent it, such as Embassy Astana.")]
    classification: Annotated[str, Field(description="The cable's classification, such as UNCLASSIFIED.")]
    post: Annotated[str, Field(description="The post, such as ASTANA.")]
    heading: Annotated[str, Field(description="The heading that the paragraph stands under, or empty.")]
    tags: Annotated[list[str], Field(description="The cable's TAGS, such as SMIG.")]
    dense: Annotated[
        float, Field(description="How near the paragraph comes to the words in meaning, -1 to 1.")
    ]
    words: Annotated[float, Field(description="BM25 of the words that it shares; 0 where it shares none.")]
    sentences: Annotated[
        list[SentenceResult], Field(description="Its sentences in order; empty where not yet embedded.")
    ]


class HitsResult(TypedDict):
    """What was found, for protocols whose results are objects."""

    hits: Annotated[list[HitResult], Field(description="The paragraphs that were found, best first.")]


class ParagraphResult(TypedDict):
    """A numbered paragraph of a cable."""

    number: Annotated[
        str, Field(description='As printed; "preamble", or such as "p3" where the cable prints none.')
    ]
    text: Annotated[
        str, Field(description="The paragraph with its line breaks joined, without number and marking.")
    ]
    start: Annotated[int, Field(description="Its first character in the cable's text.")]
    end: Annotated[int, Field(description="The character after its last.")]
    heading: Annotated[str, Field(description="The heading that it stands under, or empty.")]
    marking: Annotated[str, Field(description="Its own classification, such as U or SBU; empty where none.")]


class SourceResult(TypedDict):
    """Where a cable was read."""

    file: Annotated[str, Field(description="The file's name, without its folder.")]
    offset: Annotated[int, Field(description="Where the cable begins in it, in bytes.")]


class CableResult(TypedDict):
    """One whole cable. What it does not print is empty or, for the date, null."""

    id: Annotated[str, Field(description="Such as 09ASTANA368.")]
    date: Annotated[str | None, Field(description="When it was sent, ISO 8601 in UTC; null where unknown.")]
    origin: Annotated[str, Field(description="Who sent it, such as Embassy Astana.")]
    post: Annotated[str, Field(description="The post, such as ASTANA.")]
    classification: Annotated[str, Field(description="Such as UNCLASSIFIED or CONFIDENTIAL.")]
    captions: Annotated[list[str], Field(description="Such as SENSITIVE or SIPDIS.")]
    precedence: Annotated[str, Field(description="Such as PRIORITY.")]
    sender: Annotated[str, Field(description="As printed, such as AMEMBASSY ASTANA.")]
    to: Annotated[list[str], Field(description="Those it went to, as printed.")]
    info: Annotated[list[str], Field(description="Those who got it for information, as printed.")]
    tags: Annotated[list[str], Field(description="TAGS, such as SMIG.")]
    subject: Annotated[str, Field(description="What it is about, in its own words.")]
    references: Annotated[list[str], Field(description="Ids of the cables that it names.")]
    signer: Annotated[str, Field(description="Who signed it.")]
    paragraphs: Annotated[list[ParagraphResult], Field(description="Its paragraphs in order.")]
    source: Annotated[SourceResult, Field(description="Where it was read.")]
    text: Annotated[str, Field(description="The original text, as it was read.")]
    sha256: Annotated[str, Field(description="Of that text in UTF-8, in hexadecimal.")]
