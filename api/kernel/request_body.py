"""Bodies are read whole before anything else happens, so that a sender that stalls holds nothing but its connection."""

import math

import anyio
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kernel.errors import Refusal, refused_by

IDLE = 30.0  # seconds without a byte
LONGEST = 120.0  # seconds for a whole body


class TooLarge(Refusal):
    """The body is larger than this server takes."""

    status = 413


class TooSlow(Refusal):
    """The body did not come in time."""

    status = 408


class _Gone(Exception):
    """The sender closed the connection."""


class WholeBody:
    """Hands a body of at most `most` bytes on in one piece; refuses a larger one (413) and one that stalls (408)."""

    def __init__(self, app: ASGIApp, most: int, idle: float = IDLE, longest: float = LONGEST) -> None:
        self._app, self._most, self._idle, self._longest = app, most, idle, longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(Headers(scope=scope), receive)
        except Refusal as refusal:
            await refused_by(HTTPConnection(scope), refusal)(scope, receive, send)
            return
        except _Gone:
            return
        await self._app(scope, _handed_on(body, receive), send)

    async def _read(self, headers: Headers, receive: Receive) -> bytes:
        if "Content-Length" not in headers and "Transfer-Encoding" not in headers:
            return b""
        stated = headers.get("Content-Length", "0")
        if len(stated) > 18 or (stated.isdecimal() and int(stated) > self._most):
            raise self._too_large()
        pieces: list[bytes] = []
        received, is_more = 0, True
        deadline = anyio.current_time() + self._longest
        while is_more:
            message = await self._next(receive, deadline)
            pieces.append(message.get("body", b""))
            received += len(pieces[-1])
            if received > self._most:
                raise self._too_large()
            is_more = message.get("more_body", False)
        return b"".join(pieces)

    async def _next(self, receive: Receive, deadline: float) -> Message:
        left = min(self._idle, deadline - anyio.current_time())
        with anyio.move_on_after(left) as waiting:
            message = await receive()
        if waiting.cancelled_caught:
            seconds = math.ceil(self._idle)
            raise TooSlow("the body stopped coming for {seconds} seconds; send the request again", seconds=seconds)
        if message["type"] == "http.disconnect":
            raise _Gone
        return message

    def _too_large(self) -> TooLarge:
        return TooLarge("the body is larger than {most} MB", most=round(self._most / 1024 / 1024, 1))


def _handed_on(body: bytes, receive: Receive) -> Receive:
    is_given = False

    async def once() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once
