"""Reads of the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import Row, Select, String, cast, func, or_, select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.kernel.audit import AuditEntry
from queries.filters import Page, like_pattern
from queries.wib import Period


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries: text anywhere in them or in the person's name or e-mail; exact action and subject; WIB days."""

    search: str = ""
    action: str = ""
    subject: str = ""
    actor_id: int | None = None
    period: Period | None = None


def page_of_entries(
    session: Session, wanted: AuditFilter, page: Page
) -> tuple[Sequence[Row[AuditEntry, User | None]], int]:
    """Newest first, with the number of all that match."""
    statement = _matching(wanted)
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    ordered = statement.order_by(AuditEntry.id.desc()).limit(page.limit).offset(page.offset)
    return session.execute(ordered).all(), total


def entries_before(
    session: Session, wanted: AuditFilter, before: int | None, limit: int
) -> Sequence[Row[AuditEntry, User | None]]:
    """The newest entries below an id, or of all. Entries are numbered in the order of their commits and never change:
    whoever goes on below the last one reads the trail as it was at the first call, whatever is written meanwhile."""
    statement = _matching(wanted)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    return session.execute(statement.order_by(AuditEntry.id.desc()).limit(limit)).all()


def _matching(wanted: AuditFilter) -> Select[AuditEntry, User | None]:
    statement = select(AuditEntry, User).outerjoin(User, User.id == AuditEntry.actor_id)
    if wanted.search.strip():
        pattern = like_pattern(wanted.search)
        fields = (
            AuditEntry.action,
            AuditEntry.subject_id,
            AuditEntry.request_id,
            User.full_name,
            User.email,
            cast(AuditEntry.before, String),
            cast(AuditEntry.after, String),
        )
        statement = statement.where(or_(*(func.lower(field).like(pattern, escape="\\") for field in fields)))
    if wanted.action:
        statement = statement.where(AuditEntry.action == wanted.action)
    if wanted.subject:
        statement = statement.where(AuditEntry.subject == wanted.subject)
    if wanted.actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == wanted.actor_id)
    if wanted.period:
        since, until = wanted.period.since.replace(tzinfo=UTC), wanted.period.until.replace(tzinfo=UTC)
        statement = statement.where(AuditEntry.created_at >= since, AuditEntry.created_at < until)
    return statement


def kinds(session: Session) -> dict[str, list[str]]:
    """The actions and subjects that were ever written, for a choice."""
    return {
        "actions": list(session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action))),
        "subjects": list(session.scalars(select(AuditEntry.subject).distinct().order_by(AuditEntry.subject))),
    }
