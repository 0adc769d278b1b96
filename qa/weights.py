"""Weights of the signals that rank sentences and decide on silence, learned by benchmarks.train_weights."""

from typing import Final

# By the names of qa.extract.SIGNALS.
RANKING: Final[dict[str, float]] = {
    "sentence match": 4.25,
    "rare match": 10.62,
    "context match": 9.512,
    "sentence cosine": 5.025,
    "paragraph cosine": 1.779,
    "bm25": 0.2949,
    "words found": 0.6853,
    "holds a figure": 0.9233,
    "holds a name": 0.4892,
    "figure match": 5.78,
    "date match": 0,
    "name match": 5.678,
    "period fit": 7.051,
    "place fit": 2.97,
    "names missing": -1.449,
}
# By the names of qa.decide.SIGNALS; above 0 speaks for silence.
SILENCE: Final[dict[str, float]] = {
    "sentence match": -2.644,
    "context match": 0,
    "paragraph match": 0,
    "sentence cosine": 0,
    "paragraph cosine": -6.677,
    "words match": 0,
    "words found": -3.585,
    "figure asked for": -1.288,
    "no figure": 2.243,
    "figure match": 0,
    "period fit": 0,
    "another period": 8,
    "place fit": -2.727,
    "place absent": 2.659,
    "unknown word": 2.457,
    "names missing": 4.679,
    "lead": -0.2457,
    "score": 0,
}
SILENCE_BIAS: Final = 9.462
