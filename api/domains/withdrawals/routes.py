"""withdrawal.list, detail_v1, detail_v2, transaction_history, the proof itself; beside the contract, the request."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select

from api.domains.ledger import service as ledger
from api.domains.partners.models import Partner
from api.domains.withdrawals import schemas, service, views
from api.domains.withdrawals.errors import UnknownWithdrawal
from api.kernel import audit
from api.kernel.auth import Reviewer, SignedIn
from api.kernel.db import transaction
from api.kernel.envelope import laravel_page, success
from api.kernel.errors import Forbidden, Invalid
from api.kernel.files.store import FileStore
from api.kernel.request import Analytics, CurrentSettings, Db, OptionalDate, Replay, RequiredKey, optional_period
from api.ports.name_check import NameCheck
from queries import withdrawals as questions
from queries.filters import Page
from queries.frames import records
from vocabulary import AuditAction, AuditSubject, Role

router = APIRouter(tags=["withdrawal"])
_NO_RISK = questions.PartnerRisk(None, None, (0, 0), (0, 0), (), 0, 0, 0)
Status = Literal["", "requested", "canceled", "on_review", "completed", "rejected", "reversed"]


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


@router.post("/v2/withdrawal/request", tags=["withdrawal review"])
def request_payout(
    actor: SignedIn,
    request: Request,
    session: Db,
    settings: CurrentSettings,
    keyed: RequiredKey,
    body: schemas.RequestBody,
) -> dict[str, Any]:
    """Ask for a payout: a partner its own, finance on behalf of one (and is then its maker, never its checker)."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    if actor.role is Role.FINANCE:
        if body.partner_id is None:
            raise Invalid("partner_id: name the partner that the payout is for")
        partner = session.get(Partner, body.partner_id)
    elif actor.role is Role.PARTNER:
        partner = session.scalar(select(Partner).where(Partner.user_id == actor.id))
        if partner is not None and body.partner_id not in (None, partner.id):
            raise Forbidden("a partner asks for its own payouts only")
    else:
        raise Forbidden("{role} may not ask for a payout", role=actor.role_word)
    if partner is None:
        raise UnknownWithdrawal("there is no such partner")
    made = service.request_withdrawal(
        session,
        partner.id,
        body.bank_account_id,
        body.nominal,
        settings.now(),
        maker_id=actor.id,
        request_id=actor.request_id,
        name_check=request.app.state.parts[NameCheck],
    )
    data = {"withdrawal_id": made.id, "version": made.version, "status": made.status, "nominal": made.nominal}
    return replay.keep(success(data, "Withdrawal requested."))


@router.get("/v1/admin/withdrawal/{withdrawal_id}/proof")
def proof(actor: Reviewer, request: Request, session: Db, settings: CurrentSettings, withdrawal_id: int) -> Response:
    """The transfer proof, for reviewers only, each view audited; never run by a browser."""
    withdrawal = service.find(session, withdrawal_id)
    if withdrawal.proof_sha256 is None:
        raise UnknownWithdrawal("withdrawal {withdrawal_id} has no transfer proof", withdrawal_id=withdrawal_id)
    content = request.app.state.parts[FileStore].get(withdrawal.proof_sha256)
    with transaction(request.app.state.parts.sessions) as writing:
        audit.record(
            writing,
            actor_id=actor.id,
            action=AuditAction.PROOF_VIEWED,
            subject=AuditSubject.WITHDRAWAL,
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
