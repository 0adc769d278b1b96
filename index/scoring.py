"""What speaks for a paragraph that was found: its cosines, its words, and the score that they make together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import fusion, packing
from index.packing import PackedVectors
from index.store import StoredParagraph
from index.values import Hit, SentenceHit


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A paragraph by its id. Hundreds are scored for each that is shown: only then its sentences are unpacked."""

    id: int
    score: float
    dense: float = 0.0  # of the best window; 0 where it is not embedded yet
    words: float = 0.0  # raw BM25
    spans: bytes = b""
    cosines: tuple[float, ...] = ()  # of the sentences


def scored(
    ids: Iterable[int],
    *,
    packed: Mapping[int, PackedVectors],
    question: NDArray[np.float32] | None,
    words: Mapping[int, float],
) -> Iterator[Scored]:
    """The paragraphs, each with its score, in no order.

    Args:
        ids: of the paragraphs.
        packed: the vectors of those of them that are embedded.
        question: its vector (dim,); None where nothing is embedded yet.
        words: raw BM25 of those that share a word.
    """
    embedded = packed if question is not None else {}
    if question is not None and embedded:
        cosines, counts = packing.products((blob for _, _, blob in packed.values()), question)
        first = 0
        for (paragraph, (windows, spans, _)), count in zip(packed.items(), counts, strict=True):
            dense = max(cosines[first : first + windows])
            sentences = tuple(cosines[first + windows : first + count])
            first += count
            raw = words.get(paragraph, 0.0)
            score = fusion.score(dense=dense, sentence=max(sentences, default=dense), words=raw)
            yield Scored(id=paragraph, score=score, dense=dense, words=raw, spans=spans, cosines=sentences)
    for paragraph in ids:
        if paragraph not in embedded:
            raw = words.get(paragraph, 0.0)
            score = fusion.score(dense=0.0, sentence=0.0, words=raw)
            yield Scored(id=paragraph, score=score, words=raw)


def hit(paragraph: StoredParagraph, found: Scored) -> Hit:
    """What a search gives."""
    sentences = zip(packing.unpacked_spans(found.spans), found.cosines, strict=True)
    return Hit(
        id=paragraph.id,
        cable_id=paragraph.cable_id,
        paragraph=paragraph.number,
        score=found.score,
        text=paragraph.text,
        subject=paragraph.subject,
        date=packing.moment_of(paragraph.date),
        origin=paragraph.origin,
        classification=paragraph.classification,
        post=paragraph.post,
        heading=paragraph.heading,
        tags=paragraph.tags,
        dense=found.dense,
        words=found.words,
        sentences=tuple(SentenceHit(start=start, end=end, cosine=each) for (start, end), each in sentences),
    )
