"""Batches: a maker proposes, a checker approves exactly those rows and that total, the bank's answer settles them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.payouts import downloads
from api.domains.payouts.bank_profiles import Profile
from api.domains.payouts.choosing import checked, is_own, lock_chosen, reasons_against
from api.domains.payouts.errors import BatchRefused, UnknownBatch
from api.domains.payouts.models import PayoutBatch, PayoutRow
from api.domains.payouts.schemas import Chosen
from api.domains.review import approvals
from api.domains.review.assessment import Assessment, assess_many, judgement
from api.domains.review.context import Review
from api.domains.review.errors import SelfApproval
from api.domains.review.snapshots import Snapshot
from api.domains.withdrawals.models import Withdrawal
from api.kernel.db import LOCK
from api.kernel.errors import Invalid
from api.kernel.identity import Actor
from texts import Rupiah, Text, listed, word
from vocabulary import AuditAction, AuditSubject, BatchStatus, RowState


@dataclass(frozen=True, slots=True)
class Shown:
    """How many rows of how many rupiah a person saw."""

    row_count: int
    total: int


def propose(
    review: Review,
    chosen: Sequence[Chosen],
    profile: Profile,
    *,
    shown: Shown,
    source_account: str,
    comment: str,
) -> PayoutBatch:
    """Make a batch of the rows that the dry run showed, holding each withdrawal; the maker's approval goes with each.

    Raises:
        Invalid: as dry_run does.
        BatchRefused: a row cannot be paid or was decided meanwhile, or count or total are not those shown.
        FileRefused: the bank file could not be written.
    """
    session, now = review.session, review.now
    withdrawals = lock_chosen(session, chosen)
    run, found = checked(review, withdrawals, chosen, profile)
    if run.problems:
        raise BatchRefused(
            "{wrong} of {count} rows cannot be paid; nothing was made",
            {"rows": run.problems},
            wrong=len(run.problems),
            count=run.count,
        )
    _check_totals(Shown(run.count, run.total), shown)
    batch = PayoutBatch(
        reference=uuid4().hex[:30],
        profile=profile.key,
        source_account=source_account,
        status=BatchStatus.PROPOSED,
        maker_id=review.actor.id,
        row_count=run.count,
        total=run.total,
        comment=comment.strip(),
        created_at=now,
    )
    session.add(batch)
    session.flush()
    batch.reference = f"KS-{batch.id:06d}"  # the database numbers batches without a race
    for position, each in enumerate(chosen, 1):
        withdrawal = withdrawals[each.withdrawal_id]
        _approve_row(review, withdrawal, found[withdrawal.id], batch, is_alone=False)
        session.add(
            PayoutRow(
                batch_id=batch.id,
                withdrawal_id=withdrawal.id,
                position=position,
                reference=f"{batch.reference}-{position:04d}",  # 14 signs: the shortest field of a bank takes 18
                nominal=withdrawal.nominal,
                bank_name=withdrawal.bank_name,
                bank_account_no=withdrawal.bank_account_no,
                bank_account_name=withdrawal.bank_account_name,
                withdrawal_version=withdrawal.version,
                state=RowState.PROPOSED,
                reasons=[],
                updated_at=now,
            )
        )
    session.flush()
    # refuses now what could not be written later
    downloads.files_of(batch, rows_of(session, batch), profile, profile.formats[0], now)
    _audit(review, batch, AuditAction.BATCH_CREATED, {"comment": batch.comment})
    return batch


def approve(review: Review, batch_id: int, shown: Shown) -> PayoutBatch:
    """Approve a proposed batch as its checker, who states how many rows and how much.

    Raises:
        UnknownBatch, SelfApproval: no such batch, or not this person's to approve.
        BatchRefused: it is not proposed, count or total differ, or a row is no longer as proposed.
    """
    session, actor = review.session, review.actor
    batch = find(session, batch_id, lock=True)
    if batch.status != BatchStatus.PROPOSED:
        raise BatchRefused(
            "batch {batch} is {status}", {"status": batch.status}, batch=batch.reference, status=word(batch.status)
        )
    alone = actor.id == batch.maker_id
    if alone and not actor.may_self_approve:
        raise SelfApproval("you made this batch; another person must approve it")
    _check_totals(Shown(batch.row_count, batch.total), shown)
    rows = rows_of(session, batch)
    withdrawals = lock_chosen(session, [Chosen(row.withdrawal_id) for row in rows])
    found = assess_many(review, list(withdrawals.values()))
    refused = []
    for row in rows:
        reasons = _drift(actor, row, withdrawals[row.withdrawal_id], found[row.withdrawal_id])
        if reasons:
            refused.append({"withdrawal_id": row.withdrawal_id, "reference": row.reference, "problems": reasons})
    if sum(row.nominal for row in rows) != batch.total or len(rows) != batch.row_count:
        refused.append({"reference": batch.reference, "problems": [Text("the rows are no longer those of the batch")]})
    if refused:
        raise BatchRefused(
            "{count} rows are no longer as proposed; nothing was approved", {"rows": refused}, count=len(refused)
        )
    for row in rows:
        withdrawal = withdrawals[row.withdrawal_id]
        _approve_row(review, withdrawal, found[withdrawal.id], batch, is_alone=alone)
        row.withdrawal_version = withdrawal.version
        row.state, row.updated_at = RowState.SENT, review.now
    batch.status, batch.checker_id, batch.approved_at = BatchStatus.APPROVED, actor.id, review.now
    batch.self_approved = alone
    batch.version += 1
    _audit(review, batch, AuditAction.BATCH_APPROVED, {"self_approved": True} if alone else {})
    return batch


def cancel(review: Review, batch_id: int, comment: str) -> PayoutBatch:
    """Take a batch back of which no bank file was written; its withdrawals are free again, the approvals given with it
    stay.

    Raises:
        UnknownBatch, Invalid: no such batch, or no comment.
        BatchRefused: a file was written, which may be at the bank, or it is over.
    """
    session = review.session
    batch = find(session, batch_id, lock=True)
    if not comment.strip():
        raise Invalid("comment: say why the batch is taken back")
    if not is_revocable(session, batch):
        raise BatchRefused(
            "batch {batch} is {status}; it is taken back before its first bank file only",
            batch=batch.reference,
            status=word(batch.status),
        )
    for row in rows_of(session, batch):
        row.state, row.updated_at, row.reasons = RowState.RELEASED, review.now, [comment.strip()]
    batch.status, batch.closed_at = BatchStatus.CANCELED, review.now
    batch.version += 1
    _audit(review, batch, AuditAction.BATCH_CANCELED, {"comment": comment.strip()})
    return batch


def is_revocable(session: Session, batch: PayoutBatch) -> bool:
    """Whether the batch can be taken back: nothing of it can be at the bank."""
    if batch.status == BatchStatus.APPROVED:
        is_answered = any(row.state != RowState.SENT for row in rows_of(session, batch))
        return not is_answered and not downloads.was_written(session, batch)
    return batch.status == BatchStatus.PROPOSED


def find(session: Session, batch_id: int, *, lock: bool = False) -> PayoutBatch:
    """The batch.

    Raises:
        UnknownBatch: when there is none.
    """
    found = session.get(PayoutBatch, batch_id, with_for_update=LOCK if lock else None)
    if found is None:
        raise UnknownBatch("batch {batch_id} does not exist", batch_id=batch_id)
    return found


def rows_of(session: Session, batch: PayoutBatch) -> Sequence[PayoutRow]:
    """The rows in their order."""
    statement = select(PayoutRow).where(PayoutRow.batch_id == batch.id).order_by(PayoutRow.position)
    return session.scalars(statement).all()


def _has_approved(found: Assessment, actor: Actor) -> bool:
    return any(approval.actor_id == actor.id for approval in found.needed.approvals)


def _drift(actor: Actor, row: PayoutRow, withdrawal: Withdrawal, found: Assessment) -> list[Text]:
    against = reasons_against(actor, withdrawal, found, row.withdrawal_version)
    if (row.nominal, row.bank_account_no) != (withdrawal.nominal, withdrawal.bank_account_no):
        against.append(Text("amount or account changed"))
    # who approved already is no second person, but for the right to approve alone
    more = [] if _has_approved(found, actor) and not actor.may_self_approve else [actor.role]
    if not against and not found.needed.satisfied(more):
        reasons = [word(reason) for reason in found.needed.reasons] or [Text("an approval expired")]
        against.append(Text("needs more approvals ({reasons})", reasons=listed(reasons)))
    return against


def _approve_row(
    review: Review, withdrawal: Withdrawal, found: Assessment, batch: PayoutBatch, *, is_alone: bool
) -> None:
    if _has_approved(found, review.actor) and not is_alone:
        return
    snapshot = Snapshot({**judgement(review, withdrawal, found), "batch": batch.reference})
    self_approved = is_alone or is_own(withdrawal, found, review.actor)
    approvals.add_approval(review, withdrawal, f"batch {batch.reference}", snapshot, self_approved=self_approved)
    review.session.flush()


def _check_totals(found: Shown, stated: Shown) -> None:
    if found != stated:
        raise BatchRefused(
            "the batch has {count} rows of Rp{total}, not {stated_count} rows of Rp{stated_total}; look at it again",
            {"row_count": found.row_count, "total": found.total},
            count=found.row_count,
            total=Rupiah(found.total),
            stated_count=stated.row_count,
            stated_total=Rupiah(stated.total),
        )


def _audit(review: Review, batch: PayoutBatch, action: AuditAction, more: dict[str, Any]) -> None:
    written = {
        "reference": batch.reference,
        "status": batch.status,
        "row_count": batch.row_count,
        "total": batch.total,
    }
    review.record(action, AuditSubject.PAYOUT_BATCH, batch.id, after=written | more)
