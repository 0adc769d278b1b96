"""A paragraph that answers, and what was found in it: a start from which a test changes what it is about."""

from datetime import UTC, datetime

from index import Hit
from qa.evidence import Evidence

TEXT = "In 2008, Kazakhstan deported 17,000 labor migrants. Masimov was silent."
HIT = Hit(
    cable_id="09ASTANA368",
    paragraph="7",
    score=1.0,
    text=TEXT,
    subject="KAZAKHSTAN: MIGRATION",
    date=datetime(2009, 2, 27, tzinfo=UTC),
    origin="Embassy Astana",
    classification="UNCLASSIFIED",
    post="ASTANA",
    dense=0.6,
    words=12.0,
)
NEAR = Evidence(
    hit=HIT,
    span=(0, 51),
    kind="figure",
    sentence_match=0.7,
    rare_match=0.7,
    context_match=0.75,
    paragraph_match=0.72,
    sentence_cosine=0.6,
    answer_match=0.6,
    words_match=0.95,
    words_found=0.9,
    holds_kind=True,
    period_fit=1.0,
    place_fit=1.0,
    names_missing=0.0,
)
