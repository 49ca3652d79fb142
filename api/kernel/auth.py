"""Who calls: bearer tokens, and roles as types in the signatures of routes."""

from dataclasses import dataclass
from typing import Annotated

import jwt
from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.domains.auth import sessions
from api.domains.auth.models import User
from api.domains.auth.sessions import ALGORITHM
from api.kernel.db import transaction
from api.kernel.errors import Forbidden, Unauthenticated
from api.kernel.request import CurrentSettings, Db
from texts import Text, listed, word
from vocabulary import Role


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
    user, opened = sessions.authenticate(session, claims, settings.now())
    return Actor(user, opened.id, request.state.request_id)


class _Requires:
    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    async def __call__(self, actor: Annotated[Actor, Depends(actor_of)]) -> Actor:
        if actor.role not in self.roles:
            needed = listed([word(role.name.lower()) for role in self.roles])
            raise Forbidden("this needs one of the roles {needed}; you are {role}", needed=needed, role=actor.role_word)
        return actor


async def actor_without_transaction(request: Request, settings: CurrentSettings) -> Actor:
    """As actor_of, in a transaction that ends before the route begins: for routes that hash passwords."""

    def find() -> Actor:
        with transaction(request.app.state.sessions, read_only=True) as session:
            return actor_of(request, session, settings)

    return await run_in_threadpool(find)


class _RequiresWithoutTransaction(_Requires):
    async def __call__(self, actor: Annotated[Actor, Depends(actor_without_transaction)]) -> Actor:
        return await super().__call__(actor)


SignedIn = Annotated[Actor, Depends(actor_of)]
SignedInBriefly = Annotated[Actor, Depends(actor_without_transaction)]
Admin = Annotated[Actor, Depends(_Requires(Role.ADMIN))]
AdminBriefly = Annotated[Actor, Depends(_RequiresWithoutTransaction(Role.ADMIN))]
Staff = Annotated[Actor, Depends(_Requires(Role.ADMIN, Role.GROWTH, Role.FINANCE))]
Growth = Annotated[Actor, Depends(_Requires(Role.ADMIN, Role.GROWTH))]
Reviewer = Annotated[Actor, Depends(_Requires(Role.ADMIN, Role.FINANCE))]
Finance = Annotated[Actor, Depends(_Requires(Role.FINANCE))]
PartnerUser = Annotated[Actor, Depends(_Requires(Role.PARTNER))]
