"""Writing the note of a partner: the newest is current, with audit and change log in one transaction."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.kernel.changelog import ChangeLog
from api.models import AuditEntry, Partner, PartnerNote

SignIn = Callable[[str], dict[str, str]]
PATH = "/api/v1/admin/partner/growth/juragan/notes"


@pytest.fixture
def partner_id(store_engine: Engine, now: datetime) -> int:
    with Session(store_engine) as session, session.begin():
        partner = Partner(
            full_name="Wisnu", brand_name="Toko", email="w@x.test", phone="0895", joined_at=now, updated_at=now
        )
        session.add(partner)
        session.flush()
        return partner.id


def test_a_note_is_stored_with_its_author_and_audit(
    client: TestClient, sign_in: SignIn, store_engine: Engine, users: dict[str, int], partner_id: int
) -> None:
    headers = sign_in("growth")
    for text in ("pertama", "  partner ini mantap jiwa "):
        answer = client.post(PATH, headers=headers, json={"partner_id": partner_id, "notes": text})
        assert answer.json() == {"status": "success", "code": 200, "message": "success input notes."}
    with Session(store_engine) as session:
        notes = session.scalars(select(PartnerNote).order_by(PartnerNote.id)).all()
        assert [(note.body, note.author_id) for note in notes] == [
            ("pertama", users["growth"]),
            ("partner ini mantap jiwa", users["growth"]),
        ]
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (entry.action, entry.subject_id) == ("partner.note", str(partner_id))
        assert (entry.before, entry.after) == ({"notes": "pertama"}, {"notes": "partner ini mantap jiwa"})
        assert entry.request_id == answer.headers["X-Request-Id"]
        newest = session.scalars(select(ChangeLog).order_by(ChangeLog.id.desc()).limit(1)).one()
        assert str(newest.txid or newest.id) == answer.headers["X-Change-Seq"]


def test_the_same_key_writes_once(client: TestClient, sign_in: SignIn, store_engine: Engine, partner_id: int) -> None:
    headers = sign_in("admin") | {"Idempotency-Key": "k1"}
    body = {"partner_id": partner_id, "notes": "sekali"}
    answers = [client.post(PATH, headers=headers, json=body).json() for _turn in range(2)]
    assert answers[0] == answers[1]
    assert client.post(PATH, headers=headers, json=body | {"notes": "lain"}).status_code == 409
    with Session(store_engine) as session:
        assert session.scalar(select(func.count()).select_from(PartnerNote)) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"notes": "x"}, 422),
        ({"partner_id": 1}, 422),
        ({"partner_id": 1, "notes": "   "}, 422),
        ({"partner_id": 1, "notes": "x" * 2001}, 422),
        ({"partner_id": "satu", "notes": "x"}, 422),
        ({"partner_id": 999999, "notes": "x"}, 404),
    ],
)
def test_bad_notes_are_refused(
    client: TestClient, sign_in: SignIn, store_engine: Engine, partner_id: int, body: dict[str, object], status: int
) -> None:
    answer = client.post(PATH, headers=sign_in("growth"), json=body)
    assert answer.status_code == status
    assert answer.json()["status"] == "failed"
    with Session(store_engine) as session:
        assert session.scalar(select(func.count()).select_from(PartnerNote)) == 0


@pytest.mark.parametrize("role", ["finance", "mitra", "partner"])
def test_other_roles_write_no_notes(client: TestClient, sign_in: SignIn, partner_id: int, role: str) -> None:
    answer = client.post(PATH, headers=sign_in(role), json={"partner_id": partner_id, "notes": "x"})
    assert answer.status_code == 403
