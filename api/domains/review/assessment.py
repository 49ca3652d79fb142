"""The judgement on withdrawals: money, exposure, ratios, account, risk, approvals and time, at one instant."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.bank_accounts import service as bank_accounts
from api.domains.bank_accounts.models import BankAccount
from api.domains.ledger import service as ledger
from api.domains.partners.models import Partner
from api.domains.review.context import ReviewContext
from api.domains.review.policy import Policy
from api.domains.review.priority import priority
from api.domains.review.requirements import Requirement, requirement, valid_approvals
from api.domains.review.risk import AccountFacts, Case, Risk, account_facts, score
from api.domains.withdrawals.models import Withdrawal
from api.kernel.db import LOCK
from queries.withdrawal_risk import OrderFacts, as_dict


@dataclass(frozen=True, slots=True)
class Assessment:
    """The judgement on a withdrawal, and what it rests on."""

    partner: Partner
    settled: int
    reserved: int
    orders: OrderFacts | None
    account: AccountFacts
    risk: Risk
    needed: Requirement


def assess_many(session: Session, withdrawals: Sequence[Withdrawal], context: ReviewContext) -> dict[int, Assessment]:
    """Judge withdrawals now, by id, without writing anything: one question each for all of them."""
    partner_ids = {withdrawal.partner_id for withdrawal in withdrawals}
    partners = {each.id: each for each in session.scalars(select(Partner).where(Partner.id.in_(partner_ids)))}
    balances = ledger.balances(session, partner_ids)
    orders = context.risk_facts.of(partner_ids) if context.risk_facts is not None else {}
    accounts = account_facts(session, [withdrawal.id for withdrawal in withdrawals])
    approved = valid_approvals(session, withdrawals, context.now)
    cases = []
    for withdrawal in withdrawals:
        partner = partners[withdrawal.partner_id]
        settled = sum(balances.get(partner.id, (0, 0)))
        account, facts = accounts[withdrawal.id], orders.get(partner.id)
        cases.append(Case(withdrawal.nominal, settled, partner.joined_at, partner.problem_status, account, facts))
    scores = score(cases, context.policy, context.now)
    found = {}
    for at, (withdrawal, case) in enumerate(zip(withdrawals, cases, strict=True)):
        partner, risk = partners[withdrawal.partner_id], scores.risk(at)
        approvals = approved.get(withdrawal.id, ())
        needed = requirement(withdrawal, risk, case.account, approvals, context.policy, context.now)
        _available, reserved = balances.get(partner.id, (0, 0))
        found[withdrawal.id] = Assessment(partner, case.balance, reserved, case.orders, case.account, risk, needed)
    return found


def assess_one(session: Session, withdrawal: Withdrawal, context: ReviewContext) -> Assessment:
    """Judge one withdrawal now, without writing anything."""
    return assess_many(session, [withdrawal], context)[withdrawal.id]


def assess_for_decision(session: Session, withdrawal: Withdrawal, context: ReviewContext) -> Assessment:
    """Judge a withdrawal that is locked for a decision; an account that was never checked by name is checked first."""
    account = session.get_one(BankAccount, withdrawal.bank_account_id, with_for_update=LOCK)
    bank_accounts.check_name(session, account, context.name_check, context.now)
    return assess_one(session, withdrawal, context)


def judgement(withdrawal: Withdrawal, found: Assessment, context: ReviewContext) -> dict[str, Any]:
    """What a decision is frozen with: the withdrawal, its money, its risk and what it takes."""
    waited = age(withdrawal.created_at, context.policy, withdrawal.decided_at or context.now)
    urgency = priority([withdrawal.nominal], [waited["seconds"]], np.array([found.risk.points]), context.policy)
    return {
        "withdrawal": {
            "id": withdrawal.id,
            "status": withdrawal.status,
            "version": withdrawal.version,
            "nominal": withdrawal.nominal,
            "bank_name": withdrawal.bank_name,
            "bank_account_no": withdrawal.bank_account_no,
            "bank_account_name": withdrawal.bank_account_name,
            "beginning_balance": withdrawal.beginning_balance,
            "created_at": withdrawal.created_at.isoformat(),
        },
        "partner": {
            "id": found.partner.id,
            "full_name": found.partner.full_name,
            "brand_name": found.partner.brand_name,
            "problem_status": found.partner.problem_status,
            "joined_at": found.partner.joined_at.isoformat(),
        },
        "balance": {
            "settled": found.settled,
            "reserved": found.reserved,
            "available": found.settled - found.reserved,
            "after": found.settled - withdrawal.nominal,
        },
        "orders": as_dict(found.orders) if found.orders else None,
        "account": asdict(found.account)
        | {"details_at": found.account.details_at.isoformat() if found.account.details_at else None},
        "risk": {
            "points": found.risk.points,
            "band": found.risk.band,
            "parts": [part.as_dict() for part in found.risk.parts],
            "overrides": list(found.risk.overrides),
            "medium": context.policy.risk.medium,
            "high": context.policy.risk.high,
        },
        "requirement": found.needed.as_dict(),
        "age": waited,
        "priority": {key: float(points[0]) for key, points in urgency.items()},
        "at": context.now.isoformat(),
    }


def age(since: datetime, policy: Policy, until: datetime) -> dict[str, Any]:
    """Working seconds since the request, the target, and the instant at which it is breached."""
    office = policy.hours.office()
    waited = office.elapsed(since, until)
    target = int(policy.queue.target.total_seconds())
    return {
        "seconds": waited,
        "target": target,
        "deadline": office.deadline(since, policy.queue.target).isoformat(),
        "is_breached": waited > target,
    }
