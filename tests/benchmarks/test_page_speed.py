from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import corpus
import index
from benchmarks.page_speed import bare, last_word, over, rows, times, visits
from benchmarks.page_walk import ANSWERED, CITED, LISTED, TURNED, Visit
from index import Filters, Index
from qa import Assistant
from qa.evaluate import EvalQuestion

CABLES = Path(__file__).parents[1] / "browser" / "cables"
VISIT = Visit(
    question="How many children were in the cotton fields?",
    post="ASTANA",
    year=2009,
    word="harvest",
    brushed=(2007, 2009),
)


@pytest.fixture(scope="module")
def cable_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("few")
    index.build([CABLES, corpus.shipped_cables()], folder)
    with index.open(folder) as opened:
        yield opened


def test_a_visit_looks_at_a_list_by_each_kind_of_filter() -> None:
    assert list(VISIT.lists.values()) == [
        Filters(posts=("ASTANA",)),
        Filters(years=(2009,)),
        Filters(words="harvest"),
        Filters(since=date(2007, 1, 1), until=date(2009, 12, 31)),
    ]


def test_visits_ask_what_is_answered_and_stands_by_itself_and_list_what_there_is(cable_index: Index) -> None:
    gold = frozenset([("09ASTANA300", "2")])
    questions = [
        EvalQuestion(id="1", text="How much grain?", gold=gold),
        EvalQuestion(id="2", text="How much snow?"),
        EvalQuestion(id="3", text="And in 2007?", gold=gold, history=(("How much grain?", "15.6 million"),)),
        EvalQuestion(id="4", text="How many farmers?", gold=gold),
    ]
    found = list(visits(cable_index, questions, 2, seed=1))
    assert sorted(visit.question for visit in found) == ["How many farmers?", "How much grain?"]
    assert found == list(visits(cable_index, questions, 2, seed=1))
    for visit in found:
        assert [name for name, wanted in visit.lists.items() if not cable_index.count(wanted)] == []


def test_the_word_of_a_list_is_the_last_long_one_of_a_subject() -> None:
    assert last_word("KAZAKHSTAN: GRAIN HARVEST AND ITS USE") == "harvest"
    assert last_word("A TO Z") == ""


def test_each_step_is_called_without_the_page(cable_index: Index) -> None:
    called = dict(bare(Assistant(cable_index), VISIT))
    assert list(called) == [ANSWERED, CITED, LISTED, TURNED, *VISIT.lists]
    assert min(called.values()) > 0


def test_the_first_visit_is_made_twice_and_counts_once() -> None:
    made = []

    def steps(visit: Visit) -> Iterator[tuple[str, float]]:
        made.append(visit)
        yield LISTED, float(len(made))

    assert times(steps, [VISIT, VISIT], "test") == {LISTED: [2.0, 3.0]}


def test_a_step_has_a_row_with_median_p95_and_how_much_longer_the_page_takes() -> None:
    page = {"opened": [900.0, 1100.0], "listed": [100.0, 200.0, 300.0], "turned": [1005.0]}
    calls = {"listed": [0.5, 0.4, 0.9], "turned": [100.0]}
    assert list(rows(page, calls)) == [
        ["opened", "1000", "1090", "-", "-"],
        ["listed", "200", "290", "0.5", "400"],
        ["turned", "1005", "1005", "100.0", "10"],
    ]
    assert over(page) == ["turned"]
