"""Sessions: a bearer token is the name of one; the row decides how long it lives."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.orm import Session

from api.domains.auth.models import AuthSession, User
from api.kernel.errors import Unauthenticated
from api.kernel.identity import Actor, Credentials
from settings import Settings
from vocabulary import Role

ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Device:
    """What a client says of itself when it signs in."""

    login_from: str = ""
    fcm_token: str | None = None


def issue_token(
    session: Session, settings: Settings, user: User, now: datetime, device: Device = Device()
) -> tuple[str, datetime]:
    """Open a session for a user who signs in. Returns its token and the instant of its expiry."""
    token_id = str(uuid.uuid4())
    opened = AuthSession(
        id=token_id,
        sign_in_id=token_id,
        user_id=user.id,
        login_from=device.login_from[:50],
        fcm_token=device.fcm_token,
        issued_at=now,
        expires_at=now + timedelta(days=settings.token_days),
    )
    session.add(opened)
    return _signed(opened, settings), opened.expires_at


def _signed(opened: AuthSession, settings: Settings) -> str:
    claims = {
        "sub": str(opened.user_id),
        "jti": opened.id,
        "iat": int(opened.issued_at.timestamp()),
        "exp": int(opened.expires_at.timestamp()),
    }
    return jwt.encode(claims, settings.secret_key.get_secret_value(), ALGORITHM)


def authenticate(session: Session, settings: Settings, credentials: Credentials) -> Actor:
    """The actor of a token; see `api.kernel.identity.Authenticate`."""
    try:
        # the session row below holds the expiry, measured by the product's own clock
        claims = jwt.decode(
            credentials.token,
            settings.secret_key.get_secret_value(),
            algorithms=[ALGORITHM],
            options={"require": ["sub", "jti", "exp"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError:
        raise Unauthenticated("the token is not valid; sign in again") from None
    found = session.execute(
        select(AuthSession, User).join(User, User.id == AuthSession.user_id).where(AuthSession.id == claims["jti"])
    ).one_or_none()
    if found is None:
        raise Unauthenticated("this session has ended; sign in again")
    opened, user = found
    if str(opened.user_id) != claims["sub"] or opened.revoked_at is not None or user.disabled_at is not None:
        raise Unauthenticated("this session has ended; sign in again")
    if opened.expires_at <= settings.now():
        raise Unauthenticated("this session has expired; sign in again")
    return Actor(user.id, Role(user.role_id), user.full_name, user.may_self_approve, opened.id, credentials.request_id)


def end_sessions(session: Session, user_id: int, now: datetime, *, keep: str | None = None) -> int:
    """End all sessions of a user, everywhere, but `keep`. Returns how many ended."""
    mine = (AuthSession.user_id == user_id) & (AuthSession.id != (keep or ""))
    return _end(session, mine, now)


def end_all_sessions(session: Session, now: datetime) -> int:
    """End the sessions of everybody. Returns how many ended."""
    return _end(session, true(), now)


def end_session(session: Session, session_id: str, now: datetime) -> None:
    """End one session."""
    _end(session, AuthSession.id == session_id, now)


def _end(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    valid = AuthSession.revoked_at.is_(None) & (AuthSession.expires_at > now)
    ended = update(AuthSession).where(which, valid).values(revoked_at=now).returning(AuthSession.id)
    return len(session.scalars(ended).all())
