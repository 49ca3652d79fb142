"""Users of the API and the dashboard, and their signed-in sessions."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, UtcDateTime


class User(Base):
    """A person who can sign in, unless `disabled_at` is set."""

    __tablename__ = "users"
    __table_args__ = ({"info": {"followed": True}},)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    username: Mapped[str] = mapped_column(String(100), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20))
    role_id: Mapped[int] = mapped_column(SmallInteger)
    password_hash: Mapped[str] = mapped_column(String(200))
    birth_date: Mapped[str | None] = mapped_column(String(10))
    gender: Mapped[int] = mapped_column(SmallInteger, default=1)
    marital_status: Mapped[int] = mapped_column(SmallInteger, default=0)
    may_self_approve: Mapped[bool] = mapped_column(Boolean, default=False)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AuthSession(Base):
    """One issued token; revoked_at ends it everywhere.

    `sign_in_id` is the first token of the sign-in: the ones that it was refreshed into carry it on.
    `replaced_at`: since when there is a refreshed one in its place.
    """

    __tablename__ = "auth_sessions"
    __table_args__ = (Index(None, "user_id", "revoked_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # the token's jti
    sign_in_id: Mapped[str] = mapped_column(String(36))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    login_from: Mapped[str] = mapped_column(String(50), default="")
    fcm_token: Mapped[str | None] = mapped_column(String(300))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
