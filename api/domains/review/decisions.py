"""Deciding withdrawals: who may, on what was seen, with which proof; money, status, decision and audit in one."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.partners.models import Partner
from api.domains.review.assessment import assess_for_decision, judgement
from api.domains.review.context import Review
from api.domains.review.errors import Drifted, InBatch, NoteRequired, ProofRefused, RoleRefused, TransitionRefused
from api.domains.review.requirements import check_payable
from api.domains.review.snapshots import Basis, Snapshot
from api.domains.review.transfers import Transfer, keep_proof
from api.domains.withdrawals.errors import PartnerBlocked
from api.domains.withdrawals.models import Withdrawal, WithdrawalDecision
from api.domains.withdrawals.service import audited, find, fresh
from api.domains.withdrawals.states import TRANSITIONS, Transition
from api.kernel.errors import Invalid
from api.kernel.payload import field_refused
from texts import Text, listed, word
from vocabulary import AuditAction, AuditSubject, DecisionKind, WithdrawalStatus

NOTHING_SENT = Basis()


def find_unchanged(session: Session, withdrawal_id: int, basis: Basis) -> Withdrawal:
    """The withdrawal, locked, as the caller saw it.

    Raises:
        UnknownWithdrawal, Drifted: there is none, or version, amount or account are no longer those seen.
    """
    withdrawal = find(session, withdrawal_id, lock=True)
    expected: dict[str, Any] = {} if basis.version is None else {"version": basis.version}
    if (seen := basis.seen) is not None:
        if seen.withdrawal_id != withdrawal_id:
            raise Invalid("`seen` is the dossier of withdrawal {withdrawal_id}", withdrawal_id=seen.withdrawal_id)
        expected |= {"version": seen.version, "nominal": seen.nominal, "bank_account_no": seen.bank_account_no}
    changed = {
        name: {"seen": value, "now": getattr(withdrawal, name)}
        for name, value in expected.items()
        if getattr(withdrawal, name) != value
    }
    if changed:
        raise Drifted(
            "the withdrawal changed since you opened it ({changed}): it is now {status}; look at it again",
            fresh(withdrawal)
            | {"changed": changed, "since": _steps_since(session, withdrawal_id, int(expected.get("version", 0)))},
            changed=listed([word(name) for name in changed]),
            status=word(withdrawal.status),
        )
    return withdrawal


def _steps_since(session: Session, withdrawal_id: int, version: int) -> list[dict[str, Any]]:
    steps = session.scalars(
        select(WithdrawalDecision)
        .where(WithdrawalDecision.withdrawal_id == withdrawal_id, WithdrawalDecision.version >= version)
        .order_by(WithdrawalDecision.id)
    )
    return [{"kind": step.kind, "actor_id": step.actor_id, "at": step.created_at.isoformat()} for step in steps]


def decide(
    review: Review,
    withdrawal_id: int,
    target: WithdrawalStatus | None,
    *,
    notes: str,
    transfer: Transfer | None = None,
    basis: Basis = NOTHING_SENT,
) -> Withdrawal:
    """Change the status: the row is locked, so of two simultaneous decisions the second sees the first.

    Without a target, a transfer proof says that the withdrawal is completed; notes are then not required.

    Raises:
        UnknownWithdrawal, Drifted, TransitionRefused, InBatch, RoleRefused, NoteRequired, ApprovalMissing,
        SelfApproval, ProofRefused, PartnerBlocked: nothing is changed.
    """
    withdrawal = find_unchanged(review.session, withdrawal_id, basis)
    has_proof = transfer is not None or withdrawal.proof_sha256 is not None
    if target is None and not has_proof:
        raise field_refused("status", Text("say what becomes of the withdrawal, or send its transfer_proof"))
    becomes = target or WithdrawalStatus.COMPLETED
    rule = _allowed(review, withdrawal, becomes)
    if rule.needs_note and target is not None and not notes.strip():
        raise NoteRequired(
            "notes are required to set a withdrawal that is {status} to {target}",
            status=word(withdrawal.status),
            target=word(becomes),
        )
    if rule.needs_proof and not has_proof:
        raise ProofRefused("transfer_proof is required to complete a withdrawal")
    found = assess_for_decision(review, withdrawal)
    alone = False
    if becomes is WithdrawalStatus.COMPLETED:
        refuse_blocked(found.partner)
        alone = check_payable(review.actor, withdrawal, found.partner, found.needed)
    if transfer is not None and rule.needs_proof:
        keep_proof(review, withdrawal, transfer)
    snapshot = basis.frozen(judgement(review, withdrawal, found))
    apply(review, withdrawal, becomes, notes=notes.strip(), snapshot=snapshot, self_approved=alone)
    return withdrawal


def add_proof(review: Review, withdrawal_id: int, transfer: Transfer, basis: Basis = NOTHING_SENT) -> Withdrawal:
    """Add the proof of a transfer to a withdrawal that waits, by whom could complete it now; no money moves yet.

    Raises:
        UnknownWithdrawal, Drifted, TransitionRefused, InBatch, RoleRefused, ApprovalMissing, SelfApproval,
        ProofRefused, PartnerBlocked: nothing is changed.
    """
    withdrawal = find_unchanged(review.session, withdrawal_id, basis)
    _allowed(review, withdrawal, WithdrawalStatus.COMPLETED)
    found = assess_for_decision(review, withdrawal)
    refuse_blocked(found.partner)
    check_payable(review.actor, withdrawal, found.partner, found.needed)
    before = {"proof_sha256": withdrawal.proof_sha256}
    keep_proof(review, withdrawal, transfer)
    withdrawal.version += 1
    withdrawal.updated_at = review.now
    after = {"proof_sha256": withdrawal.proof_sha256}
    review.record(AuditAction.PROOF_ADDED, AuditSubject.WITHDRAWAL, withdrawal.id, before=before, after=after)
    return withdrawal


def _allowed(review: Review, withdrawal: Withdrawal, target: WithdrawalStatus) -> Transition:
    """The rule of the change, for a role that may make it, on a withdrawal that no batch holds."""
    rule = TRANSITIONS.get((WithdrawalStatus(withdrawal.status), target))
    if rule is None:
        raise TransitionRefused(
            "a withdrawal that is {status} cannot become {target}",
            fresh(withdrawal),
            status=word(withdrawal.status),
            target=word(target),
        )
    if review.actor.role not in rule.roles:
        raise RoleRefused(
            "{role} may not set a withdrawal to {target}", role=review.actor.role_word, target=word(target)
        )
    if target is not WithdrawalStatus.REVERSED:
        refuse_held(review, withdrawal)
    return rule


def apply(
    review: Review,
    withdrawal: Withdrawal,
    target: WithdrawalStatus,
    *,
    notes: str,
    snapshot: Snapshot,
    self_approved: bool = False,
) -> None:
    """Make a change of status that was checked: money, status, decision and audit entry in the caller's transaction."""
    rule = TRANSITIONS[(WithdrawalStatus(withdrawal.status), target)]
    before = fresh(withdrawal)
    decision = new_decision(review, withdrawal, DecisionKind(target), notes, snapshot)
    decision.self_approved = self_approved
    review.session.add(decision)
    set_status(withdrawal, target, review.actor.id, notes, review.now)
    if rule.money is not None:
        rule.money(review.session, withdrawal.partner_id, withdrawal.id, withdrawal.nominal, review.now)
    review.record(
        AuditAction(f"withdrawal_{target}"),
        AuditSubject.WITHDRAWAL,
        withdrawal.id,
        before=before,
        after=audited(withdrawal) | ({"self_approved": True} if self_approved else {}),
    )


def new_decision(
    review: Review, withdrawal: Withdrawal, kind: DecisionKind, comment: str, snapshot: Snapshot
) -> WithdrawalDecision:
    """A step of the reviewer, frozen with what was seen."""
    return WithdrawalDecision(
        withdrawal_id=withdrawal.id,
        kind=kind,
        actor_id=review.actor.id,
        version=withdrawal.version,
        nominal=withdrawal.nominal,
        bank_account_no=withdrawal.bank_account_no,
        comment=comment,
        self_approved=False,
        seen=snapshot.was_shown,
        snapshot=snapshot.content,
        created_at=review.now,
    )


def refuse_held(review: Review, withdrawal: Withdrawal) -> None:
    """Raise InBatch for a withdrawal that a payout batch holds."""
    hold = review.holds_of(review.session, [withdrawal.id]).get(withdrawal.id)
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
