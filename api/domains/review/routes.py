"""withdrawal.update_v1 and update_v2; beside the contract: queue, dossier, approvals and decisions."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Header, Query, Request, UploadFile
from fastapi.responses import JSONResponse

from api.domains.bank_accounts import service as bank_accounts
from api.domains.bank_accounts.models import BankAccount
from api.domains.review import approvals, assessment, decisions, dossier, queue, snapshots, views
from api.domains.review.context import Context, version_of
from api.domains.review.schemas import CommentBody
from api.domains.review.transfers import Transfer
from api.domains.withdrawals.errors import UnknownWithdrawal
from api.domains.withdrawals.fields import TypedRupiah, Words
from api.domains.withdrawals.models import WithdrawalDecision
from api.domains.withdrawals.service import find
from api.kernel.auth import Reviewer
from api.kernel.db import LOCK, transaction
from api.kernel.envelope import laravel_page, success
from api.kernel.errors import Invalid
from api.kernel.files.content import read_upload
from api.kernel.request import CurrentSettings, Db, KeyAndFingerprint, Replay, RequiredKey
from queries.filters import Page
from vocabulary import WAITING, WithdrawalStatus

router = APIRouter(tags=["withdrawal review"])
Sort = Literal["priority", "age", "nominal", "risk"]
Target = Literal["canceled", "on_review", "completed", "rejected", "reversed"]


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
    proof = read_upload(transfer_proof, settings.proof_max_bytes)
    decisions.decide(
        session,
        withdrawal_id,
        WithdrawalStatus(status),
        actor=actor,
        context=context,
        notes=notes,
        transfer=Transfer(proof, paid_amount, paid_on, last_four) if proof else None,
        version=version_of(if_match),
        seen=snapshots.read(settings, seen) if seen else None,
    )
    return replay.keep(success({}, "Withdrawal successfully updated."))


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
    rows, total = queue.waiting(session, context, search=search, band=band, sort=sort, page=slice_)
    # as it is: FastAPI would look through every value for what is no JSON
    return JSONResponse(success(laravel_page(rows, total=total, page=page, per_page=total_per_page)))


@router.get("/v2/admin/withdrawal-approvers")
def approver_statistics(
    actor: Reviewer, session: Db, context: Context, days: Annotated[int, Query(ge=1, le=366)] = 30
) -> dict[str, Any]:
    """Who decided how many, how fast."""
    return success(views.approvers(session, context.now, context.policy, days))


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
    withdrawal = find(session, withdrawal_id)
    account = session.get_one(BankAccount, withdrawal.bank_account_id)
    if account.name_checked_at is None and withdrawal.status in WAITING:
        with transaction(request.app.state.parts.sessions) as writing:
            unchecked = writing.get_one(BankAccount, account.id, with_for_update=LOCK)
            bank_accounts.check_name(writing, unchecked, context.name_check, context.now)
            session.rollback()  # the reading transaction began before the check
        withdrawal = find(session, withdrawal_id)
    found = assessment.assess_one(session, withdrawal, context)
    shown = assessment.judgement(withdrawal, found, context)
    beside = dossier.related(session, withdrawal, context.holds_of)
    shown["account"] |= beside.pop("account")
    seen = snapshots.sign(settings, shown, context.now)
    you = {"id": actor.id, "may_self_approve": actor.may_self_approve}
    return success(shown | beside | {"seen": seen, "you": you})


@router.post("/v2/admin/withdrawal/{withdrawal_id}/approval")
def approve(
    actor: Reviewer,
    session: Db,
    settings: CurrentSettings,
    context: Context,
    keyed: RequiredKey,
    withdrawal_id: int,
    body: CommentBody,
    if_match: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Approve, as one of the people the policy asks for; no money moves yet."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    made, needed = approvals.approve(
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
    body: CommentBody,
    if_match: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Void the approvals so far, with a comment."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    made = approvals.send_back(
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
    withdrawal = find(session, withdrawal_id)
    today = assessment.judgement(withdrawal, assessment.assess_one(session, withdrawal, context), context)
    listed = next(each for each in views.decisions(session, withdrawal_id) if each["id"] == decision_id)
    return success({"decision": listed, "then": made.snapshot, "now": today})
