"""The audit trail: who did what to which thing, written in the transaction of the change itself.

Each entry's hash covers the hash before it, so that a changed, added or missing entry breaks the chain; `first_break`
says where. The entries of a transaction are chained when it commits: the head of the chain is locked last, and shortly.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from api.kernel.db import Base, Key, UtcDateTime

START = "0" * 64
_WAITING = "audit entries"


class AuditEntry(Base):
    """One entry. `before` and `after` hold the fields that changed; `hash` is None only before the chain began."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(60))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    request_id: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    hash: Mapped[str | None] = mapped_column(String(64))


class AuditHead(Base):
    """The hash of the newest entry, one row: its lock puts the entries of all transactions in one order."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))


def record(
    session: Session,
    *,
    actor_id: int | None,
    action: str,
    subject: str,
    subject_id: int | str,
    request_id: str,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add an entry to the caller's transaction; it is written when that commits.

    Not within a savepoint: rolling one back would not take the entry along.
    """
    if session.in_nested_transaction():
        raise RuntimeError("audit entries belong to the whole transaction, not to a savepoint")
    session.connection()  # begins the transaction, so that its rollback is noticed
    session.info.setdefault(_WAITING, []).append(
        AuditEntry(
            actor_id=actor_id,
            action=action,
            subject=subject,
            subject_id=str(subject_id),
            before=before,
            after=after,
            request_id=request_id,
            created_at=at,
        )
    )


def chained(entry: AuditEntry, previous: str) -> str:
    """The hash (hex SHA-256) of an entry that follows the entry with the hash `previous`."""
    content = [
        previous,
        entry.actor_id,
        entry.action,
        entry.subject,
        entry.subject_id,
        entry.before,
        entry.after,
        entry.request_id,
        entry.created_at.isoformat(),
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return
    entries = session.info.pop(_WAITING, [])
    if not entries:
        return
    session.flush()
    head = session.scalars(select(AuditHead).with_for_update().execution_options(populate_existing=True)).one()
    for entry in entries:
        entry.hash = head.hash = chained(entry, head.hash)
        session.add(entry)
        session.flush()


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_WAITING, None)


def first_break(session: Session) -> str | None:
    """Where the chain is broken, in words; None for a whole one."""
    previous = None
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=5_000)):
        if previous is None and entry.hash is None:
            continue
        if entry.hash != chained(entry, previous or START):
            where = f"entry {entry.id} ({entry.action}, {entry.subject} {entry.subject_id})"
            return f"{where} is not what was written, or one before it is missing"
        previous = entry.hash
    newest = session.scalars(select(AuditHead.hash)).one()
    return None if newest == (previous or START) else "the newest entries are missing"
