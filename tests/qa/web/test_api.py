"""The three functions that programs call, on the shipped cable."""

import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_type_hints

import gradio as gr
import pytest
from pydantic import TypeAdapter

import corpus
import index
from corpus import CableQAError
from qa import Assistant, cli
from qa.web import api, arguments
from qa.web.desk import Desk
from qa.web.results import AnswerResult, CableResult, CitationResult, HitResult

DEPORTED = "how many migrants were deported in 2008"

Functions = dict[str, Callable[..., Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("api") / "index"
    index.build(corpus.shipped_cables(), made)
    return made


@pytest.fixture(scope="module")
def functions(folder: Path) -> Iterator[Functions]:
    with Assistant.open(folder) as assistant:
        yield {function.__name__: function for function in api.functions(Desk(assistant))}


def fields(kind: type) -> set[str]:
    return set(get_type_hints(kind))


def test_their_names_are_the_agreed_ones(functions: Functions) -> None:
    assert tuple(functions) == api.NAMES == ("ask", "search", "read_cable")


def test_an_answer_is_that_of_the_command_line(
    functions: Functions, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = functions["ask"](DEPORTED, posts=["Astana"], since="2009-01-01")
    asked = ["ask", DEPORTED, "--post", "Astana", "--since", "2009-01-01", "--index", str(folder), "--json"]
    assert cli.main(asked) == 0
    printed = json.loads(capsys.readouterr().out)
    assert told["took"].keys() == printed["took"].keys()
    assert told | {"took": {}} == printed | {"took": {}}
    assert told["short"] == "17,000"


def test_results_have_the_fields_and_types_that_are_promised(functions: Functions) -> None:
    answer = functions["ask"](DEPORTED)
    assert answer.keys() == fields(AnswerResult)
    assert answer["citations"][0].keys() == fields(CitationResult)
    TypeAdapter(AnswerResult).validate_python(answer, strict=True)
    hits = functions["search"]("deported migrants", 2)
    assert [hit.keys() for hit in hits] == [fields(HitResult)] * 2
    TypeAdapter(list[HitResult]).validate_python(hits, strict=True)
    cable = functions["read_cable"]("09 Astana 000368")
    assert cable.keys() == fields(CableResult)
    TypeAdapter(CableResult).validate_python(cable, strict=True)
    for result in (answer, hits, cable):
        assert json.loads(json.dumps(result)) == result


def test_a_cable_tells_the_name_of_its_file_and_not_its_folder(functions: Functions) -> None:
    shipped = next(corpus.shipped_cables().iterdir())
    assert functions["read_cable"]("09ASTANA368")["source"] == {"file": shipped.name, "offset": 0}


def test_a_follow_up_is_understood_from_the_history(functions: Functions) -> None:
    answer = functions["ask"]("and in 2007?", [[DEPORTED, "17,000"]])
    assert answer["asked"] == "how many migrants were deported in 2007"


@pytest.mark.parametrize(
    "filters",
    [
        {"posts": ["PARIS"]},
        {"classifications": ["SECRET"]},
        {"tags": ["ZZZZ"]},
        {"years": [1999]},
        {"since": "2010-01-01"},
        {"until": "2008-12-31"},
        {"cable_ids": ["09PARIS1"]},
        {"holding_words": "zeppelin"},
    ],
    ids=lambda filters: next(iter(filters)),
)
def test_each_filter_holds_for_ask_and_for_search(functions: Functions, filters: dict[str, object]) -> None:
    assert functions["search"]("deported migrants", **filters) == []
    answer = functions["ask"](DEPORTED, **filters)
    assert (answer["abstained"], answer["citations"]) == (True, [])


def test_each_parameter_is_described(functions: Functions) -> None:
    for function in functions.values():
        summary, *lines = arguments.described(function).split("\n")
        assert summary.endswith(".")
        assert [line.partition(":")[0] for line in lines] == list(inspect.signature(function).parameters)
        assert min(len(line.partition(": ")[2]) for line in lines) > 20


def test_errors_reach_programs_as_their_sentence_through_gradio_too(folder: Path) -> None:
    with Assistant.open(folder) as assistant:
        _, search, read_cable = api.endpoints(Desk(assistant))
        with pytest.raises(gr.Error) as raised:
            read_cable("09PARIS1")
        assert (
            raised.value.message == "The index holds no cable 09PARIS1. To see those it holds: cable-qa list"
        )
        assert not raised.value.print_exception
        with pytest.raises(gr.Error):
            search("deported", 0)
        with pytest.raises(CableQAError, match=r"^limit is 0: "):
            api.functions(Desk(assistant))[1]("deported", 0)
