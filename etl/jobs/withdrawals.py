"""Withdrawals."""

from sqlalchemy import select

from api.models import Withdrawal
from etl.jobs.base import SOURCE, Feed, Job, Parent, wib_day
from queries.schema import dim_partners, fct_withdrawals

job = Job(
    target=fct_withdrawals,
    statement=select(
        Withdrawal.id.label("withdrawal_id"),
        SOURCE,
        Withdrawal.partner_id,
        Withdrawal.bank_name,
        Withdrawal.bank_account_no,
        Withdrawal.bank_account_name,
        Withdrawal.nominal,
        Withdrawal.beginning_balance,
        Withdrawal.status,
        Withdrawal.notes,
        Withdrawal.version,
        Withdrawal.created_at,
        Withdrawal.reviewed_at,
        Withdrawal.decided_at,
        Withdrawal.updated_at,
    ),
    key=Withdrawal.id,
    feeds=(
        Feed("withdrawals", Withdrawal.id, "withdrawal_id"),
        Feed("partners", Withdrawal.partner_id, "partner_id", altered=(dim_partners, ("partner_id",))),
    ),
    derived={"created_date": wib_day("created_at")},
    parents=(Parent("partner_id", dim_partners),),
)
