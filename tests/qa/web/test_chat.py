import re
from dataclasses import replace
from datetime import UTC, datetime

from index import Filters
from qa import Answer, Citation
from qa.web import chat
from qa.web.conversation import Turn

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
    asked, answered = chat.messages([Turn(number=0, question="<b>?", trouble="No <index>.")])
    assert asked == {"role": "user", "content": '<p class="asked">&lt;b&gt;?</p>'}
    assert "No &lt;index&gt;." in answered["content"]


def test_a_question_that_waits_can_be_stopped_and_only_the_last_one_asked_again() -> None:
    waiting = Turn(number=0, question="a")
    assert 'data-act="stop"' in chat.turn_html(waiting, last=True)
    done = Turn(number=1, question="b", answer=ANSWER, filters=Filters(posts=("<P>",)))
    shown = chat.turn_html(done, last=True)
    assert 'data-act="again"' in shown
    assert 'data-act="edit"' in shown
    assert "data-act" not in chat.turn_html(done)
    assert "Asked only: " in shown
    assert "Post: &lt;P&gt;" in shown
    assert 'data-address="?q=How+many+left%3F&amp;post=%3CP%3E"' in shown
    assert "Stopped." in chat.turn_html(replace(waiting, stopped=True))


def test_what_says_so_too_what_says_otherwise_and_the_rest_are_set_apart() -> None:
    others = [replace(CITATION, says=says) for says in ("", "something else", "the same", "the same")]
    shown = chat.answer_html(replace(ANSWER, citations=(CITATION, *others)), ANSWER.asked)
    labels = re.findall(r'<p class="label">(.*?)</p>', shown)
    assert labels == ["Also says so", "Says otherwise", "Other passages"]
    assert [part.count('class="citation"') for part in shown.split('class="label"')] == [1, 2, 1, 1]


def test_the_first_quote_is_shown_with_a_sentence_on_either_side() -> None:
    text = "One came. Two <left>. Three stayed. Four wept."
    quote = "Two <left>."
    cited = replace(CITATION, text=text, quote=quote, span=(10, 21))
    assert chat.around(cited) == ("One came. ", " Three stayed. …")
    shown = chat.citation_html(cited, within=True)
    assert '<span class="around">One came. </span>Two &lt;left&gt;.<span class="around"> Three' in shown
    long = replace(cited, text=f"{'Very ' * 60}long. {quote}", span=(306, 317))
    before, after = chat.around(long)
    assert before.startswith("… Very ")
    assert len(before) <= chat.AROUND + 2
    assert after == ""


def test_a_citation_can_be_copied_in_each_way_and_is_escaped() -> None:
    shown = chat.cite_html(replace(CITATION, subject='"><script>'))
    assert re.findall(r">(Note|Quote|BibTeX|RIS)</a>", shown) == ["Note", "Quote", "BibTeX", "RIS"]
    assert "<script>" not in shown


def test_a_paragraph_without_a_printed_number_is_named_in_words() -> None:
    assert [chat.pilcrow(number) for number in ("7", "p3", "preamble")] == ["¶7", "paragraph 3", "preamble"]


def test_an_answer_from_half_an_index_says_so() -> None:
    assert "43 percent" in chat.answer_html(replace(ANSWER, covered=0.437), ANSWER.asked)
    assert "percent" not in chat.answer_html(ANSWER, ANSWER.asked)
