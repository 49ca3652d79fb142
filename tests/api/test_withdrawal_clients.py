"""How clients of the contract decide: status in body or query or not at all, proofs on their own path, links."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.withdrawals.proofs import LIFETIME
from api.models import AuditEntry, Partner, User, Withdrawal
from settings import Settings
from tests.api.conftest import Case
from tests.api.test_withdrawals import PROOF, SignIn, balances, png
from tests.api.untouched import untouched
from vocabulary import Role


def update(client: TestClient, case: Case, headers: dict[str, str], query: str = "", **sent: Any) -> Any:
    return client.post(f"/api/v1/admin/withdrawal/update/{case.withdrawal_id}{query}", headers=headers, **sent)


def upload(client: TestClient, case: Case, headers: dict[str, str], proof: Any = PROOF, **sent: Any) -> Any:
    url = f"/api/v1/admin/withdrawal/upload/{case.withdrawal_id}"
    return client.post(url, headers=headers, data=sent or None, files={"transfer_proof": proof} if proof else None)


def row(engine: Engine, case: Case) -> Withdrawal:
    with Session(engine) as session:
        return session.get_one(Withdrawal, case.withdrawal_id)


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"_method": "PUT", "status": "on_review", "notes": "cek"}},
        {"json": {"_method": "put", "status": "on_review", "notes": "cek"}},
        {"files": {"_method": (None, "PUT"), "status": (None, "on_review"), "notes": (None, "cek")}},
    ],
    ids=["form", "json", "multipart"],
)
def test_the_status_may_stand_in_the_body(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, sent: dict[str, Any]
) -> None:
    assert update(client, case, sign_in("finance"), **sent).status_code == 200
    assert row(store_engine, case).status == "on_review"


def test_two_statuses_or_none_without_a_proof_are_refused(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, settings: Settings
) -> None:
    headers = sign_in("finance")
    put = {"_method": "put", "notes": "x"}
    with untouched(store_engine, settings.data_dir):
        answers = [
            update(client, case, headers, "?status=rejected", json=put | {"status": "canceled"}),
            update(client, case, headers, json=put),
            update(client, case, headers, "?status=", json=put | {"status": ""}),
            update(client, case, headers, json=put | {"status": "requested"}),
            upload(client, case, headers, proof=None, withdrawal_id="1"),
        ]
    assert [answer.status_code for answer in answers] == [422] * 5
    assert all("status" in answer.json()["data"]["errors"] for answer in answers[:4])


def test_a_proof_without_a_status_completes_without_notes(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    answer = update(client, case, sign_in("finance"), data={"_method": "PUT"}, files={"transfer_proof": PROOF})
    assert (answer.status_code, answer.json()["message"]) == (200, "Withdrawal successfully updated.")
    assert row(store_engine, case).status == "completed"
    assert balances(store_engine, case.partner_id) == (600_000, 0, 0)


def test_an_uploaded_proof_moves_no_money_and_completes_later(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    headers = sign_in("finance")
    assert upload(client, case, headers, _method="PUT", withdrawal_id="1").status_code == 200
    kept = row(store_engine, case)
    assert (kept.status, kept.version, kept.proof_type) == ("requested", 2, "image/png")
    assert balances(store_engine, case.partner_id) == (600_000, 400_000, 0)
    stale = update(client, case, headers | {"If-Match": "1"}, json={"_method": "put"})
    assert stale.status_code == 409
    again = upload(client, case, headers, ("other.png", png(9), "image/png"))
    assert again.status_code == 200, again.text
    assert update(client, case, headers, json={"_method": "put"}).status_code == 200
    assert row(store_engine, case).status == "completed"
    assert balances(store_engine, case.partner_id) == (600_000, 0, 0)
    assert upload(client, case, headers, ("third.png", png(10), "image/png")).status_code == 409
    with Session(store_engine) as session:
        added = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "proof_added").order_by(AuditEntry.id)
        ).all()
    assert [entry.before["proof_sha256"] is None for entry in added if entry.before] == [True, False]


def test_a_decision_with_the_proof_that_was_uploaded_is_taken(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    headers = sign_in("finance")
    assert upload(client, case, headers).status_code == 200
    again = update(client, case, headers, data={"_method": "PUT"}, files={"transfer_proof": PROOF})
    assert (again.status_code, row(store_engine, case).status) == (200, "completed")


def test_an_upload_follows_the_rules_of_a_payment(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, settings: Settings, users: dict[str, int]
) -> None:
    with Session(store_engine) as session, session.begin():
        session.get_one(Withdrawal, case.withdrawal_id).maker_id = users["finance"]
    with untouched(store_engine, settings.data_dir):
        assert upload(client, case, sign_in("finance")).status_code == 409  # the maker is never the checker
        assert upload(client, case, sign_in("admin")).status_code == 403
        assert upload(client, case, sign_in("growth")).status_code == 403
    with Session(store_engine) as session, session.begin():
        session.get_one(Withdrawal, case.withdrawal_id).maker_id = None
        session.get_one(Partner, case.partner_id).problem_status = 2
    with untouched(store_engine, settings.data_dir):
        assert upload(client, case, sign_in("finance")).status_code == 409


def test_a_withdrawal_with_a_proof_is_in_no_batch(client: TestClient, case: Case, sign_in: SignIn) -> None:
    headers = sign_in("finance")
    assert upload(client, case, headers).status_code == 200
    body = {"profile": "generic", "rows": [{"withdrawal_id": case.withdrawal_id, "version": 2}]}
    tried = client.post("/api/v2/admin/payout/dry-run", headers=headers | {"Idempotency-Key": "d"}, json=body)
    assert tried.status_code == 200, tried.text
    assert tried.json()["data"]["rows"][0]["problems"] == ["has a transfer proof already"]


def link(client: TestClient, case: Case, headers: dict[str, str], version: str = "v1") -> str:
    answer = client.get(f"/api/{version}/admin/withdrawal/detail/{case.withdrawal_id}", headers=headers)
    return str(answer.json()["data"]["transfer_proof"])


def test_an_image_opens_the_proof_without_a_token(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, users: dict[str, int]
) -> None:
    headers = sign_in("finance")
    assert link(client, case, headers) == ""
    assert upload(client, case, headers).status_code == 200
    for version in ("v1", "v2"):
        address = link(client, case, headers, version)
        assert address.startswith("http://testserver/api/v1/admin/withdrawal/signed-proof/")
        served = client.get(urlsplit(address).path)
        assert (served.status_code, served.headers["Content-Type"], served.content) == (200, "image/png", PROOF[1])
        assert served.headers["Content-Security-Policy"] == "sandbox"
    with Session(store_engine) as session:
        views = session.scalars(select(AuditEntry).where(AuditEntry.action == "proof_viewed")).all()
    assert [(entry.actor_id, entry.subject_id) for entry in views] == [(users["finance"], str(case.withdrawal_id))] * 2


def test_a_link_ends_with_its_time_its_session_its_user_and_its_proof(
    app: FastAPI, client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, users: dict[str, int]
) -> None:
    headers = sign_in("finance")
    assert upload(client, case, headers).status_code == 200
    path = urlsplit(link(client, case, headers)).path
    assert client.get(path).status_code == 200
    assert client.get(path[:-2] + "xx").status_code == 404
    assert client.get(path.rpartition("/")[0] + f"/{headers['Authorization'].split()[1]}").status_code == 404
    settings = app.state.parts.settings
    today = settings.today
    settings.today = settings.now() + LIFETIME + timedelta(seconds=1)
    assert client.get(path).status_code == 404
    settings.today = today
    with Session(store_engine) as session, session.begin():
        session.get_one(User, users["finance"]).role_id = int(Role.GROWTH)
    assert client.get(path).status_code == 404
    with Session(store_engine) as session, session.begin():
        session.get_one(User, users["finance"]).role_id = int(Role.FINANCE)
        session.get_one(User, users["finance"]).disabled_at = settings.now()
    assert client.get(path).status_code == 404
