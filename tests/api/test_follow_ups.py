"""One note about several partners, with who looks after them and when they are called next: all or none."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.models import AuditEntry, Partner, PartnerNote, User
from queries.wib import business_day

SignIn = Callable[[str], dict[str, str]]
PATH = "/api/v2/admin/partner/notes"


@pytest.fixture
def partners(store_engine: Engine, now: datetime) -> list[int]:
    with Session(store_engine) as session, session.begin():
        made = [
            Partner(
                full_name=f"Toko {number}", brand_name="", email=f"{number}@x.test", phone="0895", joined_at=now,
                updated_at=now,
            )
            for number in range(3)
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        return [partner.id for partner in made]


def newest(engine: Engine, partner_id: int) -> PartnerNote:
    with Session(engine) as session:
        mine = select(PartnerNote).where(PartnerNote.partner_id == partner_id)
        return session.scalars(mine.order_by(PartnerNote.id.desc()).limit(1)).one()


def count(engine: Engine, model: Any) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_each_partner_gets_the_note_once_with_its_own_audit_entry(
    client: TestClient, sign_in: SignIn, store_engine: Engine, users: dict[str, int], partners: list[int], now: datetime
) -> None:
    day = business_day(now) + timedelta(days=3)
    body = {"partner_ids": [*partners[:2], partners[0]], "notes": " telepon lagi ", "owner_id": users["growth"]}
    headers = sign_in("growth") | {"Idempotency-Key": "k"}
    before = count(store_engine, AuditEntry)
    answers = [client.post(PATH, headers=headers, json=body | {"next_follow_up": str(day)}) for _turn in range(2)]
    assert [answer.json()["data"] for answer in answers] == [{"partners": 2}] * 2
    assert count(store_engine, PartnerNote) == 2
    for partner_id in partners[:2]:
        note = newest(store_engine, partner_id)
        assert (note.body, note.owner_id, note.next_follow_up) == ("telepon lagi", users["growth"], day)
    with Session(store_engine) as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id).offset(before)).all()
        assert [(entry.action, entry.subject_id) for entry in entries] == [
            ("partner.note", str(partner_id)) for partner_id in partners[:2]
        ]
        after = {"notes": "telepon lagi", "owner_id": users["growth"], "next_follow_up": str(day)}
        assert [(entry.before, entry.after) for entry in entries] == [(None, after)] * 2


def test_the_owner_stays_and_the_call_is_made_unless_another_is_named(
    client: TestClient, sign_in: SignIn, store_engine: Engine, users: dict[str, int], partners: list[int], now: datetime
) -> None:
    partner_id, day = partners[0], business_day(now)
    headers = sign_in("admin")
    first = {"partner_ids": [partner_id], "notes": "a", "owner_id": users["growth"], "next_follow_up": str(day)}
    client.post(PATH, headers=headers | {"Idempotency-Key": "a"}, json=first)
    contract = "/api/v1/admin/partner/growth/juragan/notes"
    assert client.post(contract, headers=headers, json={"partner_id": partner_id, "notes": "b"}).status_code == 200
    note = newest(store_engine, partner_id)
    assert (note.body, note.owner_id, note.next_follow_up) == ("b", users["growth"], day)
    again = {"partner_ids": [partner_id], "notes": "c", "next_follow_up": ""}
    client.post(PATH, headers=headers | {"Idempotency-Key": "c"}, json=again)
    note = newest(store_engine, partner_id)
    assert (note.body, note.owner_id, note.next_follow_up) == ("c", users["growth"], None)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"partner_ids": []}, 422),
        ({"partner_ids": list(range(1, 202))}, 422),
        ({"partner_ids": "1"}, 422),
        ({"partner_ids": [True]}, 422),
        ({"partner_ids": [0]}, 422),
        ({"notes": "  "}, 422),
        ({"notes": "x" * 2001}, 422),
        ({"owner_id": 999_999}, 422),
        ({"owner_id": "finance"}, 422),
        ({"next_follow_up": "besok"}, 422),
        ({"next_follow_up": "2020-01-01"}, 422),
        ({"unknown": True}, 404),
    ],
)
def test_a_request_that_is_wrong_in_one_place_writes_nothing(
    client: TestClient,
    sign_in: SignIn,
    store_engine: Engine,
    users: dict[str, int],
    partners: list[int],
    change: dict[str, Any],
    status: int,
) -> None:
    body = {"partner_ids": partners, "notes": "x"} | change
    if change.get("owner_id") == "finance":
        body["owner_id"] = users["finance"]
    if body.pop("unknown", None):
        body["partner_ids"] = [*partners, 999_999]
    answer = client.post(PATH, headers=sign_in("growth") | {"Idempotency-Key": "k"}, json=body)
    assert answer.status_code == status, answer.text
    assert count(store_engine, PartnerNote) == 0


def test_a_key_is_required_and_other_roles_write_nothing(
    client: TestClient, sign_in: SignIn, store_engine: Engine, partners: list[int]
) -> None:
    body = {"partner_ids": partners, "notes": "x"}
    assert client.post(PATH, headers=sign_in("growth"), json=body).status_code == 422
    for role in ("finance", "mitra", "partner"):
        headers = sign_in(role) | {"Idempotency-Key": "k"}
        assert client.post(PATH, headers=headers, json=body).status_code == 403
    assert count(store_engine, PartnerNote) == 0


def test_owners_are_the_enabled_people_of_growth_and_admins(
    client: TestClient, sign_in: SignIn, store_engine: Engine, users: dict[str, int], now: datetime
) -> None:
    headers = sign_in("growth")
    path = "/api/v2/admin/partner/owner"
    everybody = client.get(path, headers=headers).json()["data"]
    assert {users["growth"], users["admin"]} <= {row["id"] for row in everybody}
    assert users["finance"] not in {row["id"] for row in everybody}
    assert [row["name"] for row in everybody] == sorted(row["name"] for row in everybody)
    with Session(store_engine) as session, session.begin():
        session.get_one(User, users["admin"]).disabled_at = now
    assert users["admin"] not in {row["id"] for row in client.get(path, headers=headers).json()["data"]}
    assert client.get(path, headers=sign_in("finance")).status_code == 403
