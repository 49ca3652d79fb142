"""withdrawal.list, detail_v1, detail_v2, transaction_history, the proof itself; beside the contract, the request."""

from typing import Annotated

from anyio import to_thread
from fastapi import Path, Query, Request, Response
from pydantic import BeforeValidator

from api.domains.bank_accounts.errors import UnknownBankAccount
from api.domains.ledger import service as ledger
from api.domains.ledger.errors import InsufficientBalance
from api.domains.partners.models import Partner
from api.domains.withdrawals import proofs, schemas, service, views
from api.domains.withdrawals.errors import NotYourPayout, PartnerBlocked, ProofLinkRefused, UnknownWithdrawal
from api.domains.withdrawals.models import Withdrawal
from api.domains.withdrawals.proofs import Opened
from api.kernel.analytics import Analytics
from api.kernel.answers import Counted, Envelope, laravel_page_text
from api.kernel.files.store import FileStore
from api.kernel.paging import ByPage
from api.kernel.parts import CurrentParts
from api.kernel.periods import optional_period
from api.kernel.read import Read, ReviewerRead
from api.kernel.routing import Router, refusals
from api.kernel.transactions import reading, write, write_from_thread
from api.kernel.types import OptionalDate, PathId, Search, blank_as
from api.kernel.write import KeyedRequesterWrite
from queries import withdrawals as questions
from queries.filters import MAX_LIMIT, Page
from queries.frames import records
from vocabulary import WithdrawalStatus

router = Router(tags=["withdrawal"])
MOST_ORDERS = MAX_LIMIT
_NO_RISK = questions.PartnerRisk(None, None, (0, 0), (0, 0), (), 0, 0, 0)
_UNTRUSTED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox",
    "Cache-Control": "private, no-store",
}
Signature = Annotated[str, Path(max_length=1000)]
Status = Annotated[WithdrawalStatus | None, BeforeValidator(blank_as(None)), Query()]


@router.get("/v1/admin/withdrawal/list")
def list_withdrawals(
    read: ReviewerRead,
    page: ByPage,
    search: Search = "",
    status: Status = None,
    start_date: OptionalDate = None,
    end_date: OptionalDate = None,
) -> Counted[list[schemas.WithdrawalRow]]:
    """Withdrawals, newest first. `total` stands beside data, which the contract prints as a plain list."""
    period = optional_period(start_date, end_date)
    rows, total = views.page_of_withdrawals(read.session, search, status, period, page)
    return read.counted([schemas.list_row(withdrawal, partner) for withdrawal, partner in rows], total)


@router.get("/v1/admin/withdrawal/detail/{withdrawal_id}", responses=refusals(UnknownWithdrawal))
def detail_v1(
    read: ReviewerRead, connection: Analytics, request: Request, withdrawal_id: PathId
) -> Envelope[schemas.DetailV1]:
    """One withdrawal with the orders behind it."""
    withdrawal = service.find(read.session, withdrawal_id)
    partner = read.session.get_one(Partner, withdrawal.partner_id)
    behind = questions.orders_behind(connection, withdrawal_id, Page(MOST_ORDERS)).rows
    orders = [schemas.order_row(row) for row in records(behind)]
    total_balance = ledger.settled_balance(read.session, partner.id)
    return read.answer(schemas.detail_v1(withdrawal, partner, total_balance, orders, _link(read, request, withdrawal)))


@router.get("/v2/admin/withdrawal/detail/{withdrawal_id}", responses=refusals(UnknownWithdrawal))
def detail_v2(
    read: ReviewerRead, connection: Analytics, request: Request, withdrawal_id: PathId
) -> Envelope[schemas.DetailV2]:
    """What a reviewer sees. Money comes from the store, the partner's ratios from the warehouse."""
    withdrawal = service.find(read.session, withdrawal_id)
    partner = read.session.get_one(Partner, withdrawal.partner_id)
    risk = questions.partner_risk(connection, partner.id) or _NO_RISK
    balance = ledger.settled_balance(read.session, partner.id)
    return read.answer(schemas.detail_v2(withdrawal, partner, balance, risk, _link(read, request, withdrawal)))


def _link(read: Read, request: Request, withdrawal: Withdrawal) -> str:
    return proofs.link(read.parts.settings, str(request.base_url), withdrawal, read.actor, read.now)


@router.get("/v1/admin/withdrawal/detail/list/{user_id}", responses=refusals(UnknownWithdrawal))
def transaction_history(read: ReviewerRead, page: ByPage, user_id: PathId) -> schemas.History:
    """The movements of a partner's available balance with the running balance, newest first."""
    partner = service.partner_of_user(read.session, user_id)
    rows, total = views.history(read.session, partner.id, page)
    listed = [schemas.history_row(*row) for row in rows]
    return schemas.History(data=laravel_page_text(listed, total, page), partner_id=user_id)


@router.post(
    "/v2/withdrawal/request",
    tags=["withdrawal review"],
    responses=refusals(NotYourPayout, UnknownWithdrawal, UnknownBankAccount, PartnerBlocked, InsufficientBalance),
)
def request_payout(write: KeyedRequesterWrite, body: schemas.RequestBody) -> Envelope[schemas.Requested]:
    """Ask for a payout: a partner its own, finance on behalf of one (and is then its maker, never its checker)."""
    made = service.request_payout(write, body.bank_account_id, body.nominal, body.partner_id)
    return write.answer(
        {"withdrawal_id": made.id, "version": made.version, "status": made.status, "nominal": made.nominal},
        "Withdrawal requested.",
    )


@router.get(
    "/v1/admin/withdrawal/proof/{withdrawal_id}", response_class=Response, responses=refusals(UnknownWithdrawal)
)
def proof(read: ReviewerRead, withdrawal_id: PathId) -> Response:
    """The transfer proof, for reviewers only, each view audited; never run by a browser."""
    withdrawal = service.find(read.session, withdrawal_id)
    if withdrawal.proof_sha256 is None:
        raise UnknownWithdrawal("withdrawal {withdrawal_id} has no transfer proof", withdrawal_id=withdrawal_id)
    viewed = Opened(withdrawal.id, read.actor.id, withdrawal.proof_sha256, withdrawal.proof_type or "")
    content = read.parts[FileStore].get(viewed.sha256)
    write_from_thread(
        read.parts, lambda session: service.note_viewing(session, viewed, read.actor.request_id, read.now)
    )
    return Response(content, media_type=viewed.media_type, headers=_UNTRUSTED)


@router.get(
    "/v1/admin/withdrawal/signed-proof/{signature}", response_class=Response, responses=refusals(ProofLinkRefused)
)
async def signed_proof(request: Request, parts: CurrentParts, signature: Signature) -> Response:
    """The proof by the link of a detail's transfer_proof, without a token; the view is audited."""
    async with reading(parts) as session:
        viewed = await to_thread.run_sync(proofs.opened, session, parts.settings, signature)
    content = await to_thread.run_sync(parts[FileStore].get, viewed.sha256)
    now, request_id = parts.settings.now(), request.state.request_id
    await write(parts, lambda session: service.note_viewing(session, viewed, request_id, now))
    return Response(content, media_type=viewed.media_type, headers=_UNTRUSTED)
