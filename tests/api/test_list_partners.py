"""user.list_partners."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from tests.api.conftest import Case, add_partner


def test_a_mitra_sees_the_partners_whose_user_signs_in(
    client: TestClient, sign_in: Any, case: Case, store_engine: Engine, users: dict[str, int], now: datetime
) -> None:
    with Session(store_engine) as session, session.begin():
        made, _account = add_partner(session, now, name="Awal", account_no="12345", balance=1, user_id=users["mitra"])
        add_partner(session, now, name="Tanpa", account_no="12346", balance=1)
        first = made.id
    answer = client.get("/api/v1/partner", headers=sign_in("mitra")).json()
    assert (answer["code"], answer["total"]) == (200, 2)
    assert answer["data"] == [
        {"partner_id": first, "partner_user_id": users["mitra"], "partner_name": "Toko Awal 100%"},
        {"partner_id": case.partner_id, "partner_user_id": case.user_id, "partner_name": "Toko Berkah 100%"},
    ]
    second = client.get("/api/v1/partner", params={"page": 2, "total_per_page": 1}, headers=sign_in("admin")).json()
    assert [row["partner_id"] for row in second["data"]] == [case.partner_id]
    assert client.get("/api/v1/partner", headers=sign_in("partner")).status_code == 403
