"""Reads for the administration of users."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from api.domains.auth.models import AuthSession, User
from queries.filters import Page, like_pattern
from vocabulary import Role


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which users: text in a name or the e-mail address, the role, and whether they are disabled."""

    search: str = ""
    role: Role | None = None
    disabled: bool | None = None


Shown = Row[User, datetime | None, int]  # a user, the last sign-in, how many sessions are open


def page_of_users(session: Session, wanted: UserFilter, page: Page, now: datetime) -> tuple[Sequence[Shown], int]:
    """Users by id, and the number of all that match."""
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
    return session.execute(statement.order_by(User.id).limit(page.limit).offset(page.offset)).all(), total


def all_users(session: Session, now: datetime) -> Iterator[Shown]:
    """Everybody, by id."""
    return iter(session.execute(_shown(now).order_by(User.id).execution_options(yield_per=1000)))


def _shown(now: datetime) -> Select[User, datetime | None, int]:
    mine = AuthSession.user_id == User.id
    signed_in = select(func.max(AuthSession.issued_at)).where(mine, AuthSession.id == AuthSession.sign_in_id)
    is_open = AuthSession.revoked_at.is_(None) & AuthSession.replaced_at.is_(None) & (AuthSession.expires_at > now)
    opened = select(func.count()).select_from(AuthSession).where(mine, is_open)
    return select(User, signed_in.scalar_subquery(), opened.scalar_subquery())
