"""Words of a question that say nothing about where its answer stands."""

from typing import Final

# Not among them: "us" (United States), "may" (month), "will", "no": in cables these are content. Of the words made
# of an apostrophe ("don't", "minister's"), the pieces behind it.
STOP_WORDS: Final = tuple(
    """a about after all also am an and any are as at be because been before being between both but by can could
    d did do does doing during each for from further had has have having he her here hers herself him himself his
    how i if in into is it its itself just ll many me more most much my myself nor not now of off on once only or
    other our ours out over own re s same say said says she should so some such t tell than that the their theirs
    them themselves then there these they this those through to too under until up ve very was we were what when
    where which while who whom whose why with would you your yours yourself""".split()
)
