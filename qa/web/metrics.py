"""What the server counts, for Prometheus. No question, no cable and no name of a person is in it."""

from collections.abc import Callable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from qa.web.build_job import State
from qa.web.desk import Asked
from qa.web.line import Line
from qa.web.requests import Request

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The figures of one server."""

    def __init__(self, *, stats: Callable[[], Mapping[str, int]], sessions: Callable[[], int]) -> None:
        self._stats, self._sessions = stats, sessions
        self._line: Line | None = None
        self._registry = registry = CollectorRegistry()
        self._asked = Counter(
            "cable_qa_questions",
            "Questions, by what became of them.",
            ["kind", "by", "outcome"],
            registry=registry,
        )
        self._stages = Histogram(
            "cable_qa_stage_seconds",
            "How long each stage of an answer took.",
            ["stage"],
            registry=registry,
            buckets=_SECONDS,
        )
        self._waited = Histogram(
            "cable_qa_waited_seconds",
            "How long questions waited in line.",
            registry=registry,
            buckets=_SECONDS,
        )
        self._requests = Counter(
            "cable_qa_requests", "Requests over HTTP.", ["method", "route", "status"], registry=registry
        )
        self._errors = Counter(
            "cable_qa_errors",
            "Requests and questions that failed by a fault of the server.",
            registry=registry,
        )
        self._builds = Counter("cable_qa_builds", "Builds that ended.", ["outcome"], registry=registry)
        self._of_index = Gauge("cable_qa_index", "What the index holds.", ["what"], registry=registry)
        self._open = Gauge("cable_qa_sessions", "Browsers that are logged in.", registry=registry)
        self._in_line = Gauge("cable_qa_waiting", "Questions that wait in line.", registry=registry)
        self._served = Gauge("cable_qa_answering", "Questions that are being answered.", registry=registry)

    def watch(self, line: Line) -> None:
        """Tell of this line from now on."""
        self._line = line

    def asked(self, asked: Asked) -> None:
        """Count a question."""
        self._asked.labels(asked.kind, asked.by, asked.outcome).inc()
        self._waited.observe(asked.waited_s)
        for stage, seconds in asked.took.items():
            self._stages.labels(stage if asked.kind == "ask" else asked.kind).observe(seconds)
        if asked.outcome == "failed":
            self._errors.inc()

    def requested(self, request: Request) -> None:
        """Count a request."""
        self._requests.labels(request.method, request.route, str(request.status)).inc()
        if request.status >= 500 and request.status != 503:
            self._errors.inc()

    def built(self, state: State) -> None:
        """Count a build that has ended."""
        outcome = "failed" if state.trouble else "stopped" if state.stopped else "done"
        self._builds.labels(outcome).inc()

    def text(self) -> bytes:
        """All figures, in Prometheus' text format."""
        for what, number in self._stats().items():
            self._of_index.labels(what).set(number)
        self._open.set(self._sessions())
        if self._line is not None:
            self._in_line.set(self._line.waiting)
            self._served.set(self._line.served)
        return generate_latest(self._registry)
