"""Deciding withdrawals: who may, on what was seen, with which proof; money, status, decision and audit in one."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.partners.models import Partner
from api.domains.review.assessment import assess_for_decision, judgement
from api.domains.review.context import ReviewContext
from api.domains.review.errors import Drifted, InBatch, NoteRequired, ProofRefused, TransitionRefused
from api.domains.review.holds import HoldsOf
from api.domains.review.requirements import check_payable
from api.domains.review.snapshots import Seen
from api.domains.review.transfers import Transfer, keep_proof
from api.domains.withdrawals.errors import PartnerBlocked
from api.domains.withdrawals.models import Withdrawal, WithdrawalDecision
from api.domains.withdrawals.service import audited, find, fresh
from api.domains.withdrawals.states import TRANSITIONS
from api.kernel import audit
from api.kernel.errors import Forbidden, Invalid
from api.kernel.identity import Actor
from texts import listed, word
from vocabulary import AuditAction, AuditSubject, DecisionKind, WithdrawalStatus


def find_unchanged(session: Session, withdrawal_id: int, version: int | None, seen: Seen | None) -> Withdrawal:
    """The withdrawal, locked, as the caller saw it.

    Raises:
        UnknownWithdrawal, Drifted: there is none, or version, amount or account are no longer those seen.
    """
    withdrawal = find(session, withdrawal_id, lock=True)
    expected: dict[str, Any] = {} if version is None else {"version": version}
    if seen is not None:
        if seen.withdrawal_id != withdrawal_id:
            raise Invalid("`seen` is the dossier of withdrawal {withdrawal_id}", withdrawal_id=seen.withdrawal_id)
        expected |= {"version": seen.version, "nominal": seen.nominal, "bank_account_no": seen.bank_account_no}
    changed = {
        name: {"seen": value, "now": getattr(withdrawal, name)}
        for name, value in expected.items()
        if getattr(withdrawal, name) != value
    }
    if changed:
        steps = session.scalars(
            select(WithdrawalDecision)
            .where(
                WithdrawalDecision.withdrawal_id == withdrawal_id,
                WithdrawalDecision.version >= int(expected.get("version", 0)),
            )
            .order_by(WithdrawalDecision.id)
        )
        since = [{"kind": step.kind, "actor_id": step.actor_id, "at": step.created_at.isoformat()} for step in steps]
        raise Drifted(
            "the withdrawal changed since you opened it ({changed}): it is now {status}; look at it again",
            fresh(withdrawal) | {"changed": changed, "since": since},
            changed=listed([word(name) for name in changed]),
            status=word(withdrawal.status),
        )
    return withdrawal


def decide(
    session: Session,
    withdrawal_id: int,
    target: WithdrawalStatus,
    *,
    actor: Actor,
    context: ReviewContext,
    notes: str,
    transfer: Transfer | None = None,
    version: int | None = None,
    seen: Seen | None = None,
) -> Withdrawal:
    """Change the status: the row is locked, so of two simultaneous decisions the second sees the first.

    Raises:
        UnknownWithdrawal, Drifted, TransitionRefused, InBatch, Forbidden, NoteRequired, ApprovalMissing, SelfApproval,
        ProofRefused: nothing is changed.
    """
    withdrawal = find_unchanged(session, withdrawal_id, version, seen)
    rule = TRANSITIONS.get((WithdrawalStatus(withdrawal.status), target))
    if rule is None:
        raise TransitionRefused(
            "a withdrawal that is {status} cannot become {target}",
            fresh(withdrawal),
            status=word(withdrawal.status),
            target=word(target),
        )
    if actor.role not in rule.roles:
        raise Forbidden("{role} may not set a withdrawal to {target}", role=actor.role_word, target=word(target))
    if target is not WithdrawalStatus.REVERSED:
        refuse_held(session, withdrawal, context.holds_of)
    if rule.needs_note and not notes.strip():
        raise NoteRequired(
            "notes are required to set a withdrawal that is {status} to {target}",
            status=word(withdrawal.status),
            target=word(target),
        )
    if rule.needs_proof and transfer is None:
        raise ProofRefused("transfer_proof is required to complete a withdrawal")
    found = assess_for_decision(session, withdrawal, context)
    alone = False
    if target is WithdrawalStatus.COMPLETED:
        refuse_blocked(found.partner)
        alone = check_payable(actor, withdrawal, found.partner, found.needed)
    if transfer is not None and rule.needs_proof:
        keep_proof(session, withdrawal, transfer, actor.id, context)
    snapshot = seen.content if seen else judgement(withdrawal, found, context)
    apply(
        session, withdrawal, target, actor_id=actor.id, request_id=actor.request_id, notes=notes.strip(),
        now=context.now, snapshot=snapshot, seen=seen is not None, self_approved=alone,
    )  # fmt: skip
    return withdrawal


def apply(
    session: Session,
    withdrawal: Withdrawal,
    target: WithdrawalStatus,
    *,
    actor_id: int,
    request_id: str,
    notes: str,
    now: datetime,
    snapshot: dict[str, Any],
    seen: bool,
    self_approved: bool = False,
) -> None:
    """Make a change of status that was checked: money, status, decision and audit entry in the caller's transaction."""
    rule = TRANSITIONS[(WithdrawalStatus(withdrawal.status), target)]
    before = fresh(withdrawal)
    record_decision(
        session, withdrawal, DecisionKind(target), actor_id=actor_id, comment=notes, now=now, snapshot=snapshot,
        seen=seen, self_approved=self_approved,
    )  # fmt: skip
    set_status(withdrawal, target, actor_id, notes, now)
    if rule.money is not None:
        rule.money(session, withdrawal.partner_id, withdrawal.id, withdrawal.nominal, now)
    audit.record(
        session,
        actor_id=actor_id,
        action=AuditAction(f"withdrawal_{target}"),
        subject=AuditSubject.WITHDRAWAL,
        subject_id=withdrawal.id,
        request_id=request_id,
        at=now,
        before=before,
        after=audited(withdrawal) | ({"self_approved": True} if self_approved else {}),
    )


def record_decision(
    session: Session,
    withdrawal: Withdrawal,
    kind: DecisionKind,
    *,
    actor_id: int,
    comment: str,
    now: datetime,
    snapshot: dict[str, Any],
    seen: bool,
    self_approved: bool = False,
    expires_at: datetime | None = None,
) -> None:
    """Freeze a step with what was seen."""
    session.add(
        WithdrawalDecision(
            withdrawal_id=withdrawal.id,
            kind=kind,
            actor_id=actor_id,
            version=withdrawal.version,
            nominal=withdrawal.nominal,
            bank_account_no=withdrawal.bank_account_no,
            comment=comment,
            self_approved=self_approved,
            seen=seen,
            snapshot=snapshot,
            created_at=now,
            expires_at=expires_at,
        )
    )


def refuse_held(session: Session, withdrawal: Withdrawal, holds_of: HoldsOf) -> None:
    """Raise InBatch for a withdrawal that a payout batch holds."""
    hold = holds_of(session, [withdrawal.id]).get(withdrawal.id)
    if hold is not None:
        batch = hold.reference
        raise InBatch(
            "the withdrawal is in batch {batch}; decide it there", fresh(withdrawal) | {"batch": batch}, batch=batch
        )


def refuse_blocked(partner: Partner) -> None:
    """Raise PartnerBlocked for a partner that is on hold or fake."""
    if partner.is_blocked:
        raise PartnerBlocked("the partner is marked {mark}; nothing is paid to it", mark=partner.mark)


def set_status(withdrawal: Withdrawal, target: WithdrawalStatus, actor_id: int, notes: str, now: datetime) -> None:
    """Write who set which status when; the version grows."""
    withdrawal.status = target
    withdrawal.version += 1
    withdrawal.updated_at = now
    withdrawal.notes = notes or withdrawal.notes
    if target is WithdrawalStatus.REVERSED:
        withdrawal.reversed_at, withdrawal.reversed_by = now, actor_id
    elif target is WithdrawalStatus.ON_REVIEW:
        withdrawal.reviewed_at, withdrawal.reviewed_by = now, actor_id
    else:
        withdrawal.decided_at, withdrawal.decided_by = now, actor_id
