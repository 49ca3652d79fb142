"""Bank accounts by their number and payout batches by their reference, both by indexes."""

import re

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.domains.bank_accounts.models import BankAccount
from api.domains.partners.models import Partner
from api.domains.payouts.models import PayoutBatch, PayoutRow
from api.domains.search.schemas import AccountHit, BatchHit
from api.kernel.types import MOST_ID

MOST = 6
_ACCOUNT = re.compile(r"[0-9][0-9 .\-]*[0-9]")
_LEAST_DIGITS, _MOST_DIGITS = 5, 20
_BATCH = re.compile(r"(KS|BATCH)[\s#\-]*0*([1-9][0-9]{0,17})", re.ASCII)
_ROW = re.compile(r"KS-?([0-9]{6,18})-?([0-9]{4})", re.ASCII)


def accounts(session: Session, text: str) -> list[AccountHit]:
    """Accounts with exactly this number, however it is separated; those that are used first."""
    digits = re.sub("[^0-9]", "", text)
    if not _ACCOUNT.fullmatch(text) or not _LEAST_DIGITS <= len(digits) <= _MOST_DIGITS:
        return []
    statement = (
        select(BankAccount, Partner.full_name)
        .join(Partner, Partner.id == BankAccount.partner_id)
        .where(BankAccount.account_no == digits)
        .order_by(BankAccount.deleted_at.is_not(None), BankAccount.id)
        .limit(MOST)
    )
    return [
        {
            "bank_account_id": account.id,
            "partner_id": account.partner_id,
            "partner_name": name,
            "bank_name": account.bank_name,
            "account_no": account.account_no,
            "account_name": account.account_name,
            "is_used": account.deleted_at is None,
        }
        for account, name in session.execute(statement)
    ]


def batches(session: Session, text: str) -> list[BatchHit]:
    """The batch with this reference ("KS-000012", "ks 12"), or with this reference of a row ("KS-000012-0003")."""
    wanted = text.upper()
    number, row = _BATCH.fullmatch(wanted), _ROW.fullmatch(wanted)
    ways = []
    if number and int(number.group(2)) <= MOST_ID:
        ways.append(PayoutBatch.id == int(number.group(2)))
    if row:
        reference = f"KS-{row.group(1)}-{row.group(2)}"
        ways.append(PayoutBatch.id.in_(select(PayoutRow.batch_id).where(PayoutRow.reference == reference)))
    if not ways:
        return []
    found = session.scalars(select(PayoutBatch).where(or_(*ways)).order_by(PayoutBatch.id).limit(MOST))
    return [
        {
            "batch_id": batch.id,
            "reference": batch.reference,
            "status": batch.status,
            "row_count": batch.row_count,
            "total": batch.total,
        }
        for batch in found
    ]
