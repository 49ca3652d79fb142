"""Targets of the executive summary, and the visits of its readers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.models import AuditEntry
from settings import Settings

SignIn = Callable[[str], dict[str, str]]
TARGET = "/api/v1/admin/growth/target"
VISIT = "/api/v1/admin/growth/visit"


def stored(engine: Engine) -> list[tuple[str, Any, Any]]:
    with Session(engine) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "target.set").order_by(AuditEntry.id))
        return [(entry.subject_id, entry.before, entry.after) for entry in entries]


def targets(client: TestClient, sign_in: SignIn) -> dict[str, int]:
    rows = client.get(TARGET, headers=sign_in("finance")).json()["data"]
    assert all(row["set_by"] and row["set_at"] for row in rows)
    return {row["number"]: row["value"] for row in rows}


def test_a_target_is_set_changed_and_taken_away_with_an_entry_each(
    client: TestClient, sign_in: SignIn, store_engine: Engine
) -> None:
    headers = sign_in("admin")
    for sent in ({"value": 1_000_000}, {"value": "2000000"}, {"value": 2_000_000}):  # the last one changes nothing
        assert client.put(f"{TARGET}/total_transaction_cod", headers=headers, json=sent).status_code == 200
    assert targets(client, sign_in) == {"total_transaction_cod": 2_000_000}
    client.post(f"{TARGET}/total_transaction_cod", headers=headers, data={"_method": "put", "value": ""})
    assert targets(client, sign_in) == {}
    assert stored(store_engine) == [
        ("total_transaction_cod", {"value": None}, {"value": 1_000_000}),
        ("total_transaction_cod", {"value": 1_000_000}, {"value": 2_000_000}),
        ("total_transaction_cod", {"value": 2_000_000}, {"value": None}),
    ]


@pytest.mark.parametrize(
    ("number", "value", "status"),
    [
        ("retention_rate", 101, 422),
        ("retention_rate", 100, 200),
        ("total_shipping", -1, 422),
        ("total_shipping", 1.5, 422),
        ("total_shipping", 2**53, 422),
        ("total_shipping", True, 422),
        ("laba", 1, 422),
    ],
)
def test_what_can_be_a_target(client: TestClient, sign_in: SignIn, number: str, value: object, status: int) -> None:
    answer = client.put(f"{TARGET}/{number}", headers=sign_in("admin"), json={"value": value})
    assert answer.status_code == status, answer.text
    assert targets(client, sign_in) == ({number: value} if status == 200 else {})


def test_a_visit_lasts_while_its_reader_comes_back_within_half_an_hour(
    client: TestClient, sign_in: SignIn, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def visit(role: str, after: timedelta) -> str | None:
        monkeypatch.setattr(settings, "today", now + after)
        before: str | None = client.post(VISIT, headers=sign_in(role)).json()["data"]["before"]
        return before

    minute = timedelta(minutes=1)
    assert [visit("growth", minute * at) for at in (0, 20, 50)] == [None, None, None]
    assert visit("growth", minute * 81) == (now + minute * 50).isoformat()
    assert visit("growth", minute * 82) == (now + minute * 50).isoformat()
    assert visit("finance", minute * 82) is None  # each user for himself
