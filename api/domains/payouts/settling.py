"""The bank's answer: rows are settled, let go, or kept open for a person. What is suspect is never retried blindly."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.domains.payouts import service
from api.domains.payouts.bank_profiles import Profile
from api.domains.payouts.downloads import line_of
from api.domains.payouts.errors import BatchRefused, ResultRefused, UnknownBatch
from api.domains.payouts.models import OPEN, PayoutBatch, PayoutResult, PayoutRow
from api.domains.payouts.results import Outcome, ResultRow, compare, read_result
from api.domains.review import approvals
from api.domains.review.context import Review
from api.domains.review.decisions import apply
from api.domains.review.errors import NoteRequired, ProofRefused
from api.domains.review.snapshots import Snapshot
from api.domains.review.transfers import Transfer, keep_proof
from api.domains.withdrawals.models import TransferProof, Withdrawal
from api.kernel.db import LOCK
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


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A result file of the bank, read by the profile of its batch before the transaction began."""

    name: str
    content: bytes
    rows: Sequence[ResultRow]

    @property
    def sha256(self) -> str:
        """Of the content."""
        return hashlib.sha256(self.content).hexdigest()


def read_file(name: str, content: bytes, profile: Profile) -> ResultFile:
    """A result file, whatever its name says.

    Raises:
        ResultRefused, UploadRefused: it cannot be read.
    """
    return ResultFile((name or "result")[:200], content, read_result(content, profile))


def find_at_bank(session: Session, batch_id: int) -> PayoutBatch:
    """A batch of which the bank may have an answer.

    Raises:
        UnknownBatch, BatchRefused: there is none, or it is not approved.
    """
    batch = service.find(session, batch_id)
    _refuse_before_bank(batch)
    return batch


def preview(session: Session, batch_id: int, file: ResultFile) -> Imported:
    """What an import of the file would do; nothing is written.

    Raises:
        UnknownBatch, BatchRefused, ResultRefused: as import_result does.
    """
    batch = service.find(session, batch_id)
    return _compared(session, batch, file)[0]


def import_result(review: Review, batch_id: int, file: ResultFile) -> Imported:
    """Compare a result file with a batch and act on it: matched rows are paid out in the ledger, failed ones let go,
    mismatched and suspect ones wait for a person.

    Raises:
        UnknownBatch: no such batch.
        BatchRefused: the batch is not at the bank, or this file was imported before.
        ResultRefused: the file names unknown or repeated rows, or contradicts a settled row.
    """
    session, now = review.session, review.now
    batch = service.find(session, batch_id, lock=True)
    imported, rows = _compared(session, batch, file)
    _keep(review, batch, file, imported)
    paid = [rows[outcome.reference].withdrawal_id for outcome in imported.outcomes if outcome.kind == "matched"]
    # all in the order of their ids, as those lock them who pick them for another batch
    locked = select(Withdrawal).where(Withdrawal.id.in_(paid)).order_by(Withdrawal.id).with_for_update(key_share=True)
    withdrawals = {withdrawal.id: withdrawal for withdrawal in session.scalars(locked)}
    for outcome in imported.outcomes:
        row = rows[outcome.reference]
        row.state, row.updated_at = _STATES[outcome.kind], now
        row.reasons = [reason.packed() if isinstance(reason, Text) else reason for reason in outcome.reasons]
        if outcome.kind == "matched":
            withdrawal = withdrawals[row.withdrawal_id]
            withdrawal.proof_sha256, withdrawal.proof_type = file.sha256, _MEDIA_TYPE
            _complete(review, batch, row, withdrawal, {"result": file.name, "sha256": file.sha256})
    _close_when_done(review, batch)
    after = {"reference": batch.reference, "name": file.name, "sha256": file.sha256, **imported.counts}
    review.record(AuditAction.BATCH_RESULT_IMPORTED, AuditSubject.PAYOUT_BATCH, batch.id, after=after)
    return imported


def _refuse_before_bank(batch: PayoutBatch) -> None:
    if batch.status not in (BatchStatus.APPROVED, BatchStatus.CLOSED):
        raise BatchRefused(
            "batch {batch} is {status}; it has no result yet", batch=batch.reference, status=word(batch.status)
        )


def _compared(session: Session, batch: PayoutBatch, file: ResultFile) -> tuple[Imported, dict[str, PayoutRow]]:
    """What the file says of the open rows, and all rows by reference."""
    _refuse_before_bank(batch)
    known = select(PayoutResult.id).where(PayoutResult.batch_id == batch.id, PayoutResult.sha256 == file.sha256)
    if session.scalar(known):
        raise BatchRefused("this result file was imported before; nothing was done again")
    rows = {row.reference: row for row in service.rows_of(session, batch)}
    compared = compare({row.reference: line_of(row) for row in rows.values()}, file.rows)
    _refuse_contradictions(rows, compared.outcomes)
    outcomes = tuple(outcome for outcome in compared.outcomes if rows[outcome.reference].state in OPEN)
    return Imported(outcomes, dict(Counter(outcome.kind for outcome in outcomes))), rows


def _keep(review: Review, batch: PayoutBatch, file: ResultFile, imported: Imported) -> None:
    """Keep the file, which is the proof of the rows that it settles."""
    review.proofs.put(file.sha256, file.content)
    if review.session.get(TransferProof, file.sha256) is None:
        review.session.add(
            TransferProof(
                sha256=file.sha256,
                media_type=_MEDIA_TYPE,
                bytes=len(file.content),
                uploaded_by=review.actor.id,
                created_at=review.now,
            )
        )
    review.session.add(
        PayoutResult(
            batch_id=batch.id,
            sha256=file.sha256,
            name=file.name,
            counts=imported.counts,
            imported_by=review.actor.id,
            created_at=review.now,
        )
    )
    review.session.flush()


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


def resolve_as_paid(review: Review, row_id: int, note: str, transfer: Transfer | None) -> PayoutRow:
    """Say of a mismatched or suspect row that it was paid, with the transfer proof.

    Raises:
        UnknownBatch, NoteRequired: no such row, or no note.
        BatchRefused: the row is not open for a person.
        ProofRefused: without a fitting, unused proof.
    """
    batch, row = _unclear(review, row_id, note)
    if transfer is None:
        raise ProofRefused("transfer_proof is required to resolve a row as paid")
    withdrawal = review.session.get_one(Withdrawal, row.withdrawal_id, with_for_update=LOCK)
    keep_proof(review, withdrawal, transfer)
    before = _resolve(review, row, RowState.MATCHED, note)
    _complete(review, batch, row, withdrawal, {"resolution": note.strip()})
    _resolved(review, batch, row, before)
    return row


def resolve_as_failed(review: Review, row_id: int, note: str) -> PayoutRow:
    """Say of a mismatched or suspect row that it was not paid: it is let go, its approvals void.

    Raises:
        UnknownBatch, NoteRequired: no such row, or no note.
        BatchRefused: the row is not open for a person.
    """
    batch, row = _unclear(review, row_id, note)
    withdrawal = review.session.get_one(Withdrawal, row.withdrawal_id, with_for_update=LOCK)
    before = _resolve(review, row, RowState.FAILED, note)
    # it was not clear whether the bank paid: whoever pays again looks at it anew
    unclear = {"batch": batch.reference, "row": row.reference, "resolution": note.strip()}
    approvals.void_approvals(review, withdrawal, note.strip(), Snapshot(unclear))
    _resolved(review, batch, row, before)
    return row


def _unclear(review: Review, row_id: int, note: str) -> tuple[PayoutBatch, PayoutRow]:
    """The batch and the row, locked."""
    session = review.session
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
    return batch, row


def _resolve(review: Review, row: PayoutRow, state: RowState, note: str) -> str:
    """The state before."""
    before = row.state
    row.state, row.resolved_by, row.resolution, row.updated_at = state, review.actor.id, note.strip(), review.now
    return before


def _resolved(review: Review, batch: PayoutBatch, row: PayoutRow, before: str) -> None:
    _close_when_done(review, batch)
    review.record(
        AuditAction.BATCH_ROW_RESOLVED,
        AuditSubject.PAYOUT_BATCH,
        batch.id,
        before={"reference": row.reference, "state": before},
        after={"reference": row.reference, "state": row.state, "note": row.resolution},
    )


def _complete(
    review: Review, batch: PayoutBatch, row: PayoutRow, withdrawal: Withdrawal, evidence: dict[str, Any]
) -> None:
    snapshot = Snapshot({"batch": batch.reference, "row": row.reference, **evidence})
    apply(review, withdrawal, WithdrawalStatus.COMPLETED, notes=f"batch {batch.reference}", snapshot=snapshot)


def _close_when_done(review: Review, batch: PayoutBatch) -> None:
    review.session.flush()
    waiting = select(func.count()).where(PayoutRow.batch_id == batch.id, PayoutRow.state.in_(OPEN))
    if not review.session.scalar(waiting) and batch.status == BatchStatus.APPROVED:
        batch.status, batch.closed_at = BatchStatus.CLOSED, review.now
        batch.version += 1
