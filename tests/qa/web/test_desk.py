from contextlib import suppress
from threading import Event, Thread
from typing import Any, cast

import pytest

from qa.answer import Answer
from qa.assistant import Assistant
from qa.errors import Busy, EmptyQuestion
from qa.web.conversation import Conversation
from qa.web.desk import Asked, Desk
from qa.web.handlers import Handlers
from qa.web.line import Line
from tests.qa.web.test_line import until

TOOK = {"search": 0.2, "total": 0.5}


class Answers:
    """Answers what it was made for; "" is an empty question, and anything else a fault."""

    index = None

    def ask(self, question: str, *_: Any) -> Answer:  # noqa: ANN401 - whatever else is asked
        if not question:
            raise EmptyQuestion
        if question == "fault":
            raise RuntimeError("a fault")
        silent = question == "silence"
        return Answer(text="", short=None, abstained=silent, citations=(), asked=question, took=TOOK)


@pytest.mark.parametrize(
    ("question", "outcome", "took"),
    [("who", "answered", TOOK), ("silence", "abstained", TOOK), ("", "refused", {}), ("fault", "failed", {})],
)
def test_a_note_is_made_of_each_question(question: str, outcome: str, took: dict[str, float]) -> None:
    notes: list[Asked] = []
    desk = Desk(cast("Assistant", Answers()), notes=[notes.append])
    with suppress(EmptyQuestion, RuntimeError):
        desk.ask(question, by="page")
    (asked,) = notes
    assert (asked.kind, asked.by, asked.question, asked.outcome) == ("ask", "page", question, outcome)
    assert asked.took == took


def test_past_the_end_of_the_line_it_says_that_it_is_busy() -> None:
    notes: list[Asked] = []
    desk = Desk(cast("Assistant", Answers()), line=Line(at_once=1, waiting=0), notes=[notes.append])
    with desk.line.turn(), pytest.raises(Busy):
        desk.ask("who")
    with desk.line.turn(), pytest.raises(Busy):
        desk.search("who", k=1, filters=None)
    assert [each.outcome for each in notes] == ["busy", "busy"]


class Slow(Answers):
    """Answers when it is let go."""

    def __init__(self) -> None:
        self.go = Event()

    def ask(self, question: str, *rest: Any) -> Answer:  # noqa: ANN401 - whatever else is asked
        self.go.wait(10)
        return super().ask(question, *rest)


def test_the_page_tells_a_place_in_line_a_stop_leaves_it_and_one_too_many_is_told() -> None:
    assistant = Slow()
    desk = Desk(cast("Assistant", assistant), line=Line(at_once=1, waiting=2))
    on = Handlers(desk, cast("Any", None))
    talks = [Conversation() for _ in range(4)]
    threads = []
    for talk in talks[:3]:
        talk.begin("who")
        threads.append(Thread(target=on.finish, args=(talk,), daemon=True))
        threads[-1].start()
        until(lambda: desk.line.served + desk.line.waiting == len(threads))
    assert [on.place(talk) for talk in talks] == [
        "",
        '<p role="status">Yours is next.</p>',
        '<p role="status">1 question is before yours.</p>',
        "",
    ]
    talks[3].begin("who")
    assert "The server is busy with other questions." in on.finish(talks[3])[1]["content"]
    on.stop(talks[1])
    threads[1].join(10)
    assert on.place(talks[2]) == '<p role="status">Yours is next.</p>'
    assistant.go.set()
    for thread in threads:
        thread.join(10)
    assert [[turn.stopped for turn in talk.turns] for talk in talks[:3]] == [[False], [True], [False]]
