"""Weights of the signals that rank sentences and decide on silence, learned by benchmarks.train_weights."""

from typing import Final

# By the names of qa.extract.SIGNALS.
RANKING: Final[dict[str, float]] = {
    "sentence match": 4.842,
    "rare match": 10.58,
    "context match": 10.49,
    "sentence cosine": 5.309,
    "paragraph cosine": 1.706,
    "bm25": 0.2944,
    "words found": 0.3423,
    "holds a figure": 0.9876,
    "holds a name": 0.3282,
    "figure match": 4.54,
    "date match": 2.78,
    "name match": 7.021,
    "period fit": 6.771,
    "place fit": 3.549,
    "names missing": -1.417,
}
# By the names of qa.decide.SIGNALS; above 0 speaks for silence.
SILENCE: Final[dict[str, float]] = {
    "sentence match": -2.499,
    "context match": 0,
    "paragraph match": 0,
    "sentence cosine": 0,
    "paragraph cosine": -6.571,
    "words match": 0,
    "words found": -3.469,
    "figure asked for": -1.314,
    "no figure": 2.887,
    "figure match": 0,
    "period fit": 0,
    "another period": 8,
    "place fit": -2.42,
    "place absent": 2.359,
    "unknown word": 2.465,
    "names missing": 4.776,
    "lead": -0.2606,
    "score": 0,
}
SILENCE_BIAS: Final = 9.013
