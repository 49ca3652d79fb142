"""Partners' bank accounts: added, changed with their history kept, and checked by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.partners.models import BankAccount, BankAccountChange, Partner
from api.domains.partners.name_check import AccountHolder, NameCheck, NameCheckFailed
from api.kernel import audit
from api.kernel.db import LOCK
from api.kernel.errors import NotFound

log = structlog.get_logger("api")


class UnknownBankAccount(NotFound):
    """There is no such bank account of this partner."""


@dataclass(frozen=True, slots=True)
class Details:
    """Where money goes."""

    bank_name: str
    account_no: str
    account_name: str


def find(session: Session, partner_id: int, account_id: int, *, lock: bool = False) -> BankAccount:
    """The partner's account.

    Raises:
        UnknownBankAccount: it has none of this id.
    """
    found = session.get(BankAccount, account_id, with_for_update=LOCK if lock else None)
    if found is None or found.partner_id != partner_id:
        raise UnknownBankAccount("bank account {account_id} is not one of the partner's", account_id=account_id)
    return found


def change(
    session: Session,
    partner_id: int,
    account_id: int,
    details: Details,
    *,
    actor_id: int | None,
    request_id: str,
    now: datetime,
) -> BankAccount:
    """Give an account other details. What it was stays in its history; its name check is void and it is new again.

    Raises:
        UnknownBankAccount: the partner has none of this id.
    """
    account = find(session, partner_id, account_id, lock=True)
    before = Details(account.bank_name, account.account_no, account.account_name)
    if before == details:
        return account
    session.add(
        BankAccountChange(
            bank_account_id=account.id,
            partner_id=partner_id,
            bank_name=before.bank_name,
            account_no=before.account_no,
            account_name=before.account_name,
            changed_by=actor_id,
            changed_at=now,
        )
    )
    account.bank_name, account.account_no, account.account_name = (
        details.bank_name,
        details.account_no,
        details.account_name,
    )
    account.details_at = account.updated_at = now
    account.name_score = account.name_found = account.name_checked_by = account.name_checked_at = None
    audit.record(
        session,
        actor_id=actor_id,
        action="bank_account_changed",
        subject="partner",
        subject_id=partner_id,
        request_id=request_id,
        at=now,
        before={"bank_account_id": account.id, **_audited(before)},
        after={"bank_account_id": account.id, **_audited(details)},
    )
    return account


def _audited(details: Details) -> dict[str, str]:
    return {"bank_name": details.bank_name, "account_no": details.account_no, "account_name": details.account_name}


def check_name(session: Session, account: BankAccount, check: NameCheck, now: datetime) -> int | None:
    """The account's name score, checked now if it was not since its last change; None when the check fails."""
    if account.name_checked_at is not None:
        return account.name_score
    partner = session.get_one(Partner, account.partner_id)
    names = (partner.full_name, partner.brand_name)
    try:
        match = check(AccountHolder(account.bank_name, account.account_no, account.account_name, names))
    except NameCheckFailed as error:
        log.warning("name_check_failed", bank_account=account.id, error=str(error))
        return None
    account.name_score, account.name_found = min(max(match.score, 0), 100), match.found[:200]
    account.name_checked_by, account.name_checked_at, account.updated_at = match.source[:60], now, now
    return account.name_score


def history(session: Session, partner_id: int) -> Sequence[BankAccountChange]:
    """What the partner's accounts were before their changes, newest first."""
    statement = select(BankAccountChange).where(BankAccountChange.partner_id == partner_id)
    return session.scalars(statement.order_by(BankAccountChange.id.desc())).all()
