from dataclasses import replace
from datetime import UTC, datetime

from qa import Answer, Citation
from qa.web import chat

CITATION = Citation(
    cable_id="09ASTANA368",
    paragraph="7",
    quote="17,000 <left> & more.",
    span=(3, 24),
    score=1.0,
    subject="MIGRANTS",
    date=datetime(2009, 2, 27, 9, 59, tzinfo=UTC),
    origin="Embassy Astana",
    classification="UNCLASSIFIED",
)
ANSWER = Answer(
    text="17,000 <left> & more.",
    short="17,000",
    abstained=False,
    citations=(CITATION,),
    asked="How many left?",
)


def test_a_citation_is_a_link_that_carries_its_place_and_shows_its_facts_escaped() -> None:
    assert chat.citation_html(CITATION) == (
        '<a class="citation" href="?cable=09ASTANA368&amp;p=7&amp;s=3&amp;e=24" data-cable="09ASTANA368" '
        'data-paragraph="7" data-start="3" data-end="24">'
        '<span class="where"><b>09ASTANA368</b> <b class="pilcrow">¶7</b></span> '
        '<span class="about">27 Feb 2009 · Embassy Astana · UNCLASSIFIED</span> '
        '<span class="quote">17,000 &lt;left&gt; &amp; more.</span></a>'
    )


def test_the_short_answer_is_set_off_in_its_sentence_once() -> None:
    assert chat.emphasised("1 < 2, and 2 > 1", "2") == "1 &lt; <strong>2</strong>, and 2 &gt; 1"
    assert chat.emphasised("1 & 2", None) == "1 &amp; 2"
    assert chat.emphasised("1 & 2", "3") == "1 &amp; 2"


def test_the_question_as_understood_is_shown_only_where_it_differs_in_more_than_its_form() -> None:
    assert "Understood as" not in chat.answer_html(ANSWER, "how many  LEFT")
    understood = replace(ANSWER, asked="How many <left> in 2007?")
    assert "Understood as: How many &lt;left&gt; in 2007?" in chat.answer_html(understood, "And in 2007?")


def test_an_abstention_gives_its_reason_and_sets_the_closest_passages_apart() -> None:
    silent = replace(
        ANSWER, text="The cables do not say.", short=None, abstained=True, reason="No one <left>."
    )
    shown = chat.answer_html(silent, ANSWER.asked)
    assert shown.index("The cables do not say.") < shown.index("No one &lt;left&gt;.")
    assert shown.index("No one") < shown.index("The closest passages") < shown.index('class="citation"')
    assert "<strong>" not in shown


def test_what_a_person_asks_is_escaped_and_what_went_wrong_is_said() -> None:
    asked, answered = chat.messages([chat.Turn(question="<b>?", trouble="No <index>.")])
    assert asked == {"role": "user", "content": '<p class="asked">&lt;b&gt;?</p>'}
    assert "No &lt;index&gt;." in answered["content"]


def test_the_history_holds_what_was_answered() -> None:
    turns = [chat.Turn(question="a", answer=ANSWER), chat.Turn(question="b", trouble="It broke.")]
    assert chat.history(turns) == [("a", ANSWER.text)]


def test_a_paragraph_without_a_printed_number_is_named_in_words() -> None:
    assert [chat.pilcrow(number) for number in ("7", "p3", "preamble")] == ["¶7", "paragraph 3", "preamble"]
