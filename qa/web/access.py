"""From where a server can be reached, and who may come in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from qa.errors import OpenToOthers
from qa.web.people import Person

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
PERSON: Final = "cable_qa.person"  # under which a request's scope holds who asks
ONLY_ASK: Final = "You may ask and read here, but not add files or change the index."


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What was said of it when the server was started."""

    users: Path | None = None  # the file of people; None: nobody has to log in
    no_password: bool = False  # that was said to be so
    root_path: str = ""  # under which a reverse proxy shows the page: "/cables"
    allow_hosts: tuple[str, ...] = ()  # names under which it is asked too: "cables.example"
    trust_proxies: tuple[str, ...] = ()  # addresses and networks of proxies that are believed
    max_upload: int = 2_000_000_000  # bytes of the files that are added at one time

    @property
    def guarded(self) -> bool:
        """Whether people have to log in."""
        return self.users is not None

    @property
    def proxied(self) -> bool:
        """Whether a proxy on this machine may pass on what others ask."""
        return bool(self.root_path or self.allow_hosts or self.trust_proxies)

    def own(self, host: str) -> bool:
        """Whether all who come have this machine as their own: they sit at it, and nobody else gets in."""
        return host in LOOPBACK and not self.proxied and not self.guarded

    def hosts(self, host: str) -> tuple[str, ...] | None:
        """The names by which a server that listens on `host` may be called; None where any is right."""
        return (*LOOPBACK, *self.allow_hosts) if host in LOOPBACK or self.allow_hosts else None

    def check(self, host: str) -> None:
        """Raises OpenToOthers where others reach the server, and nothing was said of passwords."""
        if not self.guarded and not self.no_password and (host not in LOOPBACK or self.proxied):
            raise OpenToOthers(host if host not in LOOPBACK else "A page behind a proxy")


def person_of(scope: Mapping[str, Any]) -> Person | None:
    """Who asks; None where nobody has to log in."""
    person: Person | None = scope.get(PERSON)
    return person


def may_build(scope: Mapping[str, Any], *, guarded: bool) -> bool:
    """Whether a request may add files and bring the index up to date."""
    person = person_of(scope)
    return person.may_build if person is not None else not guarded
