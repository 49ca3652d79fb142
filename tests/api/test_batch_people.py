"""Who stands behind a batch: valid approvals of different people, self-approval only by right and marked everywhere."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.withdrawals.service import request_withdrawal
from api.models import AuditEntry, User, Withdrawal, WithdrawalDecision
from settings import Settings
from tests.api.conftest import add_partner
from tests.api.test_payouts import BASE, Desk, three_requests
from tests.api.untouched import untouched

SignIn = Callable[[str], dict[str, str]]


@pytest.fixture
def desk(client: TestClient, sign_in: SignIn, store_engine: Engine, users: dict[str, int], now: datetime) -> Desk:
    return Desk(client, sign_in, three_requests(store_engine, now))


def _one_row(
    client: TestClient, sign_in: SignIn, engine: Engine, now: datetime, nominal: int, maker_id: int | None = None
) -> Desk:
    with Session(engine) as session, session.begin():
        partner, account = add_partner(session, now, name="Besar", account_no="5550001111", balance=10_000_000)
        made = request_withdrawal(session, partner.id, account.id, nominal, now, maker_id=maker_id)
        rows = [{"withdrawal_id": made.id, "version": 1}]
    return Desk(client, sign_in, rows)


def _approve_alone(desk: Desk, headers: dict[str, str], key: str) -> Any:
    url = f"/api/v2/admin/withdrawal/approval/{desk.rows[0]['withdrawal_id']}"
    return desk.client.post(url, headers=headers | {"Idempotency-Key": key}, json={})


def test_an_expired_approval_is_not_made_up_for_by_counting_the_checker_twice(
    client: TestClient,
    app: FastAPI,
    sign_in: SignIn,
    store_engine: Engine,
    settings: Settings,
    users: dict[str, int],
    now: datetime,
) -> None:
    desk, nominal = _one_row(client, sign_in, store_engine, now, 6_000_000), 6_000_000
    assert _approve_alone(desk, desk.maker, "a").status_code == 200
    app.state.parts.settings = settings.model_copy(update={"today": now + timedelta(hours=10)})
    assert _approve_alone(desk, desk.checker, "b").status_code == 200
    row = desk.rows[0] | {"version": 3}
    batch_id = desk.propose(rows=[row], row_count=1, total=nominal).json()["data"]["id"]
    # the maker's approval is of 73 hours ago, the checker's of 63
    app.state.parts.settings = settings.model_copy(update={"today": now + timedelta(hours=73)})
    with untouched(store_engine, settings.data_dir):
        refused = desk.approve(batch_id, row_count=1, total=nominal)
        assert refused.status_code == 409, refused.text
        assert "needs more approvals" in refused.json()["data"]["rows"][0]["problems"][0]
    app.state.parts.settings = settings.model_copy(update={"today": now + timedelta(hours=71)})
    assert desk.approve(batch_id, row_count=1, total=nominal).status_code == 200


def test_a_maker_with_the_right_who_batches_its_own_request_is_marked(
    client: TestClient, sign_in: SignIn, store_engine: Engine, settings: Settings, users: dict[str, int], now: datetime
) -> None:
    desk = _one_row(client, sign_in, store_engine, now, 400_000, maker_id=users["finance"])
    with untouched(store_engine, settings.data_dir):
        refused = desk.propose(row_count=1, total=400_000)
        assert refused.status_code == 409
        assert refused.json()["data"]["rows"][0]["problems"] == ["you asked for it yourself"]
    with Session(store_engine) as session, session.begin():
        session.get_one(User, users["finance"]).may_self_approve = True
    assert desk.propose(row_count=1, total=400_000).status_code == 200
    with Session(store_engine) as session:
        assert [made.self_approved for made in session.scalars(select(WithdrawalDecision))] == [True]
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "withdrawal_approved")).one()
        assert (entry.after or {}).get("self_approved") is True


def test_a_checker_who_asked_for_a_row_is_refused_and_by_right_marked(
    client: TestClient, sign_in: SignIn, store_engine: Engine, settings: Settings, users: dict[str, int], now: datetime
) -> None:
    desk = _one_row(client, sign_in, store_engine, now, 400_000, maker_id=users["finance2"])
    batch_id = desk.propose(row_count=1, total=400_000).json()["data"]["id"]
    with untouched(store_engine, settings.data_dir):
        refused = desk.approve(batch_id, row_count=1, total=400_000)
        assert refused.status_code == 409
        assert refused.json()["data"]["rows"][0]["problems"] == ["you asked for it yourself"]
    with Session(store_engine) as session, session.begin():
        session.get_one(User, users["finance2"]).may_self_approve = True
    assert desk.approve(batch_id, row_count=1, total=400_000).status_code == 200
    with Session(store_engine) as session:
        steps = session.scalars(select(WithdrawalDecision).order_by(WithdrawalDecision.id)).all()
        assert [(made.actor_id, made.self_approved) for made in steps] == [
            (users["finance"], False),
            (users["finance2"], True),
        ]


def test_a_row_that_drifted_refuses_the_approval_whole(desk: Desk, store_engine: Engine, settings: Settings) -> None:
    batch_id = desk.propose().json()["data"]["id"]
    changes = {"nominal": 399_999, "bank_account_no": "999000111", "version": 9, "status": "canceled"}
    for field, value in changes.items():
        with Session(store_engine) as session, session.begin():
            row = session.get_one(Withdrawal, desk.rows[0]["withdrawal_id"])
            kept = getattr(row, field)
            setattr(row, field, value)
        with untouched(store_engine, settings.data_dir):
            refused = desk.approve(batch_id)
            assert refused.status_code == 409, field
            (reply,) = refused.json()["data"]["rows"]
            assert reply["withdrawal_id"] == desk.rows[0]["withdrawal_id"], field
        with Session(store_engine) as session, session.begin():
            setattr(session.get_one(Withdrawal, desk.rows[0]["withdrawal_id"]), field, kept)
    assert desk.approve(batch_id).status_code == 200


def test_a_batch_names_the_version_of_every_row(desk: Desk, store_engine: Engine, settings: Settings) -> None:
    with untouched(store_engine, settings.data_dir):
        refused = desk.propose(rows=[{"withdrawal_id": row["withdrawal_id"]} for row in desk.rows])
        assert (refused.status_code, "version" in refused.json()["message"]) == (422, True)
        # a dry run is where the versions are learnt
        shown = desk.client.post(
            f"{BASE}/dry-run", headers=desk.maker, json={"rows": [{"withdrawal_id": desk.rows[0]["withdrawal_id"]}]}
        )
        assert shown.json()["data"]["rows"][0]["version"] == 1
