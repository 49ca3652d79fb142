"""Withdrawals of partners' balances to their bank accounts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, Rupiah, UtcDateTime


class WithdrawalStatus(StrEnum):
    """The contract's statuses, and `reversed`: the bank sent a completed payout back."""

    REQUESTED = "requested"
    ON_REVIEW = "on_review"
    COMPLETED = "completed"
    REJECTED = "rejected"
    CANCELED = "canceled"
    REVERSED = "reversed"


class Withdrawal(Base):
    """A request to pay `nominal` rupiah out. The account is copied at request: later edits do not redirect it.

    `version` grows with each change; a decision on an older one is refused.
    """

    __tablename__ = "withdrawals"
    __table_args__ = (
        Index(None, "status", "created_at"),
        Index(None, "partner_id", "created_at"),
        CheckConstraint("nominal > 0", name="nominal"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("bank_accounts.id"))
    bank_name: Mapped[str] = mapped_column(String(100))
    bank_account_no: Mapped[str] = mapped_column(String(40))
    bank_account_name: Mapped[str] = mapped_column(String(200))
    nominal: Mapped[int] = mapped_column(Rupiah)
    beginning_balance: Mapped[int] = mapped_column(Rupiah)
    status: Mapped[str] = mapped_column(String(20))
    notes: Mapped[str | None] = mapped_column(Text)
    proof_sha256: Mapped[str | None] = mapped_column(String(64))
    proof_type: Mapped[str | None] = mapped_column(String(40))
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reversed_by: Mapped[int | None] = mapped_column(Key)
    reversed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
