"""The balance ledger: double entry, append-only, whole rupiah.

Sign convention: an account's balance is the sum of its entries' amounts, and the amounts of a transaction add up to 0.
Money owed to a partner is positive on PARTNER_AVAILABLE and PARTNER_RESERVED; its counterpart (COD cash with the
couriers, cash at the bank, our fees) is negative on the platform accounts.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, Rupiah, UtcDateTime


class AccountKind(StrEnum):
    """Kinds of ledger accounts; the partner kinds exist once per partner, the others once."""

    PARTNER_AVAILABLE = "partner_available"
    PARTNER_RESERVED = "partner_reserved"
    PARTNER_DEBT = "partner_debt"  # negative: what a partner owes when a return costs more than it has
    COURIER = "courier"
    CASH = "cash"
    FEES = "fees"


class EntryKind(StrEnum):
    """Why money moved; the contract's transaction descriptions where it knows one."""

    TOPUP = "topup"
    ORDER_DONE = "orderku_done"
    ORDER_RETUR = "orderku_retur"
    WITHDRAWAL_RESERVE = "withdrawal_reserve"
    WITHDRAWAL = "withdrawal"
    WITHDRAWAL_RELEASE = "withdrawal_release"
    WITHDRAWAL_REVERSAL = "withdrawal_reversal"


class LedgerAccount(Base):
    """An account with its balance, which the entry's own transaction keeps and the row's lock guards."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        UniqueConstraint("kind", "partner_id"),
        Index(
            "uq_ledger_accounts_platform",  # the constraint above holds no two rows without a partner apart
            "kind",
            unique=True,
            postgresql_where=text("partner_id IS NULL"),
            sqlite_where=text("partner_id IS NULL"),
        ),
        CheckConstraint("kind NOT IN ('partner_available', 'partner_reserved') OR balance >= 0", name="never_negative"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"))
    balance: Mapped[int] = mapped_column(Rupiah, default=0)


class LedgerTransaction(Base):
    """A movement of money: two or more entries that add up to 0."""

    __tablename__ = "ledger_transactions"
    __table_args__ = ({"info": {"followed": True}},)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    withdrawal_id: Mapped[int | None] = mapped_column(ForeignKey("withdrawals.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LedgerEntry(Base):
    """One side of a movement. `balance_after` is the account's balance with it."""

    __tablename__ = "ledger_entries"
    __table_args__ = (Index(None, "account_id", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transactions.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"))
    amount: Mapped[int] = mapped_column(Rupiah)
    balance_after: Mapped[int] = mapped_column(Rupiah)


class LedgerZero(Base):
    """The one number that a committed transaction's entries may add up to."""

    __tablename__ = "ledger_zero"
    __table_args__ = (CheckConstraint("value = 0", name="only_zero"),)

    value: Mapped[int] = mapped_column(Rupiah, primary_key=True, autoincrement=False)


class LedgerImbalance(Base):
    """What a transaction's entries add up to so far; kept by a trigger (guards.py), 0 at the commit."""

    __tablename__ = "ledger_imbalances"

    transaction_id: Mapped[int] = mapped_column(Key, ForeignKey("ledger_transactions.id"), primary_key=True)
    imbalance: Mapped[int] = mapped_column(
        Rupiah, ForeignKey("ledger_zero.value", deferrable=True, initially="DEFERRED")
    )
