"""The queue of withdrawals and who decided them, through the API, on both databases."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.models import Withdrawal
from settings import Settings
from tests.api.conftest import Case
from tests.api.test_approvals import SignIn, approve, pay
from tests.api.test_withdrawals import png


def test_the_queue_is_ordered_and_explains_itself(
    client: TestClient, case: Case, large: Case, sign_in: SignIn, now: datetime, store_engine: Engine
) -> None:
    with Session(store_engine) as session, session.begin():
        session.get_one(Withdrawal, case.withdrawal_id).created_at = now - timedelta(days=3)
    headers = sign_in("finance")

    def queue(**query: Any) -> list[dict[str, Any]]:
        answer = client.get("/api/v2/admin/withdrawal-queue", headers=headers, params=query)
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["data"]["data"]
        return rows

    first, second = queue()
    assert [first["withdrawal_id"], second["withdrawal_id"]] == [case.withdrawal_id, large.withdrawal_id]
    # Saturday 12th 10.00 to Tuesday 15th 10.00: Monday's eight hours and one of Tuesday
    assert (first["working_seconds"], first["is_breached"]) == (9 * 3600, True)
    assert first["priority"] == round(sum(first["priority_parts"].values()), 1)
    assert first["priority_parts"]["age"] == 45.0  # 60 x (9 of 8 hours) / 1.5
    assert (second["approvals"], second["approvals_needed"], second["is_breached"]) == (0, 2, False)
    assert [row["withdrawal_id"] for row in queue(sort="nominal")] == [large.withdrawal_id, case.withdrawal_id]
    assert [row["withdrawal_id"] for row in queue(search="besar")] == [large.withdrawal_id]
    assert queue(search="100%")[0]["partner_name"].endswith("100%")
    assert queue(search="1_0%") == []
    assert queue(band="high") == []
    assert len(queue(total_per_page=1, page=2)) == 1
    whole = client.get("/api/v2/admin/withdrawal-queue/all", headers=headers, params={"search": "@"}).json()["data"]
    assert whole == queue(search="@")
    assert len(whole) == 2
    one = client.get("/api/v2/admin/withdrawal-queue", headers=headers, params={"total_per_page": 1}).json()
    assert (len(one["data"]["data"]), one["nominal"]) == (1, sum(row["nominal"] for row in whole))


def test_who_decided_how_many_how_fast(
    client: TestClient, case: Case, large: Case, sign_in: SignIn, app: FastAPI, settings: Settings, now: datetime
) -> None:
    first, second = sign_in("finance"), sign_in("finance2")
    approve(client, large, first)
    app.state.parts.settings = settings.model_copy(update={"today": now + timedelta(hours=2)})
    pay(client, case, first)
    pay(client, large, second, proof=("b.png", png(9), "image/png"))
    rows = client.get("/api/v2/admin/withdrawal-approvers", headers=first).json()["data"]
    assert [(row["name"], row["decisions"], row["approved"], row["completed"], row["nominal"]) for row in rows] == [
        ("Finance Satu", 2, 1, 1, 6_400_000),
        ("Finance2 Satu", 1, 0, 1, 6_000_000),
    ]
    assert (rows[1]["median_seconds"], rows[1]["within_target"]) == (7200, 1)
