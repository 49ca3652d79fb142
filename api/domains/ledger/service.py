"""Movements of money. Each function adds one balanced transaction to the caller's database transaction.

Accounts are locked in one order, so that two movements never wait for each other in a circle.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.domains.ledger.errors import InsufficientBalance
from api.domains.ledger.models import AccountKind, EntryKind, LedgerAccount, LedgerEntry, LedgerTransaction
from texts import Rupiah

_GUARDED = (AccountKind.PARTNER_AVAILABLE, AccountKind.PARTNER_RESERVED)


def balance(session: Session, partner_id: int, kind: AccountKind = AccountKind.PARTNER_AVAILABLE) -> int:
    """The balance of a partner's account in rupiah; 0 where the account has not moved yet."""
    statement = select(LedgerAccount.balance).where(LedgerAccount.kind == kind, LedgerAccount.partner_id == partner_id)
    return session.scalar(statement) or 0


def settled_balance(session: Session, partner_id: int) -> int:
    """Available and reserved money: what was earned and not paid out yet."""
    return sum(balance(session, partner_id, kind) for kind in _GUARDED)


def balances(session: Session, partner_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(available, reserved) in rupiah by partner, of those whose accounts have moved."""
    rows = session.execute(
        select(LedgerAccount.partner_id, LedgerAccount.kind, LedgerAccount.balance).where(
            LedgerAccount.partner_id.in_(partner_ids), LedgerAccount.kind.in_(_GUARDED)
        )
    )
    found: dict[int, dict[str, int]] = {}
    for partner_id, kind, amount in rows:
        found.setdefault(partner_id or 0, {})[kind] = amount
    available, reserved = _GUARDED
    return {key: (kinds.get(available, 0), kinds.get(reserved, 0)) for key, kinds in found.items()}


def post(
    session: Session,
    kind: EntryKind,
    partner_id: int,
    amounts: Mapping[AccountKind, int],
    at: datetime,
    *,
    order_id: int | None = None,
    withdrawal_id: int | None = None,
) -> LedgerTransaction:
    """Write a transaction whose amounts (rupiah per account kind) add up to 0.

    Raises:
        ValueError: the amounts do not add up to 0 (a fault of the caller).
        InsufficientBalance: the partner's account would become negative.
    """
    if sum(amounts.values()) != 0 or not any(amounts.values()):
        raise ValueError(f"unbalanced ledger transaction {dict(amounts)}")
    movement = LedgerTransaction(
        kind=kind, partner_id=partner_id, order_id=order_id, withdrawal_id=withdrawal_id, created_at=at
    )
    session.add(movement)
    for account in _locked(session, amounts, partner_id):
        amount = amounts[AccountKind(account.kind)]
        if account.kind in _GUARDED and account.balance + amount < 0:
            raise InsufficientBalance(
                "the balance is Rp{balance}, Rp{amount} cannot be taken from it",
                {"balance": account.balance, "amount": -amount},
                balance=Rupiah(account.balance),
                amount=Rupiah(-amount),
            )
        account.balance += amount
        session.add(
            LedgerEntry(
                transaction_id=movement.id,
                account_id=account.id,
                amount=amount,
                balance_after=account.balance,
            )
        )
    session.flush()
    return movement


def _locked(session: Session, kinds: Collection[AccountKind], partner_id: int) -> Sequence[LedgerAccount]:
    """The accounts: their locks keep a second decision on the same money waiting until this one is committed.

    Platform accounts come first: who pays many partners holds them from the beginning, and nobody waits in a circle.
    """
    owners = {kind: partner_id if kind.value.startswith("partner_") else None for kind in kinds}
    wanted = or_(
        *(and_(LedgerAccount.kind == kind, LedgerAccount.partner_id == owner) for kind, owner in owners.items())
    )
    statement = select(LedgerAccount).where(wanted).order_by(LedgerAccount.partner_id.is_not(None), LedgerAccount.id)
    statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).all()
    if len(found) < len(owners):
        rows = [{"kind": kind, "partner_id": owner, "balance": 0} for kind, owner in owners.items()]
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        # waits for another first movement, and then finds its account
        session.execute(insert(LedgerAccount).values(rows).on_conflict_do_nothing())
        found = session.scalars(statement).all()
    return found


def reserve(session: Session, partner_id: int, withdrawal_id: int, nominal: int, at: datetime) -> None:
    """Set money aside for a withdrawal."""
    amounts = {AccountKind.PARTNER_AVAILABLE: -nominal, AccountKind.PARTNER_RESERVED: nominal}
    post(session, EntryKind.WITHDRAWAL_RESERVE, partner_id, amounts, at, withdrawal_id=withdrawal_id)


def settle(session: Session, partner_id: int, withdrawal_id: int, nominal: int, at: datetime) -> None:
    """Pay reserved money out."""
    amounts = {AccountKind.PARTNER_RESERVED: -nominal, AccountKind.CASH: nominal}
    post(session, EntryKind.WITHDRAWAL, partner_id, amounts, at, withdrawal_id=withdrawal_id)


def release(session: Session, partner_id: int, withdrawal_id: int, nominal: int, at: datetime) -> None:
    """Give reserved money back to the available balance."""
    amounts = {AccountKind.PARTNER_RESERVED: -nominal, AccountKind.PARTNER_AVAILABLE: nominal}
    post(session, EntryKind.WITHDRAWAL_RELEASE, partner_id, amounts, at, withdrawal_id=withdrawal_id)


def give_back(session: Session, partner_id: int, withdrawal_id: int, nominal: int, at: datetime) -> None:
    """Correct a payout that the bank sent back: the money is available again."""
    amounts = {AccountKind.CASH: -nominal, AccountKind.PARTNER_AVAILABLE: nominal}
    post(session, EntryKind.WITHDRAWAL_REVERSAL, partner_id, amounts, at, withdrawal_id=withdrawal_id)


def credit_order(session: Session, partner_id: int, order_id: int, net_profit: int, at: datetime) -> None:
    """Credit a delivered order's net profit."""
    amounts = {AccountKind.PARTNER_AVAILABLE: net_profit, AccountKind.COURIER: -net_profit}
    post(session, EntryKind.ORDER_DONE, partner_id, amounts, at, order_id=order_id)


def imbalance(session: Session) -> int:
    """The sum of all entries: 0 in a sound ledger."""
    return int(session.scalar(select(func.coalesce(func.sum(LedgerEntry.amount), 0))) or 0)
