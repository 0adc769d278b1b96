import asyncio
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

import corpus
import index
from benchmarks.browser import server
from benchmarks.load import (
    Asked,
    Memory,
    Phase,
    asked_of,
    building_on_page,
    crowd,
    errors_of,
    expected,
    growth,
    is_right,
    memory,
    rows,
    troubles,
)
from benchmarks.page_over_http import Shown, place_in, shown
from qa.errors import Busy
from qa.evaluate import EvalQuestion
from qa.web import ask_tab, chat
from qa.web.conversation import Turn

CABLES = Path(__file__).parents[1] / "browser" / "cables"
QUESTIONS = ("How many children were in the cotton fields?", "How many migrants were deported in 2008?")
MIB = 2**20
GRAIN = Shown(html="<p>grain</p>", claim="15.6 million tons.", source=("09ASTANA300", "2"))
SNOW = Shown(html="<p>snow</p>", claim="Much snow.", source=("09ASTANA301", "1"))


def test_what_is_shown_is_an_answer_with_its_source_or_a_trouble() -> None:
    html = (
        '<div class="answer"><p class="claim">R&amp;D cost <strong>5</strong>.</p>'
        '<li><a class="citation" href="?cable=A" data-cable="09A&amp;1" data-paragraph="7">x</a></li>'
        '<li><a class="citation" href="?cable=B" data-cable="09B2" data-paragraph="1">x</a></li></div>'
    )
    assert shown(html) == Shown(html=html, claim="R&D cost 5.", source=("09A&1", "7"))
    html = chat.turn_html(Turn(number=0, question="?", trouble=str(Busy())))
    assert shown(html) == Shown(html=html, trouble=str(Busy()))


@pytest.mark.parametrize("before", [None, 0, 1, 23])
def test_a_place_in_the_line_is_read_as_the_page_tells_it(before: int | None) -> None:
    assert place_in(ask_tab.place_html(before)) == before


def test_an_answer_is_right_that_is_given_when_nobody_else_asks() -> None:
    asked = Asked(question="How much grain?", shown=GRAIN)
    assert is_right(asked, [{"How much grain?": GRAIN}])
    assert not is_right(asked, [{"How much grain?": replace(GRAIN, html="<p>grain and more</p>")}])
    assert not is_right(Asked(question="How much grain?", error="ReadError"), [{"How much grain?": GRAIN}])


def test_beside_a_build_what_was_quoted_before_it_or_is_after_it_is_right() -> None:
    before, after = {"?": GRAIN}, {"?": SNOW}
    for answer in (GRAIN, replace(GRAIN, html="<p>covered so far</p>"), SNOW):
        assert is_right(Asked(question="?", shown=answer), [before, after])
    elsewhere = replace(GRAIN, source=("09ASTANA300", "3"))
    assert not is_right(Asked(question="?", shown=elsewhere), [before, after])


def test_busy_is_neither_an_answer_nor_an_error() -> None:
    asked = Asked(question="?", shown=Shown(html="", trouble=str(Busy())))
    assert (asked.busy, asked.answered) == (True, False)
    fault = Asked(question="?", shown=Shown(html="", trouble=ask_tab.FAULT))
    assert (fault.busy, fault.answered) == (False, False)


def test_memory_is_read_from_what_the_system_tells() -> None:
    status = "Name:\tpython\nVmRSS:\t  2048 kB\nRssAnon:\t    1024 kB\nThreads:\t4\n"
    assert memory(status, at_s=3.0) == Memory(at_s=3.0, resident=2 * MIB, own=MIB)


def held(*own: int) -> tuple[Memory, ...]:
    return tuple(Memory(at_s=at, resident=100 * MIB + one, own=one) for at, one in enumerate(own))


def test_growth_is_that_of_its_own_memory_once_it_is_warm() -> None:
    assert growth(held(0, 50, 60, 60, 60, 60, 60, 60)) == pytest.approx(0)
    assert growth(held(9, 9, 1, 2, 3, 4, 5, 6)) == pytest.approx(60)  # bytes a minute
    assert growth(held(1)) == 0


def test_the_errors_are_those_that_the_server_counted() -> None:
    text = "# TYPE cable_qa_errors_total counter\ncable_qa_errors_total 3.0\ncable_qa_errors_created 1.7e9\n"
    assert errors_of(text) == 3
    assert errors_of("") == 0


def test_questions_stand_by_themselves_and_are_drawn_by_chance() -> None:
    some = [EvalQuestion(id=str(each), text=f"{each}?") for each in range(9)]
    follow_up = EvalQuestion(id="9", text="And then?", history=(("1?", "1."),))
    drawn = asked_of([*some, follow_up, some[0]], 9, seed=1)
    assert sorted(drawn) == [each.text for each in some]
    assert drawn == asked_of(some, 9, seed=1) != asked_of(some, 9, seed=2)
    assert len(asked_of(some, 4, seed=1)) == 4


def test_a_phase_is_a_column() -> None:
    asked = (
        Asked(question="?", waited_s=1.0, shown=GRAIN),
        Asked(question="?", waited_s=3.0, places=(4, 0), shown=SNOW),
        Asked(question="?", shown=Shown(html="", trouble=str(Busy()))),
        Asked(question="?", error="ReadTimeout: "),
    )
    one = Phase(name="alone", took_s=30, asked=asked, memory=held(0, MIB, 2 * MIB), errors=1)
    right = [{"?": GRAIN}]
    assert list(rows([one], [right])) == [
        ["questions answered", "2"],
        ["a minute", "4.0"],
        ["seconds until the answer, median", "2.0"],
        ["p95", "2.9"],
        ["longest", "3.0"],
        ["told their place in the line", "1"],
        ["the furthest place", "4"],
        ['told "busy"', "1"],
        ["errors", "1"],
        ["errors by the server's count", "1"],
        ["wrong answers", "1"],
        ["server's memory at the start, MiB", "100"],
        ["in the middle", "101"],
        ["at the end", "102"],
        ["its own grows by, MiB a minute", "60.0"],
    ]
    assert list(troubles([one], [right])) == [
        "alone: 1 x ReadTimeout: ",
        "alone: '?' gave ('Much snow.', ('09ASTANA301', '1')), not [('15.6 million tons.', ('09ASTANA300', '2'))]",
    ]


def test_people_on_a_real_server_get_the_answers_that_they_get_alone(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    index.build([CABLES, corpus.shipped_cables()], folder)
    right, _ = expected(folder, QUESTIONS, "alone")
    assert all(each.claim for each in right.values())
    with server(folder) as running:
        asked = asyncio.run(crowd(running.address, QUESTIONS, people=6, seconds=0.5, think_s=9, seed=1))
    assert [each.error for each in asked] == [""] * 6
    assert [is_right(each, [right]) for each in asked] == [True] * 6


def test_a_build_is_begun_on_the_page_and_what_came_of_it_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    index.build(corpus.shipped_cables(), folder)
    with server(folder) as running:
        with building_on_page(CABLES, running.address) as said, index.open(folder) as opened:
            while opened.count() == 1:
                time.sleep(0.1)
        assert re.search(r"said of its build: (Stopped\.|Up to date\. \d+ cables added)", said[0])
        with building_on_page(tmp_path / "none", running.address) as said:
            pass
        assert "there is no such file or folder" in said[0]
