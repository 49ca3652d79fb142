"""Requesting and deciding withdrawals."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.bank_accounts import service as bank_accounts
from api.domains.ledger import service as ledger
from api.domains.partners.models import BLOCKING, Partner
from api.domains.partners.name_check import NameCheck, compare_names
from api.domains.payouts.models import HOLDING, PayoutBatch, PayoutRow
from api.domains.withdrawals.approvals import check_payable
from api.domains.withdrawals.dossier import ReviewContext, assess_for_decision, judgement
from api.domains.withdrawals.errors import (
    Drifted,
    InBatch,
    NoteRequired,
    PartnerBlocked,
    ProofRefused,
    TransitionRefused,
    UnknownWithdrawal,
)
from api.domains.withdrawals.models import (
    DecisionKind,
    Withdrawal,
    WithdrawalDecision,
    WithdrawalStatus,
)
from api.domains.withdrawals.payment import Payment, keep_proof
from api.domains.withdrawals.snapshots import Seen
from api.domains.withdrawals.states import TRANSITIONS
from api.kernel import audit
from api.kernel.auth import Actor
from api.kernel.db import LOCK
from api.kernel.errors import Forbidden, Invalid
from texts import listed, word


def request_withdrawal(
    session: Session,
    partner_id: int,
    bank_account_id: int,
    nominal: int,
    now: datetime,
    *,
    maker_id: int | None = None,
    request_id: str = "-",
    name_check: NameCheck = compare_names,
) -> Withdrawal:
    """Ask for a payout; its amount is reserved at once, and an unchecked account is checked by name.

    Raises:
        Invalid: the amount is not above 0.
        UnknownBankAccount: the account is not the partner's.
        PartnerBlocked: the partner is on hold or fake.
        InsufficientBalance: more than the available balance.
    """
    if nominal <= 0:
        raise Invalid("nominal must be above 0, not {nominal}", nominal=nominal)
    partner = session.get_one(Partner, partner_id, with_for_update=LOCK)
    if partner.problem_status in BLOCKING:
        mark = word(BLOCKING[partner.problem_status])
        raise PartnerBlocked("the partner is marked {mark}; withdrawals are stopped", mark=mark)
    account = bank_accounts.find(session, partner_id, bank_account_id, lock=True)
    bank_accounts.check_name(session, account, name_check, now)
    withdrawal = Withdrawal(
        partner_id=partner_id,
        bank_account_id=account.id,
        bank_name=account.bank_name,
        bank_account_no=account.account_no,
        bank_account_name=account.account_name,
        nominal=nominal,
        beginning_balance=ledger.balance(session, partner_id),
        status=WithdrawalStatus.REQUESTED,
        maker_id=maker_id,
        created_at=now,
        updated_at=now,
    )
    session.add(withdrawal)
    session.flush()
    ledger.reserve(session, partner_id, withdrawal.id, nominal, now)
    if maker_id is not None:
        audit.record(
            session,
            actor_id=maker_id,
            action="withdrawal_requested",
            subject="withdrawal",
            subject_id=withdrawal.id,
            request_id=request_id,
            at=now,
            after=_audited(withdrawal),
        )
    return withdrawal


def find(session: Session, withdrawal_id: int, *, lock: bool = False) -> Withdrawal:
    """The withdrawal.

    Raises:
        UnknownWithdrawal: when there is none.
    """
    found = session.get(Withdrawal, withdrawal_id, with_for_update=LOCK if lock else None)
    if found is None:
        raise UnknownWithdrawal("withdrawal {withdrawal_id} does not exist", withdrawal_id=withdrawal_id)
    return found


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
    payment: Payment | None = None,
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
        refuse_held(session, withdrawal)
    if rule.needs_note and not notes.strip():
        raise NoteRequired(
            "notes are required to set a withdrawal that is {status} to {target}",
            status=word(withdrawal.status),
            target=word(target),
        )
    if rule.needs_proof and payment is None:
        raise ProofRefused("transfer_proof is required to complete a withdrawal")
    found = assess_for_decision(session, withdrawal, context)
    alone = False
    if target is WithdrawalStatus.COMPLETED:
        refuse_blocked(found.partner)
        alone = check_payable(actor, withdrawal, found.partner, found.needed)
    if payment is not None and rule.needs_proof:
        keep_proof(session, withdrawal, payment, actor.id, context)
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
        action=f"withdrawal_{target}",
        subject="withdrawal",
        subject_id=withdrawal.id,
        request_id=request_id,
        at=now,
        before=before,
        after=_audited(withdrawal) | ({"self_approved": True} if self_approved else {}),
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


def refuse_held(session: Session, withdrawal: Withdrawal) -> None:
    """Raise InBatch for a withdrawal that a payout batch holds."""
    held = session.scalar(
        select(PayoutBatch.reference)
        .join(PayoutRow, PayoutRow.batch_id == PayoutBatch.id)
        .where(PayoutRow.withdrawal_id == withdrawal.id, PayoutRow.state.in_(HOLDING))
    )
    if held is not None:
        raise InBatch(
            "the withdrawal is in batch {batch}; decide it there", fresh(withdrawal) | {"batch": held}, batch=held
        )


def refuse_blocked(partner: Partner) -> None:
    """Raise PartnerBlocked for a partner that is on hold or fake."""
    if partner.problem_status in BLOCKING:
        mark = word(BLOCKING[partner.problem_status])
        raise PartnerBlocked("the partner is marked {mark}; nothing is paid to it", mark=mark)


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


def fresh(withdrawal: Withdrawal) -> dict[str, Any]:
    """What a refused caller is told of the withdrawal as it is."""
    return {"status": withdrawal.status, "version": withdrawal.version, "nominal": withdrawal.nominal}


def _audited(withdrawal: Withdrawal) -> dict[str, Any]:
    return fresh(withdrawal) | {
        "bank_name": withdrawal.bank_name,
        "bank_account_no": withdrawal.bank_account_no,
        "notes": withdrawal.notes,
        "proof_sha256": withdrawal.proof_sha256,
    }


def partner_of_user(session: Session, user_id: int) -> Partner:
    """The partner behind a user id, which the transaction history takes; a partner without a user by its own id.

    Raises:
        UnknownWithdrawal: when there is none.
    """
    found = session.scalar(select(Partner).where(Partner.user_id == user_id)) or session.get(Partner, user_id)
    if found is None:
        raise UnknownWithdrawal("user {user_id} is not a partner", user_id=user_id)
    return found
