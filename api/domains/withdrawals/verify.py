"""Whether the ledger is sound, with what withdrawals say: all its rules, counted again from entries and requests."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from api.domains.ledger import verify as ledger
from api.domains.ledger.models import AccountKind, EntryKind, LedgerAccount, LedgerTransaction
from api.domains.ledger.verify import Problem, Rules
from api.domains.withdrawals.models import Withdrawal
from vocabulary import WAITING, WithdrawalStatus

RELEASED = (WithdrawalStatus.REJECTED, WithdrawalStatus.CANCELED)


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


RULES: Rules = {
    **ledger.RULES,
    "what is reserved is what is requested": _wrong_reserve,
    "a withdrawal is settled once, as its status says": _wrongly_settled,
}


def problems(session: Session) -> list[Problem]:
    """Every broken rule; empty for a sound ledger."""
    return ledger.broken(session, RULES)
