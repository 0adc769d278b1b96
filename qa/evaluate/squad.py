"""Short answers compared as SQuAD compares them.

Source: Rajpurkar et al., EMNLP 2016, https://doi.org/10.18653/v1/D16-1264, and its evaluation script.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLE = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalised(text: str) -> str:
    """In small letters, without punctuation (of ASCII), articles and doubled blanks: '17,000' is '17000'."""
    return " ".join(_ARTICLE.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def exact_match(short: str, answers: Sequence[str]) -> float:
    """1 where the short answer is one of the answers, else 0."""
    return float(normalised(short) in map(normalised, answers))


def f1(short: str, answers: Sequence[str]) -> float:
    """The overlap in words with the nearest of the answers: F1 of precision and recall, 0 to 1."""
    return max(
        (_f1(normalised(short).split(), normalised(answer).split()) for answer in answers), default=0.0
    )


def _f1(said: list[str], wanted: list[str]) -> float:
    if not said or not wanted:
        return float(said == wanted)
    return 2 * (Counter(said) & Counter(wanted)).total() / (len(said) + len(wanted))
