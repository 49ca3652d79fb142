"""Signing in and out. Passwords are argon2id hashes."""

from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.domains.auth.errors import AccountDisabled, LockedOut, PasswordRefused, WrongCredentials
from api.domains.auth.models import User
from api.domains.auth.sessions import end_sessions
from queries.wib import WIB

MAX_FAILURES = 5
LOCK = timedelta(minutes=15)
MIN_PASSWORD = 8

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody has this password")  # an unknown user costs as much time as a known one


def hash_password(password: str) -> str:
    """An argon2id hash."""
    return _hasher.hash(password)


def authenticate(
    session: Session, username_email: str, password: str, now: datetime
) -> User | WrongCredentials | LockedOut | AccountDisabled:
    """The user of these credentials, or the refusal.

    The refusal is returned, not raised: the count of failures must be committed with it.
    """
    name = username_email.strip().lower()
    statement = select(User).where(or_(User.username == name, User.email == name)).with_for_update(key_share=True)
    user = session.scalar(statement)
    if user is not None and user.locked_until is not None and user.locked_until > now:
        until = user.locked_until.astimezone(WIB)
        told = f"{until:%H.%M} WIB"
        return LockedOut("too many failed attempts; try again after {until}", {"locked_until": told}, until=told)
    if not _matches(user.password_hash if user else _NOBODY, password) or user is None:
        if user is not None:
            _count_failure(user, now)
        return WrongCredentials("username, e-mail or password is wrong")
    user.failed_logins, user.locked_until = 0, None
    if user.disabled_at is not None:
        return AccountDisabled("this account is disabled; ask an admin to enable it")
    return user


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _count_failure(user: User, now: datetime) -> None:
    user.failed_logins += 1
    if user.failed_logins >= MAX_FAILURES:
        user.failed_logins, user.locked_until = 0, now + LOCK


def require_strength(password: str) -> None:
    """Refuse a password that is too weak for anybody.

    Raises:
        PasswordRefused: it is short.
    """
    if len(password) < MIN_PASSWORD:
        raise PasswordRefused("the password needs at least {least} characters", least=MIN_PASSWORD)


def change_password(session: Session, user: User, old: str, new: str, keep_session: str, now: datetime) -> None:
    """Set a new password and end the user's other sessions.

    Raises:
        PasswordRefused: the old password is wrong, or the new one is short or the same.
    """
    if not _matches(user.password_hash, old):
        raise PasswordRefused("the old password is wrong")
    require_strength(new)
    if new == old:
        raise PasswordRefused("the new password is the old one")
    user.password_hash, user.updated_at = hash_password(new), now
    end_sessions(session, user.id, now, keep=keep_session)
