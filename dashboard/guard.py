"""Nothing but the sign-in, the API and Streamlit's program files is served without a valid session."""

import time
from urllib.parse import quote

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import cookies
from dashboard.client import ApiError
from dashboard.links import login_link
from dashboard.session import SignedIn, sessions
from proxy import NO_UPGRADE, foreign_origin

GRACE_SECONDS = 30.0
STREAM = "/_stcore/stream"
log = structlog.get_logger("dashboard.guard")
_ENDED, _TRY_AGAIN = 4401, 1013  # close codes of a websocket
_LOST = "Layanan tidak menjawab, coba lagi. / The service does not answer, try again."
_NO_ACCESS = "Akun ini tidak punya akses ke dashboard. / No access to the dashboard."
_NO_PAGES = ("/_stcore", "/media", "/component")
# program files only: no data. /media (uploads, proofs) and /_stcore need a session; /export checks it itself
_OPEN = (
    "/login",
    "/logout",
    "/language",
    "/theme",
    "/api",
    "/static",
    "/favicon.png",
    "/manifest.json",
    "/_stcore/health",
)


def _is_open(path: str) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in _OPEN)


class SessionGuard:
    """ASGI middleware for http and websocket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or (scope["type"] == "http" and _is_open(scope["path"])):
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] == STREAM:
            await PlainTextResponse(NO_UPGRADE, 426, {"Upgrade": "websocket"})(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        token = cookies.token_in(connection.cookies)
        try:
            person = await run_in_threadpool(sessions.person, token) if token else None
        except ApiError:
            await _turn_away(scope, receive, send, PlainTextResponse(_LOST, 503), _TRY_AGAIN)
            return
        wrong = foreign_origin(connection.headers) if scope["type"] == "websocket" else None
        if wrong:
            log.warning("websocket refused", reason=wrong)
        if token is None or person is None or not person.may_enter or wrong:
            await _turn_away(scope, receive, send, _answer(scope, token, person), _ENDED)
        elif scope["type"] == "websocket":
            await self._app(scope, _WhileSignedIn(token, receive, send), send)
        else:
            await self._app(scope, receive, send)


class _WhileSignedIn:
    """Messages of a browser to an open page, until its session has ended and the page had time to show that."""

    def __init__(self, token: str, receive: Receive, send: Send) -> None:
        self._token, self._receive, self._send = token, receive, send
        self._ended_at: float | None = None

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] != "websocket.receive" or not await run_in_threadpool(self._is_over):
            return message
        await self._send({"type": "websocket.close", "code": _ENDED})
        return {"type": "websocket.disconnect", "code": _ENDED}

    def _is_over(self) -> bool:
        try:
            if sessions.person(self._token) is not None:
                return False
        except ApiError:
            return False  # the page itself shows that the API does not answer
        if self._ended_at is None:
            self._ended_at = time.monotonic()
        return time.monotonic() - self._ended_at > GRACE_SECONDS


async def _turn_away(scope: Scope, receive: Receive, send: Send, answer: Response, code: int) -> None:
    """The answer to a request, or the close code to a websocket."""
    if scope["type"] == "http":
        await answer(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.close", "code": code})


def _answer(scope: Scope, token: str | None, person: SignedIn | None) -> Response:
    if person is not None:
        return PlainTextResponse(_NO_ACCESS, 403)
    is_page = scope.get("method") in ("GET", "HEAD") and not scope["path"].startswith(_NO_PAGES)
    if not is_page:
        return PlainTextResponse("not signed in", 401)
    return RedirectResponse(login_link(_address(scope), ended=token is not None), 303)


def _address(scope: Scope) -> str:
    """Path and query as they were sent."""
    query = scope.get("query_string", b"").decode("latin-1")
    return quote(scope["path"]) + (f"?{query}" if query else "")
