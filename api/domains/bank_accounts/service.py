"""Partners' bank accounts: added, changed with their history kept, deleted, and checked by name."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.bank_accounts.banks import Banks
from api.domains.bank_accounts.errors import AccountsFrozen, AlreadyStored, DefaultAccount, InUse, UnknownBankAccount
from api.domains.bank_accounts.models import BankAccount, BankAccountChange
from api.domains.bank_accounts.uses import WaitingWithdrawals
from api.domains.partners.models import Partner
from api.kernel.db import LOCK
from api.kernel.errors import Invalid
from api.kernel.write import Write
from api.ports.name_check import AccountHolder, NameCheck, NameCheckFailed

log = structlog.get_logger("api")


@dataclass(frozen=True, slots=True)
class Details:
    """Where money goes."""

    bank_name: str
    account_no: str
    account_name: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an account is to become; a note or default of None stays as it is, a blank note is taken away."""

    details: Details
    note: str | None = None
    is_default: bool | None = None


def _lock(session: Session, partner: Partner) -> Partner:
    """The partner, locked: its accounts are written one after the other, so that one of them is the default."""
    session.refresh(partner, with_for_update=LOCK)
    if partner.is_blocked:
        raise AccountsFrozen("the partner is marked {mark}; its bank accounts stay as they are", mark=partner.mark)
    return partner


def of_partner(session: Session, partner_id: int) -> Sequence[BankAccount]:
    """The partner's accounts, oldest first, without deleted ones."""
    mine = select(BankAccount).where(BankAccount.partner_id == partner_id, BankAccount.deleted_at.is_(None))
    return session.scalars(mine.order_by(BankAccount.id)).all()


def find(session: Session, partner_id: int, account_id: int, *, lock: bool = False) -> BankAccount:
    """The partner's account.

    Raises:
        UnknownBankAccount: it has none of this id, or no longer.
    """
    found = session.get(BankAccount, account_id, with_for_update=LOCK if lock else None)
    if found is None or found.partner_id != partner_id or found.deleted_at is not None:
        raise UnknownBankAccount("bank account {account_id} is not one of the partner's", account_id=account_id)
    return found


def store(write: Write, partner: Partner, wanted: Wanted, banks: Banks, *, bank_code: str | None = None) -> BankAccount:
    """Add an account; a partner's first one is its default.

    Raises:
        AccountsFrozen, AlreadyStored: nothing is added.
        Invalid: the code is that of another bank.
    """
    _lock(write.session, partner)
    _refuse_code_of_another(banks, wanted.details.bank_name, bank_code)
    kept = of_partner(write.session, partner.id)
    _refuse_stored(kept, wanted.details, banks)
    account = BankAccount(
        partner_id=partner.id,
        **asdict(wanted.details),
        bank_code=bank_code,
        note=wanted.note or None,
        is_default=not any(each.is_default for each in kept),
        details_at=write.now,
        created_at=write.now,
        updated_at=write.now,
    )
    write.session.add(account)
    write.session.flush()
    _record(write, "bank_account_added", account, after=_audited(account))
    return account


def update(write: Write, partner: Partner, account_id: int, wanted: Wanted, banks: Banks) -> BankAccount:
    """Change an account. Withdrawals keep the details that they were requested with.

    Raises:
        AccountsFrozen, UnknownBankAccount, AlreadyStored, DefaultAccount: nothing is changed.
    """
    _lock(write.session, partner)
    account = find(write.session, partner.id, account_id, lock=True)
    before = _audited(account)
    others = [each for each in of_partner(write.session, partner.id) if each is not account]
    change(write.session, account, wanted.details, others, banks, actor_id=write.actor.id, now=write.now)
    if wanted.note is not None:
        account.note = wanted.note or None
    if wanted.is_default is not None:
        _set_default(write.session, account, others, wanted.is_default, write.now)
    after = _audited(account)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        account.updated_at = write.now
        was, now_is = ({name: values[name] for name in changed} for values in (before, after))
        _record(write, "bank_account_changed", account, before=was, after=now_is)
    return account


def change(
    session: Session,
    account: BankAccount,
    details: Details,
    others: Sequence[BankAccount],
    banks: Banks,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Give a locked account other details. What it was stays in its history; its name check is void and it is new
    again. `others` are the partner's other accounts.

    Raises:
        AlreadyStored: one of the others has this number.
    """
    before = details_of(account)
    if before == details:
        return
    if (before.bank_name, before.account_no) != (details.bank_name, details.account_no):
        _refuse_stored(others, details, banks)
    session.add(
        BankAccountChange(
            bank_account_id=account.id,
            partner_id=account.partner_id,
            **asdict(before),
            changed_by=actor_id,
            changed_at=now,
        )
    )
    if not banks.are_same(before.bank_name, details.bank_name):
        account.bank_code = None
    account.bank_name, account.account_no = details.bank_name, details.account_no
    account.account_name = details.account_name
    account.details_at = account.updated_at = now
    account.name_score = account.name_found = account.name_checked_by = account.name_checked_at = None


def delete(write: Write, partner: Partner, account_id: int) -> None:
    """Take an account out of use. The row stays: withdrawals, history and reviewers refer to it.

    Raises:
        AccountsFrozen, UnknownBankAccount, DefaultAccount, InUse: nothing is deleted.
    """
    _lock(write.session, partner)
    account = find(write.session, partner.id, account_id, lock=True)
    if account.is_default:
        raise DefaultAccount("the default account cannot be deleted; make another one the default first (is_default 1)")
    _refuse_used(write.session, account, write.parts[WaitingWithdrawals])
    account.deleted_at = account.updated_at = write.now
    _record(write, "bank_account_deleted", account, before=_audited(account))


def is_registered(session: Session, details: Details, banks: Banks) -> bool:
    """Whether anybody has an account of this number at this bank, whatever holder is given for it."""
    same_number = select(BankAccount.bank_name).where(
        BankAccount.account_no == details.account_no, BankAccount.deleted_at.is_(None)
    )
    return any(banks.are_same(name, details.bank_name) for name in session.scalars(same_number))


def details_of(account: BankAccount) -> Details:
    """Where the account's money goes now."""
    return Details(account.bank_name, account.account_no, account.account_name)


def _set_default(
    session: Session, account: BankAccount, others: Sequence[BankAccount], is_default: bool, now: datetime
) -> None:
    if account.is_default == is_default:
        return
    if not is_default:
        raise DefaultAccount("one account must be the default; make another one the default instead (is_default 1)")
    for other in others:
        if other.is_default:
            other.is_default, other.updated_at = False, now
    session.flush()  # a second default, even for a moment, is what the index refuses
    account.is_default = True


def _refuse_stored(accounts: Sequence[BankAccount], details: Details, banks: Banks) -> None:
    for account in accounts:
        if account.account_no == details.account_no and banks.are_same(account.bank_name, details.bank_name):
            raise AlreadyStored(
                "account {account_no} at {bank_name} is already one of yours (bank account {account_id}); use that one",
                {"bank_account_id": account.id},
                account_no=account.account_no,
                bank_name=account.bank_name,
                account_id=account.id,
            )


def _refuse_used(session: Session, account: BankAccount, waiting: WaitingWithdrawals) -> None:
    found = waiting(session, account.id)
    if found:
        raise InUse(
            "withdrawal {withdrawal_id} to this account is not decided yet; delete the account when it is",
            {"withdrawal_ids": list(found)},
            withdrawal_id=found[0],
        )


def _refuse_code_of_another(banks: Banks, bank_name: str, bank_code: str | None) -> None:
    """Codes that are not known are kept as they are."""
    if bank_code is None:
        return
    named, coded = banks.named(bank_name), banks.coded(bank_code)
    if named and coded and named != coded:
        raise Invalid(
            "bank_code: {bank_code} is {found}, not {bank_name}; correct one of them",
            bank_code=bank_code,
            found=coded.name,
            bank_name=bank_name,
        )


def _audited(account: BankAccount) -> dict[str, Any]:
    more = {"bank_code": account.bank_code, "note": account.note, "is_default": account.is_default}
    return asdict(details_of(account)) | more


def _record(
    write: Write,
    action: str,
    account: BankAccount,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    which = {"bank_account_id": account.id}
    write.record(
        action,
        "partner",
        account.partner_id,
        before=None if before is None else which | before,
        after=None if after is None else which | after,
    )


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
