"""Reads of payouts: batches against the ledger, rows that are open, and what a batch holds."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.ledger.models import EntryKind, LedgerTransaction
from api.domains.payouts.models import HOLDING, OPEN, PayoutBatch, PayoutRow
from api.domains.review.holds import Hold
from texts import unpacked
from vocabulary import RowState


def holds_of(session: Session, withdrawal_ids: Collection[int]) -> Mapping[int, Hold]:
    """The batch that holds each of these withdrawals; those that none holds are left out."""
    rows = session.execute(
        select(PayoutRow.withdrawal_id, PayoutBatch.id, PayoutBatch.reference, PayoutBatch.status, PayoutRow.state)
        .join(PayoutBatch, PayoutBatch.id == PayoutRow.batch_id)
        .where(PayoutRow.withdrawal_id.in_(withdrawal_ids), PayoutRow.state.in_(HOLDING))
    )
    return {
        withdrawal_id: Hold(batch_id, reference, status, state)
        for withdrawal_id, batch_id, reference, status, state in rows
    }


def reconciliation(session: Session, limit: int = 50) -> list[dict[str, Any]]:
    """The newest batches against the ledger: what was sent to the bank, what it confirmed, what the ledger paid out for
    the very withdrawals, what is open. `difference` = confirmed - in the ledger, and has to be 0."""
    paid = (
        select(LedgerTransaction.withdrawal_id)
        .where(LedgerTransaction.kind == EntryKind.WITHDRAWAL)
        .distinct()
        .subquery()
    )
    matched = PayoutRow.state == RowState.MATCHED
    is_open = PayoutRow.state.in_(OPEN)
    rows = session.execute(
        select(
            PayoutBatch,
            User.full_name,
            func.coalesce(func.sum(PayoutRow.nominal).filter(matched), 0),
            func.coalesce(func.sum(PayoutRow.nominal).filter(paid.c.withdrawal_id.is_not(None), matched), 0),
            func.coalesce(func.sum(PayoutRow.nominal).filter(is_open), 0),
            *(func.count().filter(PayoutRow.state == state) for state in RowState),
        )
        .join(PayoutRow, PayoutRow.batch_id == PayoutBatch.id)
        .join(User, User.id == PayoutBatch.maker_id)
        .outerjoin(paid, paid.c.withdrawal_id == PayoutRow.withdrawal_id)
        .group_by(PayoutBatch.id, User.full_name)
        .order_by(PayoutBatch.id.desc())
        .limit(limit)
    )
    return [
        {
            "id": batch.id,
            "reference": batch.reference,
            "status": batch.status,
            "profile": batch.profile,
            "maker": maker,
            "created_at": batch.created_at.isoformat(),
            "row_count": batch.row_count,
            "total": batch.total,
            "confirmed": int(confirmed),
            "in_ledger": int(in_ledger),
            "difference": int(confirmed) - int(in_ledger),
            "open": int(waiting),
            "states": {state.value: count for state, count in zip(RowState, counts, strict=True) if count},
        }
        for batch, maker, confirmed, in_ledger, waiting, *counts in rows
    ]


def open_rows(session: Session) -> list[dict[str, Any]]:
    """The rows of which it is not known whether they were paid, oldest first."""
    rows = session.execute(
        select(PayoutRow, PayoutBatch.reference)
        .join(PayoutBatch, PayoutBatch.id == PayoutRow.batch_id)
        .where(PayoutRow.state.in_(OPEN))
        .order_by(PayoutRow.updated_at, PayoutRow.id)
    )
    return [row_view(row) | {"batch_reference": reference} for row, reference in rows]


def row_view(row: PayoutRow) -> dict[str, Any]:
    """A row for an answer; the reasons that were found here can be said in the reader's language."""
    return {
        "id": row.id,
        "batch_id": row.batch_id,
        "position": row.position,
        "reference": row.reference,
        "withdrawal_id": row.withdrawal_id,
        "nominal": row.nominal,
        "bank_name": row.bank_name,
        "bank_account_no": row.bank_account_no,
        "bank_account_name": row.bank_account_name,
        "state": row.state,
        "reasons": [unpacked(reason) for reason in row.reasons],
        "resolution": row.resolution,
        "updated_at": row.updated_at.isoformat(),
    }
