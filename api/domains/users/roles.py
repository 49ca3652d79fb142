"""Roles: who gets one, and which ones take two admins (docs/decisions/0021-two-admins-for-a-role.md)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.auth import sessions
from api.domains.auth.models import User
from api.domains.users import accounts
from api.domains.users.accounts import Author, NewUser
from api.domains.users.errors import LastAdmin, OwnAccount, RequestOver, RoleKept, SecondAdmin, UnknownRequest
from api.domains.users.models import UserRequest
from api.kernel import audit
from texts import word
from vocabulary import AuditAction, AuditSubject, RequestOutcome, Role

GUARDED = (Role.ADMIN, Role.FINANCE)  # who moves money, or says who does
GIVEN = (*GUARDED, Role.GROWTH, Role.MITRA)  # a partner's role comes with the partner
VALID = timedelta(days=7)  # of a request


def change(session: Session, user: User, role: Role, author: Author, *, request: UserRequest | None = None) -> None:
    """Give a locked user another role. The user's sessions end, and with the old role the right to approve alone.

    Raises:
        OwnAccount: the author's own.
        RoleKept: it is the user's role, or the user is a partner.
        LastAdmin: the only admin who can sign in would be none.
    """
    check(session, user, role, author)
    before = Role(user.role_id)
    user.role_id, user.may_self_approve, user.updated_at = int(role), False, author.at
    sessions.end_sessions(session, user.id, author.at)
    _record(
        session,
        (AuditAction.USER_ROLE, AuditSubject.USER, user.id),
        author,
        before={"role": before.name.lower()},
        after={"role": role.name.lower()} | _asked(request),
    )


def check(session: Session, user: User, role: Role, author: Author) -> None:
    """Refuse a role that a locked user cannot get; see `change`."""
    if user.id == author.user_id:
        raise OwnAccount("nobody changes their own role; ask another admin")
    if user.role_id == Role.PARTNER or user.role_id == role:
        raise RoleKept(
            "{username} is {role}, and stays it", username=user.username, role=word(Role(user.role_id).name.lower())
        )
    if user.role_id == Role.ADMIN and user.disabled_at is None and accounts.other_admins(session, user) == 0:
        raise LastAdmin("{username} is the last admin who can sign in", username=user.username)


def ask(session: Session, role: Role, author: Author, *, user: User | None, person: NewUser) -> UserRequest:
    """Write down what one admin asks for: a role of a locked `user`, or an account for `person`.

    Raises:
        RequestOver: there is an open request of this user.
        as change does, UserRefused: as accounts.create does.
    """
    if user is None:
        accounts.check_free(session, person)
    else:
        check(session, user, role, author)
    same = UserRequest.username == person.username.strip().lower()
    if session.scalar(select(UserRequest.id).where(same, *_is_open(author.at))) is not None:
        raise RequestOver("there is an open request for {username}; decide it first", username=person.username)
    if user is not None:
        _close_expired(session, user, author.at)
    made = UserRequest(
        user_id=None if user is None else user.id,
        username=person.username.strip().lower(),
        email=person.email.strip().lower(),
        full_name=person.full_name.strip(),
        phone=person.phone,
        role_id=int(role),
        requested_by=author.user_id,
        requested_at=author.at,
    )
    session.add(made)
    session.flush()
    about = {"username": made.username, "role": role.name.lower()}
    _record(session, (AuditAction.USER_REQUESTED, AuditSubject.USER_REQUEST, made.id), author, after=about)
    return made


def confirm(session: Session, request_id: int, password_hash: str, author: Author) -> tuple[User, bool]:
    """Do what another admin asked for; `password_hash` is for an account that is made. Returns the user, and whether
    the account is new.

    Raises:
        UnknownRequest, RequestOver: there is none, or it was decided, or is too old.
        SecondAdmin: the author asked for it, or who asked is no admin any more.
        as change and accounts.create do.
    """
    request = _locked(session, request_id, author.at)
    if request.requested_by == author.user_id:
        raise SecondAdmin("you asked for this yourself; another admin must confirm it")
    role = Role(request.role_id)
    if request.user_id is None:
        accounts.lock_admins(session)
        _check_asker(session, request)
        person = NewUser(request.username, request.email, request.full_name, request.phone, role)
        user = accounts.create(session, person, password_hash, author, more=_asked(request))
    else:
        user = accounts.find(session, request.user_id)
        _check_asker(session, request)
        change(session, user, role, author, request=request)
    _decide(request, RequestOutcome.CONFIRMED, author)
    return user, request.user_id is None


def decline(session: Session, request_id: int, author: Author) -> None:
    """End a request without doing it: by another admin, or by who asked.

    Raises:
        UnknownRequest, RequestOver: there is none, or it was decided, or is too old.
    """
    request = _locked(session, request_id, author.at)
    _decide(request, RequestOutcome.DECLINED, author)
    about = {"username": request.username, "role": Role(request.role_id).name.lower()}
    _record(session, (AuditAction.USER_REQUEST_DECLINED, AuditSubject.USER_REQUEST, request.id), author, after=about)


def open_requests(session: Session, now: datetime) -> Sequence[tuple[UserRequest, str, int | None]]:
    """What waits for a second admin, the oldest first: the request, who asked, and the role of the user now."""
    asker, subject = User.__table__.alias("asker"), User.__table__.alias("subject")
    found = session.execute(
        select(UserRequest, asker.c.full_name, subject.c.role_id)
        .join(asker, asker.c.id == UserRequest.requested_by)
        .outerjoin(subject, subject.c.id == UserRequest.user_id)
        .where(*_is_open(now))
        .order_by(UserRequest.id)
    )
    return [(request, name, role_id) for request, name, role_id in found]


def _is_open(now: datetime) -> tuple[Any, Any]:
    return UserRequest.decided_at.is_(None), UserRequest.requested_at > now - VALID


def _close_expired(session: Session, user: User, now: datetime) -> None:
    old = select(UserRequest).where(UserRequest.user_id == user.id, UserRequest.decided_at.is_(None))
    for request in session.scalars(old):
        request.decided_at, request.outcome = now, RequestOutcome.EXPIRED
    session.flush()


def _locked(session: Session, request_id: int, now: datetime) -> UserRequest:
    request = session.get(UserRequest, request_id, with_for_update={"key_share": True})
    if request is None:
        raise UnknownRequest("there is no request {request_id}", request_id=request_id)
    if request.outcome is not None:
        outcome = word(request.outcome)
        raise RequestOver("the request is {outcome} already", {"outcome": request.outcome}, outcome=outcome)
    if request.requested_at <= now - VALID:
        raise RequestOver("the request is older than {days} days; ask anew", days=VALID.days)
    return request


def _check_asker(session: Session, request: UserRequest) -> None:
    asker = session.get_one(User, request.requested_by, populate_existing=True)
    if asker.role_id != Role.ADMIN or asker.disabled_at is not None:
        raise SecondAdmin("{name} asked for this and is no admin any more; ask anew", name=asker.full_name)


def _decide(request: UserRequest, outcome: RequestOutcome, author: Author) -> None:
    request.decided_by, request.decided_at, request.outcome = author.user_id, author.at, outcome


def _asked(request: UserRequest | None) -> dict[str, Any]:
    """Who asked, for the entry of who confirmed."""
    return {} if request is None else {"request": request.id, "requested_by": request.requested_by}


def _record(
    session: Session,
    what: tuple[AuditAction, AuditSubject, int],
    author: Author,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any],
) -> None:
    action, subject, subject_id = what
    audit.record(
        session,
        actor_id=author.user_id,
        action=action,
        subject=subject,
        subject_id=subject_id,
        request_id=author.request_id,
        at=author.at,
        before=before,
        after=after,
    )
