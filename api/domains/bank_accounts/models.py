"""Partners' bank accounts, and what they were before."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, UtcDateTime


class BankAccount(Base):
    """A bank account that a partner's withdrawals go to. A partner with accounts has one default.

    `details_at`: when bank, number and name became what they are. `name_score` (0 to 100) is the last name check's,
    None before the first one and after each change. `deleted_at`: since when the partner can use it no more.
    """

    __tablename__ = "bank_accounts"
    __table_args__ = (
        Index(
            "uq_bank_accounts_default",
            "partner_id",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    bank_name: Mapped[str] = mapped_column(String(100))
    account_no: Mapped[str] = mapped_column(String(40), index=True)
    account_name: Mapped[str] = mapped_column(String(200))
    bank_code: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(String(500))
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)
    details_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    name_score: Mapped[int | None] = mapped_column(SmallInteger)
    name_found: Mapped[str | None] = mapped_column(String(200))
    name_checked_by: Mapped[str | None] = mapped_column(String(60))
    name_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class BankAccountChange(Base):
    """What an account was before a change; append-only."""

    __tablename__ = "bank_account_changes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("bank_accounts.id"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    bank_name: Mapped[str] = mapped_column(String(100))
    account_no: Mapped[str] = mapped_column(String(40))
    account_name: Mapped[str] = mapped_column(String(200))
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
