"""The document that a browser loads first: Streamlit's in the reader's language, with what that lacks."""

import re
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.i18n import COOKIE, DEFAULT, LANGUAGES
from dashboard.links import LANGUAGE
from dashboard.program_files import PAGE, SOURCE

_HEAD = Path(__file__).with_name("page_head.html")
_SHEETS = tuple(Path(__file__).with_name(name) for name in ("style.css", "objects.css", "search.css"))
_FILES = ("/media", "/component", "/_stcore", "/static")  # of these, an HTML file is what it is
_FONT = re.compile(r"<link\s+rel=\"preload\"[^>]*SourceSans[^>]*/>\s*")  # the theme has fonts of the system
# parts that most pages draw: loaded at once, else what is below moves as they arrive one after another
_PARTS = (
    *("BaseButton", "BidiComponent", "Button", "ButtonGroup", "Checkbox", "DateField", "DateInput", "Html", "Input"),
    *("InputInstructions", "Metric", "Multiselect", "PageLink", "Selectbox", "StreamlitMarkdown", "TextInput"),
)


def document(language: str) -> str:
    """The document of a language."""
    page = _FONT.sub("", PAGE.read_text(encoding="utf-8"))
    page = page.replace('<html lang="en">', f'<html lang="{language}">').replace("<title>Streamlit<", "<title>Komship<")
    page = page.replace("</head>", f"{_preloads()}{_HEAD.read_text(encoding='utf-8')}</head>", 1)
    # behind the styles that Streamlit writes into the head
    styles = "\n".join(sheet.read_text(encoding="utf-8") for sheet in _SHEETS)
    return page.replace("</body>", f"<style>\n{styles}</style></body>", 1)


def _preloads() -> str:
    files = [path.name for part in _PARTS for path in (SOURCE / "js").glob(f"{part}.*.js")]
    return "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in files)


class FirstPage:
    """ASGI middleware that answers this document wherever Streamlit answers its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._documents = {language: document(language).encode() for language in LANGUAGES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or scope["path"].startswith(_FILES):
            await self._app(scope, receive, send)
            return
        body = self._documents[_language(scope)]
        # what was kept by a browser may be of another language or version
        scope["headers"] = [
            pair for pair in scope["headers"] if pair[0] not in (b"if-none-match", b"if-modified-since")
        ]
        is_document = False

        async def answer(message: Message) -> None:
            nonlocal is_document
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_document = message["status"] == 200 and headers.get("content-type", "").startswith("text/html")
                if is_document:
                    headers["Content-Length"] = str(len(body))
                    headers["Cache-Control"] = "no-cache"
                    for name in ("ETag", "Last-Modified", "Content-Encoding", "Accept-Ranges"):
                        del headers[name]
                await send(message)
            elif not is_document:
                await send(message)
            elif not message.get("more_body"):
                await send({"type": "http.response.body", "body": body if scope["method"] == "GET" else b""})

        await self._app(scope, receive, answer)


def _language(scope: Scope) -> str:
    """As dashboard.i18n.language: the link's, else the cookie's, else the default."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get(LANGUAGE.name, [""])[-1]
    kept = cookie_parser(Headers(scope=scope).get("cookie", "")).get(COOKIE, "")
    code = asked or kept or DEFAULT
    return code if code in LANGUAGES else DEFAULT
