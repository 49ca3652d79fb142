"""The reads of withdrawals, from the operational store: what a reviewer decides on is never stale."""

from collections.abc import Sequence
from datetime import UTC

from sqlalchemy import Row, SelectBase, func, or_, select
from sqlalchemy.orm import Session

from api.domains.ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction
from api.domains.orders.models import Order
from api.domains.partners.models import Partner
from api.domains.shipments.models import Shipment
from api.domains.withdrawals.models import Withdrawal
from queries.filters import Page, like_pattern
from queries.wib import Period
from vocabulary import WAITING, WithdrawalStatus


def page_of_withdrawals(
    session: Session, search: str, status: WithdrawalStatus | None, period: Period | None, page: Page
) -> tuple[Sequence[Row[Withdrawal, Partner]], int]:
    """Newest first, with the number of all that match."""
    statement = select(Withdrawal, Partner).join(Partner, Partner.id == Withdrawal.partner_id)
    if search.strip():
        pattern = like_pattern(search)
        fields = (Partner.email, Partner.full_name, Withdrawal.bank_account_no)
        statement = statement.where(or_(*(func.lower(field).like(pattern, escape="\\") for field in fields)))
    if status:
        statement = statement.where(Withdrawal.status == status)
    if period:
        since, until = period.since.replace(tzinfo=UTC), period.until.replace(tzinfo=UTC)
        statement = statement.where(Withdrawal.created_at >= since, Withdrawal.created_at < until)
    total = _count(session, statement)
    ordered = statement.order_by(Withdrawal.created_at.desc(), Withdrawal.id.desc())
    return session.execute(ordered.limit(page.limit).offset(page.offset)).all(), total


def history(
    session: Session, partner_id: int, page: Page
) -> tuple[Sequence[Row[LedgerEntry, LedgerTransaction, str | None, str]], int]:
    """The entries of the partner's available balance, newest first: (entry, movement, airway bill, courier)."""
    statement = (
        select(LedgerEntry, LedgerTransaction, Order.airway_bill, Shipment.code)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .outerjoin(Order, Order.id == LedgerTransaction.order_id)
        .outerjoin(Shipment, Shipment.id == Order.shipment_id)
        .where(LedgerAccount.kind == AccountKind.PARTNER_AVAILABLE, LedgerAccount.partner_id == partner_id)
    )
    total = _count(session, statement)
    ordered = statement.order_by(LedgerEntry.id.desc())
    return session.execute(ordered.limit(page.limit).offset(page.offset)).all(), total


def waiting_withdrawals(session: Session, bank_account_id: int) -> Sequence[int]:
    """The ids of the withdrawals to an account that are not decided yet, the oldest first."""
    waiting = select(Withdrawal.id).where(Withdrawal.bank_account_id == bank_account_id, Withdrawal.status.in_(WAITING))
    return session.scalars(waiting.order_by(Withdrawal.id)).all()


def _count(session: Session, statement: SelectBase) -> int:
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0
