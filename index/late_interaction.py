"""Question and paragraph held together token by token ("late interaction", as ColBERT does)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corpus.sentences import sentence_spans
from index.encoder import Encoder, TokenVectors
from index.values import Hit, TokenMatches
from index.windows import Window, context, windows

_NONE: Final = 0.0  # of a sentence in which the model sees no token


def token_matches(encoder: Encoder, question: str, hits: Sequence[Hit]) -> list[TokenMatches]:
    """For each hit, in order, how near every token of the question comes to each of its sentences.

    The tokens are read within their context, as when they were embedded; no training is needed for it. It costs
    one pass of the model over the paragraphs.
    Source: Khattab, Zaharia, SIGIR 2020, https://doi.org/10.1145/3397271.3401075
    """
    if not hits:
        return []
    (asked,) = encoder.token_vectors([question], question=True)
    cut = [_windows(encoder, hit) for hit in hits]
    read = iter(encoder.token_vectors([window.text for some in cut for window in some]))
    found = []
    for hit, some in zip(hits, cut, strict=True):
        spans = tuple((s.start, s.end) for s in hit.sentences) or sentence_spans(hit.text)
        best = np.full((len(asked.spans), len(spans)), _NONE, np.float32)
        for window in some:
            best = np.maximum(best, _nearest(asked.vectors, next(read), window, spans))
        found.append(
            TokenMatches(
                pieces=asked.spans, sentences=spans, cosines=tuple(tuple(row) for row in best.tolist())
            )
        )
    return found


def _windows(encoder: Encoder, hit: Hit) -> list[Window]:
    before = context(subject=hit.subject, post=hit.post, date=hit.date, heading=hit.heading)
    return windows(hit.text, before, encoder.offsets, max_tokens=encoder.max_tokens)


def _nearest(
    asked: NDArray[np.float32], read: TokenVectors, window: Window, spans: Sequence[tuple[int, int]]
) -> NDArray[np.float32]:
    """(tokens of the question, sentences): the highest cosine with a token that begins in the sentence."""
    best = np.full((len(asked), len(spans)), _NONE, np.float32)
    if not read.spans:
        return best
    cosines = asked @ read.vectors.T
    starts = np.array([start for start, _ in read.spans]) - window.shift
    for place, (start, end) in enumerate(spans):
        inside = (starts >= start) & (starts < end)
        if inside.any():
            best[:, place] = cosines[:, inside].max(axis=1)
    return best
