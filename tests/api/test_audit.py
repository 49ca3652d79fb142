"""The chain of the audit entries: every damage is found, and simultaneous writers keep it whole."""

import threading

import pytest
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api.kernel import audit
from api.kernel.append_only import REFUSAL, unprotect
from api.models import AuditEntry, AuditHead
from tests.conftest import NOW

ENTRIES = 5


def write(session: Session, number: int) -> None:
    audit.record(
        session,
        actor_id=None,
        action="changed",
        subject="thing",
        subject_id=number,
        request_id=f"r{number}",
        at=NOW,
        before={"nama": "Toko Ünï 🧕", "jumlah": 2**53},
        after={"b": [1, None], "a": "x"},
    )


@pytest.fixture
def chained(store_engine: Engine) -> Engine:
    for number in range(ENTRIES):
        with Session(store_engine) as session, session.begin():
            write(session, number)
    return store_engine


def test_a_written_chain_is_whole(chained: Engine) -> None:
    with Session(chained) as session:
        assert len(session.scalars(select(AuditEntry)).all()) == ENTRIES
        assert audit.first_break(session) is None


def test_what_is_rolled_back_is_not_written(chained: Engine) -> None:
    with Session(chained) as session:
        write(session, 99)
        session.rollback()
        session.commit()
        assert len(session.scalars(select(AuditEntry)).all()) == ENTRIES
        assert audit.first_break(session) is None


@pytest.mark.parametrize("change", ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"])
def test_the_database_refuses_changes(chained: Engine, change: str) -> None:
    with chained.connect() as connection, pytest.raises(DBAPIError, match=REFUSAL):
        connection.execute(text(change))


@pytest.mark.parametrize(
    ("damage", "reply"),
    [
        (update(AuditEntry).where(AuditEntry.id == 3).values(after={"a": "y", "b": [1, None]}), "entry 3"),
        (update(AuditEntry).where(AuditEntry.id == 1).values(actor_id=None, request_id="other"), "entry 1"),
        (update(AuditEntry).where(AuditEntry.id == 4).values(hash=None), "entry 4"),
        (delete(AuditEntry).where(AuditEntry.id == 2), "entry 3"),
        (delete(AuditEntry).where(AuditEntry.id == ENTRIES), "newest entries are missing"),
        (delete(AuditEntry), "newest entries are missing"),
        (update(AuditHead).values(hash="f" * 64), "newest entries are missing"),
    ],
)
def test_damage_is_found(chained: Engine, damage: object, reply: str) -> None:
    with Session(chained) as session, session.begin():
        unprotect(session.connection(), ["audit_entries"])
        session.execute(damage)
        found = audit.first_break(session)
        session.rollback()
    assert found is not None
    assert reply in found


def test_simultaneous_writers_keep_one_chain(store_engine: Engine) -> None:
    def work(first: int) -> None:
        for number in range(first, first + 10):
            with Session(store_engine) as session, session.begin():
                write(session, number)
                write(session, number)

    threads = [threading.Thread(target=work, args=(10 * number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(store_engine) as session:
        assert len(session.scalars(select(AuditEntry)).all()) == 120
        assert audit.first_break(session) is None
