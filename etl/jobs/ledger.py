"""Ledger entries, always whole transactions."""

from sqlalchemy import select

from api.models import LedgerAccount, LedgerEntry, LedgerTransaction
from etl.jobs.base import SOURCE, Feed, Job, Parent, wib_day
from queries.schema import dim_partners, fct_ledger

job = Job(
    target=fct_ledger,
    statement=select(
        LedgerEntry.id.label("entry_id"),
        SOURCE,
        LedgerEntry.transaction_id,
        LedgerAccount.kind.label("account_kind"),
        LedgerTransaction.kind,
        LedgerTransaction.partner_id,
        LedgerTransaction.order_id,
        LedgerTransaction.withdrawal_id,
        LedgerEntry.amount,
        LedgerEntry.balance_after,
        LedgerTransaction.created_at,
    )
    .join_from(LedgerEntry, LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id, isouter=True)
    .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id, isouter=True),
    key=LedgerEntry.id,
    feeds=(
        Feed("ledger_transactions", LedgerEntry.transaction_id, "transaction_id"),
        Feed("partners", LedgerTransaction.partner_id, "partner_id", altered=(dim_partners, ("partner_id",))),
    ),
    derived={"created_date": wib_day("created_at")},
    parents=(Parent("partner_id", dim_partners),),
    zero_sum=("transaction_id", "amount"),
)
