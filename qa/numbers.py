"""Numbers as numbers: 17,000 is 17000 is seventeen thousand."""

import re
from collections.abc import Iterator
from typing import Final

_UNITS: Final = {
    word: number
    for number, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
}
_TENS: Final = {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_SCALES: Final = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "mn": 1_000_000,
    "billion": 1_000_000_000,
    "bn": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
_SPELLED: Final = "|".join([*_TENS, *_UNITS, *_SCALES])
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:[\s-]*(?P<scale>hundred|thousand|million|mn|"
    rf"billion|bn|trillion)\b)?(?![\w]|[.,]\d)"
    rf"|\b(?P<words>(?:{_SPELLED})(?:(?:[\s-]+|\s+and\s+)(?:{_SPELLED}))*)\b",
    re.IGNORECASE,
)


def numbers(text: str) -> Iterator[tuple[int, int, float]]:
    """Every number of a text, in digits or in words: where it begins and ends, and its value."""
    for found in _NUMBER.finditer(text):
        if found["digits"]:
            scale = _SCALES[found["scale"].lower()] if found["scale"] else 1
            yield found.start(), found.end(), float(found["digits"].replace(",", "")) * scale
        else:
            yield found.start(), found.end(), float(_spelled(found["words"]))


def value(text: str) -> float | None:
    """The first number of a text: of "$5,000", "1.3 million" or "Twenty-three people"; None where there is none."""
    return next((number for _, _, number in numbers(text)), None)


def other_forms(text: str) -> list[str]:
    """The numbers of a text as others write them: "17,000" and "17000" where it says seventeen thousand."""
    forms = []
    for start, end, number in numbers(text):
        if number != int(number) or number < 10:
            continue
        written = text[start:end]
        whole = int(number)
        year = 1800 <= whole < 2100 and written.isdigit()
        forms += (
            [] if year else [form for form in dict.fromkeys((f"{whole:,}", str(whole))) if form != written]
        )
    return forms


def _spelled(words: str) -> int:
    """Of "two hundred and seventeen thousand" 217000."""
    total = current = 0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word in _SCALES:
            scale = _SCALES[word]
            current = max(current, 1) * scale
            if scale > 100:
                total, current = total + current, 0
        else:
            current += _UNITS.get(word, _TENS.get(word, 0))
    return total + current
