"""The judgement on withdrawals: money, exposure, ratios, account, risk, approvals and time, at one instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import select

from api.domains.bank_accounts import service as bank_accounts
from api.domains.bank_accounts.models import BankAccount
from api.domains.ledger import service as ledger
from api.domains.partners.marks import with_steady_marks
from api.domains.partners.models import Partner
from api.domains.review.context import Review
from api.domains.review.policy import Policy
from api.domains.review.priority import priority
from api.domains.review.requirements import Requirement, requirement, valid_approvals
from api.domains.review.risk import AccountFacts, Case, Risk, account_facts, score
from api.domains.review.schemas import Age, JudgedAccount, Judgement
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


def assess_many(review: Review, withdrawals: Sequence[Withdrawal]) -> dict[int, Assessment]:
    """Judge withdrawals now, by id, without writing anything: one question each for all of them."""
    partner_ids = {withdrawal.partner_id for withdrawal in withdrawals}
    partners = {each.id: each for each in review.session.scalars(select(Partner).where(Partner.id.in_(partner_ids)))}
    balances = ledger.balances(review.session, partner_ids)
    orders = review.risk_facts.of(partner_ids) if review.risk_facts is not None else {}
    accounts = account_facts(review.session, [withdrawal.id for withdrawal in withdrawals])
    approved = valid_approvals(review.session, withdrawals, review.now)
    cases = []
    for withdrawal in withdrawals:
        partner = partners[withdrawal.partner_id]
        settled = sum(balances.get(partner.id, (0, 0)))
        account, facts = accounts[withdrawal.id], orders.get(partner.id)
        cases.append(Case(withdrawal.nominal, settled, partner.joined_at, partner.problem_status, account, facts))
    scores = score(cases, review.policy, review.now)
    found = {}
    for at, (withdrawal, case) in enumerate(zip(withdrawals, cases, strict=True)):
        partner, risk = partners[withdrawal.partner_id], scores.risk(at)
        approvals = approved.get(withdrawal.id, ())
        needed = requirement(withdrawal, risk, case.account, approvals, review.policy, review.now)
        _available, reserved = balances.get(partner.id, (0, 0))
        found[withdrawal.id] = Assessment(partner, case.balance, reserved, case.orders, case.account, risk, needed)
    return found


def assess_one(review: Review, withdrawal: Withdrawal) -> Assessment:
    """Judge one withdrawal now, without writing anything."""
    return assess_many(review, [withdrawal])[withdrawal.id]


def assess_for_decision(review: Review, withdrawal: Withdrawal) -> Assessment:
    """Judge a withdrawal that is locked for a decision, whose partner nobody marks meanwhile; an account that was never
    checked by name is checked first."""
    with_steady_marks(review.session, [withdrawal.partner_id])
    account = review.session.get_one(BankAccount, withdrawal.bank_account_id, with_for_update=LOCK)
    bank_accounts.check_name(review.session, account, review.name_check, review.now)
    return assess_one(review, withdrawal)


def judgement(review: Review, withdrawal: Withdrawal, found: Assessment) -> Judgement:
    """What a decision is frozen with: the withdrawal, its money, its risk and what it takes."""
    waited = age(withdrawal.created_at, review.policy, withdrawal.decided_at or review.now)
    urgency = priority([withdrawal.nominal], [waited["seconds"]], np.array([found.risk.points]), review.policy)
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
        "account": _account(found.account),
        "risk": {
            "points": found.risk.points,
            "band": found.risk.band,
            "parts": [part.as_dict() for part in found.risk.parts],
            "overrides": list(found.risk.overrides),
            "medium": review.policy.risk.medium,
            "high": review.policy.risk.high,
        },
        "requirement": found.needed.as_dict(),
        "age": waited,
        "priority": {key: float(points[0]) for key, points in urgency.items()},
        "at": review.now.isoformat(),
    }


def _account(facts: AccountFacts) -> JudgedAccount:
    return {
        "details_at": facts.details_at.isoformat() if facts.details_at else None,
        "name_score": facts.name_score,
        "is_current": facts.is_current,
        "other_partners": facts.other_partners,
        "other_blocked": facts.other_blocked,
    }


def age(since: datetime, policy: Policy, until: datetime) -> Age:
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
