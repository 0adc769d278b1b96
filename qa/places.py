"""Countries that a text names, by their names, their people, their capitals or their large cities."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from corpus.identity import post_name
from qa.place_cities import CITIES
from qa.place_names import COUNTRIES, OTHERWISE, POSTS

PlaceKind = Literal["country", "demonym", "capital", "city"]

_KINDS: Final[tuple[PlaceKind, ...]] = ("country", "demonym", "capital")  # the columns of COUNTRIES
_WORD: Final = re.compile(r"(?<![\w@])[^\W\d_]+(?![\w@])|&")
# Between the words of one name: "Guinea-Bissau", "Cote d'Ivoire", "St. Lucia"; a line break too.
_WITHIN: Final = re.compile(r"[^\S\n]{1,3}|[^\S\n]*\n[^\S\n]*|[-–'’]|\.[^\S\n]?")
_MARKS: Final = "!*^~-"
_NO_PLURAL: Final = re.compile(r"(?:s|sh|ch|ese|yz|ghiz|giz|man|men|ic)$")
# A capital is no name of a person behind one of these, nor before one of those.
_BEFORE_A_PLACE: Final = frozenset(
    """a about across after against all although amembassy among and around as at because before between both but by
    consul consulate despite during embassy for from general if in inside into is its like many mission near
    neighboring neighbouring north northern of on or our outside over post since south southern that the then there
    through throughout to today toward towards under unlike until via visit was west western when where whether while
    why with within without east eastern central lower upper greater how does did do will would can could should has
    have had what which who are were most some only even also however yet nor than versus vs air telegram capital city
    amconsul usmission downtown metropolitan modern""".split()
)
_AFTER_A_PLACE: Final = frozenset(
    """accord accords action agreement agreements air airport ambassador and area armed army authority authorities bank
    border branch bureau cable central chamber charge charter city club conference congress consul consulate council
    country county court customs daily declaration delegation department deputy desk dialogue district donors economic
    embassy exchange export fair festival first for foreign forum free general government group holding in institute
    international investment king mayor media meeting metro ministry mission national news office on peace plan police
    port post press prime principles process prosecutor protocol province queen region river round royal state stock
    street summit talks telecom times to trade treaty university valley working""".split()
)
_TITLES: Final = frozenset("Mr Mrs Ms Dr Gen Col Lt Maj Capt Sen Rep Gov Amb Prof Hon".split())
# "THEY TOLD US": in a text all in capitals the pronoun looks like the country.
_BEFORE_THE_PRONOUN: Final = frozenset(
    """told tell tells telling give gives gave given let lets ask asks asked asking inform informed informs advise
    advised advises assure assured assures show shows showed shown help helps helped join joined among""".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place as a text names it: `text` is the text from `start` to `end`.

    `country` is its code in ISO 3166-1; SU, YU, CS and DD are the Soviet Union, Yugoslavia, Czechoslovakia and the
    German Democratic Republic; XK is Kosovo. Other names of the past give the country of today: Burma is MM.
    """

    text: str
    start: int
    end: int
    country: str
    kind: PlaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    written: str  # as the tables have it
    country: str  # "" where the phrase means no country
    kind: PlaceKind
    marks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    meaning: dict[str, _Name]  # by the words of the name, in lower case, a blank between them
    longest: dict[str, int]  # by the first word: the number of words of the longest name


def places(text: str) -> list[Place]:
    """The countries that a text names, in order, the longest name first: "South Sudan" is not Sudan.

    Cities, and names that are common words too ("turkey", "chad", "us"), count only with a capital.
    """
    folded = text.translate(_folding()).lower() if not text.isascii() else text.lower()
    if len(folded) != len(text):  # a letter that grows in lower case would shift every span
        folded = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    words = [match.span() for match in _WORD.finditer(folded)]
    shouted = text.isupper()
    found: list[Place] = []
    at = 0
    first_words = _names().longest
    while at < len(words):
        start, end = words[at]
        if folded[start:end] not in first_words:  # nearly all, of hundreds of paragraphs a question
            at += 1
            continue
        count, name = _longest(folded, words, at)
        if not name:
            at += 1
            continue
        start, end = words[at][0], words[at + count - 1][1]
        if _means_the_place(name, text, words, at, count, shouted=shouted):
            if text[end : end + 1] == "." == text[end - 2]:  # "U.S." with its last full stop
                end += 1
            found.append(
                Place(text=text[start:end], start=start, end=end, country=name.country, kind=name.kind)
            )
        at += count
    return found


def country_of(origin_or_post: str) -> str | None:
    """The country where a post of the US stands: of "Embassy Astana", "RIODEJANEIRO" or "Mission USUN".

    The country of today ("LENINGRAD" is RU); None where it is not known.
    """
    words = re.findall(r"[A-Z]+", _fold(origin_or_post).upper())
    for first in range(len(words)):
        if country := _posts().get(post_name("".join(words[first:]))):
            return country
    return None


@lru_cache(maxsize=512)
def names(country: str) -> frozenset[str]:
    """What stands for a country in a text: its names, its people and its capitals, in lower case, without accents.

    Names that it shares are among them ("korean" for KR and for KP); cities are not, nor is "us", the pronoun.
    """
    return frozenset(word.lower() for name in _rows() if name.country == country for word in _forms(name)) - {
        "us"
    }


def _longest(folded: str, words: list[tuple[int, int]], at: int) -> tuple[int, _Name | None]:
    """The longest name that begins with the word `at`, and how many words it has."""
    known = _names()
    longest = known.longest.get(folded[slice(*words[at])], 0)
    for count in range(min(longest, len(words) - at), 0, -1):
        if name := known.meaning.get(_joined(folded, words[at : at + count])):
            return count, name
    return 0, None


def _means_the_place(
    name: _Name, text: str, words: list[tuple[int, int]], at: int, count: int, *, shouted: bool
) -> bool:
    """Whether the words from `at` mean the place, and not a common word or a person."""
    (start, _), (_, end) = words[at], words[at + count - 1]
    if not name.country or ("-" in name.marks and text[end : end + 1] not in ("-", "–")):
        return False
    if "!" in name.marks:
        # A name all in capitals, such as US, is one only as such.
        written = text[start:end]
        if not (written.isupper() if name.written.isupper() else written[0].isupper()):
            return False
    before = _word_before(text, words, at)
    if shouted:
        return not (name.written == "US" and before.lower() in _BEFORE_THE_PRONOUN)
    if not text[start].isupper() or not ("*" in name.marks or "^" in name.marks):
        return True
    if _could_be_of_a_name(before) and before.lower() not in _BEFORE_A_PLACE:
        return False
    if "*" not in name.marks or at + count == len(words) or text[end : words[at + count][0]] != " ":
        return True
    after = text[slice(*words[at + count])]
    return not _could_be_of_a_name(after) or after.lower() in _AFTER_A_PLACE


def _word_before(text: str, words: list[tuple[int, int]], at: int) -> str:
    """The word right before the word `at`, "" where another sign than that of a title stands between: "Dr. Jordan"."""
    if not at:
        return ""
    start, end = words[at - 1]
    word, gap = text[start:end], text[end : words[at][0]]
    titled = gap == ". " and (word in _TITLES or (len(word) == 1 and text[start - 1 : start] != "."))
    return word if gap == " " or titled else ""


def _could_be_of_a_name(word: str) -> bool:
    """Written as a name ("Michael", "J"), and no place by itself ("Syria")."""
    return word.istitle() and _fold(word).lower() not in _spelt()


def _joined(folded: str, words: list[tuple[int, int]]) -> str:
    """The words of a name with a blank between them; "" where something else than a name's own signs does."""
    for (start, end), (following, its_end) in pairwise(words):
        gap = folded[end:following]
        letters = end - start == 1 == its_end - following
        # "U.S." but not "u's"; "St. Lucia" but no other word with a full stop behind it.
        if letters and gap[:1] != ".":
            return ""
        if gap == " ":
            continue
        if not _WITHIN.fullmatch(gap) or (gap[0] == "." and end - start > 1 and folded[start:end] != "st"):
            return ""
    return " ".join("and" if folded[start] == "&" else folded[start:end] for start, end in words)


def _rows() -> Iterator[_Name]:
    """Every name of a country, its people and its capitals, as the table has them."""
    for row in COUNTRIES.strip().splitlines():
        country, *columns = row.split("|")
        for kind, column in zip(_KINDS, columns, strict=True):
            yield from (_name(item, country, kind) for item in _items(column))


def _name(item: str, country: str, kind: PlaceKind) -> _Name:
    written = item.rstrip(_MARKS)
    return _Name(written=written, country=country, kind=kind, marks=item[len(written) :])


def _cities() -> Iterator[_Name]:
    for line in re.split(r"\n(?=[A-Z]{2}\|)", CITIES.strip()):
        country, _, cities = line.partition("|")
        yield from (_name(item + "!", country, "city") for item in _items(cities))


def _items(column: str) -> list[str]:
    return [item for part in column.split(",") if (item := " ".join(part.split()))]


def _forms(name: _Name) -> tuple[str, ...]:
    """A name as written, and for people their plural."""
    plural = name.kind == "demonym" and "-" not in name.marks and not _NO_PLURAL.search(name.written)
    return (name.written, name.written + "s") if plural else (name.written,)


@lru_cache(maxsize=1)
def _names() -> _Names:
    rows = [name for name in _rows() if "~" not in name.marks]
    every = [*(name for kind in _KINDS for name in rows if name.kind == kind), *_cities()]
    meaning: dict[str, _Name] = {}
    for name in every:
        for written in _forms(name):
            meaning.setdefault(_key(written), name)
    for phrase in _items(OTHERWISE):
        for written in (phrase, phrase + "s"):  # "Latin Americans"
            meaning[_key(written)] = _name(phrase, "", "country")
    longest: dict[str, int] = {}
    for key in meaning:
        first, *rest = key.split(" ")
        longest[first] = max(longest.get(first, 0), 1 + len(rest))
    return _Names(meaning=meaning, longest=longest)


def _key(written: str) -> str:
    return " ".join(_WORD.findall(_fold(written).lower()))


@lru_cache(maxsize=1)
def _posts() -> dict[str, str]:
    """Posts, in capitals without blanks, and their countries: the exceptions before capitals and cities."""
    posts = {
        post: country for row in POSTS.strip().splitlines() for country, *of in [row.split()] for post in of
    }
    for name in [*(name for name in _rows() if name.kind != "demonym" and "~" not in name.marks), *_cities()]:
        posts.setdefault(re.sub(r"[^A-Z]", "", _fold(name.written).upper()), name.country)
    return posts


@lru_cache(maxsize=1)
def _spelt() -> frozenset[str]:
    """Names of one word that mean a place alone: beside them, another is no name of a person."""
    return frozenset(
        key
        for key, name in _names().meaning.items()
        if name.country and " " not in key and not {"*", "^"} & set(name.marks)
    )


@lru_cache(maxsize=1)
def _folding() -> dict[int, str]:
    """Letters to the letters below their accents, one to one, so that spans stay."""
    plain = {"ı": "i", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O"}
    accented = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
    return {
        ord(letter): plain.get(letter, base)
        for letter in accented
        if len(base := unicodedata.normalize("NFD", letter)[0]) == 1
    }


def _fold(text: str) -> str:
    return text if text.isascii() else text.translate(_folding())
