"""Requesting and deciding withdrawals."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.ledger import service as ledger
from api.domains.partners.models import BankAccount, Partner
from api.domains.withdrawals import proofs
from api.domains.withdrawals.errors import (
    Drifted,
    NoteRequired,
    PartnerBlocked,
    ProofRefused,
    TransitionRefused,
    UnknownWithdrawal,
)
from api.domains.withdrawals.models import Withdrawal, WithdrawalStatus
from api.domains.withdrawals.states import TRANSITIONS
from api.kernel import audit
from api.kernel.auth import Actor
from api.kernel.errors import Forbidden, Invalid

BLOCKING = {1: "fake", 2: "hold"}


def request_withdrawal(
    session: Session, partner_id: int, bank_account_id: int, nominal: int, now: datetime
) -> Withdrawal:
    """Ask for a payout; its amount is reserved at once.

    Raises:
        Invalid: the amount is not above 0, or the account is not the partner's.
        PartnerBlocked: the partner is on hold or fake.
        InsufficientBalance: more than the available balance.
    """
    if nominal <= 0:
        raise Invalid(f"nominal must be above 0, not {nominal}")
    partner = session.get_one(Partner, partner_id, with_for_update=True)
    if partner.problem_status in BLOCKING:
        raise PartnerBlocked(f"the partner is marked {BLOCKING[partner.problem_status]}; withdrawals are stopped")
    account = session.get(BankAccount, bank_account_id)
    if account is None or account.partner_id != partner_id:
        raise Invalid(f"bank account {bank_account_id} is not one of the partner's")
    withdrawal = Withdrawal(
        partner_id=partner_id,
        bank_account_id=account.id,
        bank_name=account.bank_name,
        bank_account_no=account.account_no,
        bank_account_name=account.account_name,
        nominal=nominal,
        beginning_balance=ledger.balance(session, partner_id),
        status=WithdrawalStatus.REQUESTED,
        created_at=now,
        updated_at=now,
    )
    session.add(withdrawal)
    session.flush()
    ledger.reserve(session, partner_id, withdrawal.id, nominal, now)
    return withdrawal


def find(session: Session, withdrawal_id: int, *, lock: bool = False) -> Withdrawal:
    """The withdrawal.

    Raises:
        UnknownWithdrawal: when there is none.
    """
    found = session.get(Withdrawal, withdrawal_id, with_for_update=lock)
    if found is None:
        raise UnknownWithdrawal(f"withdrawal {withdrawal_id} does not exist")
    return found


def decide(
    session: Session,
    withdrawal_id: int,
    target: WithdrawalStatus,
    *,
    actor: Actor,
    now: datetime,
    notes: str,
    proof: proofs.Proof | None,
    proof_folder: Path,
    version: int | None = None,
) -> Withdrawal:
    """Change the status: the row is locked, so of two simultaneous decisions the second sees the first.

    Raises:
        UnknownWithdrawal, Drifted, TransitionRefused, Forbidden, NoteRequired, ProofRefused: nothing is changed.
    """
    withdrawal = find(session, withdrawal_id, lock=True)
    fresh = {"status": withdrawal.status, "version": withdrawal.version, "nominal": withdrawal.nominal}
    if version is not None and version != withdrawal.version:
        raise Drifted(
            f"the withdrawal changed since you opened it: it is now {withdrawal.status}; look at it again", fresh
        )
    rule = TRANSITIONS.get((WithdrawalStatus(withdrawal.status), target))
    if rule is None:
        raise TransitionRefused(f"a withdrawal that is {withdrawal.status} cannot become {target}", fresh)
    if actor.role not in rule.roles:
        raise Forbidden(f"{actor.role.name.lower()} may not set a withdrawal to {target}")
    if rule.needs_note and not notes.strip():
        raise NoteRequired(f"notes are required to set a withdrawal that is {withdrawal.status} to {target}")
    if rule.needs_proof and proof is None:
        raise ProofRefused("transfer_proof is required to complete a withdrawal")
    if proof is not None and rule.needs_proof:
        proofs.store(proof, proof_folder)
        withdrawal.proof_sha256, withdrawal.proof_type = proof.sha256, proof.media_type
    _apply(withdrawal, target, actor.id, notes.strip(), now)
    if rule.money is not None:
        rule.money(session, withdrawal.partner_id, withdrawal.id, withdrawal.nominal, now)
    audit.record(
        session,
        actor_id=actor.id,
        action=f"withdrawal_{target}",
        subject="withdrawal",
        subject_id=withdrawal.id,
        request_id=actor.request_id,
        at=now,
        before=fresh,
        after=_audited(withdrawal),
    )
    return withdrawal


def _apply(withdrawal: Withdrawal, target: WithdrawalStatus, actor_id: int, notes: str, now: datetime) -> None:
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


def _audited(withdrawal: Withdrawal) -> dict[str, Any]:
    return {
        "status": withdrawal.status,
        "version": withdrawal.version,
        "nominal": withdrawal.nominal,
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
        raise UnknownWithdrawal(f"user {user_id} is not a partner")
    return found
