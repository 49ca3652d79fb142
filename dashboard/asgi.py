"""One ASGI application out of sign-in, Streamlit and, in the default process, the API."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.starlette import App

from dashboard import search
from dashboard.exports import downloads
from dashboard.first_page import FirstPage
from dashboard.guard import SessionGuard
from dashboard.login import ROUTES
from dashboard.program_files import PAGE, prepare, serve_compressed
from dashboard.runtime import Runtime, configure
from response_headers import ResponseHeaders, page_policy

SCRIPT = Path(__file__).with_name("app.py")


class _ApiFirst:
    """Requests below /api go to the API, whose own routes carry that prefix; all others to the screens."""

    def __init__(self, api: ASGIApp | None, screens: ASGIApp) -> None:
        self._api = api
        self._screens = screens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_api = scope["type"] in ("http", "websocket") and (
            scope["path"] == "/api" or scope["path"].startswith("/api/")
        )
        target = self._api if is_api and self._api is not None else self._screens
        await target(scope, receive, send)


def build_app(runtime: Runtime, api: Starlette | None = None) -> ASGIApp:
    """The application to serve. `api` (FastAPI) gets /api; its lifespan and Streamlit's run within this one's."""
    configure(runtime)
    streamlit = App(SCRIPT)
    streamlit_lifespan = streamlit.lifespan()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if api is not None:
                await stack.enter_async_context(api.router.lifespan_context(api))
            await stack.enter_async_context(streamlit_lifespan(app))
            yield

    compressed = prepare(runtime.settings.data_dir / "program-files")
    pages = Mount("/", app=serve_compressed(SessionGuard(FirstPage(streamlit)), compressed))
    screens = Starlette(routes=[*ROUTES, *downloads.ROUTES, *search.ROUTES, pages])
    app = Starlette(routes=[Mount("/", app=_ApiFirst(api, screens))], lifespan=lifespan)
    own = [path.read_text() for path in sorted(SCRIPT.parent.rglob("*.html"))]
    return ResponseHeaders(app, page_policy(PAGE.read_text(), *own))
