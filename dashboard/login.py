"""Signing in and out: small pages outside Streamlit, because a Streamlit page cannot set a cookie."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, quote

import structlog
from jinja2 import Environment, FileSystemLoader
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard import cookies, i18n
from dashboard.actions import account
from dashboard.client import ApiClient, ApiError, ApiRefused, api_for
from dashboard.i18n import _
from dashboard.links import local_path, login_link
from dashboard.navigation import registry
from dashboard.runtime import runtime
from dashboard.session import SignedIn, sessions
from proxy import came_over_tls, foreign_origin
from response_headers import page_policy

log = structlog.get_logger("dashboard.login")
THEMES = {"light": "Light", "dark": "Dark", "system": "System"}
_YEAR = 365 * 24 * 3600
_MOST_FORM_BYTES = 16 * 1024
_FORM = "application/x-www-form-urlencoded"
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)


def _page(request: Request, *, error: str = "", username: str = "", way: str = "/", status: int = 200) -> Response:
    language = i18n.language_of(request)
    i18n.set_language(language)
    theme = request.cookies.get(cookies.THEME, "")
    body = _templates.get_template("login_page.html").render(
        language=language,
        theme=theme if theme in ("light", "dark") else "",
        languages=i18n.LANGUAGES,
        error=error,
        username=username,
        next=local_path(way),
        login_link=quote(local_path(way), safe=""),
        text={
            "title": _("Masuk"),
            "lead": _("Dashboard internal Komship"),
            "username": _("Nama pengguna atau email"),
            "password": _("Kata sandi"),
            "enter": _("Masuk"),
        },
    )
    return HTMLResponse(body, status, {"Cache-Control": "no-store"})


async def show(request: Request) -> Response:
    """GET /login."""
    i18n.set_language(i18n.language_of(request))
    error = _("Sesi berakhir. Silakan masuk lagi.") if request.query_params.get("ended") else ""
    return _page(request, error=error, way=request.query_params.get("next", "/"))


async def state(request: Request) -> Response:
    """GET /login/state: 204 with a session, 401 without, 503 when the API does not answer; an open page asks."""
    token = cookies.token_in(request.cookies)
    try:
        person = await run_in_threadpool(sessions.person, token) if token else None
    except ApiError:
        return Response(status_code=503)
    return Response(status_code=401 if person is None else 204, headers={"Cache-Control": "no-store"})


async def sign_in(request: Request) -> Response:
    """POST /login: opens a session with the API, sets the cookie, returns to the page that was wanted."""
    if wrong := foreign_origin(request.headers):
        return PlainTextResponse(f"cross-site form refused: {wrong}", 403)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return PlainTextResponse("send the form of /login", 415)
    form = await _form(request)
    if form is None:
        return PlainTextResponse("the form is too large", 413)
    i18n.set_language(i18n.language_of(request))
    username, way = form.get("username", ""), form.get("next", "/")
    address = request.client.host if request.client else ""
    try:
        token, person = await run_in_threadpool(_enter, username, form.get("password", ""), address)
    except ApiRefused as refused:
        status = refused.status if refused.status in (400, 401, 403, 422, 423, 429) else 502
        return _page(request, error=_refusal(refused), username=username, way=way, status=status)
    except ApiError as lost:
        text = _("Layanan tidak menjawab. Coba lagi sebentar lagi. Kode: {code}").format(code=lost.request_id[:8])
        return _page(request, error=text, username=username, way=way, status=503)
    if person is None or not person.may_enter:
        text = _("Akun ini tidak punya akses ke dashboard. Gunakan akun admin, growth, atau finance.")
        return _page(request, error=text, username=username, way=way, status=403)
    answer = RedirectResponse(local_path(way), 303)
    _set(request, answer, cookies.SESSION, token, http_only=True)
    return answer


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a small form; None for a larger one, of which no more is read than the limit."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_FORM_BYTES:
            return None
    return dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True))


def _enter(username: str, password: str, address: str) -> tuple[str, SignedIn | None]:
    """The new session and its person; a person without any page keeps those sessions that were open elsewhere."""
    token = account.sign_in(api_for(None), username, password, address)
    person = sessions.person(token)
    if person is None or not person.may_enter:
        _end(token, account.end_session)
    return token, person


def _refusal(refused: ApiRefused) -> str:
    data = refused.data if isinstance(refused.data, dict) else {}
    if refused.status == 429:
        seconds = data.get("retry_after", 60)
        return _("Terlalu banyak percobaan. Coba lagi dalam {seconds} detik.").format(seconds=seconds)
    if data.get("state") == "disabled":
        return _("Akun ini dinonaktifkan. Minta admin untuk mengaktifkannya.")
    if refused.status in (400, 401, 422):
        return _("Nama pengguna atau kata sandi salah.")
    detail = refused.message.removesuffix(".")
    return _("Masuk gagal: {detail}. Kode: {code}").format(detail=detail, code=refused.request_id[:8])


def _end(token: str, end: Callable[[ApiClient], None]) -> None:
    try:
        end(api_for(token))
    except ApiError as error:
        log.warning("sign-out not confirmed by the API", error=str(error), request_id=error.request_id)
    sessions.forget(token)


async def sign_out(request: Request) -> Response:
    """POST /logout: ends the session everywhere and clears the cookie."""
    if wrong := foreign_origin(request.headers):
        return PlainTextResponse(f"cross-site form refused: {wrong}", 403)
    token = cookies.token_in(request.cookies)
    if token:
        await run_in_threadpool(_end, token, account.sign_out)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(cookies.SESSION, path="/")
    return answer


async def choose_language(request: Request) -> Response:
    """GET /language/{code}: remembers the language and goes back."""
    code = request.path_params["code"]
    if code not in i18n.LANGUAGES:
        return PlainTextResponse("unknown language", 404)
    back = local_path(request.query_params.get("next"))
    token = cookies.token_in(request.cookies)
    signed_in = token is not None and await run_in_threadpool(_is_valid, token)
    answer = RedirectResponse(back if signed_in else login_link(back, ended=False), 303)
    _set(request, answer, i18n.COOKIE, code, http_only=False)
    return answer


def _is_valid(token: str) -> bool:
    try:
        return sessions.person(token) is not None
    except ApiError:
        return False


async def choose_theme(request: Request) -> Response:
    """GET /theme/{name}: Streamlit keeps its theme in the browser's storage, so a tiny page writes it and goes back."""
    name = request.path_params["name"]
    if name not in THEMES:
        return PlainTextResponse("unknown theme", 404)
    back = json.dumps(local_path(request.query_params.get("next"))).replace("<", "\\u003c")
    # every address that Streamlit serves a page at keeps its own theme
    paths = ("/", *(f"/{entry.key}" for entry in registry()))
    keys = json.dumps([f"stActiveTheme-{path}-v2" for path in paths])
    value = json.dumps(json.dumps(THEMES[name]))
    body = (
        "<!doctype html><meta charset=utf-8><title>Komship</title><script>"
        f"for (const key of {keys}) localStorage.setItem(key, {value}); location.replace({back});</script>"
    )
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": page_policy(body)}
    answer = HTMLResponse(body, headers=headers)
    _set(request, answer, cookies.THEME, name, http_only=False)
    return answer


def _set(request: Request, answer: Response, name: str, value: str, *, http_only: bool) -> None:
    lifetime = runtime().settings.token_days * 24 * 3600 if name == cookies.SESSION else _YEAR
    secure = came_over_tls(request.scope, request.headers)
    answer.set_cookie(name, value, max_age=lifetime, path="/", httponly=http_only, samesite="lax", secure=secure)


ROUTES = (
    Route("/login", show, methods=["GET"]),
    Route("/login/state", state, methods=["GET"]),
    Route("/login", sign_in, methods=["POST"]),
    Route("/logout", sign_out, methods=["POST"]),
    Route("/language/{code}", choose_language, methods=["GET"]),
    Route("/theme/{name}", choose_theme, methods=["GET"]),
)
