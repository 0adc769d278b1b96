"""How long somebody who gave a wrong password has to wait: longer each time, by name and by address."""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

FREE: Final = 3  # wrong ones in a row, after which the waiting begins
# A name waits less long than an address: else anybody could keep a person out by giving wrong passwords.
LONGEST_BY_NAME_S: Final = 60.0
LONGEST_BY_ADDRESS_S: Final = 900.0
FORGOTTEN_S: Final = 3600.0  # after the last one
MOST: Final = 10_000  # names, and addresses, that are remembered


@dataclass(slots=True)
class _Failures:
    count: int = 0
    last: float = 0.0


class Attempts:
    """Counts wrong passwords. Safe to use from many threads; its memory has a bound."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._by_name: OrderedDict[Hashable, _Failures] = OrderedDict()
        self._by_address: OrderedDict[Hashable, _Failures] = OrderedDict()

    def begin(self, name: str, address: str) -> float:
        """How many seconds to wait yet. Where it is 0, this is an attempt, and counts as wrong until `right`.

        So that many at the same time are not all let through.
        """
        now = self._clock()
        with self._lock:
            wait = max(
                _wait_s(self._by_name.get(_name(name)), now, LONGEST_BY_NAME_S),
                _wait_s(self._by_address.get(_network(address)), now, LONGEST_BY_ADDRESS_S),
            )
            if wait <= 0:
                _count(self._by_name, _name(name), now)
                _count(self._by_address, _network(address), now)
            return max(0.0, wait)

    def right(self, name: str, address: str) -> None:
        """The attempt was right: name and address begin anew."""
        with self._lock:
            self._by_name.pop(_name(name), None)
            self._by_address.pop(_network(address), None)


def _wait_s(failures: _Failures | None, now: float, longest: float) -> float:
    if failures is None or failures.count < FREE or now - failures.last > FORGOTTEN_S:
        return 0.0
    return failures.last + min(longest, 2.0 ** min(failures.count - FREE, 20)) - now


def _count(kept: OrderedDict[Hashable, _Failures], key: Hashable, now: float) -> None:
    failures = kept.setdefault(key, _Failures())
    if now - failures.last > FORGOTTEN_S:
        failures.count = 0
    failures.count, failures.last = failures.count + 1, now
    kept.move_to_end(key)
    while len(kept) > MOST:
        kept.popitem(last=False)


def _name(name: str) -> Hashable:
    return hash(name)  # names may be long, and passwords typed into the wrong field


def _network(address: str) -> Hashable:
    """An address; of IPv6 the network, for one subscriber has them all."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    return found.packed[:8] if found.version == 6 else found.packed
