from collections.abc import Callable
from datetime import datetime, timedelta

import jwt
import pytest
from argon2 import Type, extract_parameters
from fastapi import FastAPI
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.auth.service import MAX_FAILURES, hash_password
from api.models import AuditEntry, AuthSession, User
from settings import Settings
from tests.api.conftest import PASSWORD

SignIn = Callable[[str], dict[str, str]]


def login(client: TestClient, name: str, password: str = PASSWORD) -> tuple[int, dict[str, object]]:
    answer = client.post("/api/v1/login", json={"username_email": name, "password": password})
    return answer.status_code, answer.json()


@pytest.mark.usefixtures("users")
@pytest.mark.parametrize("name", ["growth", "growth@komship.test", " Growth@Komship.test "])
def test_login_by_username_or_email_gives_a_year_long_token_and_an_audit_entry(
    client: TestClient, store_engine: Engine, name: str, users: dict[str, int]
) -> None:
    status, body = login(client, name)
    assert (status, body["status"], body["code"]) == (200, "success", 200)
    assert body["data"] == {
        "access_token": body["data"]["access_token"],  # type: ignore[index]
        "token_type": "Bearer",
        "expires_at": "2023-11-15 10:00:00",
        "user_id": users["growth"],
        "username": "growth",
    }
    with Session(store_engine) as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id) == ("login", users["growth"])


@pytest.mark.usefixtures("users")
@pytest.mark.parametrize(
    ("name", "password"), [("growth", "wrong"), ("nobody", PASSWORD), ("", ""), ("' OR 1=1 --", "x")]
)
def test_wrong_credentials_are_refused_without_saying_which(client: TestClient, name: str, password: str) -> None:
    status, body = login(client, name, password)
    assert (status, body["status"]) == (400, "failed")
    assert body["message"] == "username, e-mail or password is wrong"


@pytest.mark.usefixtures("users")
def test_five_failures_lock_the_account_until_a_named_time(
    client: TestClient, settings: Settings, now: datetime
) -> None:
    for _ in range(MAX_FAILURES):
        assert login(client, "finance", "wrong")[0] == 400
    assert "10.15 WIB" in str(login(client, "finance")[1]["message"])
    settings.today = now + timedelta(minutes=16)
    assert login(client, "finance")[0] == 200


@pytest.mark.usefixtures("users")
def test_a_success_forgets_earlier_failures(client: TestClient) -> None:
    for _ in range(2):
        for _ in range(MAX_FAILURES - 1):
            login(client, "finance", "wrong")
        assert login(client, "finance")[0] == 200


def test_a_session_is_ended_alone(client: TestClient, sign_in: SignIn) -> None:
    here, elsewhere = sign_in("growth"), sign_in("growth")
    assert client.delete("/api/v1/session", headers=here).json()["message"] == "session ended"
    assert client.post("/api/v1/my-profile", headers=here).status_code == 401
    assert client.post("/api/v1/my-profile", headers=elsewhere).status_code == 200


def test_logout_ends_every_session_of_the_user(client: TestClient, sign_in: SignIn) -> None:
    first, second, other = sign_in("growth"), sign_in("growth"), sign_in("admin")
    assert client.post("/api/v1/logout", headers=first).json()["message"] == "logout successful"
    assert client.post("/api/v1/my-profile", headers=second).status_code == 401
    assert client.post("/api/v1/my-profile", headers=other).status_code == 200


def test_refresh_gives_a_new_token_and_ends_the_old(client: TestClient, sign_in: SignIn) -> None:
    old = sign_in("growth")
    body = client.post("/api/v1/refresh-token", headers=old).json()
    assert body["message"] == "Refresh Token successful"
    assert client.post("/api/v1/my-profile", headers=old).status_code == 401
    new = {"Authorization": f"Bearer {body['access_token']}"}
    assert client.post("/api/v1/my-profile", headers=new).status_code == 200


@pytest.mark.parametrize("send", ["query", "body"])
def test_change_password_keeps_this_session_and_ends_the_others(client: TestClient, sign_in: SignIn, send: str) -> None:
    here, elsewhere = sign_in("growth"), sign_in("growth")
    fields = {"old_password": PASSWORD, "new_password": "another password"}
    sent = {"params": fields} if send == "query" else {"json": fields}
    answer = client.post("/api/v1/change-password", headers=here, **sent)  # type: ignore[arg-type]
    assert answer.json() == {"status": "success", "code": 200, "message": "Password changed successfully"}
    assert client.post("/api/v1/my-profile", headers=here).status_code == 200
    assert client.post("/api/v1/my-profile", headers=elsewhere).status_code == 401
    assert login(client, "growth", "another password")[0] == 200


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("wrong", "long enough", "old password is wrong"),
        (PASSWORD, "short", "at least 8"),
        (PASSWORD, PASSWORD, "is the old"),
    ],
)
def test_a_bad_new_password_is_refused(client: TestClient, sign_in: SignIn, old: str, new: str, message: str) -> None:
    headers = sign_in("growth")
    answer = client.post("/api/v1/change-password", headers=headers, json={"old_password": old, "new_password": new})
    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_tokens_that_are_forged_expired_or_missing_are_401(
    client: TestClient, sign_in: SignIn, settings: Settings, store_engine: Engine, now: datetime
) -> None:
    with Session(store_engine) as session:
        assert session.scalars(select(AuthSession)).all() == []
    good = sign_in("growth")
    with Session(store_engine) as session:
        opened = session.scalars(select(AuthSession)).one()
    forged = jwt.encode({"sub": str(opened.user_id), "jti": opened.id, "exp": 4_000_000_000}, "x" * 32, "HS256")
    unsigned = jwt.encode({"sub": str(opened.user_id), "jti": opened.id, "exp": 4_000_000_000}, "", "none")
    for headers in ({}, {"Authorization": "Bearer x"}, *({"Authorization": f"Bearer {t}"} for t in (forged, unsigned))):
        answer = client.post("/api/v1/my-profile", headers=headers)
        assert (answer.status_code, answer.json()["status"]) == (401, "failed")
    settings.today = now + timedelta(days=366)
    assert client.post("/api/v1/my-profile", headers=good).status_code == 401


def test_known_application_ids_are_required_once_listed(
    client: TestClient, sign_in: SignIn, settings: Settings
) -> None:
    headers = sign_in("growth")
    settings.application_ids = "app-1, app-2"
    assert client.post("/api/v1/my-profile", headers=headers).status_code == 401
    assert client.post("/api/v1/my-profile", headers={**headers, "X-Application-Id": "app-2"}).status_code == 200


def test_profile_has_the_contract_s_keys_and_types(client: TestClient, sign_in: SignIn) -> None:
    data = client.post("/api/v1/my-profile", headers=sign_in("partner")).json()["data"]
    assert data["user_gender"] == "1 | Laki-laki"
    assert data["user_marital_status"] == "0 | Belum Menikah"
    types = {name: type(value) for name, value in data.items()}
    assert types["province"] is types["regency"] is types["district"] is dict
    assert types["partner_is_tracking_sales"] is bool
    assert types["partner_is_notification_whatsapp"] is int
    assert (data["role"], data["role_id"]) == ("partner", 4)


def test_every_error_comes_in_the_envelope_with_a_request_id(client: TestClient, app: FastAPI) -> None:
    @app.get("/api/boom")
    def boom() -> None:
        raise ZeroDivisionError

    for answer, status in (
        (client.get("/api/nothing"), 404),
        (client.get("/api/v1/login"), 405),
        (client.post("/api/v1/login", content="{", headers={"Content-Type": "application/json"}), 422),
        (client.get("/api/boom"), 500),
    ):
        assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (status, status, "failed")
        assert answer.json()["message"]


def test_a_write_names_its_request_and_wakes_the_follower(
    client: TestClient, app: FastAPI, users: dict[str, int], store_engine: Engine
) -> None:
    woken: list[int] = []
    app.state.parts.on_change = lambda: woken.append(1)
    answer = client.post(
        "/api/v1/login",
        json={"username_email": "growth", "password": PASSWORD},
        headers={"X-Request-Id": "abc-1"},
    )
    assert answer.headers["X-Request-Id"] == "abc-1"
    assert woken == [1]
    with Session(store_engine) as session:
        assert session.get_one(User, users["growth"]).failed_logins == 0
    hostile = client.get("/api/health/live", headers={"X-Request-Id": "a b\tc"})
    assert hostile.headers["X-Request-Id"] != "a b\tc"


def test_health_and_metrics_answer(client: TestClient) -> None:
    assert client.get("/api/health/live").json()["data"] == {"live": True}
    assert client.get("/api/health/ready").json()["data"] == {"ready": True}
    assert "komship_requests_total" in client.get("/api/metrics").text
    assert client.get("/api/openapi.json").json()["info"]["title"] == "Komship API"


def test_a_password_costs_64_megabytes_to_try() -> None:
    kept = extract_parameters(hash_password("kata-sandi-1"))
    assert kept.type is Type.ID
    assert kept.memory_cost >= 64 * 1024  # KiB; RFC 9106, second recommended option
    assert kept.time_cost >= 3
