"""Requests for a role that two admins give together."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, UtcDateTime

_OPEN = text("decided_at IS NULL")


class UserRequest(Base):
    """One admin asks for an account or a role, another one confirms or declines it.

    `user_id`: whose role it is; None for an account that is not there yet, which the names are for. Open while
    `decided_at` is None; a user has one open request at most.
    """

    __tablename__ = "user_requests"
    __table_args__ = (
        Index("uq_user_requests_open", "user_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    username: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    full_name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20))
    role_id: Mapped[int] = mapped_column(SmallInteger)
    requested_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
