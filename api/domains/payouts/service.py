"""Batches: a maker proposes, a checker approves exactly those rows and that total, the bank's answer settles them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.payouts import downloads
from api.domains.payouts.bank_profiles import Profile
from api.domains.payouts.choosing import Chosen, checked, is_own, locked, need_finance, reasons_against
from api.domains.payouts.errors import BatchRefused, UnknownBatch
from api.domains.payouts.models import PayoutBatch, PayoutRow
from api.domains.review import approvals
from api.domains.review.assessment import Assessment, assess_many, judgement
from api.domains.review.context import ReviewContext
from api.domains.review.errors import SelfApproval
from api.domains.withdrawals.models import Withdrawal
from api.kernel import audit
from api.kernel.db import LOCK
from api.kernel.errors import Invalid
from api.kernel.identity import Actor
from texts import Rupiah, Text, listed, word
from vocabulary import AuditAction, AuditSubject, BatchStatus, RowState


def propose(
    session: Session,
    chosen: Sequence[Chosen],
    profile: Profile,
    *,
    row_count: int,
    total: int,
    source_account: str,
    comment: str,
    actor: Actor,
    context: ReviewContext,
) -> PayoutBatch:
    """Make a batch of the rows that the dry run showed, holding each withdrawal; the maker's approval goes with each.

    Raises:
        Invalid, Forbidden: as dry_run does.
        BatchRefused: a row cannot be paid or was decided meanwhile, or count or total are not those shown.
        FileRefused: the bank file could not be written.
    """
    withdrawals = locked(session, chosen, lock=True)
    run, found = checked(withdrawals, session, chosen, profile, actor, context)
    if run.problems:
        raise BatchRefused(
            "{wrong} of {count} rows cannot be paid; nothing was made",
            {"rows": run.problems},
            wrong=len(run.problems),
            count=run.count,
        )
    _check_totals(run.count, run.total, row_count, total)
    now = context.now
    batch = PayoutBatch(
        reference=uuid4().hex[:30],
        profile=profile.key,
        source_account=source_account,
        status=BatchStatus.PROPOSED,
        maker_id=actor.id,
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
        _approve_row(session, withdrawal, found[withdrawal.id], batch, actor, context, is_alone=False)
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
    _audit(session, batch, AuditAction.BATCH_CREATED, actor, now, {"comment": batch.comment})
    return batch


def approve(
    session: Session, batch_id: int, *, row_count: int, total: int, actor: Actor, context: ReviewContext
) -> PayoutBatch:
    """Approve a proposed batch as its checker, who states how many rows and how much.

    Raises:
        UnknownBatch, Forbidden, SelfApproval: no such batch, or not this person's to approve.
        BatchRefused: it is not proposed, count or total differ, or a row is no longer as proposed.
    """
    batch = find(session, batch_id, lock=True)
    need_finance(actor)
    if batch.status != BatchStatus.PROPOSED:
        raise BatchRefused(
            "batch {batch} is {status}", {"status": batch.status}, batch=batch.reference, status=word(batch.status)
        )
    alone = actor.id == batch.maker_id
    if alone and not actor.may_self_approve:
        raise SelfApproval("you made this batch; another person must approve it")
    _check_totals(batch.row_count, batch.total, row_count, total)
    rows = rows_of(session, batch)
    withdrawals = locked(session, [Chosen(row.withdrawal_id) for row in rows], lock=True)
    found = assess_many(session, list(withdrawals.values()), context)
    refused = []
    for row in rows:
        reasons = _drift(row, withdrawals[row.withdrawal_id], found[row.withdrawal_id], actor)
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
        _approve_row(session, withdrawal, found[withdrawal.id], batch, actor, context, is_alone=alone)
        row.withdrawal_version = withdrawal.version
        row.state, row.updated_at = RowState.SENT, context.now
    batch.status, batch.checker_id, batch.approved_at = BatchStatus.APPROVED, actor.id, context.now
    batch.self_approved = alone
    batch.version += 1
    _audit(session, batch, AuditAction.BATCH_APPROVED, actor, context.now, {"self_approved": True} if alone else {})
    return batch


def cancel(session: Session, batch_id: int, *, comment: str, actor: Actor, context: ReviewContext) -> PayoutBatch:
    """Take a batch back of which no bank file was written; its withdrawals are free again, the approvals given with it
    stay.

    Raises:
        UnknownBatch, Forbidden, Invalid: no such batch, not of finance, or no comment.
        BatchRefused: a file was written, which may be at the bank, or it is over.
    """
    batch = find(session, batch_id, lock=True)
    need_finance(actor)
    if not comment.strip():
        raise Invalid("comment: say why the batch is taken back")
    if not is_revocable(session, batch):
        raise BatchRefused(
            "batch {batch} is {status}; it is taken back before its first bank file only",
            batch=batch.reference,
            status=word(batch.status),
        )
    for row in rows_of(session, batch):
        row.state, row.updated_at, row.reasons = RowState.RELEASED, context.now, [comment.strip()]
    batch.status, batch.closed_at = BatchStatus.CANCELED, context.now
    batch.version += 1
    _audit(session, batch, AuditAction.BATCH_CANCELED, actor, context.now, {"comment": comment.strip()})
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


def _drift(row: PayoutRow, withdrawal: Withdrawal, found: Assessment, actor: Actor) -> list[Text]:
    against = reasons_against(withdrawal, found, row.withdrawal_version, False, actor)
    if (row.nominal, row.bank_account_no) != (withdrawal.nominal, withdrawal.bank_account_no):
        against.append(Text("amount or account changed"))
    # who approved already is no second person, but for the right to approve alone
    more = [] if _has_approved(found, actor) and not actor.may_self_approve else [actor.role]
    if not against and not found.needed.satisfied(more):
        reasons = [word(reason) for reason in found.needed.reasons] or [Text("an approval expired")]
        against.append(Text("needs more approvals ({reasons})", reasons=listed(reasons)))
    return against


def _approve_row(
    session: Session,
    withdrawal: Withdrawal,
    found: Assessment,
    batch: PayoutBatch,
    actor: Actor,
    context: ReviewContext,
    *,
    is_alone: bool,
) -> None:
    if _has_approved(found, actor) and not is_alone:
        return
    snapshot = judgement(withdrawal, found, context) | {"batch": batch.reference}
    approvals.add_approval(
        session, withdrawal, actor=actor, comment=f"batch {batch.reference}", context=context, snapshot=snapshot,
        seen=False, self_approved=is_alone or is_own(withdrawal, found, actor),
    )  # fmt: skip
    session.flush()


def _check_totals(count: int, total: int, stated_count: int, stated_total: int) -> None:
    if (count, total) != (stated_count, stated_total):
        raise BatchRefused(
            "the batch has {count} rows of Rp{total}, not {stated_count} rows of Rp{stated_total}; look at it again",
            {"row_count": count, "total": total},
            count=count,
            total=Rupiah(total),
            stated_count=stated_count,
            stated_total=Rupiah(stated_total),
        )


def _audit(
    session: Session, batch: PayoutBatch, action: AuditAction, actor: Actor, now: datetime, more: dict[str, Any]
) -> None:
    audit.record(
        session,
        actor_id=actor.id,
        action=action,
        subject=AuditSubject.PAYOUT_BATCH,
        subject_id=batch.id,
        request_id=actor.request_id,
        at=now,
        after={
            "reference": batch.reference,
            "status": batch.status,
            "row_count": batch.row_count,
            "total": batch.total,
            **more,
        },
    )
