"""Requesting withdrawals, and finding them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.bank_accounts import service as bank_accounts
from api.domains.ledger import service as ledger
from api.domains.partners.models import Partner
from api.domains.withdrawals.errors import NotYourPayout, PartnerBlocked, UnknownWithdrawal
from api.domains.withdrawals.models import Withdrawal
from api.domains.withdrawals.proofs import Opened
from api.kernel import audit
from api.kernel.db import LOCK
from api.kernel.errors import Invalid
from api.kernel.write import Write
from api.ports.name_check import NameCheck, compare_names
from vocabulary import AuditAction, AuditSubject, Role, WithdrawalStatus


def request_payout(write: Write, bank_account_id: int, nominal: int, partner_id: int | None) -> Withdrawal:
    """Ask for a payout in the caller's name: a partner for itself, finance on behalf of the partner that it names.

    Raises:
        Invalid: finance names no partner.
        NotYourPayout: a partner names another one.
        UnknownWithdrawal: there is no such partner.
        as request_withdrawal does.
    """
    session, actor = write.session, write.actor
    if actor.role is Role.PARTNER:
        partner = session.scalar(select(Partner).where(Partner.user_id == actor.id))
        if partner is not None and partner_id not in (None, partner.id):
            raise NotYourPayout("a partner asks for its own payouts only")
    elif partner_id is None:
        raise Invalid("partner_id: name the partner that the payout is for")
    else:
        partner = session.get(Partner, partner_id)
    if partner is None:
        raise UnknownWithdrawal("there is no such partner")
    return request_withdrawal(
        session,
        partner.id,
        bank_account_id,
        nominal,
        write.now,
        maker_id=actor.id,
        request_id=actor.request_id,
        name_check=write.parts[NameCheck],
    )


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
    # as it is now: who looked it up before may have read it before it was marked
    partner = session.get_one(Partner, partner_id, with_for_update=LOCK, populate_existing=True)
    if partner.is_blocked:
        raise PartnerBlocked("the partner is marked {mark}; withdrawals are stopped", mark=partner.mark)
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
            action=AuditAction.WITHDRAWAL_REQUESTED,
            subject=AuditSubject.WITHDRAWAL,
            subject_id=withdrawal.id,
            request_id=request_id,
            at=now,
            after=audited(withdrawal),
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


def fresh(withdrawal: Withdrawal) -> dict[str, Any]:
    """What a refused caller reads of the withdrawal as it is."""
    return {"status": withdrawal.status, "version": withdrawal.version, "nominal": withdrawal.nominal}


def audited(withdrawal: Withdrawal) -> dict[str, Any]:
    """What the audit trail keeps of the withdrawal as it is."""
    return fresh(withdrawal) | {
        "bank_name": withdrawal.bank_name,
        "bank_account_no": withdrawal.bank_account_no,
        "notes": withdrawal.notes,
        "proof_sha256": withdrawal.proof_sha256,
    }


def note_viewing(session: Session, viewed: Opened, request_id: str, now: datetime) -> None:
    """Write down who opened the transfer proof."""
    audit.record(
        session,
        actor_id=viewed.viewer_id,
        action=AuditAction.PROOF_VIEWED,
        subject=AuditSubject.WITHDRAWAL,
        subject_id=viewed.withdrawal_id,
        request_id=request_id,
        at=now,
        after={"proof_sha256": viewed.sha256},
    )


def partner_of_user(session: Session, user_id: int) -> Partner:
    """The partner behind a user id, which the transaction history takes; a partner without a user by its own id.

    Raises:
        UnknownWithdrawal: when there is none.
    """
    found = session.scalar(select(Partner).where(Partner.user_id == user_id)) or session.get(Partner, user_id)
    if found is None:
        raise UnknownWithdrawal("user {user_id} is not a partner", user_id=user_id)
    return found
