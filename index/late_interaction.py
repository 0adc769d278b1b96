"""Question and paragraph held together token by token ("late interaction", as ColBERT does)."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.sentences import sentence_spans
from index import token_signs
from index.encoder import Encoder
from index.model import TokenVectors
from index.token_signs import ParagraphTokens
from index.values import Hit, TokenMatches
from index.windows import Window, context, windows


def token_matches(
    encoder: Encoder, question: str, hits: Sequence[Hit], kept: Mapping[int, bytes] | None = None
) -> list[TokenMatches]:
    """For each hit, in order, how near every token of the question comes to each of its tokens.

    The tokens are read within their context, as when they were embedded; no training is needed for it. What is not
    kept costs one pass of the model over the paragraphs.
    Source: Khattab, Zaharia, SIGIR 2020, https://doi.org/10.1145/3397271.3401075

    Args:
        encoder: the model of the index.
        question: as it is asked.
        hits: the paragraphs.
        kept: packed tokens by the ids of hits; None where the index keeps none. Where it does, those that are read
            anew are rounded as those that are kept, so that all are compared alike.
    """
    if not hits:
        return []
    (asked,) = encoder.token_vectors([question], question=True)
    if kept is None:
        return [_matches(asked, hit, tokens) for hit, tokens in zip(hits, _read(encoder, hits), strict=True)]
    signs = {each: blob for each, blob in kept.items() if token_signs.sound(blob)}
    missing = [hit for hit in hits if hit.id not in signs]
    signs |= {
        hit.id: token_signs.packed(tokens)
        for hit, tokens in zip(missing, _read(encoder, missing), strict=True)
    }
    dim = asked.vectors.shape[1]
    return [_matches(asked, hit, token_signs.unpacked(signs[hit.id], dim)) for hit in hits]


def _read(encoder: Encoder, hits: Sequence[Hit]) -> list[ParagraphTokens]:
    before = [context(subject=h.subject, post=h.post, date=h.date, heading=h.heading) for h in hits]
    cut = [
        windows(hit.text, above, encoder.offsets, max_tokens=encoder.max_tokens)
        for hit, above in zip(hits, before, strict=True)
    ]
    read = iter(encoder.token_vectors([window.text for some in cut for window in some]))
    return [together([(window, next(read)) for window in some]) for some in cut]


def together(read: Sequence[tuple[Window, TokenVectors]]) -> ParagraphTokens:
    """The tokens of a paragraph out of its windows, in order, and those of its context.

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
    spans = tuple(sorted(kept))
    return ParagraphTokens(
        spans=spans,
        vectors=np.array([kept[span] for span in spans], np.float32).reshape(len(spans), dim),
        above=np.array(above, np.float32).reshape(len(above), dim),
    )


def _matches(asked: TokenVectors, hit: Hit, tokens: ParagraphTokens) -> TokenMatches:
    vectors = tokens.vectors
    spans = tuple((s.start, s.end) for s in hit.sentences) or sentence_spans(hit.text)
    starts = np.array([start for start, _ in tokens.spans], np.int64)
    whole = asked.vectors.mean(axis=0) if len(asked.vectors) else np.zeros(vectors.shape[1], np.float32)
    return TokenMatches(
        pieces=asked.spans,
        tokens=tokens.spans,
        cosines=asked.vectors @ vectors.T,
        above=(asked.vectors @ tokens.above.T).max(axis=1, initial=0.0),
        sentences=spans,
        sentence_cosines=np.array(
            [_cosine(whole, vectors[(starts >= start) & (starts < end)]) for start, end in spans], np.float32
        ),
    )


def _cosine(whole: NDArray[np.float32], some: NDArray[np.float32]) -> float:
    if not len(some):
        return 0.0
    mean = some.mean(axis=0)
    length = float(np.linalg.norm(mean) * np.linalg.norm(whole))
    return float(mean @ whole) / length if length else 0.0
