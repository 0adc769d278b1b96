"""A reranker and a reader on the whole way from a question to its answer, on the shipped cable.

Both are random: what they find is no better than what is found without them, but certainly something else.
"""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import index
from corpus import shipped_cables
from corpus.sentences import sentence_spans
from index import Index, windows
from index.errors import ModelUnavailable
from qa import Answer, Assistant, cli, reader
from qa.candidates import candidates
from qa.decide import chance
from qa.extract import ranked
from qa.models import Models, load
from qa.question import understand
from qa.short import short
from qa.stronger import chance_by_reader

Save = Callable[..., str]
CABLE = "09ASTANA368"
QUESTION = "how many migrants were deported in 2008"
ACROSS = "Who was arrested at the Kyzylorda station?"  # here the reader marks parts of two sentences


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stronger") / "index"
    index.build(shipped_cables(), folder)
    return folder


@pytest.fixture(scope="module")
def cable_index(folder: Path) -> Iterator[Index]:
    with index.open(folder) as opened:
        yield opened


@pytest.fixture
def cross(save_bert: Save) -> str:
    """The folder of a reranker that reads the longest paragraph in one part, a letter a token."""
    return save_bert("cross", "BertForSequenceClassification", labels=1, tokens=2048)


@pytest.fixture
def squad2(save_bert: Save) -> str:
    """The folder of a reader that knows silence."""
    return save_bert("squad2", "BertForQuestionAnswering", tokens=512)


def by_hand(cross: str, cable_index: Index, question: str) -> dict[str, float]:
    """The score that the library itself gives each paragraph behind its context, by number, best first."""
    from sentence_transformers import CrossEncoder

    cable = cable_index.cable(CABLE)
    pairs = {}
    for each in cable.paragraphs:
        before = windows.context(
            subject=cable.subject, post=cable.post, date=cable.date, heading=each.heading
        )
        pairs[each.number] = (question, f"{before}\n{each.text}")
    scores = CrossEncoder(cross, device="cpu").predict(list(pairs.values())).tolist()
    return dict(sorted(zip(pairs, scores, strict=True), key=lambda each: -each[1]))


def marked(squad2: str, cable_index: Index, question: str) -> dict[str, reader.Span]:
    """What the reader marks in each paragraph, by number, the surest first."""
    texts = text_of(cable_index)
    spans = reader.load(squad2, device="cpu").spans(question, list(texts.values()))
    found = {number: span for number, span in zip(texts, spans, strict=True) if span is not None}
    return dict(sorted(found.items(), key=lambda each: -each[1].margin))


def text_of(cable_index: Index) -> dict[str, str]:
    return {each.number: each.text for each in cable_index.cable(CABLE).paragraphs}


def order(answer: Answer) -> list[str]:
    return [number for _, number in answer.ranking]


def test_the_order_is_the_rerankers(cable_index: Index, cross: str) -> None:
    models = load(reranker=cross, device="cpu")
    answer = Assistant(cable_index, certainty=0, paragraphs=20, models=models).ask(QUESTION)
    expected = by_hand(cross, cable_index, QUESTION)
    assert order(answer) == list(expected)
    assert [each.paragraph for each in answer.citations] == list(expected)[:5]
    assert [each.score for each in answer.citations] == pytest.approx(list(expected.values())[:5], abs=1e-5)
    assert answer.text == answer.citations[0].quote
    assert order(answer)[0] != order(Assistant(cable_index).ask(QUESTION))[0]


def test_only_the_rerankers_best_are_read(cable_index: Index, cross: str) -> None:
    models = load(reranker=cross, device="cpu")
    answer = Assistant(cable_index, paragraphs=3, models=models).ask(QUESTION)
    assert order(answer)[:3] == list(by_hand(cross, cable_index, QUESTION))[:3]
    assert len(answer.citations) == 3


def test_the_quote_holds_what_the_reader_marked_and_that_is_short(cable_index: Index, squad2: str) -> None:
    answer = Assistant(cable_index, certainty=0, paragraphs=20, models=load(reader=squad2, device="cpu")).ask(
        QUESTION
    )
    spans = marked(squad2, cable_index, QUESTION)
    assert order(answer) == list(spans)
    first, span = answer.citations[0], spans[answer.citations[0].paragraph]
    (sentence,) = (
        (start, end) for start, end in sentence_spans(first.text) if start <= span.start and span.end <= end
    )
    assert first.span[0] <= sentence[0] < sentence[1] <= first.span[1]
    assert answer.short == first.text[span.start : span.end]
    assert answer.short in first.quote
    assert first.score == pytest.approx(span.margin, abs=1e-3)
    plain = Assistant(cable_index).ask(QUESTION)
    assert (order(plain)[0], plain.short) != (order(answer)[0], answer.short)


def test_what_the_reader_marked_across_sentences_is_not_short(cable_index: Index, squad2: str) -> None:
    answer = Assistant(cable_index, certainty=0, paragraphs=20, models=load(reader=squad2, device="cpu")).ask(
        ACROSS
    )
    first = answer.citations[0]
    span = marked(squad2, cable_index, ACROSS)[first.paragraph]
    assert first.span[0] <= span.start < first.span[1] < span.end
    assert answer.short == short(understand(ACROSS), first.quote)


def test_where_it_is_silent_nothing_is_short(cable_index: Index, squad2: str) -> None:
    answer = Assistant(cable_index, certainty=1, paragraphs=20, models=load(reader=squad2, device="cpu")).ask(
        QUESTION
    )
    assert (answer.abstained, answer.short) == (True, None)
    assert answer.citations[0].paragraph == next(iter(marked(squad2, cable_index, QUESTION)))


def test_what_rules_decide_they_decide_by_their_own_scores(cable_index: Index, cross: str) -> None:
    plain = Assistant(cable_index, certainty=0)
    with_reranker = Assistant(
        cable_index, certainty=0, paragraphs=20, models=load(reranker=cross, device="cpu")
    )
    answer = with_reranker.ask(QUESTION)
    understood = understand(QUESTION)
    found = plain.evidence(understood, candidates(cable_index, understood, None), plain.rarities(understood))
    (first,) = [each for each in ranked(found) if each[1].hit.paragraph == answer.citations[0].paragraph]
    rest = [each for each in ranked(found) if each[1].hit.paragraph == order(answer)[1]]
    case = plain.case(understood, [first, *rest], cable_index.cable(CABLE).text)
    assert answer.certainty == pytest.approx(chance(case), abs=1e-6)


def test_a_reader_that_finds_no_answer_makes_it_silent(cable_index: Index, squad2: str) -> None:
    plain = Assistant(cable_index).ask(QUESTION)
    answer = Assistant(cable_index, paragraphs=20, models=load(reader=squad2, device="cpu")).ask(QUESTION)
    surest = next(iter(marked(squad2, cable_index, QUESTION).values()))
    assert surest.no_answer_score is not None
    assert answer.certainty <= 1 / (1 + math.exp(-surest.margin)) + 1e-3
    assert answer.certainty <= plain.certainty


def test_how_likely_the_reader_holds_an_answer() -> None:
    sure = reader.Span(start=0, end=4, score=3.0, no_answer_score=1.0)
    unsure = reader.Span(start=0, end=4, score=1.0, no_answer_score=5.0)
    knows_no_silence = reader.Span(start=0, end=4, score=-9.0, no_answer_score=None)
    assert chance_by_reader([unsure, None, sure]) == pytest.approx(1 / (1 + math.exp(-2)))
    assert chance_by_reader([unsure]) == pytest.approx(1 / (1 + math.exp(4)))
    assert chance_by_reader([knows_no_silence, None]) == 1.0


def test_of_the_rerankers_best_the_reader_makes_the_order(
    cable_index: Index, cross: str, squad2: str
) -> None:
    models = load(reranker=cross, reader=squad2, device="cpu")
    answer = Assistant(cable_index, paragraphs=4, models=models).ask(QUESTION)
    best = list(by_hand(cross, cable_index, QUESTION))[:4]
    expected = [number for number in marked(squad2, cable_index, QUESTION) if number in best]
    assert expected != best
    assert order(answer)[:4] == expected


def test_without_either_the_order_is_that_of_the_rules(
    folder: Path, cable_index: Index, cross: str, squad2: str
) -> None:
    with Assistant.open(folder) as assistant:
        assert assistant.models == Models()
        before = assistant.ask(QUESTION)
        understood = understand(QUESTION)
        hits = candidates(assistant.index, understood, None)
        expected = ranked(assistant.evidence(understood, hits, assistant.rarities(understood)))
        assert order(before)[: len(expected)] == [best.hit.paragraph for _, best in expected]
        assert [each.score for each in before.citations] == [score for score, _ in expected[:5]]
        assert (before.short, before.citations[0].paragraph) == ("17,000", "7")
        with Assistant.open(folder, reranker=cross, reader=squad2, device="cpu", certainty=0) as other:
            assert other.ask(QUESTION).text != before.text
        assert replace(assistant.ask(QUESTION), took={}) == replace(before, took={})


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        (
            "reranker",
            "it is BertModel, which does not score pairs of texts. Name a cross-encoder with one label",
        ),
        ("reader", "it is BertModel, which does not mark answers in a text. Name a model for extractive"),
    ],
)
def test_an_assistant_with_a_model_of_another_kind_is_not_opened(
    folder: Path, save_bert: Save, option: str, reason: str
) -> None:
    other = save_bert("other", "BertModel")
    with pytest.raises(ModelUnavailable, match=f"The model {other} cannot be loaded: {reason}"):
        Assistant.open(folder, **{option: other})  # type: ignore[arg-type]


@pytest.fixture
def questions(tmp_path: Path) -> str:
    file = tmp_path / "questions.jsonl"
    row = {"question": QUESTION, "gold": [{"cable": CABLE, "paragraph": "7"}], "answers": ["17,000"]}
    file.write_text(json.dumps(row), encoding="utf-8")
    return str(file)


def printed(arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The JSON that a command prints about the index."""
    assert cli.main([*arguments, "--index", str(folder), "--device", "cpu", "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_ask_takes_a_reranker_and_a_reader(
    folder: Path, cable_index: Index, cross: str, squad2: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ["ask", QUESTION, "--certainty", "0"]
    ((best, _), *_) = by_hand(cross, cable_index, QUESTION).items()
    assert printed([*ask, "--reranker", cross], folder, capsys)["citations"][0]["paragraph"] == best
    ((surest, span), *_) = marked(squad2, cable_index, QUESTION).items()
    answer = printed([*ask, "--reader", squad2], folder, capsys)
    assert answer["citations"][0]["paragraph"] == surest
    assert answer["short"] == text_of(cable_index)[surest][span.start : span.end]
    plain = printed(ask, folder, capsys)
    assert (plain["citations"][0]["paragraph"], plain["short"]) == ("7", "17,000")


def test_eval_takes_a_reranker_and_a_reader(
    folder: Path,
    cable_index: Index,
    questions: str,
    cross: str,
    squad2: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    evaluate = ["eval", questions, "--certainty", "0"]
    result = printed([*evaluate, "--reranker", cross], folder, capsys)["results"][0]
    expected = list(by_hand(cross, cable_index, QUESTION))
    assert [place["paragraph"] for place in result["ranking"]] == expected
    assert result["rank"] == expected.index("7") + 1
    ((surest, span), *_) = marked(squad2, cable_index, QUESTION).items()
    result = printed([*evaluate, "--reader", squad2], folder, capsys)["results"][0]
    assert result["short"] == text_of(cable_index)[surest][span.start : span.end]
    result = printed(evaluate, folder, capsys)["results"][0]
    assert (result["rank"], result["short"]) == (1, "17,000")


@pytest.mark.parametrize("command", ["ask", "eval"])
@pytest.mark.parametrize(
    ("option", "reason", "remedy"),
    [
        (
            "--reranker",
            "it is BertModel, which does not score pairs of texts",
            "Name a cross-encoder with one label, or its folder: --reranker NAME\n",
        ),
        (
            "--reader",
            "it is BertModel, which does not mark answers in a text",
            "Name a model for extractive question answering, or its folder: --reader NAME\n",
        ),
    ],
)
def test_a_model_that_cannot_be_used_is_one_line_and_status_1(
    folder: Path,
    questions: str,
    save_bert: Save,
    capsys: pytest.CaptureFixture[str],
    command: str,
    option: str,
    reason: str,
    remedy: str,
) -> None:
    asked = {"ask": QUESTION, "eval": questions}[command]
    other, missing = save_bert("other", "BertModel"), str(folder / "missing")
    capsys.readouterr()
    assert cli.main([command, asked, "--index", str(folder), option, other]) == 1
    assert capsys.readouterr() == ("", f"The model {other} cannot be loaded: {reason}. {remedy}")
    for name in (missing, "no/such"):
        assert cli.main([command, asked, "--index", str(folder), option, name]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"The model {name} cannot be loaded: ")
        assert err.endswith(f". {remedy}")
        assert err.count("\n") == 1
