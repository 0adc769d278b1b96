"""Who is told of what goes on in a server: its figures, and its log where there is one."""

from collections.abc import Sequence
from typing import Protocol

from qa.web.build_job import State
from qa.web.desk import Asked
from qa.web.requests import Request


class Watcher(Protocol):
    """Is told of each question, request and build once it has ended."""

    def asked(self, asked: Asked) -> None:
        """Of a question."""

    def requested(self, request: Request) -> None:
        """Of a request."""

    def built(self, state: State) -> None:
        """Of a build."""


class Told:
    """Tells all of several watchers."""

    def __init__(self, watchers: Sequence[Watcher]) -> None:
        self._watchers = watchers

    def asked(self, asked: Asked) -> None:
        """Of a question."""
        for each in self._watchers:
            each.asked(asked)

    def requested(self, request: Request) -> None:
        """Of a request."""
        for each in self._watchers:
            each.requested(request)

    def built(self, state: State) -> None:
        """Of a build."""
        for each in self._watchers:
            each.built(state)
