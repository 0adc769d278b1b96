from qa import Answer
from qa.web.conversation import MAX_KEPT, MAX_TURNS, Conversation, Conversations, answered


def answer(text: str, asked: str = "") -> Answer:
    return Answer(text=text, short=None, abstained=False, citations=(), asked=asked)


def test_questions_are_taken_up_in_their_order_and_each_once() -> None:
    conversation = Conversation()
    conversation.begin("a")
    conversation.begin("b")
    first, second = conversation.take_up(), conversation.take_up()
    assert first is not None
    assert second is not None
    assert (first.question, second.question, conversation.take_up()) == ("a", "b", None)
    conversation.finish(second, answer=answer("B"))
    conversation.finish(first, trouble="It broke.")
    assert [(turn.trouble, turn.waiting) for turn in conversation.turns] == [
        ("It broke.", False),
        ("", False),
    ]
    assert answered(conversation.turns) == [("b", answer("B"))]


def test_what_was_stopped_or_taken_back_keeps_no_answer() -> None:
    conversation = Conversation()
    conversation.begin("a")
    turn = conversation.take_up()
    assert turn is not None
    conversation.stop()
    conversation.finish(turn, answer=answer("late"))
    assert [(each.stopped, each.answer) for each in conversation.turns] == [(True, None)]
    taken = conversation.take_back()
    assert taken is not None
    assert taken.question == "a"
    conversation.finish(turn, answer=answer("later"))
    assert conversation.turns == ()
    assert conversation.take_back() is None


def test_a_question_that_was_stopped_before_it_was_taken_up_is_not_answered() -> None:
    conversation = Conversation()
    conversation.begin("a")
    conversation.stop()
    assert conversation.take_up() is None


def test_the_history_holds_what_was_answered_before() -> None:
    conversation = Conversation()
    for question in ("a", "b", "c"):
        conversation.begin(question)
    first, second, third = (conversation.take_up() for _ in range(3))
    assert first
    assert second
    assert third
    conversation.finish(first, answer=answer("A"))
    conversation.finish(second, trouble="It broke.")
    assert conversation.history(third) == [("a", "A")]
    assert conversation.history(first) == []


def test_a_conversation_keeps_its_last_turns() -> None:
    conversation = Conversation()
    for number in range(MAX_TURNS + 5):
        conversation.begin(str(number))
    assert [turn.question for turn in conversation.turns] == [str(n) for n in range(5, MAX_TURNS + 5)]


def test_the_last_question_is_known_as_asked_and_as_understood() -> None:
    conversation = Conversation()
    assert not conversation.ends_with("a")
    conversation.begin("and in 2007?")
    turn = conversation.take_up()
    assert turn is not None
    conversation.finish(turn, answer=answer("A", asked="how many in 2007"))
    assert conversation.ends_with("and in 2007?")
    assert conversation.ends_with("how many in 2007")
    assert not conversation.ends_with("how many")


def test_a_reload_finds_its_conversation_and_nobody_elses() -> None:
    kept = Conversations()
    mine, theirs = Conversation(), Conversation()
    assert kept.of("key", mine) is mine
    assert kept.of("other", theirs) is theirs
    assert kept.of("key", Conversation()) is mine
    assert kept.of("", theirs) is theirs  # a page without a key keeps what it has
    quick = Conversation()
    quick.begin("asked before the page was done loading")
    assert kept.of("key", quick) is quick
    for number in range(MAX_KEPT):
        kept.of(str(number), Conversation())
    assert kept.of("key", mine) is mine  # what was longest unused went
