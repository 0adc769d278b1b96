"""Question and paragraph held together token by token ("late interaction", as ColBERT does)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.sentences import sentence_spans
from index.encoder import Encoder
from index.model import TokenVectors
from index.values import Hit, TokenMatches
from index.windows import Window, context, windows


def token_matches(encoder: Encoder, question: str, hits: Sequence[Hit]) -> list[TokenMatches]:
    """For each hit, in order, how near every token of the question comes to each of its tokens.

    The tokens are read within their context, as when they were embedded; no training is needed for it. It costs
    one pass of the model over the paragraphs.
    Source: Khattab, Zaharia, SIGIR 2020, https://doi.org/10.1145/3397271.3401075
    """
    if not hits:
        return []
    (asked,) = encoder.token_vectors([question], question=True)
    before = [context(subject=h.subject, post=h.post, date=h.date, heading=h.heading) for h in hits]
    cut = [
        windows(hit.text, above, encoder.offsets, max_tokens=encoder.max_tokens)
        for hit, above in zip(hits, before, strict=True)
    ]
    read = iter(encoder.token_vectors([window.text for some in cut for window in some]))
    return [
        _matches(asked, hit, [(window, next(read)) for window in some])
        for hit, some in zip(hits, cut, strict=True)
    ]


def _matches(asked: TokenVectors, hit: Hit, read: Sequence[tuple[Window, TokenVectors]]) -> TokenMatches:
    tokens, vectors, above = _together(read)
    spans = tuple((s.start, s.end) for s in hit.sentences) or sentence_spans(hit.text)
    starts = np.array([start for start, _ in tokens], np.int64)
    whole = asked.vectors.mean(axis=0) if len(asked.vectors) else np.zeros(vectors.shape[1], np.float32)
    return TokenMatches(
        pieces=asked.spans,
        tokens=tokens,
        cosines=asked.vectors @ vectors.T,
        above=(asked.vectors @ above.T).max(axis=1, initial=0.0),
        sentences=spans,
        sentence_cosines=np.array(
            [_cosine(whole, vectors[(starts >= start) & (starts < end)]) for start, end in spans], np.float32
        ),
    )


def _together(
    read: Sequence[tuple[Window, TokenVectors]],
) -> tuple[tuple[tuple[int, int], ...], NDArray[np.float32], NDArray[np.float32]]:
    """The paragraph's tokens, in order, their vectors, and those of its context.

    What two windows hold is taken from the second, which tells more of what stands behind it.
    """
    kept: dict[tuple[int, int], NDArray[np.float32]] = {}
    above: list[NDArray[np.float32]] = []
    for window, found in read:
        for (start, end), vector in zip(found.spans, found.vectors, strict=True):
            if start < window.start + window.shift:
                above.append(vector)
            else:
                kept[start - window.shift, end - window.shift] = vector
    dim = read[0][1].vectors.shape[1]
    tokens = tuple(sorted(kept))
    stacked = np.array([kept[token] for token in tokens], np.float32).reshape(len(tokens), dim)
    return tokens, stacked, np.array(above, np.float32).reshape(len(above), dim)


def _cosine(whole: NDArray[np.float32], some: NDArray[np.float32]) -> float:
    if not len(some):
        return 0.0
    mean = some.mean(axis=0)
    length = float(np.linalg.norm(mean) * np.linalg.norm(whole))
    return float(mean @ whole) / length if length else 0.0
