"""Weights of the signals that rank sentences and decide on silence."""

from typing import Final

RANKING: Final[dict[str, float]] = {}
SILENCE: Final[dict[str, float]] = {}
SILENCE_BIAS: Final = 0.0
