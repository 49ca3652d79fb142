"""Accounts: making, disabling and enabling them, passwords and sessions that an admin ends. Everything is audited."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from api.domains.auth import sessions
from api.domains.auth.models import User
from api.domains.users.errors import LastAdmin, NoSuchUser, OwnAccount, UnknownSession, UserRefused
from api.kernel import audit
from vocabulary import AuditAction, AuditSubject, Role

COMMAND_LINE = "command-line"
EVERYBODY = "all"
_GENERATED_BYTES = 12  # 16 characters


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a change, and when. `user_id` is None on the command line."""

    user_id: int | None
    request_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NewUser:
    """Who an account is for."""

    username: str
    email: str
    full_name: str
    phone: str
    role: Role


def find(session: Session, user_id: int) -> User:
    """The user with this id, locked until the end of the transaction.

    Raises:
        NoSuchUser: there is none.
    """
    user = _locked(session, User.id == user_id)
    if user is None:
        raise NoSuchUser("there is no user {user_id}", user_id=user_id)
    return user


def _locked(session: Session, which: ColumnElement[bool]) -> User | None:
    """The user, and with it every admin, locked in one order: two admins who disable each other wait in turn."""
    lock_admins(session, which)
    return session.scalar(select(User).where(which))


def lock_admins(session: Session, *further: ColumnElement[bool]) -> None:
    """Every admin, and further users, locked in the order of their ids and read as they are now."""
    wanted = select(User).where(or_(User.role_id == Role.ADMIN, *further)).order_by(User.id)
    session.scalars(wanted.with_for_update(key_share=True).execution_options(populate_existing=True)).all()


def names_of(session: Session, user_id: int) -> tuple[str, ...]:
    """The names of a user, which no password should be like.

    Raises:
        NoSuchUser: there is none.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NoSuchUser("there is no user {user_id}", user_id=user_id)
    return user.username, user.email, user.full_name


def find_by_name(session: Session, name: str) -> User:
    """The user with this username or e-mail address, locked until the end of the transaction.

    Raises:
        NoSuchUser: there is none.
    """
    wanted = name.strip().lower()
    user = _locked(session, or_(User.username == wanted, User.email == wanted))
    if user is None:
        raise NoSuchUser("nobody is called {username!r}", username=name)
    return user


def check_free(session: Session, person: NewUser) -> tuple[str, str]:
    """Username and e-mail address as they are stored, of somebody who can have an account.

    Raises:
        UserRefused: a name is missing, the e-mail has no @, or username or e-mail are taken.
    """
    username, email = person.username.strip().lower(), person.email.strip().lower()
    if not username or not person.full_name.strip() or "@" not in email:
        raise UserRefused("username, full name and an e-mail address are needed")
    if session.scalar(select(User.id).where(or_(User.username == username, User.email == email))) is not None:
        raise UserRefused("username {username!r} or e-mail {email!r} is taken", username=username, email=email)
    return username, email


def create(
    session: Session, person: NewUser, password_hash: str, author: Author, *, more: dict[str, Any] | None = None
) -> User:
    """Add an account; `more` goes into its audit entry.

    Raises:
        UserRefused: as check_free does.
    """
    username, email = check_free(session, person)
    user = User(
        username=username,
        email=email,
        full_name=person.full_name.strip(),
        phone=person.phone,
        role_id=int(person.role),
        password_hash=password_hash,
        created_at=author.at,
        updated_at=author.at,
    )
    session.add(user)
    session.flush()
    written = {"username": username, "role": person.role.name.lower()} | (more or {})
    _record(session, AuditAction.USER_CREATE, user, author, after=written)
    return user


def disable(session: Session, user: User, author: Author) -> None:
    """Stop an account: its sessions end and nobody signs in with it. Nothing happens to a disabled one.

    Raises:
        OwnAccount: the author's own.
        LastAdmin: the only admin who is not disabled.
    """
    if user.id == author.user_id:
        raise OwnAccount("nobody disables their own account; ask another admin")
    if user.disabled_at is not None:
        return
    if user.role_id == Role.ADMIN and other_admins(session, user) == 0:
        raise LastAdmin("{username} is the last admin who can sign in", username=user.username)
    user.disabled_at = user.updated_at = author.at
    sessions.end_sessions(session, user.id, author.at)
    _record(session, AuditAction.USER_DISABLE, user, author, before={"state": "active"}, after={"state": "disabled"})


def other_admins(session: Session, user: User) -> int:
    """How many other admins can sign in; locked, so that two admins cannot disable each other at once."""
    enabled = select(User.id).where(User.role_id == Role.ADMIN, User.disabled_at.is_(None)).order_by(User.id)
    return len(set(session.scalars(enabled.with_for_update(key_share=True))) - {user.id})


def enable(session: Session, user: User, author: Author) -> None:
    """Let a disabled account sign in again; sessions that ended stay ended."""
    if user.disabled_at is None:
        return
    user.disabled_at, user.updated_at = None, author.at
    _record(session, AuditAction.USER_ENABLE, user, author, before={"state": "disabled"}, after={"state": "active"})


def generate_password() -> str:
    """A password for somebody who will change it."""
    return secrets.token_urlsafe(_GENERATED_BYTES)


def reset_password(session: Session, user: User, password_hash: str, author: Author) -> None:
    """Give a user another password; all of the user's sessions end.

    Raises:
        OwnAccount: the author's own, which change-password is for.
    """
    if user.id == author.user_id:
        raise OwnAccount("change your own password with change-password, which asks for the old one")
    user.password_hash, user.updated_at = password_hash, author.at
    sessions.end_sessions(session, user.id, author.at)
    _record(session, AuditAction.USER_RESET_PASSWORD, user, author)


def end_sessions(session: Session, user: User, author: Author) -> int:
    """End every session of a user. Returns how many were open."""
    ended = sessions.end_sessions(session, user.id, author.at)
    _record(session, AuditAction.USER_END_SESSIONS, user, author, after={"sessions": ended})
    return ended


def end_session(session: Session, user: User, sign_in_id: str, author: Author) -> None:
    """End one session of a user, with what it was refreshed from and into.

    Raises:
        UnknownSession: the user has no open session of this sign-in.
    """
    if sessions.end_sign_in(session, user.id, sign_in_id, author.at) == 0:
        raise UnknownSession("{username} has no such open session", username=user.username)
    _record(session, AuditAction.USER_END_SESSION, user, author, after={"sessions": 1})


def end_all_sessions(session: Session, author: Author) -> int:
    """End the sessions of everybody, the author's too. Returns how many were open."""
    ended = sessions.end_all_sessions(session, author.at)
    audit.record(
        session,
        actor_id=author.user_id,
        action=AuditAction.USER_END_ALL_SESSIONS,
        subject=AuditSubject.USER,
        subject_id=EVERYBODY,
        request_id=author.request_id,
        at=author.at,
        after={"sessions": ended},
    )
    return ended


def set_self_approval(session: Session, user: User, *, allowed: bool, author: Author) -> None:
    """Give or take the right to approve alone what one made."""
    before, user.may_self_approve, user.updated_at = user.may_self_approve, allowed, author.at
    _record(
        session,
        AuditAction.USER_SELF_APPROVAL,
        user,
        author,
        before={"may_self_approve": before},
        after={"may_self_approve": allowed},
    )


def _record(
    session: Session,
    action: AuditAction,
    user: User,
    author: Author,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        session,
        actor_id=author.user_id,
        action=action,
        subject=AuditSubject.USER,
        subject_id=user.id,
        request_id=author.request_id,
        at=author.at,
        before=before,
        after=after,
    )
