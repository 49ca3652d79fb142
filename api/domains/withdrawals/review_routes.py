"""The desk of finance, beside the contract: queue, dossier, approvals, decisions with their snapshots, requests."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictInt
from sqlalchemy import select

from api.domains.auth.models import Role
from api.domains.bank_accounts import service as bank_accounts
from api.domains.partners.models import BankAccount, Partner
from api.domains.withdrawals import approving, dossier, queue, service, snapshots
from api.domains.withdrawals.context import MOST_RUPIAH, Context, Words, version_of
from api.domains.withdrawals.errors import UnknownWithdrawal
from api.domains.withdrawals.models import WAITING, WithdrawalDecision
from api.kernel.auth import Reviewer, SignedIn
from api.kernel.db import LOCK, transaction
from api.kernel.envelope import laravel_page, success
from api.kernel.errors import Forbidden, Invalid
from api.kernel.request import CurrentSettings, Db, Replay, RequiredKey
from queries.filters import Page

router = APIRouter(tags=["withdrawal review"])
Sort = Literal["priority", "age", "nominal", "risk"]


class Requested(BaseModel):
    """A request for a payout: whole rupiah, to one of the partner's accounts."""

    model_config = ConfigDict(extra="forbid")

    bank_account_id: StrictInt = Field(gt=0)
    nominal: StrictInt = Field(gt=0, le=MOST_RUPIAH)
    partner_id: StrictInt | None = Field(None, gt=0, description="For finance, on behalf of a partner.")


class Comment(BaseModel):
    """What an approver says, and the signed dossier that was on the screen."""

    model_config = ConfigDict(extra="forbid")

    comment: Words = Field("", max_length=2000)
    seen: str | None = Field(None, max_length=100_000)


@router.post("/v2/withdrawal/request")
def request_payout(
    actor: SignedIn,
    request: Request,
    session: Db,
    settings: CurrentSettings,
    keyed: RequiredKey,
    body: Requested,
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
        name_check=request.app.state.name_check,
    )
    data = {"withdrawal_id": made.id, "version": made.version, "status": made.status, "nominal": made.nominal}
    return replay.keep(success(data, "Withdrawal requested."))


@router.get("/v2/admin/withdrawal-queue")
def waiting(
    actor: Reviewer,
    session: Db,
    context: Context,
    search: Annotated[str, Query(max_length=200)] = "",
    band: Literal["", "low", "medium", "high"] = "",
    sort: Sort = "priority",
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
    total_per_page: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> JSONResponse:
    """What waits, most urgent first, each with its risk and the points of its place."""
    slice_ = Page(total_per_page, (page - 1) * total_per_page)
    rows, total = queue.waiting(
        session, context.analytics, context.policy, context.now, search=search, band=band, sort=sort, page=slice_
    )
    # as it is: FastAPI would look through every value for what is no JSON
    return JSONResponse(success(laravel_page(rows, total=total, page=page, per_page=total_per_page)))


@router.get("/v2/admin/withdrawal-approvers")
def approver_statistics(
    actor: Reviewer, session: Db, context: Context, days: Annotated[int, Query(ge=1, le=366)] = 30
) -> dict[str, Any]:
    """Who decided how many, how fast."""
    return success(dossier.approvers(session, context.now, context.policy, days))


@router.get("/v2/admin/withdrawal/{withdrawal_id}/dossier")
def whole_dossier(
    actor: Reviewer,
    request: Request,
    session: Db,
    settings: CurrentSettings,
    context: Context,
    withdrawal_id: int,
) -> dict[str, Any]:
    """Everything on one withdrawal, and `seen`: the same, signed, to send back with the decision."""
    withdrawal = service.find(session, withdrawal_id)
    account = session.get_one(BankAccount, withdrawal.bank_account_id)
    if account.name_checked_at is None and withdrawal.status in WAITING:
        with transaction(request.app.state.sessions) as writing:
            unchecked = writing.get_one(BankAccount, account.id, with_for_update=LOCK)
            bank_accounts.check_name(writing, unchecked, context.name_check, context.now)
            session.rollback()  # the reading transaction began before the check
        withdrawal = service.find(session, withdrawal_id)
    found = dossier.assess_one(session, withdrawal, context)
    shown = dossier.judgement(withdrawal, found, context)
    around = dossier.surroundings(session, withdrawal, context.now)
    shown["account"] |= around.pop("account")
    seen = snapshots.sign(settings, shown, context.now)
    you = {"id": actor.id, "may_self_approve": actor.user.may_self_approve}
    return success(shown | around | {"seen": seen, "you": you})


@router.post("/v2/admin/withdrawal/{withdrawal_id}/approval")
def approve(
    actor: Reviewer,
    session: Db,
    settings: CurrentSettings,
    context: Context,
    keyed: RequiredKey,
    withdrawal_id: int,
    body: Comment,
    if_match: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Approve, as one of the people the policy asks for; no money moves yet."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    made, needed = approving.approve(
        session,
        withdrawal_id,
        actor=actor,
        context=context,
        comment=body.comment,
        version=version_of(if_match),
        seen=snapshots.read(settings, body.seen) if body.seen else None,
    )
    data = {"version": made.version, "status": made.status, "requirement": needed.as_dict()}
    return replay.keep(success(data, "Approval recorded."))


@router.post("/v2/admin/withdrawal/{withdrawal_id}/send-back")
def send_back(
    actor: Reviewer,
    session: Db,
    settings: CurrentSettings,
    context: Context,
    keyed: RequiredKey,
    withdrawal_id: int,
    body: Comment,
    if_match: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Void the approvals so far, with a comment."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    made = approving.send_back(
        session,
        withdrawal_id,
        actor=actor,
        context=context,
        comment=body.comment,
        version=version_of(if_match),
        seen=snapshots.read(settings, body.seen) if body.seen else None,
    )
    return replay.keep(success({"version": made.version, "status": made.status}, "Withdrawal sent back."))


@router.get("/v2/admin/withdrawal/{withdrawal_id}/decision/{decision_id}")
def replayed(actor: Reviewer, session: Db, context: Context, withdrawal_id: int, decision_id: int) -> dict[str, Any]:
    """A decision with what was seen then, beside the same numbers now."""
    made = session.get(WithdrawalDecision, decision_id)
    if made is None or made.withdrawal_id != withdrawal_id:
        raise UnknownWithdrawal(
            "withdrawal {withdrawal_id} has no decision {decision_id}",
            withdrawal_id=withdrawal_id,
            decision_id=decision_id,
        )
    withdrawal = service.find(session, withdrawal_id)
    today = dossier.judgement(withdrawal, dossier.assess_one(session, withdrawal, context), context)
    listed = next(each for each in dossier.decisions(session, withdrawal_id) if each["id"] == decision_id)
    return success({"decision": listed, "then": made.snapshot, "now": today})
