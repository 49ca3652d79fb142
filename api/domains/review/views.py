"""Reads of decisions: the steps of one withdrawal, and what each approver decided."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.review.policy import Policy
from api.domains.review.schemas import Approver, DecisionRow
from api.domains.withdrawals.models import Withdrawal, WithdrawalDecision
from vocabulary import DecisionKind

_COUNTED = (DecisionKind.APPROVED, DecisionKind.COMPLETED, DecisionKind.REJECTED)


def decisions(session: Session, withdrawal_id: int) -> list[DecisionRow]:
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


class _Made(NamedTuple):
    """A decision: its kind, its rupiah, and the working seconds since the request."""

    kind: str
    nominal: int
    waited: int


def approvers(session: Session, now: datetime, policy: Policy, days: int = 30) -> list[Approver]:
    """Who decided how many withdrawals of which total, and the median working seconds from request to decision."""
    rows = session.execute(
        select(User.id, User.full_name, WithdrawalDecision.kind, Withdrawal.nominal, Withdrawal.created_at,
               WithdrawalDecision.created_at)
        .join(Withdrawal, Withdrawal.id == WithdrawalDecision.withdrawal_id)
        .join(User, User.id == WithdrawalDecision.actor_id)
        .where(WithdrawalDecision.created_at > now - timedelta(days=days), WithdrawalDecision.kind.in_(_COUNTED))
    )  # fmt: skip
    office, target = policy.hours.office(), int(policy.queue.target.total_seconds())
    made: dict[tuple[int, str], list[_Made]] = {}
    for key, name, kind, nominal, requested, decided in rows:
        made.setdefault((key, name), []).append(_Made(kind, nominal, office.elapsed(requested, decided)))
    people = [_approver(key, name, decided, target) for (key, name), decided in made.items()]
    return sorted(people, key=lambda each: (-each["decisions"], each["name"]))


def _approver(actor_id: int, name: str, made: Sequence[_Made], target: int) -> Approver:
    kinds = Counter(each.kind for each in made)
    waited = sorted(each.waited for each in made)
    return {
        "actor_id": actor_id,
        "name": name,
        "approved": kinds[DecisionKind.APPROVED],
        "completed": kinds[DecisionKind.COMPLETED],
        "rejected": kinds[DecisionKind.REJECTED],
        "nominal": sum(each.nominal for each in made),
        "median_seconds": int(median(waited)),
        "within_target": sum(seconds <= target for seconds in waited),
        "decisions": len(made),
    }
