"""Whether the ledger is sound: every rule that the database and the service keep, counted again from the entries."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from api.domains.ledger.models import AccountKind, EntryKind, LedgerAccount, LedgerEntry, LedgerTransaction
from api.domains.withdrawals.models import Withdrawal
from vocabulary import WAITING, WithdrawalStatus

SHOWN = 5
RELEASED = (WithdrawalStatus.REJECTED, WithdrawalStatus.CANCELED)


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken rule: how many rows break it, and the keys of the first ones."""

    rule: str
    count: int
    keys: tuple[int, ...]


def _unbalanced() -> Select[Any]:
    return (
        select(LedgerEntry.transaction_id)
        .group_by(LedgerEntry.transaction_id)
        .having(or_(func.sum(LedgerEntry.amount) != 0, func.count() < 2))
    )


def _empty() -> Select[Any]:
    return (
        select(LedgerTransaction.id)
        .outerjoin(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(LedgerEntry.id.is_(None))
    )


def _drifted() -> Select[Any]:
    return (
        select(LedgerAccount.id)
        .outerjoin(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.id, LedgerAccount.balance)
        .having(func.coalesce(func.sum(LedgerEntry.amount), 0) != LedgerAccount.balance)
    )


def _wrong_running_balance() -> Select[Any]:
    running = func.sum(LedgerEntry.amount).over(partition_by=LedgerEntry.account_id, order_by=LedgerEntry.id)
    rows = select(LedgerEntry.id, LedgerEntry.balance_after, running.label("running")).subquery()
    return select(rows.c.id).where(rows.c.running != rows.c.balance_after)


def _ever_negative() -> Select[Any]:
    guarded = LedgerAccount.kind.in_((AccountKind.PARTNER_AVAILABLE, AccountKind.PARTNER_RESERVED))
    return select(LedgerEntry.id).join(LedgerAccount).where(guarded, LedgerEntry.balance_after < 0)


def _wrong_reserve() -> Select[Any]:
    waiting = (
        select(Withdrawal.partner_id, func.sum(Withdrawal.nominal).label("nominal"))
        .where(Withdrawal.status.in_(WAITING))
        .group_by(Withdrawal.partner_id)
        .subquery()
    )
    reserved = (
        select(LedgerAccount.partner_id, LedgerAccount.balance)
        .where(LedgerAccount.kind == AccountKind.PARTNER_RESERVED)
        .subquery()
    )
    # both ways round: a reserve without requests, and requests without a reserve
    without_request = select(reserved.c.partner_id).outerjoin(waiting, waiting.c.partner_id == reserved.c.partner_id)
    without_reserve = select(waiting.c.partner_id).outerjoin(reserved, reserved.c.partner_id == waiting.c.partner_id)
    differs = func.coalesce(waiting.c.nominal, 0) != func.coalesce(reserved.c.balance, 0)
    return without_request.where(differs).union(without_reserve.where(differs)).subquery().select()


def _movements(*kinds: EntryKind) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((LedgerTransaction.kind.in_(kinds), 1), else_=0)), 0)


def _wrongly_settled() -> Select[Any]:
    paid, released = _movements(EntryKind.WITHDRAWAL), _movements(EntryKind.WITHDRAWAL_RELEASE)
    returned = _movements(EntryKind.WITHDRAWAL_REVERSAL)
    status = Withdrawal.status
    right = or_(
        and_(status.in_(WAITING), paid == 0, released == 0, returned == 0),
        and_(status == WithdrawalStatus.COMPLETED, paid == 1, released == 0, returned == 0),
        and_(status == WithdrawalStatus.REVERSED, paid == 1, released == 0, returned == 1),
        and_(status.in_(RELEASED), paid == 0, released == 1, returned == 0),
    )
    return (
        select(Withdrawal.id)
        .outerjoin(LedgerTransaction, LedgerTransaction.withdrawal_id == Withdrawal.id)
        .group_by(Withdrawal.id, status)
        .having(~right)
    )


RULES = {
    "the entries of a transaction add up to 0": _unbalanced,
    "a transaction has entries": _empty,
    "an account's balance is the sum of its entries": _drifted,
    "balance_after is the sum of the account's entries so far": _wrong_running_balance,
    "a partner's balance was never negative": _ever_negative,
    "what is reserved is what is requested": _wrong_reserve,
    "a withdrawal is settled once, as its status says": _wrongly_settled,
}


def problems(session: Session) -> list[Problem]:
    """Every broken rule; empty for a sound ledger."""
    found = []
    for rule, statement in RULES.items():
        broken = statement().subquery()
        count = session.scalar(select(func.count()).select_from(broken)) or 0
        if count:
            key = next(iter(broken.c))
            keys = session.scalars(select(key).order_by(key).limit(SHOWN))
            found.append(Problem(rule, count, tuple(keys)))
    return found
