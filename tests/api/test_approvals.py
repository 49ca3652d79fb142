"""Maker and checker through the API, on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.bank_accounts import service as bank_accounts
from api.domains.bank_accounts.banks import Banks
from api.domains.bank_accounts.service import Details
from api.domains.review.policy import Policy
from api.domains.withdrawals.service import request_withdrawal
from api.models import AuditEntry, BankAccount, Partner, User, Withdrawal, WithdrawalDecision
from settings import Settings
from tests.api.conftest import Case, add_partner
from tests.api.test_withdrawals import PROOF, balances

SignIn = Callable[[str], dict[str, str]]


def approve(client: TestClient, case: Case, headers: dict[str, str], key: str = "a", **body: Any) -> Any:
    url = f"/api/v2/admin/withdrawal/approval/{case.withdrawal_id}"
    return client.post(url, headers=headers | {"Idempotency-Key": key}, json=body)


def pay(client: TestClient, case: Case, headers: dict[str, str], proof: Any = PROOF, **data: Any) -> Any:
    url = f"/api/v2/admin/withdrawal/update/{case.withdrawal_id}"
    fields = {"notes": "dibayar"} | data
    return client.put(
        url, params={"status": "completed"}, data=fields, files={"transfer_proof": proof}, headers=headers
    )


def dossier(client: TestClient, case: Case, headers: dict[str, str]) -> dict[str, Any]:
    answer = client.get(f"/api/v2/admin/withdrawal/dossier/{case.withdrawal_id}", headers=headers)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def test_a_small_request_of_low_risk_takes_one_person(client: TestClient, case: Case, sign_in: SignIn) -> None:
    headers = sign_in("finance")
    found = dossier(client, case, headers)
    assert (found["risk"]["band"], found["requirement"]["roles"]) == ("low", ["finance"])
    assert pay(client, case, headers).status_code == 200


def test_a_large_request_takes_two_different_people(
    client: TestClient, large: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    first, second = sign_in("finance"), sign_in("finance2")
    refused = pay(client, large, first)
    assert refused.status_code == 409
    assert refused.json()["data"]["requirement"]["reasons"] == ["amount"]
    assert "2 different people" in refused.json()["message"]
    assert balances(store_engine, large.partner_id) == (4_000_000, 6_000_000, 0)

    reply = approve(client, large, first, comment="cek rekening").json()["data"]
    assert (reply["status"], reply["requirement"]["satisfied"]) == ("on_review", False)
    again = approve(client, large, first, key="b")
    assert (again.status_code, "another person" in again.json()["message"]) == (409, True)
    alone = pay(client, large, first)
    assert (alone.status_code, "another person" in alone.json()["message"]) == (409, True)
    assert balances(store_engine, large.partner_id) == (4_000_000, 6_000_000, 0)

    assert pay(client, large, second).status_code == 200
    assert balances(store_engine, large.partner_id) == (4_000_000, 0, 0)


def test_after_two_approvals_either_may_pay(client: TestClient, large: Case, sign_in: SignIn) -> None:
    first, second = sign_in("finance"), sign_in("finance2")
    approve(client, large, first)
    assert approve(client, large, second).json()["data"]["requirement"]["satisfied"] is True
    third = approve(client, large, second, key="c")
    assert (third.status_code, "all its approvals" in third.json()["message"]) == (409, True)
    assert pay(client, large, first).status_code == 200


def test_an_approval_expires(
    client: TestClient, large: Case, sign_in: SignIn, app: FastAPI, settings: Settings, now: datetime
) -> None:
    first, second = sign_in("finance"), sign_in("finance2")
    approve(client, large, first)
    app.state.parts.settings = settings.model_copy(update={"today": now + timedelta(hours=72)})
    assert dossier(client, large, second)["requirement"]["approvals"] == []
    assert pay(client, large, second).status_code == 409
    app.state.parts.settings = settings.model_copy(update={"today": now + timedelta(hours=72, seconds=-1)})
    assert pay(client, large, second).status_code == 200


def test_sending_back_voids_the_approvals_and_says_why(
    client: TestClient, large: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    first, second = sign_in("finance"), sign_in("finance2")
    url = f"/api/v2/admin/withdrawal/send-back/{large.withdrawal_id}"
    early = client.post(url, headers=second | {"Idempotency-Key": "s0"}, json={"comment": "x"})
    assert early.status_code == 409
    approve(client, large, first)
    silent = client.post(url, headers=second | {"Idempotency-Key": "s1"}, json={"comment": " "})
    assert (silent.status_code, "comment is required" in silent.json()["message"]) == (422, True)
    sent = client.post(url, headers=second | {"Idempotency-Key": "s2"}, json={"comment": "nama beda"})
    assert sent.status_code == 200
    found = dossier(client, large, second)
    assert found["requirement"]["approvals"] == []
    assert [(each["kind"], each["comment"]) for each in found["decisions"]] == [
        ("sent_back", "nama beda"),
        ("approved", ""),
    ]
    assert pay(client, large, second).status_code == 409
    with Session(store_engine) as session:
        actions = session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject == "withdrawal").order_by(AuditEntry.id)
        )
        assert list(actions) == ["withdrawal_approved", "withdrawal_sent_back"]


def test_who_asked_never_approves_but_by_a_right_that_is_logged(
    client: TestClient, sign_in: SignIn, case: Case, store_engine: Engine, users: dict[str, int]
) -> None:
    headers = sign_in("finance")
    body = {"partner_id": case.partner_id, "bank_account_id": case.account_id, "nominal": 100_000}
    requested = client.post("/api/v2/withdrawal/request", headers=headers | {"Idempotency-Key": "r"}, json=body)
    assert requested.status_code == 200, requested.text
    mine = Case(requested.json()["data"]["withdrawal_id"], case.partner_id, case.user_id, case.account_id)
    refused = pay(client, mine, headers)
    assert (refused.status_code, "you asked for this withdrawal" in refused.json()["message"]) == (409, True)
    assert approve(client, mine, headers).status_code == 409
    with Session(store_engine) as session, session.begin():
        session.get_one(User, users["finance"]).may_self_approve = True
    assert pay(client, mine, headers).status_code == 200
    with Session(store_engine) as session:
        made = session.scalars(select(WithdrawalDecision)).one()
        assert (made.kind, made.self_approved) == ("completed", True)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "withdrawal_completed")).one()
        assert entry.after is not None
        assert entry.after["self_approved"] is True


@pytest.mark.parametrize(("role", "code"), [("admin", 403), ("growth", 403), ("partner", 403), ("mitra", 403)])
def test_only_the_roles_of_the_policy_approve(
    client: TestClient, large: Case, sign_in: SignIn, role: str, code: int
) -> None:
    assert approve(client, large, sign_in(role)).status_code == code


def test_a_changed_account_takes_a_second_person_for_three_days(
    client: TestClient,
    case: Case,
    sign_in: SignIn,
    store_engine: Engine,
    now: datetime,
    app: FastAPI,
    settings: Settings,
) -> None:
    policy = app.state.parts[Policy]
    app.state.parts.services[Policy] = policy.model_copy(update={"risk": policy.risk.model_copy(update={"medium": 50})})
    with Session(store_engine) as session, session.begin():
        details = Details("BCA", "1112223334", "Berkah")
        account = session.get_one(BankAccount, case.account_id)
        bank_accounts.change(session, account, details, (), Banks({}), actor_id=None, now=now)
        made = request_withdrawal(session, case.partner_id, case.account_id, 50_000, now)
        fresh = Case(made.id, case.partner_id, case.user_id, case.account_id)
    headers = sign_in("finance")
    found = dossier(client, fresh, headers)
    assert found["requirement"]["reasons"] == ["new_account"]
    assert [change["account_no"] for change in found["account"]["changes"]] == ["981238787"]
    refused = pay(client, fresh, headers)
    assert (refused.status_code, refused.json()["data"]["requirement"]["reasons"]) == (409, ["new_account"])
    app.state.parts.settings = settings.model_copy(update={"today": now + timedelta(hours=72)})
    assert pay(client, fresh, headers).status_code == 200


def test_a_name_that_does_not_fit_takes_a_second_person(
    client: TestClient, sign_in: SignIn, store_engine: Engine, users: dict[str, int], now: datetime
) -> None:
    with Session(store_engine) as session, session.begin():
        partner, account = add_partner(
            session, now, name="Melati", account_no="70001", balance=500_000, account_name="Joko Susilo"
        )
        made = request_withdrawal(session, partner.id, account.id, 100_000, now)
        mismatched = Case(made.id, partner.id, users["partner"], account.id)
    found = dossier(client, mismatched, sign_in("finance"))
    assert found["account"]["name_score"] < 80
    assert "name_mismatch" in found["requirement"]["reasons"]
    assert pay(client, mismatched, sign_in("finance")).status_code == 409


def test_a_partner_that_was_stopped_meanwhile_is_not_paid(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    with Session(store_engine) as session, session.begin():
        session.get_one(Partner, case.partner_id).problem_status = 2
    headers = sign_in("finance")
    assert dossier(client, case, headers)["risk"]["overrides"] == ["partner_hold"]
    refused = pay(client, case, headers)
    assert (refused.status_code, "marked hold" in refused.json()["message"]) == (409, True)
    assert approve(client, case, headers).status_code == 409
    assert balances(store_engine, case.partner_id) == (600_000, 400_000, 0)


def test_an_approval_of_what_drifted_is_refused_with_what_changed(
    client: TestClient, large: Case, sign_in: SignIn, users: dict[str, int]
) -> None:
    first, second = sign_in("finance"), sign_in("finance2")
    seen = dossier(client, large, second)["seen"]
    approve(client, large, first)
    refused = approve(client, large, second, seen=seen)
    assert refused.status_code == 409
    data = refused.json()["data"]
    assert data["changed"] == {"version": {"seen": 1, "now": 2}}
    assert [(step["kind"], step["actor_id"]) for step in data["since"]] == [("approved", users["finance"])]


@pytest.mark.parametrize(("field", "value"), [("nominal", 7_000_000), ("bank_account_no", "999")])
def test_a_decision_on_another_amount_or_account_is_refused(
    client: TestClient, large: Case, sign_in: SignIn, store_engine: Engine, field: str, value: Any
) -> None:
    headers = sign_in("finance")
    seen = dossier(client, large, headers)["seen"]
    with Session(store_engine) as session, session.begin():
        setattr(session.get_one(Withdrawal, large.withdrawal_id), field, value)
    refused = approve(client, large, headers, seen=seen)
    assert refused.status_code == 409
    assert refused.json()["data"]["changed"][field]["now"] == value


def test_the_snapshot_is_frozen_as_it_was_seen_and_stands_beside_today(
    client: TestClient, large: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    first, second = sign_in("finance"), sign_in("finance2")
    shown = dossier(client, large, first)
    assert approve(client, large, first, seen=shown["seen"]).status_code == 200
    pay(client, large, second)
    with Session(store_engine) as session:
        approved, completed = session.scalars(select(WithdrawalDecision).order_by(WithdrawalDecision.id)).all()
        assert (approved.seen, completed.seen) == (True, False)
    url = f"/api/v2/admin/withdrawal/decision/{large.withdrawal_id}/{approved.id}"
    replayed = client.get(url, headers=second).json()["data"]
    assert replayed["then"]["balance"] == shown["balance"] == {
        "settled": 10_000_000, "reserved": 6_000_000, "available": 4_000_000, "after": 4_000_000,
    }  # fmt: skip
    assert replayed["then"]["risk"] == shown["risk"]
    assert replayed["now"]["balance"]["settled"] == 4_000_000
    assert replayed["decision"]["actor"] == "Finance Satu"
    assert client.get(f"{url}9", headers=second).status_code == 404


@pytest.mark.parametrize("forged", ["x", "session"])
def test_a_snapshot_that_is_not_of_this_server_is_refused(
    client: TestClient, large: Case, sign_in: SignIn, forged: str
) -> None:
    headers = sign_in("finance")
    token = headers["Authorization"].removeprefix("Bearer ") if forged == "session" else forged
    refused = approve(client, large, headers, seen=token)
    assert (refused.status_code, "open the withdrawal again" in refused.json()["message"]) == (422, True)
    as_token = {"Authorization": f"Bearer {dossier(client, large, headers)['seen']}"}
    assert client.get("/api/v2/admin/withdrawal-queue", headers=as_token).status_code == 401


def test_the_dossier_of_another_withdrawal_is_no_snapshot_of_this_one(
    client: TestClient, large: Case, case: Case, sign_in: SignIn
) -> None:
    headers = sign_in("finance")
    refused = approve(client, large, headers, seen=dossier(client, case, headers)["seen"])
    assert (refused.status_code, f"withdrawal {case.withdrawal_id}" in refused.json()["message"]) == (422, True)


def test_an_approval_needs_a_key_and_the_same_key_approves_once(
    client: TestClient, large: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    headers = sign_in("finance")
    url = f"/api/v2/admin/withdrawal/approval/{large.withdrawal_id}"
    assert client.post(url, headers=headers, json={}).status_code == 422
    answers = [approve(client, large, headers) for _turn in range(2)]
    assert answers[0].json() == answers[1].json()
    assert approve(client, large, headers, comment="lain").status_code == 409
    with Session(store_engine) as session:
        assert len(session.scalars(select(WithdrawalDecision)).all()) == 1


def test_a_key_is_kept_seven_days(
    client: TestClient, case: Case, sign_in: SignIn, app: FastAPI, settings: Settings, now: datetime
) -> None:
    headers = sign_in("finance") | {"Idempotency-Key": "week"}
    first = pay(client, case, headers)
    app.state.parts.settings = settings.model_copy(update={"today": now + timedelta(days=7)})
    assert pay(client, case, headers).json() == first.json()
    app.state.parts.settings = settings.model_copy(update={"today": now + timedelta(days=7, seconds=1)})
    assert pay(client, case, headers).status_code == 409  # a new request by then: it was paid already


@pytest.mark.parametrize(
    ("nominal", "code"),
    [(0, 422), (-1, 422), (1.5, 422), ("100000", 422), (2**53, 422), (2**53 - 1, 409), (600_001, 409), (600_000, 200)],
)
def test_bad_amounts_are_refused(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, nominal: Any, code: int
) -> None:
    body = {"bank_account_id": case.account_id, "nominal": nominal}
    answer = client.post("/api/v2/withdrawal/request", headers=sign_in("partner") | {"Idempotency-Key": "n"}, json=body)
    assert answer.status_code == code, answer.text
    taken = 600_000 if code == 200 else 0
    assert balances(store_engine, case.partner_id) == (600_000 - taken, 400_000 + taken, 0)


def test_a_partner_asks_for_its_own_money_to_its_own_account_only(
    client: TestClient, case: Case, large: Case, sign_in: SignIn
) -> None:
    headers = sign_in("partner")
    url = "/api/v2/withdrawal/request"
    foreign = {"bank_account_id": large.account_id, "nominal": 1000}
    assert client.post(url, headers=headers | {"Idempotency-Key": "1"}, json=foreign).status_code == 404
    other = {"bank_account_id": large.account_id, "nominal": 1000, "partner_id": large.partner_id}
    assert client.post(url, headers=headers | {"Idempotency-Key": "2"}, json=other).status_code == 403
    assert client.post(url, headers=sign_in("growth") | {"Idempotency-Key": "3"}, json=foreign).status_code == 403
    assert client.post(url, headers=headers, json=foreign).status_code == 422


def test_decisions_cannot_be_changed_afterwards(
    client: TestClient, large: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    approve(client, large, sign_in("finance"))
    change = text("UPDATE withdrawal_decisions SET comment = 'lain'")
    with store_engine.connect() as connection, pytest.raises(IntegrityError, match="append-only"):
        connection.execute(change)


def test_two_partners_on_one_account_see_each_other(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, now: datetime
) -> None:
    with Session(store_engine) as session, session.begin():
        twin, _account = add_partner(session, now, name="Kembar", account_no="981238787", balance=10)
        twin.problem_status = 1
        twin_id = twin.id
    found = dossier(client, case, sign_in("finance"))
    assert found["account"]["other_partners"] == [{"id": twin_id, "full_name": "Toko Kembar 100%", "problem_status": 1}]
    assert (found["risk"]["band"], found["risk"]["overrides"]) == ("high", ["account_of_blocked_partner"])


def test_an_unchecked_account_is_checked_when_its_dossier_is_opened(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    with Session(store_engine) as session, session.begin():
        account = session.get_one(BankAccount, case.account_id)
        account.name_score = account.name_checked_at = None
    found = dossier(client, case, sign_in("finance"))
    assert (found["account"]["name_score"], found["requirement"]["reasons"]) == (100, [])
    with Session(store_engine) as session:
        assert session.get_one(BankAccount, case.account_id).name_checked_by == "local"


@pytest.mark.parametrize("method", ["get", "put"])
def test_an_id_beyond_every_database_is_refused(client: TestClient, sign_in: SignIn, method: str) -> None:
    step = {"get": "detail", "put": "update"}[method]
    url = f"/api/v2/admin/withdrawal/{step}/{2**70}?status=rejected"
    answer = client.request(method, url, headers=sign_in("finance"), data={"notes": "x"} if method == "put" else None)
    assert (answer.status_code, "withdrawal_id" in answer.json()["message"]) == (422, True)
