"""Nothing but the sign-in, the API and Streamlit's program files is served without a valid session."""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.client import ApiRefused, ApiUnreachable
from dashboard.session import COOKIE, SignedIn, sessions

# program files only: no data. /media (exports, uploads) and /_stcore need a session
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


def _token(headers: Headers) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return found.value if found else None


class SessionGuard:
    """ASGI middleware for http and websocket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or (scope["type"] == "http" and _is_open(scope["path"])):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        token = _token(headers)
        try:
            person = await run_in_threadpool(sessions.look, token) if token else None
        except (ApiUnreachable, ApiRefused):
            await self._refuse(scope, receive, send, ended=bool(token), lost=True)
            return
        if scope["type"] == "websocket" and not _is_own_origin(headers):
            person = None
        if person is None or not person.may_enter:
            await self._refuse(scope, receive, send, ended=bool(token), person=person)
            return
        await self._app(scope, receive, send)

    async def _refuse(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        ended: bool,
        lost: bool = False,
        person: SignedIn | None = None,
    ) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1013 if lost else 4401})
            return
        if lost:
            answer = PlainTextResponse(
                "Layanan tidak menjawab, coba lagi. / The service does not answer, try again.", 503
            )
        elif person is not None:
            answer = PlainTextResponse("Akun ini tidak punya akses ke dashboard. / No access to the dashboard.", 403)
        elif scope["method"] not in ("GET", "HEAD") or scope["path"].startswith(("/_stcore", "/media", "/component")):
            answer = PlainTextResponse("not signed in", 401)
        else:
            query = scope.get("query_string", b"").decode("latin-1")
            asked = scope["path"] + (f"?{query}" if query else "")
            target = {"next": asked, **({"ended": "1"} if ended else {})}
            await RedirectResponse(f"/login?{urlencode(target)}", 303)(scope, receive, send)
            return
        await answer(scope, receive, send)


def _is_own_origin(headers: Headers) -> bool:
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")
