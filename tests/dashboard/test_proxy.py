"""Whose forwarded headers are believed, and the errors that name what a proxy forgot."""

from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from proxy import BehindProxy, came_over_tls, foreign_origin
from settings import Settings

FORWARDED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "komship.example.com"}


async def seen(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope)
    client = request.client.host if request.client else None
    answer = {"client": client, "scheme": request.url.scheme, "host": request.headers["host"]}
    await JSONResponse(answer)(scope, receive, send)


def ask(client: str, trusted: list[str], headers: dict[str, str]) -> Any:
    return TestClient(BehindProxy(seen, trusted), client=(client, 50_000)).get("/", headers=headers).json()


@pytest.mark.parametrize("client", ["127.0.0.1", "10.2.3.4"])
def test_a_trusted_proxy_is_believed(client: str) -> None:
    reply = ask(client, ["127.0.0.1", "10.0.0.0/8"], FORWARDED)
    assert reply == {"client": "203.0.113.9", "scheme": "https", "host": "komship.example.com"}


@pytest.mark.parametrize(("client", "trusted"), [("192.0.2.1", ["127.0.0.1", "10.0.0.0/8"]), ("127.0.0.1", [])])
def test_nobody_else_is_believed(client: str, trusted: list[str]) -> None:
    assert ask(client, trusted, FORWARDED) == {"client": client, "scheme": "http", "host": "testserver"}


def test_a_host_that_the_proxy_hides_is_named() -> None:
    wrong = foreign_origin(Headers({"origin": "https://komship.example.com", "host": "127.0.0.1:8501"}))
    assert wrong is not None
    for word in (
        "Origin",
        "komship.example.com",
        "Host",
        "127.0.0.1:8501",
        "X-Forwarded-Host",
        "KOMSHIP_TRUSTED_PROXIES",
    ):
        assert word in wrong
    assert foreign_origin(Headers({"origin": "https://a", "host": "a"})) is None
    assert foreign_origin(Headers({"host": "a"})) is None
    assert foreign_origin(Headers({"origin": "null", "host": "a"})) is not None
    assert foreign_origin(Headers({"origin": "https://[", "host": "a"})) is not None


def test_a_forgotten_scheme_still_makes_a_secure_cookie() -> None:
    behind = {"origin": "https://komship.example.com", "host": "komship.example.com"}
    assert came_over_tls({"scheme": "http"}, Headers(behind))
    assert came_over_tls({"scheme": "https"}, Headers({}))
    assert not came_over_tls({"scheme": "http"}, Headers({"origin": "http://komship.example.com"}))


@pytest.mark.parametrize("proxies", ["nginx", "10.0.0.0/99", "*"])
def test_a_wrong_proxy_is_named(proxies: str) -> None:
    with pytest.raises(ValueError, match="write addresses or networks"):
        Settings(_env_file=None, trusted_proxies=proxies)
