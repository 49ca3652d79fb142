"""The bank files of an approved batch: the same bytes each time, and none for a partner that was stopped meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from api.domains.partners.marks import with_steady_marks
from api.domains.partners.models import Partner
from api.domains.payouts.bank_files import BankFile, PayoutLine, write
from api.domains.payouts.bank_profiles import Kind, Profile
from api.domains.payouts.errors import BatchRefused, UnknownBatch
from api.domains.payouts.models import PayoutBatch, PayoutRow
from api.domains.withdrawals.models import Withdrawal
from api.kernel import audit
from api.kernel.identity import Actor
from queries.wib import business_day
from texts import word
from vocabulary import BLOCKING, AuditAction, AuditSubject, BatchStatus


def files_of(
    batch: PayoutBatch, rows: Sequence[PayoutRow], profile: Profile, kind: Kind, at: datetime
) -> list[BankFile]:
    """The bank files of a batch, dated `at` in WIB; the same bytes each time.

    Raises:
        FileRefused: the profile does not take a line, the source account or this kind of file.
    """
    return write(
        profile,
        [line_of(row) for row in rows],
        batch=batch.reference,
        on=business_day(at),
        source_account=batch.source_account,
        kind=kind,
    )


def line_of(row: PayoutRow) -> PayoutLine:
    """A row as it stands in a bank file."""
    return PayoutLine(
        reference=row.reference,
        amount=row.nominal,
        bank_name=row.bank_name,
        account_no=row.bank_account_no,
        account_name=row.bank_account_name,
    )


def was_written(session: Session, batch: PayoutBatch) -> bool:
    """Whether a file of the batch was ever handed out."""
    mine = (audit.AuditEntry.subject == AuditSubject.PAYOUT_BATCH) & (audit.AuditEntry.subject_id == str(batch.id))
    return bool(session.scalar(select(exists().where(mine, audit.AuditEntry.action == AuditAction.BATCH_FILE_WRITTEN))))


def stopped_partners(session: Session, batch: PayoutBatch) -> Sequence[Partner]:
    """The partners of the batch that are on hold or fake now."""
    stopped = select(Partner).where(Partner.id.in_(_partner_ids(batch)), Partner.problem_status.in_(BLOCKING))
    return session.scalars(stopped.order_by(Partner.id)).all()


def _partner_ids(batch: PayoutBatch) -> Select[int]:
    paid = select(Withdrawal.partner_id).join(PayoutRow, PayoutRow.withdrawal_id == Withdrawal.id)
    return paid.where(PayoutRow.batch_id == batch.id)


def hand_out(
    session: Session, batch: PayoutBatch, made: Sequence[BankFile], part: int, *, actor: Actor, now: datetime
) -> BankFile:
    """One part of the files of a batch that is locked, with the audit entry of it.

    Raises:
        UnknownBatch: there is no such part.
        BatchRefused: the batch is not approved, or a partner was stopped before the first file was written.
    """
    if batch.status not in (BatchStatus.APPROVED, BatchStatus.CLOSED):
        raise BatchRefused(
            "batch {batch} is {status}; a file is written after its approval",
            batch=batch.reference,
            status=word(batch.status),
        )
    if part > len(made):
        raise UnknownBatch("batch {batch} has {parts} parts", batch=batch.reference, parts=len(made))
    stopped: list[Partner] = []
    if not was_written(session, batch):
        partners = with_steady_marks(session, session.scalars(_partner_ids(batch)).all())
        stopped = [partner for partner in partners if partner.is_blocked]
    if stopped:
        raise BatchRefused(
            "{partner} is marked {mark} since the approval; take the batch back and make one without it",
            {"partners": [{"id": each.id, "full_name": each.full_name} for each in stopped]},
            partner=stopped[0].full_name,
            mark=stopped[0].mark,
        )
    file = made[part - 1]
    audit.record(
        session,
        actor_id=actor.id,
        action=AuditAction.BATCH_FILE_WRITTEN,
        subject=AuditSubject.PAYOUT_BATCH,
        subject_id=batch.id,
        request_id=actor.request_id,
        at=now,
        after={"name": file.name, "rows": file.rows, "total": file.total, "sha256": file.sha256},
    )
    return file
