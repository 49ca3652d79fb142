"""Payout batches and their reconciliation, beside the contract."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field, StrictInt
from sqlalchemy import func, select

from api.domains.auth.models import User
from api.domains.payouts import choosing, downloads, service, settling, views
from api.domains.payouts.bank_files import split
from api.domains.payouts.bank_profiles import BankProfiles, Profile
from api.domains.payouts.choosing import Chosen
from api.domains.payouts.models import PayoutBatch, PayoutResult
from api.domains.review.context import Context
from api.domains.review.transfers import Transfer
from api.domains.withdrawals.fields import MOST_RUPIAH, TypedRupiah, Words
from api.kernel.auth import Finance, Reviewer
from api.kernel.db import transaction
from api.kernel.envelope import laravel_page, success
from api.kernel.errors import Invalid
from api.kernel.files import sheets
from api.kernel.files.content import read_upload
from api.kernel.language import Reading
from api.kernel.request import CurrentSettings, Db, Replay, RequiredKey
from texts import listed
from vocabulary import BatchStatus

router = APIRouter(prefix="/v2/admin/payout", tags=["payout batches"])
Rupiah = Annotated[StrictInt, Field(gt=0, le=MOST_RUPIAH)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RowChoice(_Body):
    """A withdrawal and the version that was on the screen."""

    withdrawal_id: StrictInt = Field(gt=0)
    version: StrictInt | None = Field(None, gt=0)


class SeenRow(RowChoice):
    """A withdrawal in the version that the dry run showed."""

    version: StrictInt = Field(gt=0)


class Selection(_Body):
    """The rows of a batch and the bank file they go into."""

    rows: Sequence[RowChoice] = Field(max_length=choosing.MOST_ROWS)
    profile: str = Field("generic", max_length=40)

    @property
    def chosen(self) -> list[Chosen]:
        """For the service."""
        return [Chosen(row.withdrawal_id, row.version) for row in self.rows]


class Proposal(Selection):
    """A selection as the dry run showed it."""

    rows: Sequence[SeenRow] = Field(max_length=choosing.MOST_ROWS)
    row_count: StrictInt = Field(gt=0)
    total: Rupiah
    source_account: str = Field("", pattern=r"^[0-9]{0,20}$")
    comment: Words = Field("", max_length=2000)


class Totals(_Body):
    """What the checker approves: so many rows, so much money."""

    row_count: StrictInt = Field(gt=0)
    total: Rupiah


class Reason(_Body):
    """Why a batch is taken back."""

    comment: Words = Field(max_length=2000)


def profile_of(request: Request, key: str) -> Profile:
    """The bank file profile.

    Raises:
        Invalid: there is none of that key.
    """
    profiles: BankProfiles = request.app.state.parts[BankProfiles]
    if key not in profiles:
        raise Invalid("profile must be one of {known}, not {key!r}", known=listed(sorted(profiles)), key=key)
    return profiles[key]


@router.get("/profile")
def list_profiles(actor: Reviewer, request: Request) -> dict[str, Any]:
    """The bank files that can be written."""
    profiles: BankProfiles = request.app.state.parts[BankProfiles]
    return success([{"key": each.key, "title": each.title, "formats": each.formats} for each in profiles.values()])


@router.post("/dry-run")
def dry_run(
    actor: Finance, request: Request, session: Db, context: Context, reader: Reading, body: Selection
) -> dict[str, Any]:
    """What a batch of these rows would be; nothing is written."""
    run = choosing.dry_run(session, body.chosen, profile_of(request, body.profile), actor, context)
    return success(
        {
            "row_count": run.count,
            "total": run.total,
            "banks": run.banks,
            "files": run.files,
            "problems": len(run.problems),
            "rows": reader.translated(run.rows),
        }
    )


@router.post("/batch")
def propose(
    actor: Finance,
    request: Request,
    session: Db,
    settings: CurrentSettings,
    context: Context,
    keyed: RequiredKey,
    body: Proposal,
) -> dict[str, Any]:
    """Make a batch of what the dry run showed."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    batch = service.propose(
        session,
        body.chosen,
        profile_of(request, body.profile),
        row_count=body.row_count,
        total=body.total,
        source_account=body.source_account,
        comment=body.comment,
        actor=actor,
        context=context,
    )
    return replay.keep(success(_head(batch), "Batch made; another person approves it."))


@router.get("/batch")
def list_batches(
    actor: Reviewer,
    session: Db,
    status: Literal["", "proposed", "approved", "closed", "canceled"] = "",
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
    total_per_page: Annotated[int, Query(ge=1, le=200)] = 20,
) -> dict[str, Any]:
    """Batches, newest first."""
    wanted = select(PayoutBatch).where(PayoutBatch.status == status) if status else select(PayoutBatch)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    offset = (page - 1) * total_per_page
    rows = session.scalars(wanted.order_by(PayoutBatch.id.desc()).limit(total_per_page).offset(offset)).all()
    return success(laravel_page([_head(batch) for batch in rows], total=total, page=page, per_page=total_per_page))


@router.get("/batch/{batch_id}")
def batch_detail(actor: Reviewer, request: Request, session: Db, reader: Reading, batch_id: int) -> dict[str, Any]:
    """A batch with its rows, people and imported results."""
    batch = service.find(session, batch_id)
    rows = service.rows_of(session, batch)
    people = dict(
        session.execute(
            select(User.id, User.full_name).where(User.id.in_([batch.maker_id, batch.checker_id or batch.maker_id]))
        )
        .tuples()
        .all()
    )
    results = session.scalars(
        select(PayoutResult).where(PayoutResult.batch_id == batch.id).order_by(PayoutResult.id.desc())
    )
    data = _head(batch) | {
        "maker": people[batch.maker_id],
        "checker": people[batch.checker_id] if batch.checker_id else None,
        "you_may_approve": batch.status == BatchStatus.PROPOSED
        and (actor.id != batch.maker_id or actor.may_self_approve),
        "formats": profile_of(request, batch.profile).formats,
        "parts": len(split(profile_of(request, batch.profile), [downloads.line_of(row) for row in rows])),
        "may_be_taken_back": service.is_revocable(session, batch),
        "stopped": [
            {"id": each.id, "full_name": each.full_name} for each in downloads.stopped_partners(session, batch)
        ],
        "rows": reader.translated([views.row_view(row) for row in rows]),
        "results": [
            {"name": each.name, "counts": each.counts, "sha256": each.sha256, "created_at": each.created_at.isoformat()}
            for each in results
        ],
    }
    return success(data)


@router.post("/batch/{batch_id}/approval")
def approve(
    actor: Finance,
    session: Db,
    settings: CurrentSettings,
    context: Context,
    keyed: RequiredKey,
    batch_id: int,
    body: Totals,
) -> dict[str, Any]:
    """Approve as the checker: the bank file can be written then."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    batch = service.approve(session, batch_id, row_count=body.row_count, total=body.total, actor=actor, context=context)
    return replay.keep(success(_head(batch), "Batch approved."))


@router.post("/batch/{batch_id}/cancel")
def cancel(
    actor: Finance,
    session: Db,
    settings: CurrentSettings,
    context: Context,
    keyed: RequiredKey,
    batch_id: int,
    body: Reason,
) -> dict[str, Any]:
    """Take a batch back before its first bank file."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    batch = service.cancel(session, batch_id, comment=body.comment, actor=actor, context=context)
    return replay.keep(success(_head(batch), "Batch taken back."))


@router.get("/batch/{batch_id}/file")
def bank_file(
    actor: Finance,
    request: Request,
    settings: CurrentSettings,
    batch_id: int,
    kind: Literal["csv", "xlsx"] = "csv",
    part: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> Response:
    """The bank file of an approved batch, or one part of it; the same bytes each time, each writing audited."""
    with transaction(request.app.state.parts.sessions) as writing:
        batch = service.find(writing, batch_id, lock=True)
        made = downloads.files_of(
            batch, service.rows_of(writing, batch), profile_of(request, batch.profile), kind,
            batch.approved_at or batch.created_at,
        )  # fmt: skip
        file = downloads.hand_out(writing, batch, made, part, actor=actor, now=settings.now())
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "X-Parts": str(len(made)),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)


@router.post("/batch/{batch_id}/result")
def import_result(
    actor: Finance,
    request: Request,
    session: Db,
    settings: CurrentSettings,
    context: Context,
    keyed: RequiredKey,
    reader: Reading,
    batch_id: int,
    result: Annotated[UploadFile, File()],
    dry_run: Annotated[bool, Form()] = False,
) -> dict[str, Any]:
    """Import the bank's result file; a dry run only says what it would do."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    batch = service.find(session, batch_id)
    content = result.file.read(sheets.MAX_BYTES + 1)
    imported = settling.import_result(
        session, batch_id, content, result.filename or "result", profile_of(request, batch.profile), actor=actor,
        context=context, dry_run=dry_run,
    )  # fmt: skip
    data = {
        "counts": imported.counts,
        "rows": [
            {"reference": each.reference, "kind": each.kind, "reasons": list(each.reasons)}
            for each in imported.outcomes
        ],
        "status": batch.status,
    }
    return replay.keep(success(reader.translated(data), "Nothing was imported yet." if dry_run else "Result imported."))


@router.post("/row/{row_id}/resolution")
def resolve(
    actor: Finance,
    session: Db,
    settings: CurrentSettings,
    context: Context,
    keyed: RequiredKey,
    reader: Reading,
    row_id: int,
    outcome: Annotated[Literal["paid", "failed"], Form()],
    note: Annotated[Words, Form(max_length=2000)] = "",
    transfer_proof: Annotated[UploadFile | None, File()] = None,
    paid_amount: TypedRupiah = None,
    paid_on: Annotated[date | None, Form()] = None,
    last_four: Annotated[str | None, Form(pattern=r"^[0-9]{4}$")] = None,
) -> dict[str, Any]:
    """Say whether a mismatched or suspect row was paid."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    proof = read_upload(transfer_proof, settings.proof_max_bytes)
    row = settling.resolve(
        session,
        row_id,
        is_paid=outcome == "paid",
        note=note,
        transfer=Transfer(proof, paid_amount, paid_on, last_four) if proof else None,
        actor=actor,
        context=context,
    )
    return replay.keep(success(reader.translated(views.row_view(row)), "Row resolved."))


@router.get("/reconciliation")
def reconciliation(actor: Reviewer, session: Db, reader: Reading) -> dict[str, Any]:
    """Batches against the ledger, and the rows that are open."""
    return success({"batches": views.reconciliation(session), "open": reader.translated(views.open_rows(session))})


def _head(batch: PayoutBatch) -> dict[str, Any]:
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
