"""The evidence for a paragraph as one score."""

from typing import Final

# Measured (hit@1): dense cosine D 60, D + best late sentence L + 0.01 to 0.04 raw BM25 73 to 77 on held-out questions
# over real cables; 88.7 and 94.9 to 96.1 on XQuAD. Rank fusion lost there (62, 93.4): a paragraph that shares no word
# with a paraphrased question should have no vote from BM25, not a bad rank. See docs/measurements.md.
DENSE_WEIGHT: Final = 1.0
SENTENCE_WEIGHT: Final = 1.0
WORDS_WEIGHT: Final = 0.03


def score(*, dense: float, sentence: float, words: float) -> float:
    """One score from a paragraph's cosine, its best sentence's cosine and its raw BM25; higher is better."""
    return DENSE_WEIGHT * dense + SENTENCE_WEIGHT * sentence + WORDS_WEIGHT * words
