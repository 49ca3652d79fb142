"""Batches of withdrawals that are paid by one bank upload, their rows, and the bank's answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, Rupiah, UtcDateTime
from vocabulary import RowState

OPEN = (RowState.SENT, RowState.MISMATCHED, RowState.SUSPECT)
HOLDING = (RowState.PROPOSED, *OPEN, RowState.MATCHED)
_HOLDING = text("state IN ('proposed', 'sent', 'mismatched', 'suspect', 'matched')")


class PayoutBatch(Base):
    """Withdrawals that are paid together. `row_count` and `total` (rupiah) are what the checker approved."""

    __tablename__ = "payout_batches"
    __table_args__ = (CheckConstraint("checker_id IS NULL OR checker_id <> maker_id OR self_approved", name="checker"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    reference: Mapped[str] = mapped_column(String(30), unique=True)
    profile: Mapped[str] = mapped_column(String(40))
    source_account: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20), index=True)
    maker_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    checker_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    self_approved: Mapped[bool] = mapped_column(default=False)
    row_count: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Rupiah)
    comment: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PayoutRow(Base):
    """One withdrawal of a batch, with the account as it was approved.

    A withdrawal is held by one row at a time: the partial unique index refuses a second one.
    """

    __tablename__ = "payout_rows"
    __table_args__ = (
        Index("uq_payout_rows_holding", "withdrawal_id", unique=True, sqlite_where=_HOLDING, postgresql_where=_HOLDING),
        Index(None, "batch_id", "position"),
        Index(None, "state"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batches.id"))
    withdrawal_id: Mapped[int] = mapped_column(ForeignKey("withdrawals.id"))
    position: Mapped[int] = mapped_column(Integer)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    nominal: Mapped[int] = mapped_column(Rupiah)
    bank_name: Mapped[str] = mapped_column(String(100))
    bank_account_no: Mapped[str] = mapped_column(String(40))
    bank_account_name: Mapped[str] = mapped_column(String(200))
    withdrawal_version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    reasons: Mapped[list[Any]] = mapped_column(JSON, default=list)  # people's and banks' words, or packed texts
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    resolution: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PayoutResult(Base):
    """A result file of the bank, kept under its hash; `counts` of rows by outcome."""

    __tablename__ = "payout_results"
    __table_args__ = (UniqueConstraint("batch_id", "sha256"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batches.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    imported_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
