"""The administration of users: /v1/admin/user."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.users import accounts
from api.domains.users.accounts import Author
from api.domains.users.errors import LastAdmin
from api.kernel.db import session_factory, transaction
from api.models import AuditEntry, User
from tests.api.conftest import PASSWORD
from vocabulary import Role

SignIn = Callable[[str], dict[str, str]]
OTHER = "kuda lumping di atas awan"


def profile_status(client: TestClient, headers: dict[str, str]) -> int:
    return client.post("/api/v1/my-profile", headers=headers).status_code


def login(client: TestClient, name: str, password: str = PASSWORD) -> tuple[int, str]:
    answer = client.post("/api/v1/login", json={"username_email": name, "password": password})
    return answer.status_code, str(answer.json().get("message", ""))


def last_entry(engine: Engine) -> AuditEntry:
    with Session(engine) as session:
        return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def test_a_disabled_user_s_tokens_stop_at_once_and_nobody_signs_in(
    client: TestClient, sign_in: SignIn, users: dict[str, int], store_engine: Engine
) -> None:
    admin, growth = sign_in("admin"), sign_in("growth")
    answer = client.post(f"/api/v1/admin/user/{users['growth']}/disable", headers=admin)
    assert answer.json() == {"status": "success", "code": 200, "message": "User disabled."}
    assert profile_status(client, growth) == 401
    assert login(client, "growth") == (400, "this account is disabled; ask an admin to enable it")
    assert login(client, "growth", "wrong") == (400, "username, e-mail or password is wrong")
    entry = last_entry(store_engine)
    assert (entry.action, entry.actor_id, entry.subject_id) == ("user.disable", users["admin"], str(users["growth"]))
    assert (entry.before, entry.after) == ({"state": "active"}, {"state": "disabled"})


def test_enabling_lets_sign_in_again_and_revives_no_session(
    client: TestClient, sign_in: SignIn, users: dict[str, int], store_engine: Engine
) -> None:
    admin, growth = sign_in("admin"), sign_in("growth")
    for step in ("disable", "enable"):
        assert client.post(f"/api/v1/admin/user/{users['growth']}/{step}", headers=admin).status_code == 200
    assert last_entry(store_engine).action == "user.enable"
    assert profile_status(client, growth) == 401
    assert profile_status(client, sign_in("growth")) == 200


def test_disabling_twice_writes_one_entry(
    client: TestClient, sign_in: SignIn, users: dict[str, int], store_engine: Engine
) -> None:
    admin = sign_in("admin")
    for _ in range(2):
        client.post(f"/api/v1/admin/user/{users['growth']}/disable", headers=admin)
    with Session(store_engine) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "user.disable")).all()
    assert len(entries) == 1


def test_nobody_disables_their_own_account(client: TestClient, sign_in: SignIn, users: dict[str, int]) -> None:
    admin = sign_in("admin")
    answer = client.post(f"/api/v1/admin/user/{users['admin']}/disable", headers=admin)
    assert (answer.status_code, "own account" in answer.json()["message"]) == (409, True)
    assert profile_status(client, admin) == 200


def test_an_unknown_user_is_404(client: TestClient, sign_in: SignIn) -> None:
    admin = sign_in("admin")
    for step in ("disable", "enable", "reset-password", "end-sessions"):
        answer = client.post(f"/api/v1/admin/user/999/{step}", headers=admin)
        assert (answer.status_code, answer.json()["message"]) == (404, "there is no user 999")


@pytest.mark.parametrize("given", [None, OTHER])
def test_a_reset_password_replaces_the_old_one_and_ends_the_sessions(
    client: TestClient, sign_in: SignIn, users: dict[str, int], store_engine: Engine, given: str | None
) -> None:
    admin, growth = sign_in("admin"), sign_in("growth")
    body = {"password": given} if given else None
    data = client.post(f"/api/v1/admin/user/{users['growth']}/reset-password", headers=admin, json=body).json()["data"]
    password = given or data["password"]
    assert (data["password"] is None) == (given is not None)
    assert profile_status(client, growth) == 401
    assert login(client, "growth")[0] == 400
    assert login(client, "growth", password)[0] == 200
    with Session(store_engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "user.reset_password")).one()
    assert (entry.actor_id, entry.before, entry.after) == (users["admin"], None, None)


def test_a_weak_password_is_not_set(client: TestClient, sign_in: SignIn, users: dict[str, int]) -> None:
    path = f"/api/v1/admin/user/{users['growth']}/reset-password"
    answer = client.post(path, headers=sign_in("admin"), json={"password": "pendek"})
    assert (answer.status_code, "8 characters" in answer.json()["message"]) == (400, True)
    assert login(client, "growth")[0] == 200


def test_admins_change_their_own_password_with_the_old_one(
    client: TestClient, sign_in: SignIn, users: dict[str, int]
) -> None:
    answer = client.post(f"/api/v1/admin/user/{users['admin']}/reset-password", headers=sign_in("admin"))
    assert (answer.status_code, "change-password" in answer.json()["message"]) == (409, True)


def test_the_sessions_of_one_user_end(
    client: TestClient, sign_in: SignIn, users: dict[str, int], store_engine: Engine
) -> None:
    admin, first, second = sign_in("admin"), sign_in("growth"), sign_in("growth")
    answer = client.post(f"/api/v1/admin/user/{users['growth']}/end-sessions", headers=admin)
    assert answer.json()["data"] == {"sessions": 2}
    assert [profile_status(client, headers) for headers in (first, second, admin)] == [401, 401, 200]
    assert last_entry(store_engine).after == {"sessions": 2}


def test_the_sessions_of_everybody_end(client: TestClient, sign_in: SignIn, store_engine: Engine) -> None:
    admin, growth = sign_in("admin"), sign_in("growth")
    answer = client.post("/api/v1/admin/user/end-sessions", headers=admin)
    assert answer.json()["data"] == {"sessions": 2}
    assert [profile_status(client, headers) for headers in (admin, growth)] == [401, 401]
    entry = last_entry(store_engine)
    assert (entry.action, entry.subject_id, entry.after) == ("user.end_all_sessions", "all", {"sessions": 2})


def test_the_list_shows_role_state_and_last_sign_in(client: TestClient, sign_in: SignIn, users: dict[str, int]) -> None:
    admin, _growth = sign_in("admin"), sign_in("growth")
    client.post(f"/api/v1/admin/user/{users['finance']}/disable", headers=admin)
    page = client.get("/api/v1/admin/user", headers=admin).json()["data"]
    rows = {row["username"]: row for row in page["data"]}
    assert page["total"] == len(rows) == len(users)
    assert (rows["growth"]["role"], rows["growth"]["state"]) == ("growth", "active")
    assert (rows["growth"]["last_login_at"], rows["growth"]["open_sessions"]) == ("2022-11-15T03:00:00Z", 1)
    assert (rows["finance"]["state"], rows["finance"]["disabled_at"]) == ("disabled", "2022-11-15T03:00:00Z")
    assert (rows["mitra"]["last_login_at"], rows["mitra"]["open_sessions"]) == (None, 0)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"role": "finance"}, {"finance", "finance2"}),
        ({"search": "FINANCE2@"}, {"finance2"}),
        ({"search": "%"}, set()),
        ({"state": "disabled"}, {"mitra"}),
        ({"state": "active", "role": "mitra"}, set()),
    ],
)
def test_the_list_is_filtered(
    client: TestClient, sign_in: SignIn, users: dict[str, int], query: dict[str, str], names: set[str]
) -> None:
    admin = sign_in("admin")
    client.post(f"/api/v1/admin/user/{users['mitra']}/disable", headers=admin)
    page = client.get("/api/v1/admin/user", headers=admin, params=query).json()["data"]
    assert ({row["username"] for row in page["data"]}, page["total"]) == (names, len(names))


def test_two_admins_who_disable_each_other_at_once_leave_one(
    store_engine: Engine, users: dict[str, int], now: datetime
) -> None:
    with Session(store_engine) as session, session.begin():
        session.get_one(User, users["growth"]).role_id = int(Role.ADMIN)
    together = Barrier(2)

    def disable(by: str, whom: str) -> str:
        together.wait()
        try:
            with transaction(session_factory(store_engine)) as session:
                accounts.disable(session, accounts.find(session, users[whom]), Author(users[by], "test", now))
        except LastAdmin:
            return "refused"
        return "disabled"

    with ThreadPoolExecutor() as threads:
        results = list(threads.map(disable, ("admin", "growth"), ("growth", "admin")))
    assert sorted(results) == ["disabled", "refused"]
