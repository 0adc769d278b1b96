"""Python imports this at its start where its folder is on the path: notes whoever is not this machine."""

import os
import sys

_KNOWN = ("127.", "localhost", "::1", "0.0.0.0")


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if host is not None and not name.startswith(_KNOWN):
        with open(os.environ["CABLE_QA_OUTSIDE"], "a") as noted:  # noqa: PTH123 - before pathlib is there
            noted.write(f"{event} {name}\n")


if "CABLE_QA_OUTSIDE" in os.environ:
    sys.addaudithook(_note)
