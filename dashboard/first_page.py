"""The document that a browser loads first: Streamlit's in the reader's language, with what that lacks."""

import html
import re
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.components.find import search_texts
from dashboard.i18n import LANGUAGES, language_of
from dashboard.program_files import PAGE, SOURCE

_HEAD = Path(__file__).with_name("page_head.html")
_SCRIPTS = tuple(
    Path(__file__).with_name(f"{name}.html")
    for name in ("awaited", "session_watch", "drafts", "search", "page_buttons")
)
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
    page = page.replace("<body>", f'<body data-find-texts="{html.escape(search_texts(language))}">', 1)
    # behind the styles that Streamlit writes into the head
    styles = "\n".join(sheet.read_text(encoding="utf-8") for sheet in _SHEETS)
    scripts = "".join(script.read_text(encoding="utf-8") for script in _SCRIPTS)
    return page.replace("</body>", f"<style>\n{styles}</style>{scripts}</body>", 1)


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
        body = self._documents[language_of(HTTPConnection(scope))]
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
