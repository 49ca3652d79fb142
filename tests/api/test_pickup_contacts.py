"""Marks that partners were contacted about overdue pickups: set, shown, taken back, with audit in the transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.models import AuditEntry, Partner, PickupContact

SignIn = Callable[[str], dict[str, str]]
PATH = "/api/v1/admin/pickup/contact"


@pytest.fixture
def partners(store_engine: Engine, now: datetime) -> list[int]:
    with Session(store_engine) as session, session.begin():
        made = [
            Partner(full_name=name, brand_name=name, email=f"{name}@x.test", phone="08", joined_at=now, updated_at=now)
            for name in ("A", "B", "C")
        ]
        session.add_all(made)
        session.flush()
        return [each.id for each in made]


@pytest.fixture
def mark(client: TestClient, sign_in: SignIn) -> Callable[..., Any]:
    def post(partner_ids: object, key: str = "k1", role: str = "growth") -> Any:
        headers = sign_in(role) | {"Idempotency-Key": key}
        return client.post(PATH, headers=headers, json={"partner_ids": partner_ids})

    return post


def shown(client: TestClient, sign_in: SignIn, role: str = "finance") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(PATH, headers=sign_in(role)).json()["data"]
    return found


def count(engine: Engine, model: type[Any]) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("reader", ["admin", "growth", "finance"])
def test_a_mark_shows_who_and_when_to_all_staff(
    client: TestClient, sign_in: SignIn, mark: Callable[..., Any], partners: list[int], now: datetime, reader: str
) -> None:
    made = mark([partners[1], partners[0], partners[1]]).json()["data"]
    assert [each["partner_id"] for each in made] == partners[:2]
    rows = shown(client, sign_in, reader)
    assert [row["partner_id"] for row in rows] == partners[:2]
    assert [row["contact_id"] for row in rows] == [each["contact_id"] for each in made]
    assert {row["contacted_at"] for row in rows} == {now.isoformat()}
    assert all("growth" in row["contacted_by"].lower() for row in rows)


def test_each_mark_and_taking_back_has_its_audit_entry(
    client: TestClient, sign_in: SignIn, mark: Callable[..., Any], store_engine: Engine, partners: list[int]
) -> None:
    contact = mark(partners[:1]).json()["data"][0]["contact_id"]
    headers = sign_in("admin") | {"Idempotency-Key": "k2"}
    answer = client.post(f"{PATH}/{contact}/taking-back", headers=headers)
    assert answer.status_code == 200
    with Session(store_engine) as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(2)).all()
        assert [(each.action, each.subject, each.subject_id) for each in reversed(entries)] == [
            ("pickup.contact", "partner", str(partners[0])),
            ("pickup.contact_taken_back", "partner", str(partners[0])),
        ]
        assert entries[0].request_id == answer.headers["X-Request-Id"]
        assert entries[1].after == {"contact": contact}
    (row,) = shown(client, sign_in)
    assert (row["newest_id"], row["contact_id"], row["contacted_by"]) == (contact, None, None)


def test_an_earlier_mark_stands_once_the_later_one_is_taken_back(
    client: TestClient, sign_in: SignIn, mark: Callable[..., Any], partners: list[int]
) -> None:
    first = mark(partners[:1], "k1").json()["data"][0]["contact_id"]
    second = mark(partners[:1], "k2", "admin").json()["data"][0]["contact_id"]
    client.post(f"{PATH}/{second}/taking-back", headers=sign_in("growth") | {"Idempotency-Key": "k3"})
    (row,) = shown(client, sign_in)
    assert (row["newest_id"], row["contact_id"]) == (second, first)


def test_the_same_key_marks_once_and_another_request_with_it_is_refused(
    mark: Callable[..., Any], store_engine: Engine, partners: list[int]
) -> None:
    first, again = mark(partners[:1]), mark(partners[:1])
    assert first.json() == again.json()
    assert mark(partners[:2]).status_code == 409
    assert count(store_engine, PickupContact) == 1


def test_a_mark_is_taken_back_once(
    client: TestClient, sign_in: SignIn, mark: Callable[..., Any], store_engine: Engine, partners: list[int]
) -> None:
    contact = mark(partners[:1]).json()["data"][0]["contact_id"]
    before = count(store_engine, AuditEntry)
    answers = [
        client.post(f"{PATH}/{contact}/taking-back", headers=sign_in("growth") | {"Idempotency-Key": key})
        for key in ("b", "b", "c")
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert count(store_engine, AuditEntry) == before + 1


def test_one_unknown_partner_leaves_all_unmarked(
    mark: Callable[..., Any], store_engine: Engine, partners: list[int]
) -> None:
    before = count(store_engine, AuditEntry)
    assert mark([*partners, 999_999]).status_code == 404
    assert (count(store_engine, PickupContact), count(store_engine, AuditEntry)) == (0, before)


@pytest.mark.parametrize("given", [[], None, "semua", [0], ["x"], [True], [2**70], [1.5], list(range(1, 102))])
def test_bad_partners_are_refused(mark: Callable[..., Any], store_engine: Engine, given: object) -> None:
    assert mark(given).status_code == 422
    assert count(store_engine, PickupContact) == 0


@pytest.mark.parametrize("role", ["finance", "mitra", "partner"])
def test_other_roles_neither_mark_nor_take_back(
    client: TestClient, sign_in: SignIn, mark: Callable[..., Any], partners: list[int], role: str
) -> None:
    contact = mark(partners[:1]).json()["data"][0]["contact_id"]
    assert mark(partners[:1], "k2", role).status_code == 403
    headers = sign_in(role) | {"Idempotency-Key": "k3"}
    assert client.post(f"{PATH}/{contact}/taking-back", headers=headers).status_code == 403


def test_a_key_is_required(client: TestClient, sign_in: SignIn, partners: list[int]) -> None:
    assert client.post(PATH, headers=sign_in("growth"), json={"partner_ids": partners}).status_code == 422


@pytest.mark.parametrize(("days", "stands"), [(7, True), (8, False), (31, None)])
def test_a_mark_stands_for_a_week(
    client: TestClient,
    sign_in: SignIn,
    mark: Callable[..., Any],
    store_engine: Engine,
    partners: list[int],
    days: int,
    stands: bool | None,
) -> None:
    mark(partners[:1])
    with Session(store_engine) as session, session.begin():
        made = session.scalars(select(PickupContact)).one()
        session.execute(update(PickupContact).values(created_at=made.created_at - timedelta(days=days)))
    rows = shown(client, sign_in)
    assert [row["contact_id"] is not None for row in rows] == ([] if stands is None else [stands])
