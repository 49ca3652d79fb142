"""Bodies and answers of the administration of users."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.domains.auth.models import User
from api.kernel.payload import Fields
from vocabulary import Role

State = Literal["active", "disabled"]


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
