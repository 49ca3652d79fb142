"""Approving a withdrawal and sending it back: steps of maker and checker in which no money moves."""

from dataclasses import replace
from datetime import timedelta

from api.domains.review.assessment import assess_for_decision, judgement
from api.domains.review.context import Review
from api.domains.review.decisions import (
    NOTHING_SENT,
    find_unchanged,
    new_decision,
    refuse_blocked,
    refuse_held,
    set_status,
)
from api.domains.review.errors import FullyApproved, NoteRequired, RoleRefused, TransitionRefused
from api.domains.review.requirements import Requirement, check_person, valid_approvals
from api.domains.review.snapshots import Basis, Snapshot
from api.domains.withdrawals.models import Withdrawal
from api.domains.withdrawals.service import fresh
from texts import word
from vocabulary import WAITING, AuditAction, AuditSubject, DecisionKind, Role, WithdrawalStatus


def approve(
    review: Review, withdrawal_id: int, comment: str, basis: Basis = NOTHING_SENT
) -> tuple[Withdrawal, Requirement]:
    """Add one approval; a withdrawal that was only requested is then under review. No money moves. Also returns what
    the withdrawal takes, with this approval.

    Raises:
        UnknownWithdrawal, Drifted, TransitionRefused, InBatch, Forbidden, SelfApproval, PartnerBlocked: nothing is
        changed.
        FullyApproved: nothing is missing any more.
    """
    withdrawal = find_unchanged(review.session, withdrawal_id, basis)
    if withdrawal.status not in WAITING:
        raise TransitionRefused(
            "a withdrawal that is {status} takes no approval", fresh(withdrawal), status=word(withdrawal.status)
        )
    refuse_held(review, withdrawal)
    found = assess_for_decision(review, withdrawal)
    refuse_blocked(found.partner)
    if found.needed.satisfied():
        needed = {"requirement": found.needed.as_dict()}
        raise FullyApproved("this withdrawal has all its approvals; it can be paid", needed)
    alone = check_person(review.actor, withdrawal, found.partner, found.needed)
    snapshot = basis.frozen(judgement(review, withdrawal, found))
    add_approval(review, withdrawal, comment.strip(), snapshot, self_approved=alone)
    review.session.flush()
    approvals = valid_approvals(review.session, [withdrawal], review.now).get(withdrawal.id, ())
    return withdrawal, replace(found.needed, approvals=approvals)


def add_approval(
    review: Review, withdrawal: Withdrawal, comment: str, snapshot: Snapshot, *, self_approved: bool
) -> None:
    """Write an approval that was checked."""
    before, now = fresh(withdrawal), review.now
    expires = now + timedelta(hours=review.policy.approval.expires_hours)
    decision = new_decision(review, withdrawal, DecisionKind.APPROVED, comment, snapshot)
    decision.self_approved, decision.expires_at = self_approved, expires
    review.session.add(decision)
    if withdrawal.status == WithdrawalStatus.REQUESTED:
        set_status(withdrawal, WithdrawalStatus.ON_REVIEW, review.actor.id, comment, now)
    else:
        withdrawal.version += 1
        withdrawal.updated_at = now
    review.record(
        AuditAction.WITHDRAWAL_APPROVED,
        AuditSubject.WITHDRAWAL,
        withdrawal.id,
        before=before,
        after=fresh(withdrawal)
        | {"comment": comment, "expires_at": expires.isoformat()}
        | ({"self_approved": True} if self_approved else {}),
    )


def send_back(review: Review, withdrawal_id: int, comment: str, basis: Basis = NOTHING_SENT) -> Withdrawal:
    """Void the approvals so far and say why; the withdrawal stays under review.

    Raises:
        UnknownWithdrawal, Drifted, TransitionRefused, InBatch, RoleRefused, NoteRequired: nothing is changed.
    """
    withdrawal = find_unchanged(review.session, withdrawal_id, basis)
    if withdrawal.status != WithdrawalStatus.ON_REVIEW:
        raise TransitionRefused(
            "a withdrawal that is {status} cannot be sent back", fresh(withdrawal), status=word(withdrawal.status)
        )
    if review.actor.role is not Role.FINANCE:
        raise RoleRefused("{role} may not send a withdrawal back", role=review.actor.role_word)
    refuse_held(review, withdrawal)
    if not comment.strip():
        raise NoteRequired("a comment is required to send a withdrawal back")
    found = assess_for_decision(review, withdrawal)
    void_approvals(review, withdrawal, comment.strip(), basis.frozen(judgement(review, withdrawal, found)))
    return withdrawal


def void_approvals(review: Review, withdrawal: Withdrawal, comment: str, snapshot: Snapshot) -> None:
    """Write that the approvals so far count no longer, and why."""
    before = fresh(withdrawal)
    review.session.add(new_decision(review, withdrawal, DecisionKind.SENT_BACK, comment, snapshot))
    withdrawal.notes, withdrawal.updated_at = comment, review.now
    withdrawal.version += 1
    review.record(
        AuditAction.WITHDRAWAL_SENT_BACK,
        AuditSubject.WITHDRAWAL,
        withdrawal.id,
        before=before,
        after=fresh(withdrawal) | {"comment": comment},
    )
