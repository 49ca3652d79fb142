"""How long tokens live: use prolongs them, a refreshed one serves a minute more, and some things end all at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.kernel.gates import Gate
from api.models import AuthSession
from settings import Settings
from tests.api.conftest import PASSWORD

SignIn = Callable[[str], dict[str, str]]
Headers = dict[str, str]


def is_signed_in(client: TestClient, headers: Headers) -> bool:
    status = client.get("/api/v1/my-profile", headers=headers).status_code
    assert status in (200, 401)
    return status == 200


def refreshed(client: TestClient, headers: Headers) -> Headers:
    body = client.post("/api/v1/refresh-token", headers=headers, json={"user_id": 1}).json()
    assert (body["status"], body["code"], body["message"]) == ("success", 200, "Refresh Token successful")
    return {"Authorization": f"Bearer {body['access_token']}"}


def newest(engine: Engine) -> AuthSession:
    with Session(engine) as session:
        return session.scalars(select(AuthSession).order_by(AuthSession.expires_at.desc()).limit(1)).one()


def test_a_refreshed_token_s_predecessor_lives_a_minute_more(
    client: TestClient, sign_in: SignIn, settings: Settings, now: datetime
) -> None:
    old = sign_in("growth")
    new = refreshed(client, old)
    settings.today = now + timedelta(seconds=59)
    assert is_signed_in(client, old)
    settings.today = now + timedelta(seconds=60)
    assert not is_signed_in(client, old)
    assert is_signed_in(client, new)


def test_refreshing_the_predecessor_again_gives_a_token_and_no_longer_grace(
    client: TestClient, sign_in: SignIn, settings: Settings, now: datetime
) -> None:
    old = sign_in("growth")
    refreshed(client, old)
    settings.today = now + timedelta(seconds=50)
    second = refreshed(client, old)
    settings.today = now + timedelta(seconds=61)
    assert not is_signed_in(client, old)
    assert is_signed_in(client, second)


@pytest.mark.parametrize("end", ["logout", "session"])
def test_signing_out_ends_the_predecessor_too(client: TestClient, sign_in: SignIn, end: str) -> None:
    old = sign_in("growth")
    new = refreshed(client, old)
    method, path = ("POST", "/api/v1/logout") if end == "logout" else ("DELETE", "/api/v1/session")
    assert client.request(method, path, headers=new).status_code == 200
    assert [is_signed_in(client, headers) for headers in (old, new)] == [False, False]


@pytest.mark.parametrize("caller", ["old", "new"])
def test_a_changed_password_ends_all_but_the_newest_of_this_sign_in(
    client: TestClient, sign_in: SignIn, caller: str
) -> None:
    elsewhere, old = sign_in("growth"), sign_in("growth")
    new = refreshed(client, old)
    body = {"old_password": PASSWORD, "new_password": "kuda lumping di atas awan"}
    headers = old if caller == "old" else new
    assert client.post("/api/v1/change-password", headers=headers, json=body).status_code == 200
    assert [is_signed_in(client, each) for each in (elsewhere, old, new)] == [False, False, True]


def test_use_prolongs_a_token(client: TestClient, sign_in: SignIn, settings: Settings, now: datetime) -> None:
    headers = sign_in("growth")
    for day in range(20, 200, 20):
        settings.today = now + timedelta(days=day)
        assert is_signed_in(client, headers)
    settings.today += timedelta(days=settings.token_days)
    assert not is_signed_in(client, headers)


def test_use_is_written_once_a_day_and_not_by_the_read(
    client: TestClient, sign_in: SignIn, settings: Settings, store_engine: Engine, app: FastAPI, now: datetime
) -> None:
    headers = sign_in("growth")
    written: list[str] = []
    event.listen(
        store_engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_: written.append(statement) if statement.startswith("UPDATE auth") else None,
    )
    for hours in (1, 23, 25, 26, 27):
        settings.today = now + timedelta(hours=hours)
        assert is_signed_in(client, headers)
    assert len(written) == 1
    assert newest(store_engine).expires_at == now + timedelta(days=30, hours=25)


def test_a_busy_store_prolongs_the_session_next_time(
    client: TestClient, sign_in: SignIn, settings: Settings, store_engine: Engine, app: FastAPI, now: datetime
) -> None:
    headers = sign_in("growth")
    settings.today = now + timedelta(days=2)
    parts = app.state.parts
    gates, parts.gates = parts.gates, replace(parts.gates, writing=Gate(1, 0.0))
    assert is_signed_in(client, headers)
    assert newest(store_engine).expires_at == now + timedelta(days=30)
    parts.gates = gates
    assert is_signed_in(client, headers)
    assert newest(store_engine).expires_at == now + timedelta(days=32)


def test_a_refreshed_token_is_not_prolonged(
    client: TestClient, sign_in: SignIn, settings: Settings, store_engine: Engine, now: datetime
) -> None:
    settings.today = now
    old = sign_in("growth")
    settings.today = now + timedelta(days=2)
    refreshed(client, old)
    assert is_signed_in(client, old)
    settings.today += timedelta(seconds=61)
    assert not is_signed_in(client, old)
