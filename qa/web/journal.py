"""The log as JSON, a line for each request, question and build; without what was asked, unless that is wanted."""

import json
import logging
import threading
import traceback
from datetime import UTC, datetime
from typing import TextIO

from qa.web.build_job import State
from qa.web.desk import Asked
from qa.web.requests import Request


class Journal(logging.Handler):
    """Writes the lines. It takes records of `logging` too, so that warnings come in the same form."""

    def __init__(self, stream: TextIO, *, with_questions: bool = False) -> None:
        super().__init__()
        self._stream, self._with_questions = stream, with_questions
        self._writing = threading.Lock()

    def asked(self, asked: Asked) -> None:
        """A line for a question; its words only where they are wanted."""
        words = {"question": asked.question} if self._with_questions else {}
        self._write(
            "question",
            kind=asked.kind,
            by=asked.by,
            outcome=asked.outcome,
            waited=_s(asked.waited_s),
            took={stage: _s(seconds) for stage, seconds in asked.took.items()},
            **words,
        )

    def requested(self, request: Request) -> None:
        """A line for a request."""
        self._write(
            "request",
            method=request.method,
            route=request.route,
            status=request.status,
            took=_s(request.took_s),
            person=request.person,
        )

    def built(self, state: State) -> None:
        """A line for a build that has ended."""
        report = state.report
        counts = {}
        if report is not None:
            counts = {
                "added": report.added,
                "changed": report.changed,
                "removed": report.removed,
                "embedded": report.embedded,
                "rejected": len(report.rejected),
                "took": {stage: _s(seconds) for stage, seconds in report.took.items()},
            }
        self._write("build", stopped=state.stopped, trouble=state.trouble, **counts)

    def emit(self, record: logging.LogRecord) -> None:
        """A line for a record of `logging`."""
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        more = {"traceback": trace} if trace else {}
        self._write(
            "log", level=record.levelname.lower(), logger=record.name, message=record.getMessage(), **more
        )

    def _write(self, event: str, **fields: object) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, "event": event, **fields})
        with self._writing:
            self._stream.write(f"{line}\n")
            self._stream.flush()


def _s(seconds: float) -> float:
    return round(seconds, 4)
