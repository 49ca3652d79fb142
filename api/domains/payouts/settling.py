"""The bank's answer: rows are settled, let go, or kept open for a person. What is suspect is never retried blindly."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.domains.payouts import choosing, service
from api.domains.payouts.bank_profiles import Profile
from api.domains.payouts.downloads import line_of
from api.domains.payouts.errors import BatchRefused, ResultRefused, UnknownBatch
from api.domains.payouts.models import OPEN, PayoutBatch, PayoutResult, PayoutRow
from api.domains.payouts.results import Outcome, compare, read_result
from api.domains.review import approvals
from api.domains.review.context import ReviewContext
from api.domains.review.decisions import apply
from api.domains.review.errors import NoteRequired, ProofRefused
from api.domains.review.transfers import Transfer, keep_proof
from api.domains.withdrawals.models import TransferProof, Withdrawal
from api.kernel import audit
from api.kernel.db import LOCK
from api.kernel.identity import Actor
from texts import Text, word
from vocabulary import AuditAction, AuditSubject, BatchStatus, RowState, WithdrawalStatus

_STATES = {
    "matched": RowState.MATCHED,
    "mismatched": RowState.MISMATCHED,
    "suspect": RowState.SUSPECT,
    "failed": RowState.FAILED,
}
_FINAL = (RowState.MATCHED, RowState.FAILED)
_MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Imported:
    """What a result file says of each row, and how many of each."""

    outcomes: tuple[Outcome, ...]
    counts: dict[str, int]


def import_result(
    session: Session,
    batch_id: int,
    content: bytes,
    name: str,
    profile: Profile,
    *,
    actor: Actor,
    context: ReviewContext,
    dry_run: bool,
) -> Imported:
    """Compare a result file with a batch and, unless it is a dry run, act on it: matched rows are paid out in the
    ledger, failed ones let go, mismatched and suspect ones wait for a person.

    Raises:
        UnknownBatch, Forbidden: no such batch, or not of finance.
        BatchRefused: the batch is not at the bank, or this file was imported before.
        ResultRefused: the file cannot be read, names unknown or repeated rows, or contradicts a settled row.
    """
    choosing.need_finance(actor)
    batch = service.find(session, batch_id, lock=not dry_run)
    if batch.status not in (BatchStatus.APPROVED, BatchStatus.CLOSED):
        raise BatchRefused(
            "batch {batch} is {status}; it has no result yet", batch=batch.reference, status=word(batch.status)
        )
    sha256 = hashlib.sha256(content).hexdigest()
    if session.scalar(select(PayoutResult.id).where(PayoutResult.batch_id == batch.id, PayoutResult.sha256 == sha256)):
        raise BatchRefused("this result file was imported before; nothing was done again")
    rows = {row.reference: row for row in service.rows_of(session, batch)}
    compared = compare({row.reference: line_of(row) for row in rows.values()}, read_result(content, profile))
    _refuse_contradictions(rows, compared.outcomes)
    open_outcomes = tuple(outcome for outcome in compared.outcomes if rows[outcome.reference].state in OPEN)
    imported = Imported(open_outcomes, dict(Counter(outcome.kind for outcome in open_outcomes)))
    if dry_run:
        return imported
    now = context.now
    context.proofs.put(sha256, content)
    if session.get(TransferProof, sha256) is None:
        session.add(
            TransferProof(
                sha256=sha256, media_type=_MEDIA_TYPE, bytes=len(content), uploaded_by=actor.id, created_at=now
            )
        )
    session.add(
        PayoutResult(
            batch_id=batch.id,
            sha256=sha256,
            name=name[:200],
            counts=imported.counts,
            imported_by=actor.id,
            created_at=now,
        )
    )
    session.flush()
    paid = [rows[outcome.reference].withdrawal_id for outcome in open_outcomes if outcome.kind == "matched"]
    # all in the order of their ids, as those lock them who pick them for another batch
    locked = select(Withdrawal).where(Withdrawal.id.in_(paid)).order_by(Withdrawal.id).with_for_update(key_share=True)
    withdrawals = {withdrawal.id: withdrawal for withdrawal in session.scalars(locked)}
    for outcome in open_outcomes:
        row = rows[outcome.reference]
        row.state, row.updated_at = _STATES[outcome.kind], now
        row.reasons = [reason.packed() if isinstance(reason, Text) else reason for reason in outcome.reasons]
        if outcome.kind == "matched":
            withdrawal = withdrawals[row.withdrawal_id]
            withdrawal.proof_sha256, withdrawal.proof_type = sha256, _MEDIA_TYPE
            _complete(session, batch, row, withdrawal, actor, context, {"result": name[:200], "sha256": sha256})
    _close_when_done(session, batch, context)
    audit.record(
        session,
        actor_id=actor.id,
        action=AuditAction.BATCH_RESULT_IMPORTED,
        subject=AuditSubject.PAYOUT_BATCH,
        subject_id=batch.id,
        request_id=actor.request_id,
        at=now,
        after={"reference": batch.reference, "name": name[:200], "sha256": sha256, **imported.counts},
    )
    return imported


def _refuse_contradictions(rows: dict[str, PayoutRow], outcomes: tuple[Outcome, ...]) -> None:
    """A later file may leave out or repeat what is settled, but not say otherwise."""
    against = [
        {
            "line": outcome.row.line,
            "reference": outcome.reference,
            "reason": Text(
                "is {state} here, {kind} in the file",
                state=word(rows[outcome.reference].state),
                kind=word(outcome.kind),
            ),
        }
        for outcome in outcomes
        if rows[outcome.reference].state in _FINAL
        and outcome.row is not None
        and outcome.kind != rows[outcome.reference].state
    ]
    if against:
        raise ResultRefused(
            "{count} rows contradict what is settled; nothing was imported", {"rows": against}, count=len(against)
        )


def resolve(
    session: Session,
    row_id: int,
    *,
    is_paid: bool,
    note: str,
    transfer: Transfer | None,
    actor: Actor,
    context: ReviewContext,
) -> PayoutRow:
    """Say of a mismatched or suspect row whether it was paid: with the transfer proof, or as failed and let go, its
    approvals void.

    Raises:
        UnknownBatch, Forbidden, NoteRequired: no such row, not of finance, or no note.
        BatchRefused: the row is not open for a person.
        ProofRefused: paid without a fitting, unused proof.
    """
    choosing.need_finance(actor)
    batch_id = session.scalar(select(PayoutRow.batch_id).where(PayoutRow.id == row_id))
    if batch_id is None:
        raise UnknownBatch("row {row_id} does not exist", row_id=row_id)
    batch = service.find(session, batch_id, lock=True)  # before its row, as an import does
    row = session.get_one(PayoutRow, row_id, with_for_update=LOCK)
    if row.state not in (RowState.MISMATCHED, RowState.SUSPECT):
        raise BatchRefused(
            "row {row} is {state}; there is nothing to resolve",
            {"state": row.state},
            row=row.reference,
            state=word(row.state),
        )
    if not note.strip():
        raise NoteRequired("a note is required: say how you know")
    if is_paid and transfer is None:
        raise ProofRefused("transfer_proof is required to resolve a row as paid")
    withdrawal = session.get_one(Withdrawal, row.withdrawal_id, with_for_update=LOCK)
    before = row.state
    row.state = RowState.MATCHED if is_paid else RowState.FAILED
    row.resolved_by, row.resolution, row.updated_at = actor.id, note.strip(), context.now
    if is_paid and transfer is not None:
        keep_proof(session, withdrawal, transfer, actor.id, context)
        _complete(session, batch, row, withdrawal, actor, context, {"resolution": note.strip()})
    else:
        # it was not clear whether the bank paid: whoever pays again looks at it anew
        unclear = {"batch": batch.reference, "row": row.reference, "resolution": note.strip()}
        approvals.void_approvals(
            session, withdrawal, actor=actor, comment=note.strip(), context=context, snapshot=unclear, seen=False
        )
    _close_when_done(session, batch, context)
    audit.record(
        session,
        actor_id=actor.id,
        action=AuditAction.BATCH_ROW_RESOLVED,
        subject=AuditSubject.PAYOUT_BATCH,
        subject_id=batch.id,
        request_id=actor.request_id,
        at=context.now,
        before={"reference": row.reference, "state": before},
        after={"reference": row.reference, "state": row.state, "note": note.strip()},
    )
    return row


def _complete(
    session: Session,
    batch: PayoutBatch,
    row: PayoutRow,
    withdrawal: Withdrawal,
    actor: Actor,
    context: ReviewContext,
    evidence: dict[str, Any],
) -> None:
    snapshot = {"batch": batch.reference, "row": row.reference, **evidence}
    apply(
        session, withdrawal, WithdrawalStatus.COMPLETED, actor_id=actor.id, request_id=actor.request_id,
        notes=f"batch {batch.reference}", now=context.now, snapshot=snapshot, seen=False,
    )  # fmt: skip


def _close_when_done(session: Session, batch: PayoutBatch, context: ReviewContext) -> None:
    session.flush()
    still_open = session.scalar(select(func.count()).where(PayoutRow.batch_id == batch.id, PayoutRow.state.in_(OPEN)))
    if not still_open and batch.status == BatchStatus.APPROVED:
        batch.status, batch.closed_at = BatchStatus.CLOSED, context.now
        batch.version += 1
