"""Signing in and changing a password. Hashes are compared before, outside of the transactions of these functions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.domains.auth import sessions
from api.domains.auth.errors import AccountDisabled, PasswordRefused, WrongCredentials
from api.domains.auth.models import User
from api.kernel import audit
from settings import Settings
from vocabulary import AuditAction, AuditSubject


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who may be signing in, as read before the password is compared."""

    user_id: int
    password_hash: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session."""

    token: str
    expires_at: datetime
    user_id: int
    username: str


def find(session: Session, username_email: str) -> Known | None:
    """Who has this username or e-mail address."""
    name = username_email.strip().lower()
    return _known(session.scalar(select(User).where(or_(User.username == name, User.email == name))))


def find_by_id(session: Session, user_id: int) -> Known | None:
    """Who has this id."""
    return _known(session.get(User, user_id))


def _known(user: User | None) -> Known | None:
    if user is None:
        return None
    return Known(user.id, user.password_hash, (user.username, user.email, user.full_name))


def sign_in(session: Session, settings: Settings, known: Known, device: sessions.Device, request_id: str) -> SignedIn:
    """Open a session for somebody whose password was right.

    Raises:
        AccountDisabled: an admin has disabled the account.
        WrongCredentials: the password was changed meanwhile.
    """
    now = settings.now()
    user = _unchanged(session, known)
    if user.disabled_at is not None:
        raise AccountDisabled("this account is disabled; ask an admin to enable it", {"state": "disabled"})
    token, expires_at = sessions.issue_token(session, settings, user, now, device)
    _record(session, AuditAction.LOGIN, user, request_id, now, {"login_from": device.login_from})
    return SignedIn(token, expires_at, user.id, user.username)


def change_password(
    session: Session, known: Known, new_hash: str, session_id: str, request_id: str, now: datetime
) -> None:
    """Set a new password for somebody whose old one was right, and end all sessions but this sign-in's newest.

    Raises:
        WrongCredentials: the password was changed meanwhile.
    """
    user = _unchanged(session, known)
    user.password_hash, user.updated_at = new_hash, now
    sessions.end_other_sessions(session, user.id, session_id, now)
    _record(session, AuditAction.CHANGE_PASSWORD, user, request_id, now)


def require_change(old: str, new: str) -> None:
    """Refuse the old password as the new one.

    Raises:
        PasswordRefused: they are the same.
    """
    if new == old:
        raise PasswordRefused("the new password is the old one")


def _unchanged(session: Session, known: Known) -> User:
    user = session.get(User, known.user_id, with_for_update={"key_share": True})
    if user is None or user.password_hash != known.password_hash:
        raise WrongCredentials("username, e-mail or password is wrong")
    return user


def _record(
    session: Session,
    action: AuditAction,
    user: User,
    request_id: str,
    at: datetime,
    after: dict[str, str] | None = None,
) -> None:
    audit.record(
        session,
        actor_id=user.id,
        action=action,
        subject=AuditSubject.USER,
        subject_id=user.id,
        request_id=request_id,
        at=at,
        after=after,
    )
