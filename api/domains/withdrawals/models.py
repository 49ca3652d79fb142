"""Withdrawals of partners' balances to their bank accounts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, Rupiah, UtcDateTime


class Withdrawal(Base):
    """A request to pay `nominal` rupiah out. The account is copied at request: later edits do not redirect it.

    `version` grows with each change; a decision on an older one is refused.
    """

    __tablename__ = "withdrawals"
    __table_args__ = (
        Index(None, "status", "created_at"),
        Index(None, "partner_id", "created_at"),
        CheckConstraint("nominal > 0", name="nominal"),
        {"info": {"followed": True}},
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
    maker_id: Mapped[int | None] = mapped_column(Key)  # the user who requested it, when one did
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reversed_by: Mapped[int | None] = mapped_column(Key)
    reversed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class WithdrawalDecision(Base):
    """One step of a person, append-only, with what was on the screen when it was taken.

    `version`, `nominal` and `bank_account_no` are those decided on. `seen`: the snapshot is what the person was
    shown, signed by the server; else it was drawn up at the decision, for a client that sent none.
    """

    __tablename__ = "withdrawal_decisions"
    __table_args__ = (Index(None, "withdrawal_id", "id"), Index(None, "created_at", "actor_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    withdrawal_id: Mapped[int] = mapped_column(ForeignKey("withdrawals.id"))
    kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(Integer)
    nominal: Mapped[int] = mapped_column(Rupiah)
    bank_account_no: Mapped[str] = mapped_column(String(40))
    comment: Mapped[str] = mapped_column(Text)
    self_approved: Mapped[bool] = mapped_column(Boolean)
    seen: Mapped[bool] = mapped_column(Boolean)
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TransferProof(Base):
    """A file that proved a payment, by its hash: the key refuses a proof that was used before.

    `amount`, `paid_on` and `last_four` are what the payer typed. A bank's result file proves many withdrawals, so it
    names none.
    """

    __tablename__ = "transfer_proofs"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    withdrawal_id: Mapped[int | None] = mapped_column(ForeignKey("withdrawals.id"), unique=True)
    media_type: Mapped[str] = mapped_column(String(80))
    bytes: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int | None] = mapped_column(Rupiah)
    paid_on: Mapped[date | None] = mapped_column(Date)
    last_four: Mapped[str | None] = mapped_column(String(4))
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
