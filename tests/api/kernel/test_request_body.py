"""Bodies are read whole, in time and up to a size, before the app sees the request."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from api.kernel.request_body import WholeBody

MOST = 100


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(f"{len(body)}")(scope, receive, send)


def call(sender: Callable[[], Awaitable[Message]], **limits: float) -> tuple[int, str]:
    """Status and body of the answer to a POST whose body comes from `sender`."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [(b"transfer-encoding", b"chunked")],
    }
    app = WholeBody(_echo, MOST, **limits)
    asyncio.run(asyncio.wait_for(app(scope, sender, send), 20))
    return (sent[0]["status"], sent[1]["body"].decode()) if sent else (0, "")


def pieces(*chunks: bytes, then: Callable[[], Awaitable[Message]] | None = None) -> Callable[[], Awaitable[Message]]:
    left = list(chunks)

    async def receive() -> Message:
        if not left and then is not None:
            return await then()
        chunk = left.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(left) or then is not None}

    return receive


async def _never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def _gone() -> Message:
    return {"type": "http.disconnect"}


def test_a_body_in_pieces_arrives_whole() -> None:
    assert call(pieces(b"a" * 40, b"b" * 60)) == (200, "100")


def test_a_body_that_stalls_is_answered_with_408() -> None:
    status, answer = call(pieces(b"a", then=_never), idle=0.05)
    assert (status, json.loads(answer)["code"]) == (408, 408)
    assert "send the request again" in answer


def test_a_body_that_drips_is_answered_with_408() -> None:
    async def drop() -> Message:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"", "more_body": True}

    assert call(pieces(b"a", then=drop), idle=5, longest=0.1)[0] == 408


def test_a_body_of_unknown_length_is_refused_once_it_is_too_long() -> None:
    assert call(pieces(b"a" * 60, b"b" * 41, then=_never))[0] == 413


def test_a_sender_that_leaves_gets_no_answer_and_the_app_never_runs() -> None:
    assert call(pieces(b"a", then=_gone)) == (0, "")
