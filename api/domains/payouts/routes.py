"""Payout batches and their reconciliation, beside the contract."""

from typing import Annotated, Literal

from anyio import to_thread
from fastapi import Depends, Query, Response
from sqlalchemy.orm import Session

from api.domains.payouts import choosing, downloads, service, settling, views
from api.domains.payouts.bank_files import BankFile
from api.domains.payouts.bank_profiles import BankProfiles, Kind
from api.domains.payouts.errors import BatchRefused, FileRefused, ResultRefused, UnknownBatch, UnknownProfile
from api.domains.payouts.schemas import (
    BatchHead,
    BatchView,
    DryRunView,
    ImportView,
    ProfileRow,
    ProposalBody,
    ReasonBody,
    Reconciliation,
    ResolutionBody,
    ResultBody,
    RowView,
    SelectionBody,
    TotalsBody,
)
from api.domains.payouts.service import Shown
from api.domains.payouts.settling import ResultFile
from api.domains.review.context import Review
from api.domains.review.errors import NoteRequired, ProofRefused, SelfApproval
from api.domains.review.transfers import Transfer, read_transfer
from api.kernel import heavy
from api.kernel.answers import Envelope, LaravelPage, laravel_page
from api.kernel.files.errors import UploadRefused
from api.kernel.paging import ByPage
from api.kernel.parts import CurrentParts
from api.kernel.read import FinanceRead, ReviewerRead
from api.kernel.routing import Router, refusals
from api.kernel.transactions import reading, write_from_thread
from api.kernel.types import PathId
from api.kernel.write import KeyedFinanceWrite
from vocabulary import BatchStatus

router = Router(prefix="/v2/admin/payout", tags=["payout batches"])
MOST_PARTS = 1000
Part = Annotated[int, Query(ge=1, le=MOST_PARTS)]
Status = Literal["", "proposed", "approved", "closed", "canceled"]


async def sent_result(parts: CurrentParts, batch_id: PathId, body: ResultBody) -> ResultFile:
    """The bank's result file, read by the profile of its batch before the transaction begins."""
    async with reading(parts) as session:
        batch = await to_thread.run_sync(settling.find_at_bank, session, batch_id)
    profile = parts[BankProfiles].of(batch.profile)
    return await heavy.run(parts, settling.read_file, body.result.name, body.result.content, profile)


async def sent_transfer(parts: CurrentParts, body: ResolutionBody) -> Transfer | None:
    """The transfer that is sent along, its proof checked."""
    return await read_transfer(parts, body)


SentResult = Annotated[ResultFile, Depends(sent_result)]
SentTransfer = Annotated[Transfer | None, Depends(sent_transfer)]


@router.get("/profile")
def list_profiles(read: ReviewerRead) -> Envelope[list[ProfileRow]]:
    """The bank files that can be written."""
    profiles = read.parts[BankProfiles].values()
    return read.answer([{"key": each.key, "title": each.title, "formats": list(each.formats)} for each in profiles])


@router.post("/dry-run", responses=refusals(UnknownProfile))
def dry_run(read: FinanceRead, body: SelectionBody) -> Envelope[DryRunView]:
    """What a batch of these rows would be; nothing is written."""
    run = choosing.dry_run(Review.of(read), body.chosen, read.parts[BankProfiles].of(body.profile))
    return read.answer(
        {
            "row_count": run.count,
            "total": run.total,
            "banks": run.banks,
            "files": run.files,
            "problems": len(run.problems),
            "rows": run.rows,
        }
    )


@router.post("/batch", responses=refusals(UnknownProfile, BatchRefused, FileRefused))
def propose(write: KeyedFinanceWrite, body: ProposalBody) -> Envelope[BatchHead]:
    """Make a batch of what the dry run showed."""
    batch = service.propose(
        Review.of(write),
        body.chosen,
        write.parts[BankProfiles].of(body.profile),
        shown=Shown(body.row_count, body.total),
        source_account=body.source_account,
        comment=body.comment,
    )
    return write.answer(views.batch_head(batch), "Batch made; another person approves it.")


@router.get("/batch")
def list_batches(read: ReviewerRead, page: ByPage, status: Status = "") -> Envelope[LaravelPage[BatchHead]]:
    """Batches, newest first."""
    rows, total = views.page_of_batches(read.session, BatchStatus(status) if status else None, page)
    return read.answer(laravel_page([views.batch_head(batch) for batch in rows], total, page))


@router.get("/batch/{batch_id}", responses=refusals(UnknownBatch))
def batch_detail(read: ReviewerRead, batch_id: PathId) -> Envelope[BatchView]:
    """A batch with its rows, people and imported results."""
    batch = service.find(read.session, batch_id)
    return read.answer(views.batch_view(read.session, batch, read.actor, read.parts[BankProfiles].of(batch.profile)))


@router.post("/batch/{batch_id}/approval", responses=refusals(UnknownBatch, BatchRefused, SelfApproval))
def approve(write: KeyedFinanceWrite, batch_id: PathId, body: TotalsBody) -> Envelope[BatchHead]:
    """Approve as the checker: the bank file can be written then."""
    batch = service.approve(Review.of(write), batch_id, Shown(body.row_count, body.total))
    return write.answer(views.batch_head(batch), "Batch approved.")


@router.post("/batch/{batch_id}/cancel", responses=refusals(UnknownBatch, BatchRefused))
def cancel(write: KeyedFinanceWrite, batch_id: PathId, body: ReasonBody) -> Envelope[BatchHead]:
    """Take a batch back before its first bank file."""
    batch = service.cancel(Review.of(write), batch_id, body.comment)
    return write.answer(views.batch_head(batch), "Batch taken back.")


@router.get(
    "/batch/{batch_id}/file",
    response_class=Response,
    responses=refusals(UnknownBatch, UnknownProfile, BatchRefused, FileRefused),
)
def bank_file(read: FinanceRead, batch_id: PathId, kind: Kind = "csv", part: Part = 1) -> Response:
    """The bank file of an approved batch, or one part of it; the same bytes each time, each writing audited."""
    batch = service.find(read.session, batch_id)
    rows, profile = service.rows_of(read.session, batch), read.parts[BankProfiles].of(batch.profile)
    made = downloads.files_of(batch, rows, profile, kind, batch.approved_at or batch.created_at)

    def hand_out(session: Session) -> BankFile:
        locked = service.find(session, batch_id, lock=True)
        return downloads.hand_out(session, locked, made, part, actor=read.actor, now=read.now)

    file = write_from_thread(read.parts, hand_out)
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "X-Parts": str(len(made)),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)


@router.post(
    "/batch/{batch_id}/result",
    responses=refusals(UnknownBatch, UnknownProfile, BatchRefused, ResultRefused, UploadRefused),
)
def import_result(
    write: KeyedFinanceWrite, batch_id: PathId, body: ResultBody, file: SentResult
) -> Envelope[ImportView]:
    """Import the bank's result file; a dry run only says what it would do."""
    if body.dry_run:
        imported, message = settling.preview(write.session, batch_id, file), "Nothing was imported yet."
    else:
        imported, message = settling.import_result(Review.of(write), batch_id, file), "Result imported."
    batch = service.find(write.session, batch_id)
    return write.answer(views.import_view(imported, batch), message)


@router.post(
    "/row/{row_id}/resolution",
    responses=refusals(UnknownBatch, BatchRefused, NoteRequired, ProofRefused, UploadRefused),
)
def resolve(
    write: KeyedFinanceWrite, row_id: PathId, body: ResolutionBody, transfer: SentTransfer
) -> Envelope[RowView]:
    """Say whether a mismatched or suspect row was paid."""
    review = Review.of(write)
    if body.outcome == "paid":
        row = settling.resolve_as_paid(review, row_id, body.note, transfer)
    else:
        row = settling.resolve_as_failed(review, row_id, body.note)
    return write.answer(views.row_view(row), "Row resolved.")


@router.get("/reconciliation")
def reconciliation(read: ReviewerRead) -> Envelope[Reconciliation]:
    """Batches against the ledger, and the rows that are open."""
    return read.answer(
        {
            "batches": views.reconciliation(read.session),
            "sums": views.reconciliation_sums(read.session),
            "open": views.open_rows(read.session),
        }
    )
