"""Signing in and out: small pages outside Streamlit, because a Streamlit page cannot set a cookie."""

import json
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import structlog
from jinja2 import Environment, FileSystemLoader
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.client import ApiRefused, ApiUnreachable, api_for
from dashboard.i18n import _
from dashboard.links import local_path
from dashboard.navigation import registry
from dashboard.runtime import runtime
from dashboard.session import COOKIE, SignedIn, sessions

log = structlog.get_logger("dashboard.login")
THEME_COOKIE = "komship_theme"
THEMES = {"light": "Light", "dark": "Dark", "system": "System"}
_YEAR = 365 * 24 * 3600
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)


def _speak(request: Request) -> str:
    asked = request.query_params.get("lang") or request.cookies.get(i18n.COOKIE) or i18n.DEFAULT
    code = asked if asked in i18n.LANGUAGES else i18n.DEFAULT
    i18n.set_language(code)
    return code


def same_origin(request: Request) -> bool:
    """Whether a form was posted from this site; a browser says so in Origin or Referer, other clients send neither."""
    origin = request.headers.get("origin") or request.headers.get("referer")
    if origin is None:
        return True
    return urlsplit(origin).netloc == request.headers.get("host")


def _page(request: Request, *, error: str = "", username: str = "", asked: str = "/", status: int = 200) -> Response:
    spoken = _speak(request)
    theme = request.cookies.get(THEME_COOKIE, "")
    body = _templates.get_template("login_page.html").render(
        language=spoken,
        theme=theme if theme in ("light", "dark") else "",
        languages=i18n.LANGUAGES,
        error=error,
        username=username,
        next=local_path(asked),
        login_link=quote(local_path(asked), safe=""),
        text={
            "title": _("Masuk"),
            "lead": _("Dashboard internal Komship"),
            "username": _("Nama pengguna atau email"),
            "password": _("Kata sandi"),
            "enter": _("Masuk"),
        },
    )
    return HTMLResponse(body, status, {"Cache-Control": "no-store", "X-Frame-Options": "DENY"})


async def show(request: Request) -> Response:
    """GET /login."""
    error = ""
    _speak(request)
    if request.query_params.get("ended"):
        error = _("Sesi berakhir. Silakan masuk lagi.")
    return _page(request, error=error, asked=request.query_params.get("next", "/"))


async def sign_in(request: Request) -> Response:
    """POST /login: asks the API, sets the cookie, returns to the link asked for."""
    if not same_origin(request):
        return PlainTextResponse("cross-site form refused", 403)
    _speak(request)
    form = await request.form()
    username, asked = str(form.get("username", "")), str(form.get("next", "/"))
    try:
        token, person = await run_in_threadpool(_enter, username, str(form.get("password", "")))
    except ApiRefused as refused:
        status = refused.status if refused.status in (400, 401, 403, 422, 423, 429) else 502
        return _page(request, error=_refusal(refused), username=username, asked=asked, status=status)
    except ApiUnreachable as lost:
        text = _("Layanan tidak menjawab. Coba lagi sebentar lagi. Kode: {code}").format(code=lost.request_id[:8])
        return _page(request, error=text, username=username, asked=asked, status=503)
    if person is None or not person.may_enter:
        text = _("Akun ini tidak punya akses ke dashboard. Gunakan akun admin, growth, atau finance.")
        return _page(request, error=text, username=username, asked=asked, status=403)
    answer = RedirectResponse(local_path(asked), 303)
    _set(request, answer, COOKIE, token, http_only=True)
    return answer


def _enter(username: str, password: str) -> tuple[str, SignedIn | None]:
    body = {"username_email": username, "password": password, "login_from": "dashboard"}
    token = str(api_for(None).call("POST", "v1/login", json=body).data["access_token"])
    person = sessions.look(token)
    if person is None or not person.may_enter:
        _end(token)
    return token, person


def _refusal(refused: ApiRefused) -> str:
    until = refused.data.get("locked_until") if isinstance(refused.data, dict) else None
    if until:
        return _("Akun terkunci sampai {until} karena terlalu banyak percobaan.").format(until=until)
    if refused.status in (423, 429):
        return _("Akun terkunci sementara karena terlalu banyak percobaan. ({detail})").format(detail=refused.message)
    if refused.status in (400, 401, 422):
        return _("Nama pengguna atau kata sandi salah.")
    detail = refused.message.removesuffix(".")
    return _("Masuk gagal: {detail}. Kode: {code}").format(detail=detail, code=refused.request_id[:8])


def _end(token: str) -> None:
    try:
        api_for(token).call("POST", "v1/logout")
    except (ApiRefused, ApiUnreachable) as error:
        log.warning("sign-out not confirmed by the API", error=str(error), request_id=error.request_id)
    sessions.forget(token)


async def sign_out(request: Request) -> Response:
    """POST /logout: ends the session everywhere and clears the cookie."""
    if not same_origin(request):
        return PlainTextResponse("cross-site form refused", 403)
    token = request.cookies.get(COOKIE)
    if token:
        await run_in_threadpool(_end, token)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


async def choose_language(request: Request) -> Response:
    """GET /language/{code}: remembers the language and goes back."""
    code = request.path_params["code"]
    if code not in i18n.LANGUAGES:
        return PlainTextResponse("unknown language", 404)
    back = local_path(request.query_params.get("next"))
    token = request.cookies.get(COOKIE)
    signed_in = token and await run_in_threadpool(_is_valid, token)
    answer = RedirectResponse(back if signed_in else f"/login?{urlencode({'next': back})}", 303)
    _set(request, answer, i18n.COOKIE, code, http_only=False)
    return answer


def _is_valid(token: str) -> bool:
    try:
        return sessions.look(token) is not None
    except (ApiUnreachable, ApiRefused):
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
    answer = HTMLResponse(body, headers={"Cache-Control": "no-store"})
    _set(request, answer, THEME_COOKIE, name, http_only=False)
    return answer


def _set(request: Request, answer: Response, name: str, value: str, *, http_only: bool) -> None:
    lifetime = runtime().settings.token_days * 24 * 3600 if name == COOKIE else _YEAR
    secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
    answer.set_cookie(name, value, max_age=lifetime, path="/", httponly=http_only, samesite="lax", secure=secure)


ROUTES = (
    Route("/login", show, methods=["GET"]),
    Route("/login", sign_in, methods=["POST"]),
    Route("/logout", sign_out, methods=["POST"]),
    Route("/language/{code}", choose_language, methods=["GET"]),
    Route("/theme/{name}", choose_theme, methods=["GET"]),
)
