"""Reads for the administration of users."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from api.domains.auth.models import AuthSession, User
from queries.filters import Page, Sort, like_pattern
from vocabulary import Role


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which users: text in a name or the e-mail address, the role, and whether they are disabled."""

    search: str = ""
    role: Role | None = None
    disabled: bool | None = None


Shown = Row[User, datetime | None, int]  # a user, the last sign-in, how many sessions are open


def page_of_users(
    session: Session, wanted: UserFilter, sort: Sort, page: Page, now: datetime
) -> tuple[Sequence[Shown], int]:
    """Users, and the number of all that match; who has no value in the sort column comes last."""
    statement = _shown(now)
    if wanted.search.strip():
        pattern = like_pattern(wanted.search)
        fields = (User.username, User.email, User.full_name)
        statement = statement.where(or_(*(func.lower(field).like(pattern, escape="\\") for field in fields)))
    if wanted.role is not None:
        statement = statement.where(User.role_id == wanted.role)
    if wanted.disabled is not None:
        statement = statement.where(User.disabled_at.is_not(None) == wanted.disabled)
    total = session.scalar(statement.with_only_columns(func.count(User.id))) or 0
    by = _columns(now)[sort.column]
    order = (by.is_(None), by.desc() if sort.descending else by.asc(), User.id)
    return session.execute(statement.order_by(*order).limit(page.limit).offset(page.offset)).all(), total


def open_sessions(session: Session, user_id: int, now: datetime) -> Sequence[tuple[AuthSession, datetime]]:
    """The newest token of each open session of a user, with the instant of the sign-in; the newest sign-in first."""
    first = aliased(AuthSession)
    mine = select(AuthSession, first.issued_at).join(first, first.id == AuthSession.sign_in_id)
    newest = mine.where(AuthSession.user_id == user_id, _is_open(now))
    found = session.execute(newest.order_by(first.issued_at.desc(), AuthSession.id))
    return [(token, at) for token, at in found]


def all_users(session: Session, now: datetime) -> Iterator[Shown]:
    """Everybody, by id."""
    return iter(session.execute(_shown(now).order_by(User.id).execution_options(yield_per=1000)))


def _shown(now: datetime) -> Select[User, datetime | None, int]:
    columns = _columns(now)
    return select(User, columns["last_login_at"], columns["open_sessions"])


def _columns(now: datetime) -> dict[str, Any]:
    """What users are sorted by; the last sign-in and the open sessions are counted."""
    mine = AuthSession.user_id == User.id
    signed_in = select(func.max(AuthSession.issued_at)).where(mine, AuthSession.id == AuthSession.sign_in_id)
    opened = select(func.count()).select_from(AuthSession).where(mine, _is_open(now))
    return {
        "user_id": User.id,
        "username": User.username,
        "full_name": func.lower(User.full_name),
        "email": User.email,
        "role": User.role_id,
        "state": case((User.disabled_at.is_not(None), 1), else_=0),
        "created_at": User.created_at,
        "last_login_at": signed_in.scalar_subquery(),
        "open_sessions": opened.scalar_subquery(),
    }


def _is_open(now: datetime) -> ColumnElement[bool]:
    return AuthSession.revoked_at.is_(None) & AuthSession.replaced_at.is_(None) & (AuthSession.expires_at > now)
