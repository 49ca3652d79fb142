"""Bodies and answers of the administration of users."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from api.domains.auth.models import AuthSession, User
from api.domains.users.models import UserRequest
from api.domains.users.roles import VALID
from api.kernel.payload import Fields
from api.kernel.types import Line
from vocabulary import Role

State = Literal["active", "disabled"]
GivenRole = Literal["admin", "finance", "growth", "mitra"]
Username = Annotated[
    str,
    BeforeValidator(lambda value: value.strip().lower() if isinstance(value, str) else value),
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,99}\z"),
]
Email = Annotated[Line, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+\z")]


class NewAccount(Fields):
    """Who an account is for."""

    username: Username
    email: Email
    full_name: Annotated[Line, Field(min_length=1, max_length=200)]
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20, pattern=r"^[0-9+ -]*\z")] = ""
    role: GivenRole


class NewRole(Fields):
    """The role that a user gets."""

    role: GivenRole


class Made(BaseModel):
    """What became of it: the account with its generated password, which is kept nowhere, or the request that waits
    for another admin."""

    user_id: int | None = None
    password: str | None = None
    request_id: int | None = None


class RequestRow(BaseModel):
    """An account (without `user_id`) or a role that waits for a second admin; instants in UTC."""

    request_id: int
    user_id: int | None
    username: str
    full_name: str
    email: str
    role: str
    role_before: str | None
    requested_by: int
    requested_by_name: str
    requested_at: datetime
    expires_at: datetime


class SessionRow(BaseModel):
    """An open session, by its sign-in; instants in UTC. `is_current`: the caller's own."""

    session_id: str
    login_from: str
    signed_in_at: datetime
    refreshed_at: datetime
    expires_at: datetime
    is_current: bool


def request_row(request: UserRequest, asker: str, role_before: int | None) -> RequestRow:
    """The row of a request."""
    return RequestRow(
        request_id=request.id,
        user_id=request.user_id,
        username=request.username,
        full_name=request.full_name,
        email=request.email,
        role=Role(request.role_id).name.lower(),
        role_before=None if role_before is None else Role(role_before).name.lower(),
        requested_by=request.requested_by,
        requested_by_name=asker,
        requested_at=request.requested_at,
        expires_at=request.requested_at + VALID,
    )


class Reset(Fields):
    """The new password; without one, a password is generated and answered once."""

    password: str | None = Field(None, max_length=1000)


class Generated(BaseModel):
    """The generated password; None where one was given."""

    password: str | None


class Ended(BaseModel):
    """How many sessions ended."""

    sessions: int


class UserRow(BaseModel):
    """A user as the list shows it; instants in UTC."""

    user_id: int
    username: str
    full_name: str
    email: str
    phone: str
    role_id: int
    role: str
    state: State
    disabled_at: datetime | None
    may_self_approve: bool
    last_login_at: datetime | None
    open_sessions: int
    created_at: datetime


def session_row(token: AuthSession, signed_in_at: datetime, own_id: str) -> SessionRow:
    """The row of an open session."""
    return SessionRow(
        session_id=token.sign_in_id,
        login_from=token.login_from,
        signed_in_at=signed_in_at,
        refreshed_at=token.issued_at,
        expires_at=token.expires_at,
        is_current=token.id == own_id,
    )


def row(user: User, last_login_at: datetime | None, open_sessions: int) -> UserRow:
    """The row of a user."""
    return UserRow(
        user_id=user.id,
        username=user.username,
        full_name=user.full_name,
        email=user.email,
        phone=user.phone,
        role_id=user.role_id,
        role=Role(user.role_id).name.lower(),
        state="active" if user.disabled_at is None else "disabled",
        disabled_at=user.disabled_at,
        may_self_approve=user.may_self_approve,
        last_login_at=last_login_at,
        open_sessions=open_sessions,
        created_at=user.created_at,
    )
