"""What stands in a cable is text, wherever it is shown, and steers nothing."""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest

import corpus
import index
from corpus import Cable, Paragraph, shipped_cables
from corpus.sentences import sentence_spans
from index import Filters
from qa import Answer, Assistant, Citation, citing, cli, printed
from qa.days import UnclearDay
from qa.web import api, ask_tab, cable_view, cables_tab, chat, export, index_tab
from qa.web.build_job import State
from qa.web.cable_head import Around
from qa.web.links import Place
from qa.web.reading import opened
from tests import hostile
from tests.fuzz import shown

QUESTIONS = (
    "how many migrants were deported in 2008",
    "Who was arrested at the Kyzylorda station?",
    "What did male infants cost?",
    "How many elephants did the embassy buy?",
)
ABOUT_THEM = ("How many tons did the zeppelin carry?", "How many tons of hay did airship number 3 carry?")


def made(folder: Path, *, injected: str = "", hostile_ones: bool = False) -> Path:
    """An index of the shipped cable, of one about wheat that may hold more, and of hostile ones."""
    (folder / "cables").mkdir()
    wheat = (
        "P 280959Z FEB 09\nFM AMEMBASSY ASTANA\nTO SECSTATE WASHDC\n\nUNCLAS ASTANA 000400\n\nTAGS: EAGR, KZ\n"
        f"SUBJECT: WHEAT\n\n1. (U) Wheat was sown early this year. {injected}\n\n2. (U) It rained often.\n\nSMITH\n"
    )
    (folder / "cables" / "wheat.txt").write_text(wheat)
    if hostile_ones:
        (folder / "cables" / "evil.txt").write_text(hostile.text(), encoding="utf-8")
        (folder / "cables" / "table.csv").write_text(hostile.table(), encoding="utf-8", newline="")
    index.build([shipped_cables(), folder / "cables"], folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("hostile"), hostile_ones=True)


@pytest.fixture(scope="module")
def assistant(folder: Path) -> Iterator[Assistant]:
    with Assistant.open(folder) as opened_one:
        yield opened_one


def facts(answer: Answer) -> tuple[object, ...]:
    first = answer.citations[0]
    return (
        answer.text,
        answer.short,
        answer.abstained,
        answer.reason,
        first.cable_id,
        first.paragraph,
        first.quote,
    )


def test_instructions_in_a_cable_change_no_answer_and_no_citation(tmp_path: Path) -> None:
    answers = []
    for injected in ("", hostile.INSTRUCTIONS):
        beside = tmp_path / ("with" if injected else "without")
        beside.mkdir()
        with Assistant.open(made(beside, injected=injected)) as one:
            answers.append([facts(one.ask(question)) for question in QUESTIONS])
    assert answers[0] == answers[1]
    assert [abstained for _, _, abstained, *_ in answers[0]] == [False, False, False, True]


def test_nor_where_they_stand_in_the_very_paragraph_that_answers(tmp_path: Path) -> None:
    text = (shipped_cables() / "09ASTANA368.txt").read_text("utf-8")
    sentence = "labor migrants for violations of migration law."
    (tmp_path / "cables").mkdir()
    assert sentence in " ".join(text.split())
    place = text.index("17,000")
    place = text.index(".", text.index("migration law", place)) + 1
    changed = f"{text[:place]} {hostile.INSTRUCTIONS}{text[place:]}"
    (tmp_path / "cables" / "09ASTANA368.txt").write_text(changed, encoding="utf-8")
    index.build(tmp_path / "cables", tmp_path / "index")
    with Assistant.open(tmp_path / "index") as one:
        answer = one.ask(QUESTIONS[0])
    assert answer.short == "17,000"
    assert answer.text.startswith("In 2008, Kazakhstan deported 17,000 labor migrants")
    assert {each.cable_id for each in answer.citations} == {"09ASTANA368"}


def test_a_hostile_cable_is_quoted_as_the_text_that_it_is(assistant: Assistant) -> None:
    for question in ABOUT_THEM:
        answer = assistant.ask(question)
        for each in answer.citations:
            cable = assistant.index.cable(each.cable_id)
            assert any(one.number == each.paragraph and each.quote in one.text for one in cable.paragraphs)
        said = shown.is_ours(chat.answer_html(answer, question))
        assert answer.citations[0].quote in said


@pytest.mark.parametrize("mark", hostile.MARKS)
def test_what_stands_around_a_quote_and_in_it_is_text(mark: str) -> None:
    text = f"It came with {mark} before noon. It carried {mark} that day. It left with {mark} after all."
    start, end = text.index("It carried"), text.index(" It left")
    citation = Citation(
        cable_id="09ASTANA1",
        paragraph="1",
        quote=text[start:end],
        span=(start, end),
        score=1.0,
        subject=mark,
        date=None,
        origin=mark,
        classification=mark,
        text=text,
    )
    said = shown.is_ours(chat.citation_html(citation, within=True))
    assert said.count(shown.is_ours(escape(mark))) >= 3
    if len(sentence_spans(text)) == 3:  # else a sign in it is read as the end of a sentence
        assert "It came with" in said
        assert "after all." in said


@pytest.mark.parametrize("mark", hostile.MARKS)
def test_a_cable_as_it_was_sent_is_text_before_in_between_and_behind(mark: str) -> None:
    pieces = [
        f"{mark} above\n",
        f"1. {mark} lit. {mark}",
        f"\n{mark} between\n",
        f"2. {mark}",
        f"\n{mark} below",
    ]
    text, starts = "".join(pieces), [sum(map(len, pieces[:number])) for number in range(6)]
    paragraphs = tuple(
        Paragraph(number=number, text=pieces[at], start=starts[at], end=starts[at + 1])
        for number, at in (("1", 1), ("2", 3))
    )
    cable = Cable(
        id="09ASTANA1",
        date=None,
        origin="",
        post="ASTANA",
        classification="",
        text=text,
        paragraphs=paragraphs,
    )
    place = Place(cable_id="09ASTANA1", paragraph="1", span=(3, 3 + len(mark)), as_sent=True)
    said = shown.is_ours(cable_view.cable_html(cable, place))
    assert said.count(shown.is_ours(escape(mark))) >= 6


@pytest.mark.parametrize("mark", hostile.MARKS)
def test_whatever_else_the_page_says_of_it_is_text(mark: str) -> None:
    paragraph = Paragraph(number=mark, text=f"1. {mark}", start=0, end=len(mark) + 3)
    cable = Cable(
        id=mark,
        date=None,
        origin=mark,
        post=mark,
        classification=mark,
        text=f"1. {mark}\n{mark}\n",
        paragraphs=(paragraph,),
        references=(mark,),
        tags=(mark,),
    )
    leads = Around(known=frozenset({mark}), referring=(mark,), previous=mark, next=mark)
    pieces = [
        cable_view.cable_html(cable, Place(cable_id=mark), leads),
        cable_view.cable_html(cable, Place(cable_id=mark, paragraph=mark, as_sent=True), leads),
        cable_view.missing_html(mark),
        ask_tab.suggestions_html([mark]),
        index_tab.stats_html({"cables": 1, "paragraphs": 1}, [mark]),
        index_tab.progress_html(State(trouble=mark)),
        cables_tab.complaint_html(UnclearDay(mark)),
        chat.emphasised(mark, None),
        chat.pilcrow(mark),
        chat.pilcrow(f"7{mark}"),
    ]
    for piece in pieces:
        assert shown.is_ours(escape(mark)).strip() in shown.is_ours(piece)


def test_every_hostile_cable_is_text_in_the_reader_the_list_the_csv_and_for_programs(
    assistant: Assistant, folder: Path
) -> None:
    cable_index = assistant.index
    rows = cable_index.cables(limit=None)
    assert len(rows) == len(hostile.MARKS) + 3
    for row in rows:
        for as_sent in (False, True):
            shown.is_ours(opened(cable_index, Place(cable_id=row.id, words="airship tons", as_sent=as_sent)))
        cable = cable_index.cable(row.id)
        text = json.dumps(api.plain({"text": cable.text, "subject": cable.subject}), ensure_ascii=False)
        assert json.loads(text)["text"] == cable.text
        shown.is_plain("\n".join(printed.cable_lines(cable, cable.paragraphs, width=70)))
    shown.is_ours(cables_tab.list_html(rows, Filters(words="<b>"), offset=0, total=len(rows)))
    saved = "".join(export.csv_lines(cable_index, Filters(), "newest"))
    shown.is_plain(saved.replace("\r\n", "\n"))
    for name in citing.FORMATS:
        for question in ABOUT_THEM:
            for each in assistant.ask(question).citations:
                shown.is_plain(citing.FORMATS[name](each).replace("\r\n", "\n"))


def test_the_conversation_as_markdown_holds_no_markup_but_ours(assistant: Assistant) -> None:
    turns = [(f"{hostile.SCRIPT} {question}", assistant.ask(question)) for question in ABOUT_THEM]
    saved = citing.markdown(turns)
    shown.is_inert(saved)
    assert saved.count("\n## ") == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", ABOUT_THEM[0]],
        ["ask", ABOUT_THEM[1], "--json"],
        ["show", "09ASTANA777"],
        ["show", "09ASTANA777", "--json"],
        ["list"],
        ["list", "--json"],
        ["stats"],
    ],
    ids=" ".join,
)
def test_nothing_of_a_cable_steers_the_terminal(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert cli.main([*arguments, "--index", str(folder)]) == 0
    printed_text = capsys.readouterr().out
    shown.is_plain(printed_text)
    if "--json" in arguments:
        json.loads(printed_text)


@pytest.mark.parametrize("mark", hostile.MARKS)
def test_any_field_may_hold_it(mark: str) -> None:
    assert shown.is_shown(f"SUBJECT: {mark}\n\n1. (U) One {mark} two.\n") == "shown as text"
    assert shown.is_shown(mark) == "shown as text"
    assert corpus.parse(mark).text == mark


def test_what_is_not_utf_8_names_no_cable(assistant: Assistant) -> None:  # found by `make fuzz`
    with pytest.raises(index.CableNotFound):
        assistant.index.cable("\udcff")
    assert assistant.index.referring("\udcff") == []
    for wanted in (Filters(posts=("\udcff",)), Filters(tags=("\udcff",)), Filters(cable_ids=("\udcff",))):
        assert assistant.index.count(wanted) == 0
