"""Partners (sellers), their addresses, bank accounts and the notes that staff write about them."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, UtcDateTime
from texts import Text, word
from vocabulary import BLOCKING, ProblemMark


class Partner(Base):
    """A seller. `problem_status`: a ProblemMark."""

    __tablename__ = "partners"
    __table_args__ = ({"info": {"followed": True}},)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    brand_name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), index=True)
    phone: Mapped[str] = mapped_column(String(20))
    city: Mapped[str] = mapped_column(String(100), default="")
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    problem_status: Mapped[int] = mapped_column(SmallInteger, default=0)
    is_tracking_sales: Mapped[bool] = mapped_column(Boolean, default=False)
    notify_whatsapp: Mapped[bool] = mapped_column(Boolean, default=False)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    @property
    def is_blocked(self) -> bool:
        """Whether its mark stops payouts."""
        return self.problem_status in BLOCKING

    @property
    def mark(self) -> Text:
        """The mark as it stands in a sentence."""
        return word(ProblemMark(self.problem_status).name.lower())


class Address(Base):
    """A pickup address of a partner."""

    __tablename__ = "addresses"
    __table_args__ = ({"info": {"followed": True}},)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str] = mapped_column(String(500))
    district: Mapped[str] = mapped_column(String(100))
    city: Mapped[str] = mapped_column(String(100))
    province: Mapped[str] = mapped_column(String(100))
    pic: Mapped[str] = mapped_column(String(200))
    pic_phone: Mapped[str] = mapped_column(String(20))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


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


class PartnerNote(Base):
    """One note on a partner. The newest is the contract's `notes`; the older ones are its history."""

    __tablename__ = "partner_notes"
    __table_args__ = (
        Index(None, "partner_id", "created_at"),
        {"info": {"followed": True}},
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(LongText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
