import re
from html import unescape

import corpus
from qa.web.cable_head import SHOWN, Around
from qa.web.cable_view import cable_html, reflowed
from qa.web.links import Place

SHIPPED = corpus.parse((corpus.shipped_cables() / "09ASTANA368.txt").read_text("utf-8"))
SENTENCE = "In 2008, Kazakhstan deported 17,000 labor migrants for violations of migration law."


def lit(shown: str, number: str) -> list[str]:
    """What is in <mark> in this paragraph."""
    paragraph = re.search(rf'data-paragraph="{number}">(.*?)</div>', shown, re.DOTALL)
    assert paragraph is not None
    return re.findall(r"<mark>(.*?)</mark>", paragraph[1], re.DOTALL)


def test_the_quote_is_lit_up_in_its_paragraph_and_nowhere_else() -> None:
    text = next(paragraph.text for paragraph in SHIPPED.paragraphs if paragraph.number == "7")
    start = text.index(SENTENCE)
    span = (start, start + len(SENTENCE))
    shown = cable_html(SHIPPED, Place(cable_id=SHIPPED.id, paragraph="7", span=span))
    assert lit(shown, "7") == [SENTENCE]
    assert shown.count("<mark>") == 1


def test_nothing_of_the_cable_is_left_out() -> None:
    shown = cable_html(SHIPPED, Place(cable_id=SHIPPED.id))
    body = unescape(re.sub(r"<[^>]*>", " ", shown.split("</header>", 1)[1]))
    # Every heading loses its "####"; all letters and figures are there, in their order.
    said = re.findall(r"\w+", body)
    written = re.findall(r"\w+", SHIPPED.text)
    assert said == ["The", "header", "as", "it", "was", "sent", *written]


def test_headings_are_set_out_and_page_breaks_dimmed() -> None:
    shown = cable_html(SHIPPED, Place(cable_id=SHIPPED.id))
    assert "<h3>STRICTER MIGRATION CONTROLS AND ILLEGAL LABOR</h3>" in shown
    assert '<p class="aside">ASTANA 00000368 002.2 OF 002</p>' in shown
    assert '<p class="aside">HOAGLAND</p>' in shown


def test_a_reference_is_a_link_only_where_the_index_holds_the_cable() -> None:
    cable = corpus.Cable(
        id="A", date=None, origin="", post="", classification="", references=("09ASTANA1", "09ASTANA2")
    )
    shown = cable_html(cable, Place(cable_id="A"), Around(known=frozenset({"09ASTANA2"})))
    assert re.findall(r'<a href="([?][^"]*)"', shown) == ["?cable=09ASTANA2"]
    assert "09ASTANA1" in shown


def test_a_hostile_cable_stays_text() -> None:
    text = 'SUBJECT: <script>alert(1)</script>\n\n1. <img src=x onerror="alert(2)"> said "no" & left.\n'
    shown = cable_html(corpus.parse(text, "<b>"), Place(cable_id="x", paragraph='"><b>', span=(0, 9)))
    assert re.findall(r"<(?:script|img|b>)", shown.split("</header>", 1)[1]) == []
    assert "<script" not in shown


def test_wrapped_lines_are_joined_and_breaks_that_were_meant_are_kept() -> None:
    wrapped = (
        "The ministry said that the quota for foreign labor  \nwill be cut in half.\n\n(a) First\n(b) Second"
    )
    assert reflowed(wrapped) == (
        "The ministry said that the quota for foreign labor   will be cut in half.\n\n(a) First\n(b) Second"
    )


def test_a_page_break_within_a_sentence_does_not_break_it() -> None:
    assert reflowed("When the records were\n\nchecked") == "When the records were  checked"


def test_a_quote_with_a_stray_backslash_in_its_source_is_one_mark() -> None:
    text = next(paragraph.text for paragraph in SHIPPED.paragraphs if paragraph.number == "2")
    start = text.index("The women offered")
    span = (start, text.index(".", start) + 1)
    shown = cable_html(SHIPPED, Place(cable_id=SHIPPED.id, paragraph="2", span=span))
    assert [" ".join(mark.split()) for mark in lit(shown, "2")] == [
        "The women offered \\$400 to each victim and promised clothing and apartments upon arrival in the capital."
    ]


def test_the_cable_as_it_was_sent_is_its_text_and_the_quote_is_lit_there_too() -> None:
    text = next(paragraph.text for paragraph in SHIPPED.paragraphs if paragraph.number == "7")
    start = text.index(SENTENCE)
    place = Place(cable_id=SHIPPED.id, paragraph="7", span=(start, start + len(SENTENCE)), as_sent=True)
    shown = cable_html(SHIPPED, place)
    original = shown.split('<pre class="original">')[1].split("</pre>")[0]
    assert unescape(re.sub(r"<[^>]*>", "", original)) == SHIPPED.text
    lit = re.findall(r"<mark>(.*?)</mark>", original, re.DOTALL)
    assert " ".join(" ".join(lit).split()) == SENTENCE
    assert ">In paragraphs</a>" in shown


def test_words_are_lit_in_whichever_form_they_stand_and_a_quote_goes_before_them() -> None:
    shown = cable_html(SHIPPED, Place(cable_id=SHIPPED.id, words="the migrant"))
    found = re.findall(r'<mark class="word">(.*?)</mark>', shown)
    assert {word.lower() for word in found} == {"migrants"}
    quoted = cable_html(SHIPPED, Place(cable_id=SHIPPED.id, paragraph="7", span=(0, 5), words="migrants"))
    assert 'class="word"' not in quoted


def test_every_paragraph_has_its_own_link_a_number_or_not() -> None:
    cable = corpus.parse("SUBJECT: X\n\nThe first one has no number.\n\nNor has the second.\n")
    shown = cable_html(cable, Place(cable_id="X"))
    links = re.findall(r'<a class="lead"[^>]* data-p="([^"]*)">', shown)
    assert links == [paragraph.number for paragraph in cable.paragraphs]
    assert len(links) > 0


def test_the_ways_on_from_a_cable() -> None:
    referring = tuple(f"09ASTANA{number}" for number in range(1, SHOWN + 4))
    shown = cable_html(
        SHIPPED, Place(cable_id=SHIPPED.id), Around(previous="09ASTANA367", referring=referring)
    )
    assert '<a data-step="previous" title="The previous cable from ASTANA: 09ASTANA367"' in shown
    assert 'title="There is no next cable from ASTANA">Next →</span>' in shown
    # Beside them: the previous one, the top of this one, its paragraphs, the text as it was sent.
    assert shown.count("?cable=09ASTANA") - 3 - shown.count('class="lead"') == SHOWN
    assert "</a> and 3 more</dd>" in shown
    assert "<b>KTIP</b> <span>Trafficking in Persons</span>" in shown
