"""Sessions: a bearer token is the name of one. The row says how long it lives; use prolongs it."""

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
GRACE = timedelta(seconds=60)  # how long a refreshed token still serves calls under way
LONGEST_TOKEN = 4096  # characters; ours have less than 400


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
        expires_at=now + lifetime(settings),
    )
    session.add(opened)
    return _signed(opened, settings), opened.expires_at


def refresh(session: Session, settings: Settings, session_id: str, now: datetime) -> str:
    """A token for a further session of the same sign-in. The one before lives GRACE longer, however often it is
    refreshed."""
    old = session.get_one(AuthSession, session_id, with_for_update=True)
    if old.replaced_at is None:
        old.replaced_at, old.expires_at = now, min(old.expires_at, now + GRACE)
    fresh = AuthSession(
        id=str(uuid.uuid4()),
        sign_in_id=old.sign_in_id,
        user_id=old.user_id,
        login_from=old.login_from,
        fcm_token=old.fcm_token,
        issued_at=now,
        expires_at=now + lifetime(settings),
    )
    session.add(fresh)
    return _signed(fresh, settings)


def lifetime(settings: Settings) -> timedelta:
    """How long a session lives that is not used."""
    return timedelta(days=settings.token_days)


def _signed(opened: AuthSession, settings: Settings) -> str:
    claims = {
        "sub": str(opened.user_id),
        "jti": opened.id,
        "iat": int(opened.issued_at.timestamp()),
        "exp": int(opened.expires_at.timestamp()),
    }
    return jwt.encode(claims, settings.secret_key.get_secret_value(), ALGORITHM)


class Authenticator:
    """Finds the actor of a token, and remembers whose session is to be prolonged: that is written later, since
    most requests only read."""

    def __init__(self) -> None:
        self._due: set[str] = set()

    def __call__(self, session: Session, settings: Settings, credentials: Credentials) -> Actor:
        """The actor of a token; see `api.kernel.identity.Authenticate`."""
        user_id, session_id = _claims(credentials.token, settings)
        found = session.execute(
            select(AuthSession, User).join(User, User.id == AuthSession.user_id).where(AuthSession.id == session_id)
        ).one_or_none()
        opened, user = found or (None, None)
        if opened is None or user is None or str(user.id) != user_id:
            raise Unauthenticated("this session has ended; sign in again")
        if opened.revoked_at is not None or user.disabled_at is not None:
            raise Unauthenticated("this session has ended; sign in again")
        now = settings.now()
        if opened.expires_at <= now:
            raise Unauthenticated("this session has expired; sign in again")
        if opened.replaced_at is None and opened.expires_at <= now + lifetime(settings) - _step(settings):
            self._due.add(opened.id)
        role = Role(user.role_id)
        return Actor(user.id, role, user.full_name, user.may_self_approve, opened.id, credentials.request_id)

    def take_due(self) -> set[str]:
        """The sessions that were used and are to be prolonged; they are forgotten here."""
        due, self._due = self._due, set()
        return due

    def put_back(self, due: set[str]) -> None:
        """They could not be prolonged now."""
        self._due |= due


def _step(settings: Settings) -> timedelta:
    """What a session has to have lost before use prolongs it: a day, or an hour of a lifetime of one day."""
    return min(timedelta(days=1), lifetime(settings) / 24)


def _claims(token: str, settings: Settings) -> tuple[str, str]:
    """The ids of the user and of the session in a token.

    Raises:
        Unauthenticated: it is not one of ours.
    """
    try:
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise jwt.InvalidTokenError
        # the session's row holds the expiry, measured by the product's own clock
        claims = jwt.decode(
            token,
            settings.secret_key.get_secret_value(),
            algorithms=[ALGORITHM],
            options={"require": ["sub", "jti", "exp"], "verify_exp": False, "verify_iat": False},
        )
        uuid.UUID(claims["jti"])
    except (jwt.InvalidTokenError, ValueError):
        raise Unauthenticated("the token is not valid; sign in again") from None
    return claims["sub"], claims["jti"]


def prolong(session: Session, settings: Settings, session_ids: set[str], now: datetime) -> None:
    """Let sessions that are still valid live their whole time from now on."""
    alive = AuthSession.replaced_at.is_(None) & AuthSession.revoked_at.is_(None) & (AuthSession.expires_at > now)
    mine = update(AuthSession).where(AuthSession.id.in_(session_ids), alive)
    session.execute(mine.values(expires_at=now + lifetime(settings)))


def end_sessions(session: Session, user_id: int, now: datetime) -> int:
    """End all sessions of a user, everywhere. Returns how many ended."""
    return _end(session, AuthSession.user_id == user_id, now)


def end_other_sessions(session: Session, user_id: int, session_id: str, now: datetime) -> None:
    """End all sessions of a user but the newest of this one's sign-in."""
    mine = session.get_one(AuthSession, session_id)
    is_kept = (AuthSession.sign_in_id == mine.sign_in_id) & AuthSession.replaced_at.is_(None)
    _end(session, (AuthSession.user_id == user_id) & ~is_kept, now)


def end_all_sessions(session: Session, now: datetime) -> int:
    """End the sessions of everybody. Returns how many ended."""
    return _end(session, true(), now)


def end_session(session: Session, session_id: str, now: datetime) -> None:
    """End one session, with what it was refreshed from and into."""
    mine = session.get_one(AuthSession, session_id)
    _end(session, AuthSession.sign_in_id == mine.sign_in_id, now)


def end_sign_in(session: Session, user_id: int, sign_in_id: str, now: datetime) -> int:
    """End a user's session by its sign-in, everywhere. Returns how many ended."""
    return _end(session, (AuthSession.user_id == user_id) & (AuthSession.sign_in_id == sign_in_id), now)


def _end(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    valid = AuthSession.revoked_at.is_(None) & (AuthSession.expires_at > now)
    ended = update(AuthSession).where(which, valid).values(revoked_at=now).returning(AuthSession.replaced_at)
    return sum(replaced_at is None for replaced_at in session.scalars(ended))
