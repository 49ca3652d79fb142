"""Reads of payouts: batches against the ledger, rows that are open, and what a batch holds."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Subquery, and_, func, select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.ledger.models import EntryKind, LedgerTransaction
from api.domains.payouts import downloads, service
from api.domains.payouts.bank_files import split
from api.domains.payouts.bank_profiles import Profile
from api.domains.payouts.models import HOLDING, OPEN, PayoutBatch, PayoutResult, PayoutRow
from api.domains.payouts.schemas import (
    BatchHead,
    BatchView,
    ImportedResult,
    ImportView,
    OpenRow,
    ReconciledBatch,
    ReconciledSums,
    RowView,
    Sum,
)
from api.domains.payouts.settling import Imported
from api.domains.review.holds import Hold
from api.kernel.identity import Actor
from queries.filters import Page
from texts import unpacked
from vocabulary import BatchStatus, RowState


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


def page_of_batches(session: Session, status: BatchStatus | None, page: Page) -> tuple[Sequence[PayoutBatch], int]:
    """Newest first, with the number of all that match."""
    wanted = select(PayoutBatch).where(PayoutBatch.status == status) if status else select(PayoutBatch)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ordered = wanted.order_by(PayoutBatch.id.desc()).limit(page.limit).offset(page.offset)
    return session.scalars(ordered).all(), total


def batch_head(batch: PayoutBatch) -> BatchHead:
    """A batch without its rows."""
    return {
        "id": batch.id,
        "reference": batch.reference,
        "profile": batch.profile,
        "source_account": batch.source_account,
        "status": batch.status,
        "maker_id": batch.maker_id,
        "checker_id": batch.checker_id,
        "self_approved": batch.self_approved,
        "row_count": batch.row_count,
        "total": batch.total,
        "comment": batch.comment,
        "version": batch.version,
        "created_at": batch.created_at.isoformat(),
        "approved_at": batch.approved_at.isoformat() if batch.approved_at else None,
        "closed_at": batch.closed_at.isoformat() if batch.closed_at else None,
    }


def batch_view(session: Session, batch: PayoutBatch, reader: Actor, profile: Profile) -> BatchView:
    """A batch with its rows, people and imported results, as the reader may act on it."""
    rows = service.rows_of(session, batch)
    names = {person.id: person.full_name for person in session.scalars(select(User).where(User.id.in_(_people(batch))))}
    is_another = reader.id != batch.maker_id or reader.may_self_approve
    return {
        **batch_head(batch),
        "maker": names[batch.maker_id],
        "checker": names[batch.checker_id] if batch.checker_id else None,
        "you_may_approve": batch.status == BatchStatus.PROPOSED and is_another,
        "formats": profile.formats,
        "parts": len(split(profile, [downloads.line_of(row) for row in rows])),
        "may_be_taken_back": service.is_revocable(session, batch),
        "stopped": [
            {"id": each.id, "full_name": each.full_name} for each in downloads.stopped_partners(session, batch)
        ],
        "states": _states(rows),
        "rows": [row_view(row) for row in rows],
        "results": _results(session, batch),
    }


def _states(rows: Sequence[PayoutRow]) -> dict[str, Sum]:
    """Rows and rupiah in each state that there is."""
    found: dict[str, Sum] = {}
    for state in RowState:
        amounts = [row.nominal for row in rows if row.state == state]
        if amounts:
            found[state.value] = {"rows": len(amounts), "total": sum(amounts)}
    return found


def _people(batch: PayoutBatch) -> list[int]:
    return [batch.maker_id, *([batch.checker_id] if batch.checker_id else [])]


def _results(session: Session, batch: PayoutBatch) -> list[ImportedResult]:
    mine = select(PayoutResult).where(PayoutResult.batch_id == batch.id).order_by(PayoutResult.id.desc())
    return [
        {"name": each.name, "counts": each.counts, "sha256": each.sha256, "created_at": each.created_at.isoformat()}
        for each in session.scalars(mine)
    ]


def import_view(imported: Imported, batch: PayoutBatch) -> ImportView:
    """What the bank's file says, and the batch's status after it."""
    return {
        "counts": imported.counts,
        "rows": [
            {"reference": each.reference, "kind": each.kind, "reasons": each.reasons} for each in imported.outcomes
        ],
        "status": batch.status,
    }


_confirmed = PayoutRow.state == RowState.MATCHED
_open = PayoutRow.state.in_(OPEN)


def _paid() -> Subquery:
    """The withdrawals that left the ledger."""
    paid = select(LedgerTransaction.withdrawal_id).where(LedgerTransaction.kind == EntryKind.WITHDRAWAL)
    return paid.distinct().subquery()


def _rupiah(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(PayoutRow.nominal).filter(which), 0)


def reconciliation(session: Session, limit: int = 50) -> list[ReconciledBatch]:
    """The newest batches against the ledger: what was sent to the bank, what it confirmed, what the ledger paid out for
    the very withdrawals, what is open. `difference` = confirmed - in the ledger, and has to be 0."""
    paid = _paid()
    rows = session.execute(
        select(
            PayoutBatch,
            User.full_name,
            _rupiah(_confirmed),
            _rupiah(and_(paid.c.withdrawal_id.is_not(None), _confirmed)),
            _rupiah(_open),
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


def reconciliation_sums(session: Session) -> ReconciledSums:
    """All batches together."""
    batches = session.execute(
        select(
            func.count(),
            func.count().filter(PayoutBatch.status == BatchStatus.PROPOSED),
            func.coalesce(func.sum(PayoutBatch.row_count), 0),
            func.coalesce(func.sum(PayoutBatch.total), 0),
        )
    ).one()
    paid = _paid()
    rows = session.execute(
        select(
            _rupiah(_confirmed),
            _rupiah(and_(paid.c.withdrawal_id.is_not(None), _confirmed)),
            _rupiah(_open),
            _rupiah(PayoutRow.state == RowState.SENT),
        )
        .select_from(PayoutRow)
        .outerjoin(paid, paid.c.withdrawal_id == PayoutRow.withdrawal_id)
    ).one()
    count, proposed, row_count, total = map(int, batches)
    confirmed, in_ledger, waiting, sent = map(int, rows)
    return {
        "batches": count,
        "proposed": proposed,
        "row_count": row_count,
        "total": total,
        "confirmed": confirmed,
        "in_ledger": in_ledger,
        "difference": confirmed - in_ledger,
        "open": waiting,
        "sent": sent,
        "unclear": waiting - sent,
    }


def open_rows(session: Session) -> list[OpenRow]:
    """The rows of which it is not known whether they were paid, oldest first."""
    rows = session.execute(
        select(PayoutRow, PayoutBatch.reference)
        .join(PayoutBatch, PayoutBatch.id == PayoutRow.batch_id)
        .where(PayoutRow.state.in_(OPEN))
        .order_by(PayoutRow.updated_at, PayoutRow.id)
    )
    return [{**row_view(row), "batch_reference": reference} for row, reference in rows]


def row_view(row: PayoutRow) -> RowView:
    """A row for an answer; the reasons that were found here can be translated."""
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
