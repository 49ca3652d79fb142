"""withdrawal.list, detail_v1, detail_v2, transaction_history, the proof itself; beside the contract, the request."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import BeforeValidator

from api.domains.bank_accounts.errors import UnknownBankAccount
from api.domains.ledger import service as ledger
from api.domains.ledger.errors import InsufficientBalance
from api.domains.partners.models import Partner
from api.domains.withdrawals import schemas, service, views
from api.domains.withdrawals.errors import NotYourPayout, PartnerBlocked, UnknownWithdrawal
from api.kernel.analytics import Analytics
from api.kernel.answers import Counted, Envelope, laravel_page_text
from api.kernel.files.store import FileStore
from api.kernel.paging import ByPage
from api.kernel.periods import optional_period
from api.kernel.read import ReviewerRead
from api.kernel.routing import Router, refusals
from api.kernel.transactions import write_from_thread
from api.kernel.types import OptionalDate, PathId
from api.kernel.write import KeyedRequesterWrite
from queries import withdrawals as questions
from queries.filters import Page
from queries.frames import records
from vocabulary import WithdrawalStatus

router = Router(tags=["withdrawal"])
MOST_ORDERS = 1000
_NO_RISK = questions.PartnerRisk(None, None, (0, 0), (0, 0), (), 0, 0, 0)
Search = Annotated[str, Query(max_length=200)]
Status = Annotated[WithdrawalStatus | None, BeforeValidator(lambda value: value or None), Query()]


@router.get("/v1/admin/withdrawal")
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


@router.get("/v1/admin/withdrawal/{withdrawal_id}", responses=refusals(UnknownWithdrawal))
def detail_v1(read: ReviewerRead, connection: Analytics, withdrawal_id: PathId) -> Envelope[schemas.DetailV1]:
    """One withdrawal with the orders behind it."""
    withdrawal = service.find(read.session, withdrawal_id)
    partner = read.session.get_one(Partner, withdrawal.partner_id)
    behind = questions.orders_behind(connection, withdrawal_id, Page(MOST_ORDERS)).rows
    orders = [schemas.order_row(row) for row in records(behind)]
    total_balance = ledger.settled_balance(read.session, partner.id)
    return read.answer(schemas.detail_v1(withdrawal, partner, total_balance, orders))


@router.get("/v2/admin/withdrawal/{withdrawal_id}", responses=refusals(UnknownWithdrawal))
def detail_v2(read: ReviewerRead, connection: Analytics, withdrawal_id: PathId) -> Envelope[schemas.DetailV2]:
    """What a reviewer sees. Money comes from the store, the partner's ratios from the warehouse."""
    withdrawal = service.find(read.session, withdrawal_id)
    partner = read.session.get_one(Partner, withdrawal.partner_id)
    risk = questions.partner_risk(connection, partner.id) or _NO_RISK
    balance = ledger.settled_balance(read.session, partner.id)
    return read.answer(schemas.detail_v2(withdrawal, partner, balance, risk))


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
    "/v1/admin/withdrawal/{withdrawal_id}/proof", response_class=Response, responses=refusals(UnknownWithdrawal)
)
def proof(read: ReviewerRead, withdrawal_id: PathId) -> Response:
    """The transfer proof, for reviewers only, each view audited; never run by a browser."""
    withdrawal = service.find(read.session, withdrawal_id)
    if withdrawal.proof_sha256 is None:
        raise UnknownWithdrawal("withdrawal {withdrawal_id} has no transfer proof", withdrawal_id=withdrawal_id)
    content = read.parts[FileStore].get(withdrawal.proof_sha256)
    write_from_thread(read.parts, lambda session: service.note_viewing(session, withdrawal, read.actor, read.now))
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=withdrawal.proof_type, headers=headers)
