"""What wraps every request. Plain ASGI: Starlette's BaseHTTPMiddleware costs a task and a queue for each layer."""

import re
import secrets
import uuid
from ipaddress import ip_address

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,40}$")


class RequestId:
    """Gives each request an id (the caller's, when it is harmless), logs it, and names the change it made."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("X-Request-Id", "")
        state = scope.setdefault("state", {})
        state["request_id"] = given if _REQUEST_ID.match(given) else uuid.uuid4().hex

        async def name(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = state["request_id"]
                if state.get("change_seq") is not None:
                    headers["X-Change-Seq"] = str(state["change_seq"])
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=state["request_id"]):
            await self._app(scope, receive, name)


class Measured:
    """Counts answers by route and status, and the seconds that they took, in `registry`."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        labels = ("method", "route")
        self._answers = Counter("komship_requests", "Answers", (*labels, "status"), registry=registry)
        self._seconds = Histogram("komship_request_seconds", "Time to answer", labels, registry=registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def count(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "unmatched")
                self._answers.labels(scope["method"], route, str(message["status"])).inc()
            await send(message)

        with self._seconds.labels(scope["method"], "all").time():
            await self._app(scope, receive, count)


def may_read_metrics(request: Request, token: str) -> bool:
    """The holder of `token`; without one, whoever calls from this machine and not through a proxy on it."""
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), token.encode())
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    host = request.client.host if request.client else ""
    return not forwarded and _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
