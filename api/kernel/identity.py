"""Who calls: the role of a user, and the actor of a request. The auth domain says which actor a token stands for."""

from dataclasses import dataclass
from typing import Protocol

from fastapi import Request
from sqlalchemy.orm import Session

from api.kernel.errors import Forbidden, Unauthenticated
from settings import Settings
from texts import Text, listed, word
from vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in user of a request."""

    id: int
    role: Role
    name: str
    may_self_approve: bool
    session_id: str
    request_id: str

    @property
    def role_word(self) -> Text:
        """The role as it stands in a sentence."""
        return word(self.role.name.lower())


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request sends to say who it is."""

    token: str
    request_id: str


class Authenticate(Protocol):
    """Finds the actor of credentials in an open transaction.

    Raises:
        Unauthenticated: the token is forged, expired or revoked, or the user is disabled.
    """

    def __call__(self, session: Session, settings: Settings, credentials: Credentials) -> Actor: ...


def credentials_of(request: Request, settings: Settings) -> Credentials:
    """The bearer token of a request.

    Raises:
        Unauthenticated: there is none, or the application id is unknown.
    """
    known = settings.known_applications
    if known and request.headers.get("X-Application-Id") not in known:
        raise Unauthenticated("X-Application-Id is missing or unknown")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("send the token of the login as Authorization: Bearer")
    return Credentials(token.strip(), request.state.request_id)


def require_role(actor: Actor, roles: tuple[Role, ...]) -> Actor:
    """The actor.

    Raises:
        Forbidden: `roles` names some, and the actor's is not among them.
    """
    if roles and actor.role not in roles:
        needed = listed([word(role.name.lower()) for role in roles])
        raise Forbidden("this needs one of the roles {needed}; you are {role}", needed=needed, role=actor.role_word)
    return actor
