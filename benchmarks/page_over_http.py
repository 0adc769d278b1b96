"""The page as a browser talks to the server: the same requests in the same order, without a browser.

What it sends was read off Chromium's own requests; tests/benchmarks/test_load.py asks a real server.
"""

import asyncio
import json
import re
import ssl
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

_CONFIG: Final = re.compile(r"window\.gradio_config = (\{.*?\});\s*</script>", re.S)
_CLAIM: Final = re.compile(r'<p class="claim">(.*?)</p>', re.S)
_TROUBLE: Final = re.compile(r'<p class="trouble">(.*?)</p>', re.S)
_SOURCE: Final = re.compile(r'data-cable="(.*?)" data-paragraph="(.*?)"')
_PLACE: Final = re.compile(r"(\d+) questions? (?:is|are) before yours")

# The server lets a connection go that was idle for 5 s; a browser sends again what met that, and httpx does not.
_LIMITS: Final = httpx.Limits(keepalive_expiry=2)
PATIENCE_S: Final = 120  # for one answer; a person has left long before
_SCOPE: Final[tuple[Any, ...]] = (
    "",
    [],
    [],
    [],
    [],
    "",
    "",
    False,
)  # the fields of the Cables tab as nobody touched them
_PROGRESS: Final = 3  # of the values that bring the Index tab up to date
# When the page asks for its place in the line: qa/web/address.js.
_FIRST_LOOK_S: Final = 0.7
_NEXT_LOOK_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page shows for a question."""

    html: str
    claim: str = ""  # the answer, as text
    source: tuple[str, str] | None = None  # the cable and the paragraph that it is quoted from
    trouble: str = ""  # why there is no answer, in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of a question."""

    shown: Shown
    waited_s: float
    places: tuple[int, ...]  # in the line, as they were told: how many questions were before this one


class Refused(Exception):
    """The server did not do what the page asked."""


class Page:
    """One open page. Opens it at once, and holds its stream open until it is closed."""

    def __init__(self, address: str, trusted: ssl.SSLContext) -> None:
        self._http = httpx.AsyncClient(
            base_url=address, timeout=PATIENCE_S, verify=trusted, trust_env=False, limits=_LIMITS
        )
        self._session = uuid.uuid4().hex[:11]
        self._numbers: dict[str, int] = {}
        self._heart: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """The page, loaded."""
        came = await self._http.get("/")
        found = _CONFIG.search(came.text)
        if came.status_code != httpx.codes.OK or found is None:
            raise Refused(f"The page came with {came.status_code}.")
        self._numbers = {each["api_name"]: each["id"] for each in json.loads(found[1])["dependencies"]}
        self._heart = asyncio.create_task(self._beat())
        listed = [None, *_SCOPE, "newest", None, None]
        await asyncio.gather(*(self._run("typed", listed) for _ in range(3)), self._arrive())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it, as one closes a tab."""
        if self._heart is not None:
            self._heart.cancel()
            with suppress(asyncio.CancelledError, httpx.HTTPError):
                await self._heart
        await self._http.aclose()

    async def ask(self, question: str) -> Reply:
        """Ask as the first question of a new conversation; raises Refused and httpx.HTTPError."""
        await self._run("clear", [None])
        begun = time.monotonic()
        reminded = asyncio.create_task(self._remind(question))
        places: list[int] = []
        looking = asyncio.create_task(self._look(places))
        try:
            await self._run("begin", [question, None, *_SCOPE])
            (messages,) = await self._run("finish", [None])
            waited_s = time.monotonic() - begun
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            await reminded
        html = "".join(part["text"] for part in messages[-1]["content"])
        return Reply(shown=shown(html), waited_s=waited_s, places=tuple(places))

    async def update(self, source: Path) -> None:
        """Have these cables of the server's machine read, as the Index tab does; raises Refused and httpx.HTTPError."""
        said, *_ = await self._run("start", [str(source), False])
        if said:
            raise Refused(_text(said))

    async def updating(self) -> str:
        """What the Index tab says of the build, as text."""
        return _text((await self._run("whole", []))[_PROGRESS])

    async def stop_updating(self) -> None:
        """Ask the build to stop at its next batch."""
        await self._run("halt", [])

    async def _arrive(self) -> None:
        await self._run("arrive", [uuid.uuid4().hex, None])
        await self._run("finish_3", [None])

    async def _look(self, places: list[int]) -> None:
        await asyncio.sleep(_FIRST_LOOK_S)
        while True:
            (html,) = await self._run("place", [None])
            if (place := place_in(html)) is not None:
                places.append(place)
            await asyncio.sleep(_NEXT_LOOK_S)

    async def _run(self, name: str, values: list[Any]) -> list[Any]:
        body = self._call(name, values) | {"event_data": None}
        came = await self._http.post("/gradio_api/run/predict", json=body)
        if came.status_code != httpx.codes.OK:
            raise Refused(f"{name} was answered with {came.status_code}.")
        found: list[Any] = came.json()["data"]
        return found

    async def _remind(self, question: str) -> None:
        """The one event that goes through Gradio's queue."""
        came = await self._http.post("/gradio_api/queue/join", json=self._call("_remind", [question]))
        if came.status_code != httpx.codes.OK:
            raise Refused(f"The queue answered with {came.status_code}.")
        stream = self._http.stream("GET", "/gradio_api/queue/data", params={"session_hash": self._session})
        async with stream as lines:
            async for line in lines.aiter_lines():
                if '"msg":"close_stream"' in line.replace(" ", ""):
                    return

    async def _beat(self) -> None:
        stream = self._http.stream("GET", f"/gradio_api/heartbeat/{self._session}", timeout=None)
        async with stream as beats:
            async for _ in beats.aiter_raw():
                pass

    def _call(self, name: str, values: list[Any]) -> dict[str, Any]:
        return {
            "data": values,
            "fn_index": self._numbers[name],
            "session_hash": self._session,
            "trigger_id": 0,
        }


def shown(html: str) -> Shown:
    """What the answering half of a turn shows."""
    claim, trouble, source = _CLAIM.search(html), _TROUBLE.search(html), _SOURCE.search(html)
    return Shown(
        html=html,
        claim=_text(claim[1]) if claim else "",
        source=(unescape(source[1]), unescape(source[2])) if source else None,
        trouble=_text(trouble[1]) if trouble else "",
    )


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def place_in(html: str) -> int | None:
    """How many questions are said to be before this one; None where nothing is said of a line."""
    if "Yours is next" in html:
        return 0
    found = _PLACE.search(html)
    return int(found[1]) if found else None
