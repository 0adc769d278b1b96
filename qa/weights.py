"""Weights of the signals that rank sentences and decide on silence, learned by benchmarks.train_weights."""

from typing import Final

# By the names of qa.extract.SIGNALS.
RANKING: Final[dict[str, float]] = {
    "sentence match": 2.645,
    "rare match": 12.56,
    "context match": 10.98,
    "sentence cosine": 5.342,
    "paragraph cosine": 1.064,
    "bm25": 0.04674,
    "words found": 0.6533,
    "holds a figure": 1.261,
    "holds a name": 0.331,
    "figure match": 3.781,
    "date match": 2.336,
    "name match": 7.135,
    "period fit": 6.803,
    "place fit": 3.538,
    "names missing": -1.363,
}
# By the names of qa.decide.SIGNALS; above 0 speaks for silence.
SILENCE: Final[dict[str, float]] = {
    "sentence match": -2.957,
    "context match": 0,
    "paragraph match": 0,
    "sentence cosine": 0,
    "paragraph cosine": -6.478,
    "words match": 0,
    "words found": -3.195,
    "figure asked for": -1.329,
    "no figure": 2.862,
    "figure match": 0,
    "period fit": 0,
    "another period": 8,
    "place fit": -2.438,
    "place absent": 2.377,
    "unknown word": 1.42,
    "names missing": 4.767,
    "lead": -0.304,
    "score": 0,
}
SILENCE_BIAS: Final = 9.224
