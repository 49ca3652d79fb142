"""The waiting withdrawals in the order in which they should be decided, with the reasons for that order."""

import math
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select
from sqlalchemy.orm import Session, aliased, load_only

from api.domains.ledger.models import AccountKind, LedgerAccount
from api.domains.partners.models import Partner
from api.domains.payouts.models import HOLDING, PayoutBatch, PayoutRow
from api.domains.withdrawals.approvals import account_reasons, valid_approvals
from api.domains.withdrawals.models import Withdrawal
from api.domains.withdrawals.policy import Policy
from api.domains.withdrawals.risk import account_facts, score
from api.domains.withdrawals.service import WAITING
from queries.filters import Page, like_pattern
from queries.withdrawal_risk import order_facts

LARGE = 50_000_000  # rupiah: from here on the amount counts in full
_SMALL = 50_000
_SHOWN = (
    Withdrawal.bank_account_id, Withdrawal.bank_name, Withdrawal.bank_account_no, Withdrawal.bank_account_name,
    Withdrawal.nominal, Withdrawal.status, Withdrawal.version, Withdrawal.created_at,
)  # fmt: skip
_OF_PARTNER = (Partner.full_name, Partner.email, Partner.joined_at, Partner.problem_status)


def waiting(
    session: Session,
    analytics: Connection | None,
    policy: Policy,
    now: datetime,
    *,
    search: str = "",
    band: str = "",
    sort: str = "priority",
    page: Page,
) -> tuple[list[dict[str, Any]], int]:
    """One page of the queue, most urgent first, and the number of all that match.

    Priority 0 to 100 = age / target (full at 1.5 times the target) + amount (logarithmic, full at LARGE) + risk, each
    times its weight of the policy.
    """
    rows = _rows(session, search)
    accounts = account_facts(session, [withdrawal.bank_account_id for withdrawal, *_rest in rows])
    partners = [partner.id for _withdrawal, partner, _balance, _batch in rows]
    orders = order_facts(analytics, partners) if analytics is not None and partners else {}
    office, target = policy.hours.office(), policy.queue.target.total_seconds()
    waited = office.elapsed_each([withdrawal.created_at for withdrawal, *_rest in rows], now)
    found = []
    for (withdrawal, partner, balance, batch), seconds in zip(rows, waited, strict=True):
        account = accounts[withdrawal.bank_account_id]
        risk = score(withdrawal, partner, balance, account, orders.get(partner.id), policy, now)
        if band and risk.band != band:
            continue
        parts = _priority(withdrawal.nominal, seconds / target, risk.points, policy)
        found.append((withdrawal, partner, balance, batch, seconds, account, risk, parts))
    found.sort(key=lambda each: _order(sort, each))
    shown = found[page.offset : page.offset + page.limit]
    approved = valid_approvals(session, [each[0] for each in shown], now)
    return [_told(*each, approved.get(each[0].id, ()), policy, now, target) for each in shown], len(found)


def _rows(session: Session, search: str) -> list[Any]:
    available, reserved = aliased(LedgerAccount), aliased(LedgerAccount)
    statement = (
        select(
            Withdrawal,
            Partner,
            func.coalesce(available.balance, 0) + func.coalesce(reserved.balance, 0),
            PayoutBatch.reference,
        )
        .join(Partner, Partner.id == Withdrawal.partner_id)
        .outerjoin(available, (available.partner_id == Partner.id) & (available.kind == AccountKind.PARTNER_AVAILABLE))
        .outerjoin(reserved, (reserved.partner_id == Partner.id) & (reserved.kind == AccountKind.PARTNER_RESERVED))
        .outerjoin(PayoutRow, (PayoutRow.withdrawal_id == Withdrawal.id) & PayoutRow.state.in_(HOLDING))
        .outerjoin(PayoutBatch, PayoutBatch.id == PayoutRow.batch_id)
        .where(Withdrawal.status.in_(WAITING))
        .options(load_only(*_SHOWN, raiseload=True), load_only(*_OF_PARTNER, raiseload=True))
    )
    if search.strip():
        pattern = like_pattern(search)
        fields = (Partner.email, Partner.full_name, Withdrawal.bank_account_no)
        statement = statement.where(or_(*(func.lower(field).like(pattern, escape="\\") for field in fields)))
    return list(session.execute(statement).all())


def _priority(nominal: int, share: float, risk_points: float, policy: Policy) -> dict[str, float]:
    weights = policy.queue.weights
    size = math.log(max(nominal, _SMALL) / _SMALL) / math.log(LARGE / _SMALL)
    return {
        "age": round(weights.age * min(share / 1.5, 1.0), 1),
        "amount": round(weights.amount * min(size, 1.0), 1),
        "risk": round(weights.risk * risk_points / 100, 1),
    }


def _order(sort: str, row: Any) -> tuple[Any, ...]:
    withdrawal, _partner, _balance, _batch, seconds, _account, risk, parts = row
    first = {
        "priority": -sum(parts.values()),
        "age": -seconds,
        "nominal": -withdrawal.nominal,
        "risk": -risk.points,
    }[sort]
    return first, withdrawal.created_at, withdrawal.id


def _told(
    withdrawal: Withdrawal, partner: Partner, balance: int, batch: str | None, seconds: int, account: Any, risk: Any,
    parts: dict[str, float], approvals: Any, policy: Policy, now: datetime, target: float,
) -> dict[str, Any]:  # fmt: skip
    roles = policy.required(withdrawal.nominal, risk.band, second=bool(account_reasons(account, policy, now)))
    return {
        "withdrawal_id": withdrawal.id,
        "partner_id": partner.id,
        "partner_name": partner.full_name,
        "email": partner.email,
        "nominal": withdrawal.nominal,
        "balance_after": balance - withdrawal.nominal,
        "bank_name": withdrawal.bank_name,
        "bank_account_no": withdrawal.bank_account_no,
        "bank_account_name": withdrawal.bank_account_name,
        "status": withdrawal.status,
        "version": withdrawal.version,
        "created_at": withdrawal.created_at.isoformat(),
        "working_seconds": seconds,
        "target_seconds": int(target),
        "is_breached": seconds > target,
        "risk_points": risk.points,
        "risk_band": risk.band,
        "risk_parts": [part.told() for part in risk.parts if part.points > 0],
        "priority": round(sum(parts.values()), 1),
        "priority_parts": parts,
        "approvals": len(approvals),
        "approvals_needed": len(roles),
        "approved_by": [approval.name for approval in approvals],
        "batch": batch,
    }
