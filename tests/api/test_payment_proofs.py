"""What a payer types and uploads, through the API, on both databases."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.models import AuditEntry, TransferProof
from tests.api.conftest import Case
from tests.api.test_approvals import SignIn, approve, pay
from tests.api.test_withdrawals import PROOF, balances, png


def test_a_proof_is_used_once(
    client: TestClient, case: Case, large: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    first, second = sign_in("finance"), sign_in("finance2")
    assert pay(client, case, first).status_code == 200
    approve(client, large, first)
    refused = pay(client, large, second)
    assert refused.status_code == 422
    assert refused.json()["data"] == {"withdrawal_id": case.withdrawal_id}
    assert balances(store_engine, large.partner_id) == (4_000_000, 6_000_000, 0)
    assert pay(client, large, second, proof=("b.png", png(9), "image/png")).status_code == 200


@pytest.mark.parametrize(
    ("typed", "reply"),
    [
        ({"paid_amount": "400001", "paid_on": "2022-11-15", "last_four": "8787"}, "Rp400001 was typed"),
        ({"paid_amount": "400000", "paid_on": "2022-11-15", "last_four": "8788"}, "ends in 8787"),
        ({"paid_amount": "400000", "paid_on": "2022-11-14", "last_four": "8787"}, "not between the request"),
        ({"paid_amount": "400000", "paid_on": "2022-11-16", "last_four": "8787"}, "not between the request"),
        ({"paid_amount": "400000"}, "paid_on, last_four is missing"),
        ({"paid_amount": "0", "paid_on": "2022-11-15", "last_four": "8787"}, "paid_amount"),
        ({"paid_amount": "400000", "paid_on": "2022-11-15", "last_four": "87x7"}, "last_four"),
    ],
)
def test_what_the_payer_types_must_be_what_is_due(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, typed: dict[str, str], reply: str
) -> None:
    refused = pay(client, case, sign_in("finance"), **typed)
    assert (refused.status_code, reply in refused.json()["message"]) == (422, True), refused.text
    assert balances(store_engine, case.partner_id) == (600_000, 400_000, 0)


def test_what_fits_is_kept_with_the_proof(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine
) -> None:
    typed = {"paid_amount": "400000", "paid_on": "2022-11-15", "last_four": "8787"}
    assert pay(client, case, sign_in("finance"), **typed).status_code == 200
    with Session(store_engine) as session:
        kept = session.scalars(select(TransferProof)).one()
        assert (kept.amount, str(kept.paid_on), kept.last_four) == (400_000, "2022-11-15", "8787")


def test_each_view_of_a_proof_is_audited(
    client: TestClient, case: Case, sign_in: SignIn, store_engine: Engine, users: dict[str, int]
) -> None:
    pay(client, case, sign_in("finance"))
    url = f"/api/v1/admin/withdrawal/proof/{case.withdrawal_id}"
    assert client.get(url, headers=sign_in("growth")).status_code == 403
    shown = client.get(url, headers=sign_in("admin"))
    assert (shown.status_code, shown.content, shown.headers["X-Content-Type-Options"]) == (200, PROOF[1], "nosniff")
    with Session(store_engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "proof_viewed")).one()
        assert (entry.actor_id, entry.subject_id) == (users["admin"], str(case.withdrawal_id))
