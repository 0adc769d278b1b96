"""Who has logged in: kept by the server alone, under the hash of a random number that the browser holds."""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from qa.web.people import Person

IDLE_S: Final = 2 * 3600  # without a request
LONGEST_S: Final = 12 * 3600  # whatever happens
MOST: Final = 10_000  # sessions; the one that was longest unused goes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser of one person."""

    person: Person  # as the file had it at the login: with another password or role, the session is over
    begun: float
    used: float


class Sessions:
    """Begins, finds and ends sessions. Safe to use from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, Session] = OrderedDict()

    def begin(self, person: Person) -> str:
        """A new session; gives what the browser is to hold, 256 random bits."""
        key, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._kept[_hashed(key)] = Session(person=person, begun=now, used=now)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return key

    def of(self, key: str) -> Person | None:
        """Whose session it is; None where there is none, or it is over."""
        hashed, now = _hashed(key), self._clock()
        with self._lock:
            session = self._kept.get(hashed)
            if session is None:
                return None
            if _over(session, now):
                del self._kept[hashed]
                return None
            self._kept[hashed] = replace(session, used=now)
            self._kept.move_to_end(hashed)
            return session.person

    def end(self, key: str) -> None:
        """Log out."""
        with self._lock:
            self._kept.pop(_hashed(key), None)

    def count(self) -> int:
        """How many there are."""
        now = self._clock()
        with self._lock:
            return sum(not _over(session, now) for session in self._kept.values())


def _over(session: Session, now: float) -> bool:
    return now - session.used > IDLE_S or now - session.begun > LONGEST_S


def _hashed(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
