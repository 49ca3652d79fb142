"""Signing in and out. Passwords are argon2id hashes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from api.domains.auth.errors import LockedOut, PasswordRefused, UserRefused, WrongCredentials
from api.domains.auth.models import AuthSession, Role, User
from api.kernel import audit
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
) -> User | WrongCredentials | LockedOut:
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


def change_password(session: Session, user: User, old: str, new: str, keep_session: str, now: datetime) -> None:
    """Set a new password and end the user's other sessions.

    Raises:
        PasswordRefused: the old password is wrong, or the new one is short or the same.
    """
    if not _matches(user.password_hash, old):
        raise PasswordRefused("the old password is wrong")
    if len(new) < MIN_PASSWORD:
        raise PasswordRefused("the new password needs at least {least} characters", least=MIN_PASSWORD)
    if new == old:
        raise PasswordRefused("the new password is the old one")
    user.password_hash, user.updated_at = hash_password(new), now
    end_sessions(session, user.id, now, keep=keep_session)


@dataclass(frozen=True, slots=True)
class NewUser:
    """Who an account is for."""

    username: str
    email: str
    full_name: str
    phone: str
    role: Role


def create_user(session: Session, person: NewUser, password: str, now: datetime) -> User:
    """Add an account; who made it, and when, is in the audit trail.

    Raises:
        UserRefused: a name is missing, the e-mail has no @, or username or e-mail are taken.
        PasswordRefused: the password is short.
    """
    username, email = person.username.strip().lower(), person.email.strip().lower()
    if not username or not person.full_name.strip() or "@" not in email:
        raise UserRefused("username, full name and an e-mail address are needed")
    if len(password) < MIN_PASSWORD:
        raise PasswordRefused("the password needs at least {least} characters", least=MIN_PASSWORD)
    if session.scalar(select(User.id).where(or_(User.username == username, User.email == email))) is not None:
        raise UserRefused("username {username!r} or e-mail {email!r} is taken", username=username, email=email)
    user = User(
        username=username,
        email=email,
        full_name=person.full_name.strip(),
        phone=person.phone,
        role_id=int(person.role),
        password_hash=hash_password(password),
        created_at=now,
        updated_at=now,
    )
    session.add(user)
    session.flush()
    audit.record(
        session,
        actor_id=None,
        action="user.create",
        subject="user",
        subject_id=user.id,
        request_id="command-line",
        at=now,
        after={"username": username, "role": person.role.name.lower()},
    )
    return user


def set_self_approval(session: Session, username: str, *, allowed: bool, now: datetime) -> None:
    """Give or take the right to approve alone what one made; audited.

    Raises:
        UserRefused: nobody has this username.
    """
    user = session.scalar(select(User).where(User.username == username.strip().lower()).with_for_update(key_share=True))
    if user is None:
        raise UserRefused("nobody is called {username!r}", username=username)
    before, user.may_self_approve, user.updated_at = user.may_self_approve, allowed, now
    audit.record(
        session,
        actor_id=None,
        action="user.self_approval",
        subject="user",
        subject_id=user.id,
        request_id="command-line",
        at=now,
        before={"may_self_approve": before},
        after={"may_self_approve": allowed},
    )


def end_sessions(session: Session, user_id: int, now: datetime, *, keep: str | None = None) -> None:
    """End all sessions of a user, everywhere, but `keep`."""
    open_ones = update(AuthSession).where(AuthSession.user_id == user_id, AuthSession.revoked_at.is_(None))
    session.execute(open_ones.where(AuthSession.id != (keep or "")).values(revoked_at=now))


def end_session(session: Session, session_id: str, now: datetime) -> None:
    """End one session."""
    session.get_one(AuthSession, session_id).revoked_at = now
