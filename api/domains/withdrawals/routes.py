"""withdrawal.list, detail_v1, detail_v2, update_v1, update_v2, transaction_history, and the proof itself."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Header, Query, Request, Response, UploadFile

from api.domains.ledger import service as ledger
from api.domains.partners.models import Partner
from api.domains.withdrawals import proofs, schemas, service, snapshots, views
from api.domains.withdrawals.context import Context, TypedRupiah, Words, version_of
from api.domains.withdrawals.errors import ProofRefused, UnknownWithdrawal
from api.domains.withdrawals.models import WithdrawalStatus
from api.domains.withdrawals.payment import Payment
from api.kernel import audit
from api.kernel.auth import Reviewer
from api.kernel.db import transaction
from api.kernel.envelope import laravel_page, success
from api.kernel.errors import Invalid
from api.kernel.request import (
    Analytics,
    CurrentSettings,
    Db,
    KeyAndFingerprint,
    OptionalDate,
    Replay,
    optional_period,
)
from queries import withdrawals as questions
from queries.filters import Page
from queries.frames import records

router = APIRouter(tags=["withdrawal"])
_NO_RISK = questions.PartnerRisk(None, None, (0, 0), (0, 0), (), 0, 0, 0)
Status = Literal["", "requested", "canceled", "on_review", "completed", "rejected", "reversed"]
Target = Literal["canceled", "on_review", "completed", "rejected", "reversed"]


@router.get("/v1/admin/withdrawal")
def list_withdrawals(
    actor: Reviewer,
    session: Db,
    search: Annotated[str, Query(max_length=200)] = "",
    status: Status = "",
    start_date: OptionalDate = None,
    end_date: OptionalDate = None,
    total_per_page: Annotated[int, Query(ge=1, le=1000)] = 50,
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
) -> dict[str, Any]:
    """Withdrawals, newest first. `total` stands beside data, which the contract prints as a plain list."""
    period = optional_period(start_date, end_date)
    slice_ = Page(total_per_page, (page - 1) * total_per_page)
    rows, total = views.page_of_withdrawals(session, search, status, period, slice_)
    return success([schemas.list_row(withdrawal, partner) for withdrawal, partner in rows], total=total)


@router.get("/v1/admin/withdrawal/{withdrawal_id}")
def detail_v1(actor: Reviewer, connection: Analytics, session: Db, withdrawal_id: int) -> dict[str, Any]:
    """One withdrawal with the orders behind it."""
    withdrawal = service.find(session, withdrawal_id)
    partner = session.get_one(Partner, withdrawal.partner_id)
    behind = questions.orders_behind(connection, withdrawal_id, Page(1000)).rows
    orders = [schemas.order_row(row) for row in records(behind)]
    total_balance = ledger.settled_balance(session, partner.id)
    return success(schemas.detail_v1(withdrawal, partner, total_balance, orders))


@router.get("/v2/admin/withdrawal/{withdrawal_id}")
def detail_v2(actor: Reviewer, connection: Analytics, session: Db, withdrawal_id: int) -> dict[str, Any]:
    """What a reviewer sees. Money comes from the store, the partner's ratios from the warehouse."""
    withdrawal = service.find(session, withdrawal_id)
    partner = session.get_one(Partner, withdrawal.partner_id)
    risk = questions.partner_risk(connection, partner.id) or _NO_RISK
    return success(schemas.detail_v2(withdrawal, partner, ledger.settled_balance(session, partner.id), risk))


@router.get("/v1/admin/withdrawal/detail/list/{user_id}")
def transaction_history(
    actor: Reviewer,
    session: Db,
    user_id: int,
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
    total_per_page: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> dict[str, Any]:
    """The movements of a partner's available balance with the running balance, newest first."""
    partner = service.partner_of_user(session, user_id)
    rows, total = views.history(session, partner.id, Page(total_per_page, (page - 1) * total_per_page))
    listed = [schemas.history_row(row) for row in rows]
    data = laravel_page(listed, total=total, page=page, per_page=total_per_page, total_as_text=True)
    return success(data, partner_id=user_id)


@router.put("/v1/admin/withdrawal/{withdrawal_id}")
@router.put("/v2/admin/withdrawal/{withdrawal_id}")
@router.post("/v1/admin/withdrawal/{withdrawal_id}")
@router.post("/v2/admin/withdrawal/{withdrawal_id}")
def update(
    actor: Reviewer,
    request: Request,
    session: Db,
    settings: CurrentSettings,
    context: Context,
    keyed: KeyAndFingerprint,
    withdrawal_id: int,
    status: Target,
    notes: Annotated[Words, Form(max_length=2000)] = "",
    transfer_proof: Annotated[UploadFile | None, File()] = None,
    paid_amount: TypedRupiah = None,
    paid_on: Annotated[date | None, Form()] = None,
    last_four: Annotated[str | None, Form(pattern=r"^[0-9]{4}$")] = None,
    seen: Annotated[str | None, Form(max_length=100_000)] = None,
    method: Annotated[str | None, Form(alias="_method")] = None,
    if_match: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Decide. PUT, or POST with _method=put, since some clients cannot send a file with PUT.

    Beside the contract: `paid_amount`, `paid_on` and `last_four` are checked against the withdrawal, `seen` is the
    signed dossier that the reviewer was shown.
    """
    if request.method == "POST" and (method or "").lower() != "put":
        raise Invalid("send PUT, or POST with the form field _method=put")
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    proof = read_proof(transfer_proof, settings.proof_max_bytes)
    service.decide(
        session,
        withdrawal_id,
        WithdrawalStatus(status),
        actor=actor,
        context=context,
        notes=notes,
        payment=Payment(proof, paid_amount, paid_on, last_four) if proof else None,
        version=version_of(if_match),
        seen=snapshots.read(settings, seen) if seen else None,
    )
    return replay.keep(success({}, "Withdrawal successfully updated."))


@router.get("/v1/admin/withdrawal/{withdrawal_id}/proof")
def proof(
    actor: Reviewer, request: Request, session: Db, settings: CurrentSettings, context: Context, withdrawal_id: int
) -> Response:
    """The transfer proof, for reviewers only, each view audited; never run by a browser."""
    withdrawal = service.find(session, withdrawal_id)
    if withdrawal.proof_sha256 is None:
        raise UnknownWithdrawal("withdrawal {withdrawal_id} has no transfer proof", withdrawal_id=withdrawal_id)
    content = context.proofs.get(withdrawal.proof_sha256)
    with transaction(request.app.state.sessions) as writing:
        audit.record(
            writing,
            actor_id=actor.id,
            action="proof_viewed",
            subject="withdrawal",
            subject_id=withdrawal_id,
            request_id=actor.request_id,
            at=settings.now(),
            after={"proof_sha256": withdrawal.proof_sha256},
        )
    return Response(
        content,
        media_type=withdrawal.proof_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
            "Cache-Control": "private, no-store",
        },
    )


def read_proof(upload: UploadFile | None, max_bytes: int) -> proofs.Proof | None:
    """The checked upload; None without one."""
    if upload is None:
        return None
    if upload.size is not None and upload.size > max_bytes:
        raise ProofRefused("the transfer proof is larger than {most} MB", most=max_bytes // 1024 // 1024)
    return proofs.check(upload.file.read(max_bytes + 1), max_bytes)
