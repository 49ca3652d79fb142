"""Marks of partners: what they stop from the moment they are set, and what the second of two admins is told."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.problem_partners import service
from api.domains.problem_partners.models import PartnerMark
from api.domains.problem_partners.schemas import Mark
from api.domains.review import approvals
from api.domains.review.context import Review
from api.kernel.errors import Refusal
from api.models import AuditEntry, Partner, PayoutRow, User, Withdrawal, WithdrawalDecision
from tests.api.conftest import Case, write_for
from tests.api.test_withdrawals import PROOF

SignIn = Callable[[str], dict[str, str]]
Send = Callable[..., Any]
PATH = "/api/v1/admin/user/problem"
PATIENCE = 60.0
FAKE, HOLD, UNHOLD = 1, 2, 3


@pytest.fixture
def send(client: TestClient, sign_in: SignIn, case: Case) -> Send:
    """send(status, role="admin", key=None, **fields) -> the answer to marking the partner of `case`."""
    callers: dict[str, dict[str, str]] = {}

    def put(status: object, role: str = "admin", key: str | None = None, **fields: object) -> Any:
        headers = callers.setdefault(role, sign_in(role)) | ({"Idempotency-Key": key} if key else {})
        return client.put(PATH, headers=headers, json={"partner_id": case.partner_id, "status": status} | fields)

    return put


def standing(client: TestClient, sign_in: SignIn, case: Case, role: str = "admin") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{PATH}/{case.partner_id}", headers=sign_in(role)).json()["data"]
    return found


def test_a_mark_is_kept_with_who_set_it_and_why_and_audited(
    client: TestClient, sign_in: SignIn, send: Send, case: Case, users: dict[str, int], store_engine: Engine
) -> None:
    made = send(HOLD, reason="  alamat   palsu ", version=0)
    assert made.json() == {
        "status": "success",
        "code": 200,
        "data": {"partner_id": case.partner_id, "user_status": HOLD, "version": 1},
        "message": "",
    }
    assert send(UNHOLD, version=1).status_code == 200
    found = standing(client, sign_in, case, "growth")
    assert (found["user_status"], found["version"]) == (UNHOLD, 2)
    assert [(row["before"], row["status"], row["reason"]) for row in found["history"]] == [
        (HOLD, UNHOLD, ""),
        (0, HOLD, "alamat palsu"),
    ]
    assert {row["actor_name"] for row in found["history"]} == {"Admin Satu"}
    with Session(store_engine) as session:
        marked = select(AuditEntry).where(AuditEntry.action == "partner.marked").order_by(AuditEntry.id)
        entry = session.scalars(marked).first()
        assert entry is not None
        assert (entry.actor_id, entry.subject, entry.subject_id) == (users["admin"], "partner", str(case.partner_id))
        assert entry.request_id == made.headers["X-Request-Id"]
        assert entry.before == {"problem_status": "unmarked", "version": 0}
        assert entry.after == {"problem_status": "hold", "version": 1, "reason": "alamat palsu"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": 0}, 422),
        ({"status": 4}, 422),
        ({"status": "hold"}, 422),
        ({"status": 2.5}, 422),
        ({"status": HOLD, "partner_id": 999_999}, 404),
        ({"status": HOLD, "partner_id": None}, 422),
        ({"status": HOLD, "reason": "x" * 501}, 422),
        ({"status": HOLD, "reason": "a\u202eb"}, 422),
        ({"status": HOLD, "version": -1}, 422),
        ({"status": UNHOLD}, 409),
    ],
)
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_what_cannot_be_meant_is_refused(
    send: Send, case: Case, store_engine: Engine, fields: dict[str, object], code: int
) -> None:
    answer = send(**fields)
    assert answer.status_code == code, answer.text
    with Session(store_engine) as session:
        assert session.get_one(Partner, case.partner_id).problem_status == 0
        assert session.scalars(select(PartnerMark)).all() == []


def test_the_second_of_two_admins_is_told_what_the_first_did(send: Send) -> None:
    assert send(FAKE, reason="toko tidak ada", version=0).status_code == 200
    late = send(HOLD, version=0)
    assert late.status_code == 409
    assert "Admin Satu marked the partner fake on 2022-11-15 10:00 WIB" in late.json()["message"]
    assert late.json()["data"] | {"at": ""} == {
        "user_status": FAKE,
        "version": 1,
        "actor_name": "Admin Satu",
        "reason": "toko tidak ada",
        "at": "",
    }
    again = send(FAKE)
    assert (again.status_code, "is marked fake" in again.json()["message"]) == (409, True)


def test_a_repeated_key_marks_once(send: Send, store_engine: Engine) -> None:
    first, second = send(HOLD, key="k", version=0), send(HOLD, key="k", version=0)
    assert (first.status_code, second.json()) == (200, first.json())
    with Session(store_engine) as session:
        assert len(session.scalars(select(PartnerMark)).all()) == 1


@pytest.mark.parametrize("status", [FAKE, HOLD])
def test_nothing_of_a_stopped_partner_is_approved_paid_or_requested_until_it_is_let_go(
    client: TestClient, sign_in: SignIn, mine: Any, send: Send, case: Case, status: int
) -> None:
    finance = sign_in("finance")

    def tries() -> list[int]:
        keys = {"Idempotency-Key": f"k{len(seen)}"}
        body = {"bank_account_id": case.account_id, "nominal": 50_000}
        chosen = {"rows": [{"withdrawal_id": case.withdrawal_id, "version": 1}], "profile": "generic", "row_count": 1}
        paths = f"/api/v2/admin/withdrawal/approval/{case.withdrawal_id}", "/api/v2/admin/payout/batch"
        return [
            client.post(paths[0], headers=finance | keys, json={"comment": "ya"}).status_code,
            client.post(paths[1], headers=finance | keys, json=chosen | {"total": 400_000}).status_code,
            mine("POST", "v2/withdrawal/request", key=keys["Idempotency-Key"], json=body).status_code,
            client.put(
                f"/api/v2/admin/withdrawal/update/{case.withdrawal_id}?status=completed",
                headers=finance,
                files={"transfer_proof": PROOF},
                data={"notes": "ya"},
            ).status_code,
        ]

    seen: list[list[int]] = []
    assert send(status, version=0).status_code == 200
    seen.append(tries())
    assert seen == [[409, 409, 409, 409]]
    found = standing(client, sign_in, case)
    assert found["waiting"] == {"count": 1, "nominal": 400_000}
    assert send(UNHOLD, version=1).status_code == 200
    seen.append(tries())
    assert seen[1][0] == 200
    assert seen[1][2] == 200


def test_a_batch_that_holds_a_stopped_partner_gives_no_file_and_is_taken_back(
    client: TestClient, sign_in: SignIn, send: Send, case: Case, store_engine: Engine
) -> None:
    finance, checker, base = sign_in("finance"), sign_in("finance2"), "/api/v2/admin/payout/batch"
    chosen = {
        "rows": [{"withdrawal_id": case.withdrawal_id, "version": 1}],
        "profile": "generic",
        "row_count": 1,
        "total": 400_000,
    }
    made = client.post(base, headers=finance | {"Idempotency-Key": "b"}, json=chosen)
    assert made.status_code == 200, made.text
    batch, stated = made.json()["data"]["id"], {"row_count": 1, "total": 400_000}
    approved = client.post(f"{base}/{batch}/approval", headers=checker | {"Idempotency-Key": "c"}, json=stated)
    assert approved.status_code == 200, approved.text
    assert send(HOLD, version=0).status_code == 200
    (held,) = standing(client, sign_in, case)["batches"]
    assert held | {"reference": ""} == {
        "batch_id": batch,
        "reference": "",
        "status": "approved",
        "rows": 1,
        "nominal": 400_000,
        "at_bank": False,
    }
    refused = client.get(f"{base}/{batch}/file", headers=finance)
    assert (refused.status_code, "marked hold since the approval" in refused.json()["message"]) == (409, True)
    back = client.post(f"{base}/{batch}/cancel", headers=finance | {"Idempotency-Key": "d"}, json={"comment": "tahan"})
    assert back.status_code == 200, back.text
    assert standing(client, sign_in, case)["batches"] == []
    with Session(store_engine) as session:
        assert session.scalars(select(PayoutRow.state)).all() == ["released"]
        assert session.get_one(Withdrawal, case.withdrawal_id).status == "on_review"


def _blocked_backends(engine: Engine) -> int:
    with engine.connect() as connection:
        waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return connection.scalar(waits) or 0


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("first", ["hold", "approval"])
def test_a_hold_and_an_approval_at_once_come_one_after_the_other(
    app: FastAPI, case: Case, users: dict[str, int], store_engine: Engine, now: datetime, first: str
) -> None:
    """The one that comes second waits for the first to commit, and sees what it did."""

    def hold(session: Session) -> None:
        write = write_for(app, session, session.get_one(User, users["admin"]), now)
        service.mark(write, Mark(partner_id=case.partner_id, status=HOLD))

    def approve(session: Session) -> None:
        write = write_for(app, session, session.get_one(User, users["finance"]), now)
        approvals.approve(Review.of(write), case.withdrawal_id, "ya")

    steps = {"hold": hold, "approval": approve}
    (second,) = set(steps) - {first}
    outcome: list[str] = []

    def follow() -> None:
        with Session(store_engine) as session:
            try:
                steps[second](session)
                session.commit()
                outcome.append("done")
            except Refusal as refused:
                outcome.append(type(refused).__name__)

    with Session(store_engine) as session:
        steps[first](session)
        session.flush()
        follower = threading.Thread(target=follow)
        follower.start()
        deadline = threading.Event()
        while _blocked_backends(store_engine) == 0 and follower.is_alive():
            deadline.wait(0.01)
        assert outcome == []
        session.commit()
    follower.join(PATIENCE)
    assert outcome == (["PartnerBlocked"] if first == "hold" else ["done"])
    with Session(store_engine) as session:
        assert session.get_one(Partner, case.partner_id).problem_status == HOLD
        assert len(session.scalars(select(WithdrawalDecision)).all()) == (0 if first == "hold" else 1)


def test_holds_requests_and_payments_at_once_never_pay_a_stopped_partner(
    client: TestClient, sign_in: SignIn, mine: Any, send: Send, case: Case, store_engine: Engine
) -> None:
    finance = sign_in("finance")
    send(HOLD, role="admin", version=9)  # signs in
    body = {"bank_account_id": case.account_id, "nominal": 1_000}

    def act(number: int) -> int:
        if number == 0:
            return int(send(HOLD, version=0).status_code)
        if number % 2:
            answer = client.post(
                f"/api/v2/admin/withdrawal/approval/{case.withdrawal_id}",
                headers=finance | {"Idempotency-Key": f"a{number}"},
                json={"comment": ""},
            )
        else:
            answer = mine("POST", "v2/withdrawal/request", key=f"r{number}", json=body)
        return int(answer.status_code)

    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(act, [1, 2, 3, 0, 4, 5, 6, 7]))
    assert codes[3] == 200
    assert set(codes) <= {200, 403, 409}
    with Session(store_engine) as session:
        held = session.scalars(select(AuditEntry.id).where(AuditEntry.action == "partner.marked")).one()
        later = select(AuditEntry.action).where(AuditEntry.id > held, AuditEntry.subject == "withdrawal")
        assert session.scalars(later).all() == []


def test_an_unknown_partner_has_no_standing(client: TestClient, sign_in: SignIn) -> None:
    assert client.get(f"{PATH}/999999", headers=sign_in("finance")).status_code == 404
