"""The values that go into a search and come out of an index."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corpus import Rejected

# Of a list of cables: by date; by post, then newest; by subject, A to Z in either case; most paragraphs first. Those
# without what they are put in order by come last, and those that are equal in it by id.
Order = Literal["newest", "oldest", "post", "subject", "longest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a person set firmly. Values of a field are alternatives; all fields must hold. Empty: everything."""

    posts: tuple[str, ...] = ()  # "ASTANA"
    classifications: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    since: date | None = None  # the first day that counts
    until: date | None = None  # the last day that counts
    cable_ids: tuple[str, ...] = ()
    words: str = ""  # cables whose subject or paragraphs hold all of these words


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceHit:
    """One sentence of a paragraph that was found; `start` and `end` count characters of the paragraph."""

    start: int
    end: int
    cosine: float  # of the sentence, seen in its context, with the question; -1 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A paragraph that was found, with the evidence that ranked it."""

    cable_id: str
    paragraph: str  # its number as printed
    score: float  # dense + sentence + small BM25; higher is better, comparable within one search only
    text: str
    subject: str
    date: datetime | None
    origin: str
    classification: str
    post: str = ""
    heading: str = ""
    tags: tuple[str, ...] = ()
    dense: float = 0.0  # cosine of the paragraph, seen in its context, with the question
    words: float = 0.0  # raw BM25; 0 where no word is shared
    sentences: tuple[SentenceHit, ...] = ()  # in the order of the text; empty where not yet embedded
    id: int = 0  # of the paragraph in this index, until its cable is read anew; 0 for none


@dataclass(frozen=True, slots=True, kw_only=True)
class CableRow:
    """A line of the list of cables."""

    id: str
    date: datetime | None
    post: str
    origin: str
    classification: str
    subject: str
    paragraphs: int  # how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """How many cables fall under each value, the most frequent first; years and months in their order."""

    posts: tuple[tuple[str, int], ...] = ()
    years: tuple[tuple[int, int], ...] = ()
    months: tuple[tuple[str, int], ...] = ()  # ("2009-02", 17)
    classifications: tuple[tuple[str, int], ...] = ()
    tags: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a build has come: it reads (counts cables), embeds (paragraphs), seals (vectors), publishes (cables)."""

    stage: str  # read, embed, seal, publish; or check, export, import (all count cables)
    done: int
    total: int | None = None  # None where it cannot be known yet
    note: str = ""  # the file at hand


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did. Counts cables, but `paragraphs` (in the index now) and `embedded` (in this run)."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: tuple[Rejected, ...] = ()
    paragraphs: int = 0
    embedded: int = 0
    took: dict[str, float] = field(default_factory=dict)  # seconds by stage: read, embed, seal, publish


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A word of the cables that is spelled like another, in small letters and without accents."""

    word: str
    paragraphs: int  # that hold it
    distance: int  # letters dropped, added, changed, or swapped with the next; 0 for the word itself


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TokenMatches:
    """How near each token of a question comes to each token of a paragraph, both seen in their context."""

    pieces: tuple[tuple[int, int], ...]  # where each token of the question stands in its text
    tokens: tuple[tuple[int, int], ...]  # where each token of the paragraph stands in its text, in order
    cosines: NDArray[np.float32]  # (pieces, tokens)
    above: NDArray[np.float32]  # (pieces,), of the nearest token in the context before the paragraph
    sentences: tuple[tuple[int, int], ...]  # where each sentence stands in the paragraph's text
    sentence_cosines: NDArray[np.float32]  # (sentences,), of the means of the tokens' vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with an index."""

    what: str  # a sentence
    cables: tuple[
        str, ...
    ] = ()  # ids of those that it touches, sorted; empty for none, or where it cannot be told
    lasting: bool = True  # of the database, which is the truth; else of a file that is made from it


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check found, and how much it looked at."""

    problems: tuple[Problem, ...] = ()
    cables: int = 0  # versions, each unpacked and compared with the checksums of what it was
    paragraphs: int = 0
    embedded: int = 0  # paragraphs whose vectors were unpacked
    unfinished: str = ""  # a sentence where the last build did not come to its end, which is no damage

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairReport:
    """What a repair found, did, and could not do. Cables by their ids, sorted."""

    found: CheckReport  # before it
    remade: tuple[str, ...] = ()  # what was made anew: "words", "spellings", "vectors"
    kept_as: str = ""  # the name of the damaged database, beside the new one; empty where it was whole
    read_again: tuple[str, ...] = ()  # cables that were damaged, from their sources
    from_text: tuple[str, ...] = ()  # likewise, from their own text, as no source of theirs is there
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What a backup holds."""

    cables: int  # that can be found
    bytes: int
    left_out: tuple[
        str, ...
    ] = ()  # what is made again by the first build on it: "words", "spellings", "vectors"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What an exported file holds."""

    cables: int  # versions, those that are not shown among them
    paragraphs: int
    embedded: int  # of the paragraphs
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did. Counts versions of cables, then paragraphs."""

    added: int = 0
    unchanged: int = 0  # were there already
    paragraphs: int = 0  # of those that were added
    embeddings: int = 0  # paragraphs whose vectors were taken, also of cables that were there already
    waiting: int = 0  # paragraphs of the index, whatever they came from, that the next build embeds
