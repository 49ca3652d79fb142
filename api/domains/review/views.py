"""Reads of decisions: the steps of one withdrawal, and what each approver decided."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.review.policy import Policy
from api.domains.withdrawals.models import Withdrawal, WithdrawalDecision
from vocabulary import DecisionKind


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
        person = people.setdefault(
            key, {"actor_id": key, "name": name, "approved": 0, "completed": 0, "rejected": 0, "nominal": 0}
        )
        person[kind] += 1
        person["nominal"] += nominal
        waits.setdefault(key, []).append(office.elapsed(requested, decided))
    target = int(policy.queue.target.total_seconds())
    for key, person in people.items():
        waited = sorted(waits[key])
        person["median_seconds"] = waited[len(waited) // 2]
        person["within_target"] = sum(seconds <= target for seconds in waited)
        person["decisions"] = len(waited)
    return sorted(people.values(), key=lambda each: (-each["decisions"], each["name"]))
