"""Headers of every answer, of the API and of the screens: what a browser may do with it."""

import base64
import hashlib
import re
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
# an answer of the API is data: nothing in it is run or drawn
API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def page_policy(*html: str) -> str:
    """The policy of pages that load from their own host only; inline scripts are those of `html`, by their hashes.

    What cannot be tighter, because Streamlit needs it: inline styles (it writes them while it draws), scripts and
    workers of blob: (a component's own script, the decoders of charts), images of data: and blob:.
    """
    scripts = " ".join(["'self'", "blob:", *_hashes(html)])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; media-src 'self' blob:; "
        "frame-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


def _hashes(pages: Iterable[str]) -> list[str]:
    found = [script for page in pages for script in _INLINE.findall(page)]
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in found]
    return [f"'sha256-{digest}'" for digest in digests]


class ResponseHeaders:
    """Adds them to each answer that does not set its own; JSON is not kept anywhere on its way."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_api = scope["path"] == "/api" or scope["path"].startswith("/api/")

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", API_POLICY if is_api else self._policy)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                if is_api or headers.get("Content-Type", "").startswith("application/json"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, add)
