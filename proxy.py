"""Behind a reverse proxy: whose X-Forwarded- headers are believed, and what is wrong when a proxy forgets some."""

from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

log = structlog.get_logger("proxy")


class BehindProxy:
    """Takes client, scheme and host from X-Forwarded-For, -Proto and -Host of `trusted` proxies, and of nobody else."""

    def __init__(self, app: ASGIApp, trusted: list[str]) -> None:
        self._next: Any = ProxyHeadersMiddleware(cast(Any, app), trusted_hosts=trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if scope["type"] in ("http", "websocket") and client and client[0] in self._next.trusted_hosts:
            forwarded = Headers(scope=scope).get("x-forwarded-host", "").split(",")[0].strip()
            if forwarded:
                others = [(name, value) for name, value in scope["headers"] if name != b"host"]
                scope["headers"] = [(b"host", forwarded.encode("latin-1")), *others]
        await self._next(scope, receive, send)


def foreign_origin(headers: Headers) -> str | None:
    """What is wrong when another site's page sends this request, or a proxy hides which site it is; else None.

    A browser says where the page is from in Origin or Referer, other clients send neither.
    """
    origin = headers.get("origin") or headers.get("referer")
    if origin is None:
        return None
    try:
        site = urlsplit(origin).netloc
    except ValueError:
        site = ""
    if site and site == headers.get("host"):
        return None
    return (
        f"the header Origin names {site or 'no site'}, the header Host names {headers.get('host')}: "
        "a reverse proxy has to pass Host on, or to send X-Forwarded-Host from an address in KOMSHIP_TRUSTED_PROXIES"
    )


NO_UPGRADE = (
    "This address is for WebSocket only, and the headers Upgrade and Connection are missing: "
    "a reverse proxy has to pass them on (see docs/deployment.md)."
)


def came_over_tls(scope: Scope, headers: Headers) -> bool:
    """Whether the browser sees https; its Origin tells when the proxy does not."""
    if scope["scheme"] in ("https", "wss"):
        return True
    if not headers.get("origin", "").startswith("https://"):
        return False
    log.warning(
        "the proxy does not send X-Forwarded-Proto, or its address is not in KOMSHIP_TRUSTED_PROXIES",
        host=headers.get("host"),
    )
    return True
