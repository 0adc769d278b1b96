"""The paragraphs that a question may be answered from: by meaning, by words, and by place and period."""

import calendar
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from index import Filters, Hit, Index
from qa.period import Period
from qa.places import country_of
from qa.question import Question

_SEARCHED: Final = 200  # paragraphs that are looked at for each question
_OF_PLACE_AND_PERIOD: Final = 60  # and of those from the place and the period that it names
_PAGE: Final = 20  # of them are read at once; most questions need no more
# A report comes after what it tells of, and the next year's compares with it: "against 151 a year earlier".
_TOLD_LATER: Final = timedelta(days=400)


def candidates(cable_index: Index, question: Question, filters: Filters | None) -> Iterator[Hit]:
    """Paragraphs that may answer, best first, each once. Their texts are read as they are asked for.

    The place and the period that a question names are searched by themselves too: of a series of reports that differ
    in little but their month, more than are looked at may come before the right one.
    """
    searches = [_best(cable_index, question.searched, filters, _SEARCHED)]
    narrowed = _narrowed(cable_index, question, filters)
    if narrowed is not None:
        # The narrower search first: what it ranks by words to find enough, the wider one need not rank again.
        searches.insert(0, _best(cable_index, question.searched, narrowed, _OF_PLACE_AND_PERIOD))
    once = set()
    for hit in heapq.merge(*searches, key=lambda hit: -hit.score):
        place = (hit.cable_id, hit.paragraph, hit.text)
        if place not in once:
            once.add(place)
            yield hit


def _best(cable_index: Index, text: str, filters: Filters | None, most: int) -> Iterator[Hit]:
    for first in range(0, most, _PAGE):
        hits = cable_index.search(text, k=min(_PAGE, most - first), offset=first, filters=filters)
        yield from hits
        if len(hits) < _PAGE:
            return


def asked_of(question: Question, filters: Filters | None) -> Filters | None:
    """The filters with the cables and TAGS that the question names, where the person has set none of that kind."""
    cable_ids = tuple(mention.cable_id for mention in question.mentions if mention.cable_id)
    tags = tuple(tag for mention in question.mentions for tag in mention.tags)
    if not cable_ids and not tags:
        return filters
    given = filters or Filters()
    return replace(given, cable_ids=given.cable_ids or cable_ids, tags=given.tags or tags)


def _narrowed(cable_index: Index, question: Question, filters: Filters | None) -> Filters | None:
    """The filters for the place and period of a question; None where it names none that is in the index."""
    given = filters or Filters()
    narrowed = given
    countries = {place.country for place in question.places}
    if countries and not given.posts:
        posts = tuple(post for post in cable_index.posts() if country_of(post) in countries)
        narrowed = replace(narrowed, posts=posts)
    dated = [period for period in question.periods if period.year]
    if dated and not (given.years or given.since or given.until):
        narrowed = replace(
            narrowed, since=min(map(_first_day, dated)), until=max(map(_last_day, dated)) + _TOLD_LATER
        )
    return narrowed if narrowed != given else None


def _first_day(period: Period) -> date:
    return date(period.year or 1, _months(period)[0], 1)


def _last_day(period: Period) -> date:
    year, month = period.year or 1, _months(period)[-1]
    return date(year, month, calendar.monthrange(year, month)[1])


def _months(period: Period) -> Sequence[int]:
    if period.month:
        return [period.month]
    if period.quarter:
        return range(3 * period.quarter - 2, 3 * period.quarter + 1)
    return range(1, 13)
