"""Weights of the signals that rank sentences and decide on silence. Learned: benchmarks/train_weights.py."""

from typing import Final

# By the names of qa.extract.SIGNALS.
RANKING: Final[dict[str, float]] = {
    "rare match": 13.74,
    "context match": 9.385,
    "sentence cosine": 5.858,
    "paragraph cosine": 1.922,
    "bm25": 0.2631,
    "words found": 0.6637,
    "holds a figure": 0.9541,
    "holds a name": 0.4964,
    "figure match": 5.686,
    "date match": 0,
    "name match": 5.854,
    "period fit": 7.047,
    "place fit": 2.979,
    "names missing": -2.468,
}
# By the names of qa.decide.SIGNALS; above 0 speaks for silence.
SILENCE: Final[dict[str, float]] = {
    "sentence match": -13.27,
    "context match": 1.5,
    "paragraph match": 5.811,
    "sentence cosine": 8.168,
    "paragraph cosine": -6.78,
    "bm25": -1.223,
    "words match": -1.841,
    "words found": -2.691,
    "figure asked for": -1.087,
    "no figure": 2.102,
    "figure match": 0.7575,
    "period fit": -2.101,
    "another period": 3.526,
    "place fit": -3.001,
    "place absent": 2.918,
    "names missing": 4.162,
    "lead": -0.3227,
    "score": -0.05389,
    "rarest word": -4.027,
}
SILENCE_BIAS: Final = 15.68
