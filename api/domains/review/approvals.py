"""Approving a withdrawal and sending it back: steps of maker and checker in which no money moves."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from api.domains.review.assessment import assess_for_decision, judgement
from api.domains.review.context import ReviewContext
from api.domains.review.decisions import find_unchanged, record_decision, refuse_blocked, refuse_held, set_status
from api.domains.review.errors import NoteRequired, TransitionRefused
from api.domains.review.requirements import Requirement, check_person, valid_approvals
from api.domains.review.snapshots import Seen
from api.domains.withdrawals.models import Withdrawal
from api.domains.withdrawals.service import fresh
from api.kernel import audit
from api.kernel.errors import Conflict, Forbidden
from api.kernel.identity import Actor
from texts import word
from vocabulary import WAITING, AuditAction, AuditSubject, DecisionKind, Role, WithdrawalStatus


def approve(
    session: Session,
    withdrawal_id: int,
    *,
    actor: Actor,
    context: ReviewContext,
    comment: str,
    version: int | None = None,
    seen: Seen | None = None,
) -> tuple[Withdrawal, Requirement]:
    """Add one approval; a withdrawal that was only requested is then under review. No money moves. Also returns what
    the withdrawal takes, with this approval.

    Raises:
        UnknownWithdrawal, Drifted, TransitionRefused, InBatch, Forbidden, SelfApproval, PartnerBlocked: nothing is
        changed.
        Conflict: nothing is missing any more.
    """
    withdrawal = find_unchanged(session, withdrawal_id, version, seen)
    if withdrawal.status not in WAITING:
        raise TransitionRefused(
            "a withdrawal that is {status} takes no approval", fresh(withdrawal), status=word(withdrawal.status)
        )
    refuse_held(session, withdrawal, context.holds_of)
    found = assess_for_decision(session, withdrawal, context)
    refuse_blocked(found.partner)
    if found.needed.satisfied():
        raise Conflict("this withdrawal has all its approvals; it can be paid", {"requirement": found.needed.as_dict()})
    alone = check_person(actor, withdrawal, found.partner, found.needed)
    snapshot = seen.content if seen else judgement(withdrawal, found, context)
    add_approval(
        session, withdrawal, actor=actor, comment=comment.strip(), context=context, snapshot=snapshot,
        seen=seen is not None, self_approved=alone,
    )  # fmt: skip
    session.flush()
    approvals = valid_approvals(session, [withdrawal], context.now).get(withdrawal.id, ())
    return withdrawal, replace(found.needed, approvals=approvals)


def add_approval(
    session: Session,
    withdrawal: Withdrawal,
    *,
    actor: Actor,
    comment: str,
    context: ReviewContext,
    snapshot: dict[str, Any],
    seen: bool,
    self_approved: bool,
) -> None:
    """Write an approval that was checked."""
    before, now = fresh(withdrawal), context.now
    expires = now + timedelta(hours=context.policy.approval.expires_hours)
    record_decision(
        session, withdrawal, DecisionKind.APPROVED, actor_id=actor.id, comment=comment, now=now, snapshot=snapshot,
        seen=seen, self_approved=self_approved, expires_at=expires,
    )  # fmt: skip
    if withdrawal.status == WithdrawalStatus.REQUESTED:
        set_status(withdrawal, WithdrawalStatus.ON_REVIEW, actor.id, comment, now)
    else:
        withdrawal.version += 1
        withdrawal.updated_at = now
    audit.record(
        session,
        actor_id=actor.id,
        action=AuditAction.WITHDRAWAL_APPROVED,
        subject=AuditSubject.WITHDRAWAL,
        subject_id=withdrawal.id,
        request_id=actor.request_id,
        at=now,
        before=before,
        after=fresh(withdrawal)
        | {"comment": comment, "expires_at": expires.isoformat()}
        | ({"self_approved": True} if self_approved else {}),
    )


def send_back(
    session: Session,
    withdrawal_id: int,
    *,
    actor: Actor,
    context: ReviewContext,
    comment: str,
    version: int | None = None,
    seen: Seen | None = None,
) -> Withdrawal:
    """Void the approvals so far and say why; the withdrawal stays under review.

    Raises:
        UnknownWithdrawal, Drifted, TransitionRefused, InBatch, Forbidden, NoteRequired: nothing is changed.
    """
    withdrawal = find_unchanged(session, withdrawal_id, version, seen)
    if withdrawal.status != WithdrawalStatus.ON_REVIEW:
        raise TransitionRefused(
            "a withdrawal that is {status} cannot be sent back", fresh(withdrawal), status=word(withdrawal.status)
        )
    if actor.role is not Role.FINANCE:
        raise Forbidden("{role} may not send a withdrawal back", role=actor.role_word)
    refuse_held(session, withdrawal, context.holds_of)
    if not comment.strip():
        raise NoteRequired("a comment is required to send a withdrawal back")
    found = assess_for_decision(session, withdrawal, context)
    snapshot = seen.content if seen else judgement(withdrawal, found, context)
    void_approvals(
        session, withdrawal, actor=actor, comment=comment.strip(), context=context, snapshot=snapshot,
        seen=seen is not None,
    )  # fmt: skip
    return withdrawal


def void_approvals(
    session: Session,
    withdrawal: Withdrawal,
    *,
    actor: Actor,
    comment: str,
    context: ReviewContext,
    snapshot: dict[str, Any],
    seen: bool,
) -> None:
    """Write that the approvals so far count no longer, and why."""
    before = fresh(withdrawal)
    record_decision(
        session, withdrawal, DecisionKind.SENT_BACK, actor_id=actor.id, comment=comment, now=context.now,
        snapshot=snapshot, seen=seen,
    )  # fmt: skip
    withdrawal.notes, withdrawal.updated_at = comment, context.now
    withdrawal.version += 1
    audit.record(
        session,
        actor_id=actor.id,
        action=AuditAction.WITHDRAWAL_SENT_BACK,
        subject=AuditSubject.WITHDRAWAL,
        subject_id=withdrawal.id,
        request_id=actor.request_id,
        at=context.now,
        before=before,
        after=fresh(withdrawal) | {"comment": comment},
    )
