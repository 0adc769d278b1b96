"""The door: whoever is not known goes no further, and whoever may only ask adds nothing."""

import math
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs, quote, urlencode

from anyio import CapacityLimiter, to_thread
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.web import login_page
from qa.web.access import ONLY_ASK, PERSON
from qa.web.assets import asset
from qa.web.attempts import Attempts
from qa.web.forwarded import from_this_machine
from qa.web.people import People, Person
from qa.web.requests import NOTES
from qa.web.security import read_body
from qa.web.sessions import Sessions

OPEN: Final = ("/healthz", "/healthz/live")
COOKIE: Final = "cable_qa_session"
LONGEST_FORM: Final = 16_384  # bytes
CHECKED_AT_ONCE: Final = 2  # passwords; each takes 32 MiB
CHECKS_WAITING: Final = 32

WRONG: Final = "This name and password do not go together."
FIRST: Final = "Log in first; programs show a token: Authorization: Bearer TOKEN"


class Door:
    """ASGI middleware: lets in those of a session or a token, and has the others log in."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        people: People,
        sessions: Sessions,
        root_path: str = "",
        proxied: bool = False,
        attempts: Attempts | None = None,
    ) -> None:
        """Guards `app`.

        Args:
            app: What is guarded.
            people: Who may come in.
            sessions: Those who have.
            root_path: What stands before every address of ours, or "".
            proxied: Whether requests of others may seem to come from this machine.
            attempts: How long those who were wrong wait.
        """
        self._app, self._people, self._sessions, self._root = app, people, sessions, root_path
        self._proxied = proxied
        self._attempts = attempts or Attempts()
        self._limiter = CapacityLimiter(CHECKED_AT_ONCE)
        self._checking = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, headers = scope["path"], headers_of(scope)
        answer: Response | None = None
        if path == "/login.css":
            answer = Response(
                asset("login.css"), media_type="text/css", headers={"Cache-Control": "max-age=3600"}
            )
        elif path == "/login" and scope["method"] == "POST":
            answer = await self._login(scope, receive, headers)
        elif path == "/login":
            answer = self._login_page(scope, headers)
        elif path == "/logout":
            answer = self._logout(scope, headers)
        elif path not in OPEN:
            person = self._person(headers)
            open_to_machine = (
                path == "/metrics" and not self._proxied and from_this_machine(scope) and not _shown(headers)
            )
            if person is None and not open_to_machine:
                answer = self._refused(scope, headers)
            elif person is not None and not person.may_build and path.startswith("/gradio_api/upload"):
                answer = JSONResponse({"detail": ONLY_ASK}, 403)
            else:
                scope = {**scope, PERSON: person}
                scope.get(NOTES, {})["person"] = person.name if person else ""
        await (answer or self._app)(scope, receive, send)

    def _person(self, headers: Mapping[str, str]) -> Person | None:
        """Whose request it is. One that shows a token is judged by that alone."""
        if _shown(headers):
            scheme, _, token = headers["authorization"].partition(" ")
            return self._people.of_token(token.strip()) if scheme.lower() == "bearer" else None
        person = self._sessions.of(_cookie(headers))
        # Of somebody who was taken out, or given another password or role, the session is over.
        return person if person is not None and self._people.all().get(person.name) == person else None

    def _refused(self, scope: Scope, headers: Mapping[str, str]) -> Response:
        """To a person, who comes with a browser to a page, the way to log in; to all else that it is needed."""
        page = scope["path"] in ("/", "/cables.csv") and scope["method"] == "GET" and not _shown(headers)
        if not page or "text/html" not in headers.get("accept", ""):
            return JSONResponse({"detail": FIRST}, 401, {"WWW-Authenticate": "Bearer"})
        query = scope.get("query_string", b"").decode("latin-1")
        wanted = login_page.safe_address(quote(scope["path"]) + (f"?{query}" if query else ""))
        return _go(f"{self._root}/login" + ("" if wanted == "/" else f"?{urlencode({'next': wanted})}"))

    def _login_page(self, scope: Scope, headers: Mapping[str, str]) -> Response:
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        after = login_page.safe_address(query.get("next", ["/"])[0])
        if self._person(headers) is not None:
            return _go(self._root + after)
        return HTMLResponse(
            login_page.html(root_path=self._root, after=after), headers=dict(login_page.HEADERS)
        )

    async def _login(self, scope: Scope, receive: Receive, headers: Mapping[str, str]) -> Response:
        form = await _form(receive, headers)
        if form is None:
            return JSONResponse({"detail": "This is no form of the login page."}, 400)
        name, password = form.get("name", ""), form.get("password", "")
        after = login_page.safe_address(form.get("next", "/"))
        address = (scope.get("client") or ("", 0))[0]

        def again(trouble: str, status: int, **more: str) -> Response:
            page = login_page.html(root_path=self._root, after=after, name=name[:64], trouble=trouble)
            return HTMLResponse(page, status, {**login_page.HEADERS, **more})

        wait = self._attempts.begin(name, address)
        if wait > 0:
            left = math.ceil(wait)
            said = f"{left} seconds" if left < 120 else f"{math.ceil(left / 60)} minutes"
            return again(f"That was wrong too often. Please wait {said}.", 429, **{"Retry-After": str(left)})
        if self._checking >= CHECKS_WAITING:
            return again(
                "Many people log in at the moment. Please try again in a moment.", 503, **{"Retry-After": "5"}
            )
        self._checking += 1
        try:
            person = await to_thread.run_sync(self._people.of_password, name, password, limiter=self._limiter)
        finally:
            self._checking -= 1
        if person is None:
            return again(WRONG, 401)
        self._attempts.right(name, address)
        self._sessions.end(_cookie(headers))
        answer = _go(self._root + after)
        self._put(answer, scope, self._sessions.begin(person))
        return answer

    def _logout(self, scope: Scope, headers: Mapping[str, str]) -> Response:
        """Only by POST, which no page of another site can send here."""
        if scope["method"] != "POST":
            return JSONResponse({"detail": "Log out by POST."}, 405, {"Allow": "POST"})
        self._sessions.end(_cookie(headers))
        answer = _go(f"{self._root}/login")
        self._put(answer, scope, "")
        answer.headers["Clear-Site-Data"] = '"storage"'
        return answer

    def _put(self, answer: Response, scope: Scope, key: str) -> None:
        """The session's cookie, which no script can read; "" takes it away."""
        answer.set_cookie(
            COOKIE,
            key,
            max_age=None if key else 0,
            path=self._root or "/",
            httponly=True,
            samesite="lax",  # strict would have a person who follows a link from a letter log in again
            secure=scope.get("scheme") == "https",
        )


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers of a request; of those that come twice the last."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _shown(headers: Mapping[str, str]) -> bool:
    return "authorization" in headers


def _cookie(headers: Mapping[str, str]) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _go(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


async def _form(receive: Receive, headers: Mapping[str, str]) -> dict[str, str] | None:
    """The fields of a form; None where it is none, or too long."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != (
        "application/x-www-form-urlencoded"
    ):
        return None
    body = await read_body(receive, most=LONGEST_FORM)
    if body is None:
        return None
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=8, errors="strict")
    except (UnicodeDecodeError, ValueError):
        return None
    return {name: values[0] for name, values in fields.items()}
