import asyncio
import signal
from time import monotonic

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.web.ending import Ending
from qa.web.server import _terminated_in_order


async def _receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def requested(app: ASGIApp, sent: list[Message]) -> None:
    async def send(message: Message) -> None:
        sent.append(message)

    await app({"type": "http", "method": "GET", "path": "/", "headers": []}, _receive, send)


async def ended(app: ASGIApp, *, patience_s: float) -> list[Message]:
    """What an application sent for a request that the end came to."""
    ending, sent = Ending(app, patience_s=patience_s), list[Message]()
    request = asyncio.create_task(requested(ending, sent))
    await asyncio.sleep(0.01)
    ending.begin()
    await request
    return sent


def test_a_stream_is_closed_in_good_order() -> None:
    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(60)

    begun = monotonic()
    assert asyncio.run(ended(stream, patience_s=0.05))[-1] == {
        "type": "http.response.body",
        "body": b"",
        "more_body": False,
    }
    assert monotonic() - begun < 5


@pytest.mark.parametrize(("delay", "status"), [(0.05, 200), (60, 503)])
def test_an_answer_that_is_nearly_there_still_comes_and_one_that_is_not_gets_a_503(
    delay: float, status: int
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(delay)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    assert asyncio.run(ended(app, patience_s=0.3))[0]["status"] == status


def test_a_fault_is_still_a_fault() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("a fault")

    with pytest.raises(RuntimeError, match="a fault"):
        asyncio.run(requested(Ending(app), []))


def test_what_is_done_after_an_answer_is_not_answered_again() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})
        await asyncio.sleep(60)

    assert len(asyncio.run(ended(app, patience_s=0.05))) == 2


def test_a_sigterm_before_the_server_listens_for_it_is_not_lost() -> None:
    ended: list[None] = []
    before = signal.getsignal(signal.SIGTERM)
    with _terminated_in_order(lambda: ended.append(None)):
        signal.raise_signal(signal.SIGTERM)
    assert ended == [None]
    assert signal.getsignal(signal.SIGTERM) is before
