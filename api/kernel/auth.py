"""Who calls: bearer tokens, and roles as types in the signatures of routes."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import jwt
from fastapi import Depends, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.auth.models import AuthSession, Role, User
from api.kernel.errors import Forbidden, Unauthenticated
from api.kernel.request import CurrentSettings, Db
from settings import Settings
from texts import Text, listed, word

ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in user of a request."""

    user: User
    session_id: str
    request_id: str

    @property
    def id(self) -> int:
        """The user's id."""
        return self.user.id

    @property
    def role(self) -> Role:
        """The user's role."""
        return Role(self.user.role_id)

    @property
    def role_word(self) -> Text:
        """The role as it stands in a sentence."""
        return word(self.role.name.lower())


def issue_token(
    session: Session,
    settings: Settings,
    user: User,
    now: datetime,
    *,
    login_from: str = "",
    fcm_token: str | None = None,
) -> tuple[str, datetime]:
    """Open a session for a user. Returns its token and the instant of its expiry."""
    token_id, expires = str(uuid.uuid4()), now + timedelta(days=settings.token_days)
    session.add(
        AuthSession(
            id=token_id,
            user_id=user.id,
            login_from=login_from[:50],
            fcm_token=fcm_token,
            issued_at=now,
            expires_at=expires,
        )
    )
    claims = {"sub": str(user.id), "jti": token_id, "iat": int(now.timestamp()), "exp": int(expires.timestamp())}
    return jwt.encode(claims, settings.secret_key.get_secret_value(), ALGORITHM), expires


def actor_of(request: Request, session: Db, settings: CurrentSettings) -> Actor:
    """The caller.

    Raises:
        Unauthenticated: no bearer token, or one that is forged, expired or revoked, or an unknown application id.
    """
    known = settings.known_applications
    if known and request.headers.get("X-Application-Id") not in known:
        raise Unauthenticated("X-Application-Id is missing or unknown")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("send the token of the login as Authorization: Bearer")
    try:
        # the session row below holds the expiry, measured by the product's own clock
        claims = jwt.decode(
            token,
            settings.secret_key.get_secret_value(),
            algorithms=[ALGORITHM],
            options={"require": ["sub", "jti", "exp"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError:
        raise Unauthenticated("the token is not valid; sign in again") from None
    found = session.execute(
        select(AuthSession, User).join(User, User.id == AuthSession.user_id).where(AuthSession.id == str(claims["jti"]))
    ).one_or_none()
    opened, user = found or (None, None)
    if opened is None or user is None or str(opened.user_id) != claims["sub"] or opened.revoked_at is not None:
        raise Unauthenticated("this session has ended; sign in again")
    if opened.expires_at <= settings.now():
        raise Unauthenticated("this session has expired; sign in again")
    return Actor(user, opened.id, request.state.request_id)


class _Requires:
    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    async def __call__(self, actor: Annotated[Actor, Depends(actor_of)]) -> Actor:
        if actor.role not in self.roles:
            needed = listed([word(role.name.lower()) for role in self.roles])
            raise Forbidden("this needs one of the roles {needed}; you are {role}", needed=needed, role=actor.role_word)
        return actor


SignedIn = Annotated[Actor, Depends(actor_of)]
Staff = Annotated[Actor, Depends(_Requires(Role.ADMIN, Role.GROWTH, Role.FINANCE))]
Growth = Annotated[Actor, Depends(_Requires(Role.ADMIN, Role.GROWTH))]
Reviewer = Annotated[Actor, Depends(_Requires(Role.ADMIN, Role.FINANCE))]
Finance = Annotated[Actor, Depends(_Requires(Role.FINANCE))]
PartnerUser = Annotated[Actor, Depends(_Requires(Role.PARTNER))]
