"""Withdrawals and the ledger."""

from queries.schema.base import count, day, fact, instant, key, optional_key, text_column

fct_withdrawals = fact(
    "fct_withdrawals",
    key("withdrawal_id"),
    text_column("source"),
    key("partner_id"),
    text_column("bank_name"),
    text_column("bank_account_no"),
    text_column("bank_account_name"),
    count("nominal"),
    count("beginning_balance"),
    text_column("status"),
    text_column("notes", nullable=True),
    count("version"),
    instant("created_at", nullable=False),
    day("created_date"),
    instant("reviewed_at"),
    instant("decided_at"),
    instant("updated_at", nullable=False),
    grain="one row per withdrawal",
    key=("withdrawal_id",),
    invariants=(
        "nominal > 0",
        "status IN ('requested', 'on_review', 'completed', 'rejected', 'canceled', 'reversed')",
        "decided_at IS NULL OR decided_at >= created_at",
    ),
)

fct_ledger = fact(
    "fct_ledger",
    key("entry_id"),
    text_column("source"),
    key("transaction_id"),
    text_column("account_kind"),
    text_column("kind"),
    key("partner_id"),
    optional_key("order_id"),
    optional_key("withdrawal_id"),
    count("amount"),
    count("balance_after"),
    instant("created_at", nullable=False),
    day("created_date"),
    grain="one row per ledger entry; the entries of a transaction add up to 0",
    key=("entry_id",),
)
