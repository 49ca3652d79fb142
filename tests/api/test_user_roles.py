"""New accounts, roles that take two admins, and sessions one by one: /v1/admin/user."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.users import accounts, roles
from api.domains.users.accounts import Author
from api.domains.users.models import UserRequest
from api.kernel.db import session_factory, transaction
from api.kernel.errors import Refusal
from api.models import AuditEntry, User
from settings import Settings
from vocabulary import Role

SignIn = Callable[[str], dict[str, str]]
BASE = "/api/v1/admin/user"
ANI = {"username": "Ani.S", "email": "Ani@komship.test", "full_name": " Ani  Sari ", "phone": "0812", "role": "growth"}


@pytest.fixture
def second_admin(store_engine: Engine, users: dict[str, int]) -> None:
    """growth is an admin as well."""
    with Session(store_engine) as session, session.begin():
        session.get_one(User, users["growth"]).role_id = int(Role.ADMIN)


def entries(engine: Engine) -> list[tuple[str, str, Any]]:
    with Session(engine) as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action != "login").order_by(AuditEntry.id))
        return [(each.action, each.subject_id, each.after) for each in found]


def role_of(engine: Engine, user_id: int) -> str:
    with Session(engine) as session:
        return Role(session.get_one(User, user_id).role_id).name.lower()


def login(client: TestClient, name: str, password: str) -> int:
    return client.post("/api/v1/login", json={"username_email": name, "password": password}).status_code


def test_an_account_of_growth_is_made_at_once_and_signs_in(
    client: TestClient, sign_in: SignIn, users: dict[str, int], store_engine: Engine
) -> None:
    made = client.post(BASE, headers=sign_in("admin"), json=ANI).json()["data"]
    assert login(client, "ani@komship.test", made["password"]) == 200
    ((action, subject, after),) = entries(store_engine)
    assert (action, subject) == ("user.create", str(made["user_id"]))
    assert after == {"username": "ani.s", "role": "growth"}
    taken = client.post(BASE, headers=sign_in("admin"), json=ANI | {"email": "b@komship.test"})
    assert (taken.status_code, "is taken" in taken.json()["message"]) == (422, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"username": "x" * 101},
        {"username": "a b"},
        {"username": ""},
        {"username": "ani\u202e"},
        {"email": "ani"},
        {"email": "a@b"},
        {"full_name": " "},
        {"full_name": "x" * 201},
        {"phone": "abc"},
        {"role": "partner"},
        {"role": None},
        {"role": "root"},
    ],
)
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_what_is_no_account_is_refused(
    client: TestClient, sign_in: SignIn, users: dict[str, int], store_engine: Engine, changes: dict[str, object]
) -> None:
    assert client.post(BASE, headers=sign_in("admin"), json=ANI | changes).status_code == 422
    assert entries(store_engine) == []


@pytest.mark.parametrize("role", ["admin", "finance"])
def test_a_second_admin_confirms_an_account_that_moves_money(
    client: TestClient,
    sign_in: SignIn,
    users: dict[str, int],
    second_admin: None,
    store_engine: Engine,
    role: str,
) -> None:
    first, second = sign_in("admin"), sign_in("growth")
    asked = client.post(BASE, headers=first, json=ANI | {"role": role}).json()["data"]
    assert (asked["user_id"], asked["password"]) == (None, None)
    again = client.post(BASE, headers=first, json=ANI | {"role": role})
    assert (again.status_code, "open request" in again.json()["message"]) == (409, True)
    (row,) = client.get(f"{BASE}/request", headers=second).json()["data"]
    assert (row["username"], row["role"], row["role_before"], row["requested_by"]) == (
        "ani.s", role, None, users["admin"],
    )  # fmt: skip
    path = f"{BASE}/request/{asked['request_id']}/confirm"
    own = client.post(path, headers=first)
    assert (own.status_code, "another admin" in own.json()["message"]) == (409, True)
    made = client.post(path, headers=second).json()["data"]
    assert login(client, "ani.s", made["password"]) == 200
    assert role_of(store_engine, made["user_id"]) == role
    assert client.post(path, headers=second).json()["message"] == "the request is confirmed already"
    assert client.get(f"{BASE}/request", headers=first).json()["data"] == []
    assert entries(store_engine)[-1][2] == {
        "username": "ani.s",
        "role": role,
        "request": asked["request_id"],
        "requested_by": users["admin"],
    }


def test_a_role_that_moves_money_waits_and_ends_the_sessions_when_it_comes(
    client: TestClient, sign_in: SignIn, users: dict[str, int], second_admin: None, store_engine: Engine
) -> None:
    first, second, mitra = sign_in("admin"), sign_in("growth"), sign_in("mitra")
    path = f"{BASE}/{users['mitra']}/role"
    asked = client.post(path, headers=first, json={"role": "finance"}).json()["data"]["request_id"]
    assert role_of(store_engine, users["mitra"]) == "mitra"
    assert client.post("/api/v1/my-profile", headers=mitra).status_code == 200
    assert client.post(path, headers=first, json={"role": "finance"}).status_code == 409
    assert client.post(f"{BASE}/request/{asked}/confirm", headers=second).status_code == 200
    assert role_of(store_engine, users["mitra"]) == "finance"
    assert client.post("/api/v1/my-profile", headers=mitra).status_code == 401
    assert entries(store_engine)[-1][0] == "user.role"


def test_a_role_that_moves_none_comes_at_once_and_takes_the_right_to_approve_alone(
    client: TestClient, sign_in: SignIn, users: dict[str, int], store_engine: Engine
) -> None:
    with Session(store_engine) as session, session.begin():
        session.get_one(User, users["finance2"]).may_self_approve = True
    finance = sign_in("finance2")
    answer = client.post(f"{BASE}/{users['finance2']}/role", headers=sign_in("admin"), json={"role": "growth"})
    assert answer.status_code == 200
    assert client.post("/api/v1/my-profile", headers=finance).status_code == 401
    with Session(store_engine) as session:
        user = session.get_one(User, users["finance2"])
        assert (user.role_id, user.may_self_approve) == (int(Role.GROWTH), False)


@pytest.mark.parametrize(
    ("whom", "role", "message"),
    [
        ("admin", "growth", "their own role"),
        ("admin", "finance", "their own role"),
        ("growth", "growth", "is growth, and stays it"),
        ("partner", "growth", "is partner, and stays it"),
        ("partner", "finance", "is partner, and stays it"),
    ],
)
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_roles_that_nobody_gives(
    client: TestClient, sign_in: SignIn, users: dict[str, int], whom: str, role: str, message: str
) -> None:
    answer = client.post(f"{BASE}/{users[whom]}/role", headers=sign_in("admin"), json={"role": role})
    assert (answer.status_code, message in answer.json()["message"]) == (409, True), answer.text


def test_nobody_confirms_a_change_of_their_own_role(
    client: TestClient, sign_in: SignIn, users: dict[str, int], second_admin: None
) -> None:
    first, second = sign_in("admin"), sign_in("growth")
    path = f"{BASE}/{users['growth']}/role"
    asked = client.post(path, headers=first, json={"role": "finance"}).json()["data"]["request_id"]
    answer = client.post(f"{BASE}/request/{asked}/confirm", headers=second)
    assert (answer.status_code, "their own role" in answer.json()["message"]) == (409, True)
    assert client.post(f"{BASE}/request/{asked}/decline", headers=second).status_code == 200
    assert client.post(f"{BASE}/request/{asked}/decline", headers=second).status_code == 409
    assert client.post(f"{BASE}/request/999/decline", headers=second).status_code == 404


def test_a_request_ends_with_its_days_and_with_who_asked(
    client: TestClient,
    sign_in: SignIn,
    users: dict[str, int],
    second_admin: None,
    store_engine: Engine,
    settings: Settings,
    now: datetime,
) -> None:
    first = sign_in("admin")
    path = f"{BASE}/{users['mitra']}/role"
    old = client.post(path, headers=first, json={"role": "finance"}).json()["data"]["request_id"]
    settings.__dict__["today"] = now + timedelta(days=8)
    second = sign_in("growth")
    assert client.get(f"{BASE}/request", headers=second).json()["data"] == []
    late = client.post(f"{BASE}/request/{old}/confirm", headers=second)
    assert (late.status_code, "older than 7 days" in late.json()["message"]) == (409, True)
    fresh = client.post(path, headers=sign_in("admin"), json={"role": "finance"}).json()["data"]["request_id"]
    assert client.post(f"{BASE}/{users['admin']}/disable", headers=second).status_code == 200
    gone = client.post(f"{BASE}/request/{fresh}/confirm", headers=second)
    assert (gone.status_code, "no admin any more" in gone.json()["message"]) == (409, True)
    with Session(store_engine) as session:
        outcomes = session.scalars(select(UserRequest.outcome).order_by(UserRequest.id)).all()
    assert outcomes == ["expired", None]


@pytest.mark.parametrize("steps", [("demote", "demote"), ("demote", "disable")])
def test_two_admins_who_take_the_role_from_each_other_at_once_leave_one(
    store_engine: Engine, users: dict[str, int], second_admin: None, now: datetime, steps: tuple[str, str]
) -> None:
    together = Barrier(2)

    def take(step: str, by: str, whom: str) -> str:
        together.wait(30)
        author = Author(users[by], "test", now)
        try:
            with transaction(session_factory(store_engine)) as session:
                user = accounts.find(session, users[whom])
                if step == "demote":
                    roles.change(session, user, Role.GROWTH, author)
                else:
                    accounts.disable(session, user, author)
        except Refusal as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor() as threads:
        results = list(threads.map(take, steps, ("admin", "growth"), ("growth", "admin")))
    assert sorted(results) == ["LastAdmin", "done"]
    with Session(store_engine) as session:
        enabled = select(User.id).where(User.role_id == Role.ADMIN, User.disabled_at.is_(None))
        assert len(session.scalars(enabled).all()) == 1


def test_sessions_are_listed_and_end_one_by_one(
    client: TestClient, sign_in: SignIn, users: dict[str, int], store_engine: Engine
) -> None:
    admin, first, second = sign_in("admin"), sign_in("growth"), sign_in("growth")
    refreshed = client.post("/api/v1/refresh-token", headers=first).json()["access_token"]
    first = {"Authorization": f"Bearer {refreshed}"}
    rows = client.get(f"{BASE}/{users['growth']}/session", headers=admin).json()["data"]
    assert [row["is_current"] for row in rows] == [False, False]
    (own,) = client.get(f"{BASE}/{users['admin']}/session", headers=admin).json()["data"]
    assert own["is_current"]
    status = {"first": 200, "second": 200}
    path = f"{BASE}/{users['growth']}/session/{rows[0]['session_id']}/end"
    assert client.post(path, headers=admin).status_code == 200
    for name, headers in (("first", first), ("second", second)):
        status[name] = client.post("/api/v1/my-profile", headers=headers).status_code
    assert sorted(status.values()) == [200, 401]
    assert len(client.get(f"{BASE}/{users['growth']}/session", headers=admin).json()["data"]) == 1
    assert entries(store_engine)[-1] == ("user.end_session", str(users["growth"]), {"sessions": 1})
    assert client.post(path, headers=admin).status_code == 404
    others = f"{BASE}/{users['mitra']}/session/{own['session_id']}/end"
    assert client.post(others, headers=admin).status_code == 404
    assert client.get(f"{BASE}/999999/session", headers=admin).status_code == 404


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", ["username", "full_name", "email", "role", "state", "created_at", "last_login_at"])
def test_the_list_is_sorted_in_the_store(
    client: TestClient, sign_in: SignIn, users: dict[str, int], column: str
) -> None:
    admin = sign_in("admin")
    rows = [
        client.get(BASE, headers=admin, params={"order_by": column, "sort_by": way}).json()["data"]["data"]
        for way in ("ASC", "DESC")
    ]
    for found, descending in zip(rows, (False, True), strict=True):
        key = "role_id" if column == "role" else column
        values = [row[key] for row in found if row[key] is not None]
        assert values == sorted(values, reverse=descending)
        assert [row[key] for row in found][len(values) :] == [None] * (len(found) - len(values))
