"""Everything a reviewer weighs: money, exposure, ratios, account, risk, approvals, time, and what stands around."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.bank_accounts import service as bank_accounts
from api.domains.ledger import service as ledger
from api.domains.partners.models import BankAccount, Partner, PartnerNote
from api.domains.partners.name_check import NameCheck
from api.domains.payouts.models import HOLDING, PayoutBatch, PayoutRow
from api.domains.tickets.models import Ticket
from api.domains.withdrawals.approvals import Requirement, requirement, valid_approvals
from api.domains.withdrawals.models import DecisionKind, Withdrawal, WithdrawalDecision
from api.domains.withdrawals.policy import Policy
from api.domains.withdrawals.priority import priority
from api.domains.withdrawals.proof_store import ProofStore
from api.domains.withdrawals.risk import AccountFacts, Case, Risk, account_facts, score
from api.kernel.db import LOCK
from queries.withdrawal_risk import OrderFacts, as_dict, order_facts

LAST = 5
OPEN_TICKETS = ("open", "in_progress")


@dataclass(frozen=True, slots=True)
class ReviewContext:
    """What a review needs beside the store; `analytics` is None where the process has no warehouse."""

    policy: Policy
    analytics: Connection | None
    name_check: NameCheck
    proofs: ProofStore
    now: datetime


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
    orders = order_facts(context.analytics, partner_ids) if context.analytics is not None else {}
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


def surroundings(session: Session, withdrawal: Withdrawal, now: datetime) -> dict[str, Any]:
    """What stands around it: account history and twins, last withdrawals, tickets, notes, decisions, batch."""
    account = session.get_one(BankAccount, withdrawal.bank_account_id)
    return {
        "account": {
            "name_checked_by": account.name_checked_by,
            "changes": [
                {
                    "bank_name": change.bank_name,
                    "account_no": change.account_no,
                    "account_name": change.account_name,
                    "changed_at": change.changed_at.isoformat(),
                }
                for change in bank_accounts.history(session, withdrawal.partner_id)[:LAST]
            ],
            "other_partners": _twins(session, withdrawal),
        },
        "last": _last(session, withdrawal),
        "tickets": _tickets(session, withdrawal.partner_id),
        "notes": _notes(session, withdrawal.partner_id),
        "decisions": decisions(session, withdrawal.id),
        "batch": _batch(session, withdrawal.id),
    }


def _twins(session: Session, withdrawal: Withdrawal) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Partner.id, Partner.full_name, Partner.problem_status)
        .join(BankAccount, BankAccount.partner_id == Partner.id)
        .where(BankAccount.account_no == withdrawal.bank_account_no, Partner.id != withdrawal.partner_id)
        .distinct()
        .order_by(Partner.id)
        .limit(20)
    )
    return [{"id": key, "full_name": name, "problem_status": status} for key, name, status in rows]


def _last(session: Session, withdrawal: Withdrawal) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Withdrawal)
        .where(Withdrawal.partner_id == withdrawal.partner_id, Withdrawal.id != withdrawal.id)
        .order_by(Withdrawal.created_at.desc(), Withdrawal.id.desc())
        .limit(LAST)
    )
    return [
        {
            "id": row.id,
            "nominal": row.nominal,
            "status": row.status,
            "bank_name": row.bank_name,
            "bank_account_no": row.bank_account_no,
            "created_at": row.created_at.isoformat(),
        }
        for row in rows
    ]


def _tickets(session: Session, partner_id: int) -> dict[str, Any]:
    mine = Ticket.partner_id == partner_id
    opened = session.scalar(select(func.count()).where(mine, Ticket.status.in_(OPEN_TICKETS)))
    rows = session.scalars(select(Ticket).where(mine).order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(LAST))
    return {
        "open": opened or 0,
        "last": [
            {
                "ticket_no": row.ticket_no,
                "type": row.ticket_type,
                "status": row.status,
                "description": row.description,
                "created_at": row.created_at.isoformat(),
            }
            for row in rows
        ],
    }


def _notes(session: Session, partner_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(PartnerNote.body, PartnerNote.created_at, User.full_name)
        .join(User, User.id == PartnerNote.author_id)
        .where(PartnerNote.partner_id == partner_id)
        .order_by(PartnerNote.created_at.desc(), PartnerNote.id.desc())
        .limit(LAST)
    )
    return [{"body": body, "created_at": at.isoformat(), "author": author} for body, at, author in rows]


def decisions(session: Session, withdrawal_id: int) -> list[dict[str, Any]]:
    """Every step that a person took, newest first, without its snapshot."""
    rows = session.execute(
        select(WithdrawalDecision, User.full_name)
        .join(User, User.id == WithdrawalDecision.actor_id)
        .where(WithdrawalDecision.withdrawal_id == withdrawal_id)
        .order_by(WithdrawalDecision.id.desc())
    )
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "actor": name,
            "actor_id": row.actor_id,
            "comment": row.comment,
            "self_approved": row.self_approved,
            "seen": row.seen,
            "version": row.version,
            "created_at": row.created_at.isoformat(),
            "expires_at": row.expires_at.isoformat() if row.expires_at else None,
        }
        for row, name in rows
    ]


def _batch(session: Session, withdrawal_id: int) -> dict[str, Any] | None:
    row = session.execute(
        select(PayoutBatch.id, PayoutBatch.reference, PayoutBatch.status, PayoutRow.state)
        .join(PayoutRow, PayoutRow.batch_id == PayoutBatch.id)
        .where(PayoutRow.withdrawal_id == withdrawal_id, PayoutRow.state.in_(HOLDING))
    ).first()
    return None if row is None else {"id": row[0], "reference": row[1], "status": row[2], "state": row[3]}


def approvers(session: Session, now: datetime, policy: Policy, days: int = 30) -> list[dict[str, Any]]:
    """Who decided how many withdrawals of which total, and the median working seconds from request to decision."""
    ending = (DecisionKind.APPROVED, DecisionKind.COMPLETED, DecisionKind.REJECTED)
    rows = session.execute(
        select(User.id, User.full_name, WithdrawalDecision.kind, Withdrawal.nominal, Withdrawal.created_at,
               WithdrawalDecision.created_at)
        .join(Withdrawal, Withdrawal.id == WithdrawalDecision.withdrawal_id)
        .join(User, User.id == WithdrawalDecision.actor_id)
        .where(WithdrawalDecision.created_at > now - timedelta(days=days), WithdrawalDecision.kind.in_(ending))
    )  # fmt: skip
    office = policy.hours.office()
    people: dict[int, dict[str, Any]] = {}
    waits: dict[int, list[int]] = {}
    for key, name, kind, nominal, requested, decided in rows:
        told = people.setdefault(
            key, {"actor_id": key, "name": name, "approved": 0, "completed": 0, "rejected": 0, "nominal": 0}
        )
        told[kind] += 1
        told["nominal"] += nominal
        waits.setdefault(key, []).append(office.elapsed(requested, decided))
    target = int(policy.queue.target.total_seconds())
    for key, told in people.items():
        waited = sorted(waits[key])
        told["median_seconds"] = waited[len(waited) // 2]
        told["within_target"] = sum(seconds <= target for seconds in waited)
        told["decisions"] = len(waited)
    return sorted(people.values(), key=lambda each: (-each["decisions"], each["name"]))
