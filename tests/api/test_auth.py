import base64
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import jwt
import pytest
from argon2 import Type, extract_parameters
from fastapi import FastAPI
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.auth import hashing
from api.domains.auth.hashing import Hashing
from api.domains.auth.limits import FREE, SignInLimits
from api.domains.auth.passwords import hash_password, matches
from api.kernel.gates import Gate
from api.models import AuditEntry, AuthSession
from settings import Settings
from tests.api.conftest import PASSWORD

SignIn = Callable[[str], dict[str, str]]


def login(client: TestClient, name: str, password: str = PASSWORD) -> tuple[int, dict[str, object]]:
    answer = client.post("/api/v1/login", json={"username_email": name, "password": password})
    return answer.status_code, answer.json()


@pytest.mark.usefixtures("users")
@pytest.mark.parametrize("name", ["growth", "growth@komship.test", " Growth@Komship.test "])
def test_login_by_username_or_email_gives_a_token_of_thirty_days_and_an_audit_entry(
    client: TestClient, store_engine: Engine, name: str, users: dict[str, int]
) -> None:
    status, body = login(client, name)
    assert (status, body["status"], body["code"]) == (200, "success", 200)
    assert body["data"] == {
        "access_token": body["data"]["access_token"],  # type: ignore[index]
        "token_type": "Bearer",
        "expires_at": "2022-12-15 10:00:00",
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
def test_who_guesses_waits_and_the_right_password_from_another_address_works(client: TestClient, app: FastAPI) -> None:
    app.state.parts.add(SignInLimits, SignInLimits(lambda: 0.0))
    for _ in range(FREE):
        assert login(client, "finance", "wrong")[0] == 400
    refused = client.post("/api/v1/login", json={"username_email": "finance", "password": PASSWORD})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
    assert refused.json()["message"] == "too many failed attempts; try again in 5 seconds"
    assert refused.json()["data"] == {"retry_after": 5}
    elsewhere = TestClient(app, client=("203.0.113.7", 50_000))
    assert login(elsewhere, "finance")[0] == 200


@pytest.mark.usefixtures("users")
def test_an_unknown_name_is_limited_like_a_known_one(client: TestClient) -> None:
    statuses = {name: [login(client, name, "wrong")[0] for _ in range(FREE + 1)] for name in ("finance", "nobody")}
    assert statuses["finance"] == statuses["nobody"] == [*[400] * FREE, 429]


def test_passwords_are_compared_outside_of_transactions(
    client: TestClient, users: dict[str, int], app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_ones: list[int] = []
    pool = app.state.parts.sessions.kw["bind"].pool

    def watched(password_hash: str, password: str) -> bool:
        open_ones.append(pool.checkedout())
        return matches(password_hash, password)

    monkeypatch.setattr(hashing, "matches", watched)
    token = login(client, "growth")[1]["data"]["access_token"]  # type: ignore[index]
    login(client, "nobody")
    fields = {"old_password": PASSWORD, "new_password": "kuda lumping di atas awan"}
    client.post("/api/v1/change-password", headers={"Authorization": f"Bearer {token}"}, json=fields)
    assert open_ones == [0, 0, 0]


def test_too_many_passwords_at_once_are_refused_at_once(
    client: TestClient, app: FastAPI, users: dict[str, int]
) -> None:
    app.state.parts.add(Hashing, Hashing(Gate(1, 0.0)))
    refused = client.post("/api/v1/login", json={"username_email": "growth", "password": PASSWORD})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    app.state.parts.add(Hashing, Hashing())
    assert login(client, "growth")[0] == 200


@pytest.mark.usefixtures("users")
@pytest.mark.parametrize("send", ["json", "data", "files"])
def test_login_takes_json_and_forms_with_blanks_and_unknown_fields(client: TestClient, send: str) -> None:
    fields = {"username_email": "growth", "password": PASSWORD, "login_from": "", "fcm_token": "", "more": "x"}
    sent = {send: {name: (None, value) for name, value in fields.items()} if send == "files" else fields}
    answer = client.post("/api/v1/login", **sent)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["data"]["username"]) == (200, "growth")


def test_logout_ends_every_session_of_the_user(client: TestClient, sign_in: SignIn) -> None:
    first, second, other = sign_in("growth"), sign_in("growth"), sign_in("admin")
    assert client.post("/api/v1/logout", headers=first).json()["message"] == "logout successful"
    assert client.post("/api/v1/my-profile", headers=second).status_code == 401
    assert client.post("/api/v1/my-profile", headers=other).status_code == 200


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
        (PASSWORD, " " * 9, "blank"),
        (PASSWORD, "password123", "easy to guess"),
        (PASSWORD, "Growth2022", "name or e-mail"),
        (PASSWORD, PASSWORD, "is the old"),
    ],
)
def test_a_bad_new_password_is_refused(client: TestClient, sign_in: SignIn, old: str, new: str, message: str) -> None:
    headers = sign_in("growth")
    answer = client.post("/api/v1/change-password", headers=headers, json={"old_password": old, "new_password": new})
    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_guessing_the_old_password_is_limited(client: TestClient, sign_in: SignIn, app: FastAPI) -> None:
    app.state.parts.add(SignInLimits, SignInLimits(lambda: 0.0))
    headers = sign_in("growth")
    body = {"old_password": "wrong", "new_password": "kuda lumping di atas awan"}
    answers = [client.post("/api/v1/change-password", headers=headers, json=body) for _ in range(FREE + 1)]
    assert [answer.status_code for answer in answers] == [*[400] * FREE, 429]
    assert answers[-1].headers["Retry-After"] == "5"


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
    settings.today = now + timedelta(days=31)
    assert client.post("/api/v1/my-profile", headers=good).status_code == 401


ODD_CLAIMS: list[dict[str, object]] = [
    {"sub": "x"},
    {"sub": 1},
    {"sub": None},
    {"sub": ["1"]},
    {"jti": 7},
    {"jti": None},
    {"jti": {"a": 1}},
    {"jti": "no such session"},
    {"jti": "x" * 3000},
    {"jti": "\x00"},
    {"jti": "\ud800"},
    {"jti": "{00000000-0000-0000-0000-00000000\x00000}"},
]


@pytest.mark.parametrize("odd", ODD_CLAIMS, ids=str)
def test_odd_claims_are_401(client: TestClient, sign_in: SignIn, settings: Settings, odd: dict[str, object]) -> None:
    key = settings.secret_key.get_secret_value()
    good = sign_in("growth")["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(good, key, algorithms=["HS256"], options={"verify_exp": False}) | odd
    header, body = (_encoded(part) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    signature = hmac.new(key.encode(), f"{header}.{body}".encode(), "sha256").digest()
    token = f"{header}.{body}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
    answer = client.post("/api/v1/my-profile", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["status"]) == (401, "failed")


def _encoded(part: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "header",
    [
        b"Bearer",
        b"Bearer ",
        b"Bearer a.b.c",
        b"Bearer " + b"a" * 60_000,
        b"Bearer " + b"a." * 30_000,
        "Bearer \u00e9\u00e9.\u00e9.\u00e9".encode(),
        "Bearer \u00e9".encode("latin-1"),
        b"Basic YWRtaW46YWRtaW4=",
        b"\xff\xfe",
        b"Bearer a b c",
        b"bearer\ta.b.c",
        b"Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
        b"Bearer eyJhbGciOiJIUzI1NiJ9.W10.x",
    ],
    ids=lambda header: repr(header[:24]),
)
def test_an_odd_authorization_header_is_401(client: TestClient, users: dict[str, int], header: bytes) -> None:
    answer = client.post("/api/v1/my-profile", headers=[(b"authorization", header)])
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (401, "failed", 401)


@pytest.mark.parametrize("header", [b"", b"\xff", b"app-1,app-2", b"a" * 60_000, "app-\u00e9".encode()])
def test_an_odd_application_id_is_401(client: TestClient, sign_in: SignIn, settings: Settings, header: bytes) -> None:
    good = sign_in("growth")["Authorization"].encode()
    settings.application_ids = "app-1, app-2"
    answer = client.post("/api/v1/my-profile", headers=[(b"authorization", good), (b"x-application-id", header)])
    assert (answer.status_code, answer.json()["code"]) == (401, 401)


def test_known_application_ids_are_required_once_listed(
    client: TestClient, sign_in: SignIn, settings: Settings
) -> None:
    headers = sign_in("growth")
    settings.application_ids = "app-1, app-2"
    assert client.post("/api/v1/my-profile", headers=headers).status_code == 401
    assert client.post("/api/v1/my-profile", headers={**headers, "X-Application-Id": "app-2"}).status_code == 200


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
    hostile = client.get("/api/health/live", headers={"X-Request-Id": "a b\tc"})
    assert hostile.headers["X-Request-Id"] != "a b\tc"


def test_health_and_metrics_answer(client: TestClient, app: FastAPI) -> None:
    assert client.get("/api/health/live").json()["data"] == {"live": True}
    assert client.get("/api/health/ready").json()["data"] == {"ready": True}
    assert "komship_requests_total" in TestClient(app, client=("127.0.0.1", 50_000)).get("/api/metrics").text
    assert client.get("/api/openapi.json").json()["info"]["title"] == "Komship API"


def test_a_password_costs_64_megabytes_to_try() -> None:
    kept = extract_parameters(hash_password("kata-sandi-1"))
    assert kept.type is Type.ID
    assert kept.memory_cost >= 64 * 1024  # KiB; RFC 9106, second recommended option
    assert kept.time_cost >= 3
