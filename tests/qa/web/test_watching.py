"""The figures and the log: what is told, and that it tells nothing of what was asked."""

import io
import json
import logging

from index import BuildReport
from qa.web.build_job import State
from qa.web.desk import Asked
from qa.web.journal import Journal
from qa.web.line import Line
from qa.web.metrics import Metrics
from qa.web.requests import Request
from qa.web.told import Told

ASKED = Asked(
    kind="ask",
    by="page",
    question="who was deported?",
    outcome="answered",
    waited_s=0.02,
    took={"search": 0.03, "total": 0.2},
)
BUSY = Asked(kind="search", by="program", question="deported", outcome="busy")
FETCHED = Request(method="GET", route="/", status=200, took_s=0.0123456, person="ada")
FAILED = Request(method="POST", route="/login", status=500, took_s=0.1, person="")
BUILT = State(report=BuildReport(added=2, took={"read": 1.23456}), stopped=True)


def tell(told: Told) -> None:
    told.asked(ASKED)
    told.asked(BUSY)
    told.requested(FETCHED)
    told.requested(FAILED)
    told.built(BUILT)


def test_the_figures_count_in_the_format_of_prometheus() -> None:
    metrics = Metrics(stats=lambda: {"cables": 7}, sessions=lambda: 3)
    metrics.watch(Line(at_once=1, waiting=1))
    tell(Told([metrics]))
    text = metrics.text().decode()
    lines = text.splitlines()
    for line in (
        'cable_qa_questions_total{by="page",kind="ask",outcome="answered"} 1.0',
        'cable_qa_questions_total{by="program",kind="search",outcome="busy"} 1.0',
        'cable_qa_stage_seconds_bucket{le="0.025",stage="search"} 0.0',
        'cable_qa_stage_seconds_bucket{le="0.05",stage="search"} 1.0',
        "cable_qa_waited_seconds_count 2.0",
        'cable_qa_requests_total{method="GET",route="/",status="200"} 1.0',
        "cable_qa_errors_total 1.0",
        'cable_qa_builds_total{outcome="stopped"} 1.0',
        'cable_qa_index{what="cables"} 7.0',
        "cable_qa_sessions 3.0",
        "cable_qa_waiting 0.0",
    ):
        assert line in lines, text
    assert "deported" not in text
    assert "ada" not in text


def test_the_log_is_a_line_of_json_each_without_what_was_asked() -> None:
    stream = io.StringIO()
    tell(Told([Journal(stream)]))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    times = [line.pop("time") for line in lines]
    assert all(each.endswith("+00:00") for each in times)
    assert lines == [
        {
            "event": "question",
            "kind": "ask",
            "by": "page",
            "outcome": "answered",
            "waited": 0.02,
            "took": {"search": 0.03, "total": 0.2},
        },
        {
            "event": "question",
            "kind": "search",
            "by": "program",
            "outcome": "busy",
            "waited": 0.0,
            "took": {},
        },
        {"event": "request", "method": "GET", "route": "/", "status": 200, "took": 0.0123, "person": "ada"},
        {"event": "request", "method": "POST", "route": "/login", "status": 500, "took": 0.1, "person": ""},
        {
            "event": "build",
            "stopped": True,
            "trouble": "",
            "added": 2,
            "changed": 0,
            "removed": 0,
            "embedded": 0,
            "rejected": 0,
            "took": {"read": 1.2346},
        },
    ]


def test_the_words_of_questions_are_in_the_log_only_where_they_are_wanted() -> None:
    stream = io.StringIO()
    Journal(stream, with_questions=True).asked(ASKED)
    assert json.loads(stream.getvalue())["question"] == "who was deported?"


def test_warnings_come_in_the_same_form() -> None:
    stream = io.StringIO()
    record = logging.LogRecord("qa.web", logging.WARNING, "", 1, "%s\nis wrong", ("This",), None)
    Journal(stream).handle(record)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["message"]) == ("log", "warning", "This\nis wrong")
