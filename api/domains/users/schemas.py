"""Bodies and rows of the administration of users."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from api.domains.auth.models import User
from vocabulary import Role


class ResetBody(BaseModel):
    """The new password; without one, a password is generated and answered once."""

    password: str | None = Field(None, max_length=1000)


def row(user: User, last_login_at: datetime | None, open_sessions: int) -> dict[str, Any]:
    """A user as the list shows it."""
    return {
        "user_id": user.id,
        "username": user.username,
        "full_name": user.full_name,
        "email": user.email,
        "phone": user.phone,
        "role_id": user.role_id,
        "role": Role(user.role_id).name.lower(),
        "state": "active" if user.disabled_at is None else "disabled",
        "disabled_at": _instant(user.disabled_at),
        "may_self_approve": user.may_self_approve,
        "last_login_at": _instant(last_login_at),
        "open_sessions": open_sessions,
        "created_at": _instant(user.created_at),
    }


def _instant(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
