"""The values that the corpus room hands out: a cable, its paragraphs, and what could not be read."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a cable was found."""

    file: str  # the path as given; members of an archive as "archive.zip/member.txt"
    offset: int = 0  # where the cable begins in the file: bytes; records of a CSV or JSON file likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """The unit of citation. `start` and `end` count characters of `Cable.text`, half open, to light it up."""

    number: str  # "7" as printed; "preamble", or "p3" where the cable prints none
    text: str  # wraps joined; page-break lines, number and marking taken out
    start: int
    end: int
    heading: str = ""  # the heading that it stands under, its dashes taken off
    marking: str = ""  # "U", "SBU", "C", ... without brackets; "" where none is printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Cable:
    """One cable. A field that the cable does not print is "" or () or, for the date, None."""

    id: str  # "09ASTANA368"
    date: datetime | None  # aware, UTC
    origin: str  # "Embassy Astana"
    post: str  # "ASTANA"
    classification: str  # "UNCLASSIFIED", "UNCLASSIFIED//FOR OFFICIAL USE ONLY", "CONFIDENTIAL", ...
    captions: tuple[str, ...] = ()  # "SENSITIVE", "SIPDIS", ... in the order printed, each once
    precedence: str = ""  # "PRIORITY"
    sender: str = ""  # "AMEMBASSY ASTANA"
    to: tuple[str, ...] = ()  # "SECSTATE WASHDC"
    info: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    subject: str = ""
    references: tuple[str, ...] = ()  # canonical ids
    signer: str = ""
    paragraphs: tuple[Paragraph, ...] = ()
    source: Source = Source(file="")
    text: str = ""  # the original, untouched
    sha256: str = ""  # of `text` in UTF-8 (surrogates passed), hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A file, member or record that holds no cable, and why, in a sentence."""

    source: Source
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOnDisk:
    """A file as the system describes it: while none of this changes, nor does what it holds."""

    name: str  # its path, as the source of a cable has it
    size: int
    mtime_ns: int
    ctime_ns: int  # an unpacked archive may set the other back, but not this one
