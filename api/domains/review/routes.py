"""withdrawal.update_v1 and update_v2; beside the contract: queue, dossier, approvals and decisions."""

from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from fastapi import Depends, Query
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator

from api.domains.review import approvals, assessment, decisions, dossier, queue, service, views
from api.domains.review import errors as refused
from api.domains.review.context import Review
from api.domains.review.schemas import (
    AddedProofBody,
    Approved,
    Approver,
    CommentBody,
    Dossier,
    Queue,
    QueueRow,
    Replayed,
    Step,
    Target,
    UpdateBody,
)
from api.domains.review.snapshots import IfMatch, basis
from api.domains.review.transfers import Transfer, read_proof, read_transfer
from api.domains.withdrawals.errors import PartnerBlocked, UnknownWithdrawal
from api.kernel.answers import Envelope, laravel_page
from api.kernel.files.errors import UploadRefused
from api.kernel.paging import ByPage
from api.kernel.parts import CurrentParts
from api.kernel.payload import field_refused
from api.kernel.read import ReviewerRead
from api.kernel.routing import Router, refusals
from api.kernel.types import PathId, blank_as
from api.kernel.write import KeyedReviewerWrite, ReviewerWrite
from texts import Text
from vocabulary import WithdrawalStatus

router = Router(tags=["withdrawal review"])
Sort = Literal["priority", "age", "nominal", "risk"]
Band = Literal["", "low", "medium", "high"]
QueryTarget = Annotated[Target | None, BeforeValidator(blank_as(None)), Query()]
Days = Annotated[int, Query(ge=1, le=366)]
DECIDING = (
    UnknownWithdrawal,
    refused.Drifted,
    refused.TransitionRefused,
    refused.InBatch,
    refused.RoleRefused,
    refused.NoteRequired,
)


async def added_transfer(parts: CurrentParts, body: AddedProofBody) -> Transfer:
    """The transfer whose proof is added, checked."""
    return await read_proof(parts, body, body.transfer_proof)


async def sent_target(body: UpdateBody, status: QueryTarget = None) -> WithdrawalStatus | None:
    """What the withdrawal is to become: the contract says it in the query, clients in the body or not at all."""
    if status is not None and body.status not in (None, status):
        raise field_refused("status", Text("send one value, not several"))
    return status or body.status


async def sent_transfer(parts: CurrentParts, body: UpdateBody) -> Transfer | None:
    """The transfer that is sent along, its proof checked."""
    return await read_transfer(parts, body)


SentTarget = Annotated[WithdrawalStatus | None, Depends(sent_target)]
AddedTransfer = Annotated[Transfer, Depends(added_transfer)]
SentTransfer = Annotated[Transfer | None, Depends(sent_transfer)]
UPDATING = refusals(
    *DECIDING,
    refused.ProofRefused,
    refused.ApprovalMissing,
    refused.SelfApproval,
    PartnerBlocked,
    UploadRefused,
)


@router.put_or_post("/v1/admin/withdrawal/update/{withdrawal_id}", responses=UPDATING)
@router.put_or_post("/v2/admin/withdrawal/update/{withdrawal_id}", responses=UPDATING)
def update(
    write: ReviewerWrite,
    withdrawal_id: PathId,
    status: SentTarget,
    body: UpdateBody,
    transfer: SentTransfer,
    if_match: IfMatch = None,
) -> Envelope[dict[str, str]]:
    """Decide.

    Beside the contract: `paid_amount`, `paid_on` and `last_four` are checked against the withdrawal, `seen` is the
    signed dossier that the reviewer was shown.
    """
    decisions.decide(
        Review.of(write),
        withdrawal_id,
        status,
        notes=body.notes,
        transfer=transfer,
        basis=basis(write.parts.settings, if_match, body.seen),
    )
    return write.answer({}, "Withdrawal successfully updated.")


@router.post("/v1/admin/withdrawal/upload/{withdrawal_id}", responses=UPDATING)
def upload(
    write: ReviewerWrite,
    withdrawal_id: PathId,
    body: AddedProofBody,
    transfer: AddedTransfer,
    if_match: IfMatch = None,
) -> Envelope[dict[str, str]]:
    """Add a transfer proof, without status and notes; an update without a proof then completes the withdrawal."""
    sent = basis(write.parts.settings, if_match, body.seen)
    decisions.add_proof(Review.of(write), withdrawal_id, transfer, sent)
    return write.answer({}, "Transfer proof added.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests of the queue, and in which order."""

    search: str
    band: Band
    sort: Sort
    free: bool


def wanted(
    search: Annotated[str, Query(max_length=200)] = "",
    band: Band = "",
    sort: Sort = "priority",
    *,
    free: bool = False,
) -> Wanted:
    """The filter and the order of the queue; `free`: only what no batch holds."""
    return Wanted(search, band, sort, free)


@router.get("/v2/admin/withdrawal-queue", response_model=Queue)
def waiting(read: ReviewerRead, page: ByPage, wanted: Annotated[Wanted, Depends(wanted)]) -> JSONResponse:
    """What waits, most urgent first, each with its risk and the points of its place; `nominal` beside them is the sum
    of all that match."""
    found = queue.waiting(Review.of(read), **asdict(wanted), page=page)
    answer = Queue(data=laravel_page(found.rows, found.total, page), nominal=found.nominal)
    # as it is: FastAPI would look through every value once more
    return JSONResponse(answer.model_dump(by_alias=True))


@router.get("/v2/admin/withdrawal-queue/all", response_model=Envelope[list[QueueRow]])
def all_waiting(read: ReviewerRead, wanted: Annotated[Wanted, Depends(wanted)]) -> JSONResponse:
    """All that waits in one answer: its order changes with the time, so that pages of it would not fit together."""
    found = queue.waiting(Review.of(read), **asdict(wanted), page=None)
    return JSONResponse(read.answer(found.rows).model_dump())


@router.get("/v2/admin/withdrawal-approvers")
def approver_statistics(read: ReviewerRead, days: Days = 30) -> Envelope[list[Approver]]:
    """Who decided how many, how fast."""
    review = Review.of(read)
    return read.answer(views.approvers(read.session, review.now, review.policy, days))


@router.get("/v2/admin/withdrawal/dossier/{withdrawal_id}", responses=refusals(UnknownWithdrawal))
def whole_dossier(read: ReviewerRead, withdrawal_id: PathId) -> Envelope[Dossier]:
    """Everything on one withdrawal, and `seen`: the same, signed, to send back with the decision."""
    withdrawal = service.find_checked(read, withdrawal_id)
    return read.answer(dossier.whole_dossier(Review.of(read), withdrawal, read.parts.settings))


@router.post(
    "/v2/admin/withdrawal/approval/{withdrawal_id}",
    responses=refusals(*DECIDING, refused.SelfApproval, refused.FullyApproved, PartnerBlocked),
)
def approve(
    write: KeyedReviewerWrite, withdrawal_id: PathId, body: CommentBody, if_match: IfMatch = None
) -> Envelope[Approved]:
    """Approve, as one of the people that the policy requires; no money moves yet."""
    sent = basis(write.parts.settings, if_match, body.seen)
    made, needed = approvals.approve(Review.of(write), withdrawal_id, body.comment, sent)
    return write.answer(
        {"version": made.version, "status": made.status, "requirement": needed.as_dict()}, "Approval recorded."
    )


@router.post("/v2/admin/withdrawal/send-back/{withdrawal_id}", responses=refusals(*DECIDING))
def send_back(
    write: KeyedReviewerWrite, withdrawal_id: PathId, body: CommentBody, if_match: IfMatch = None
) -> Envelope[Step]:
    """Void the approvals so far, with a comment."""
    sent = basis(write.parts.settings, if_match, body.seen)
    made = approvals.send_back(Review.of(write), withdrawal_id, body.comment, sent)
    return write.answer({"version": made.version, "status": made.status}, "Withdrawal sent back.")


@router.get("/v2/admin/withdrawal/decision/{withdrawal_id}/{decision_id}", responses=refusals(UnknownWithdrawal))
def replayed(read: ReviewerRead, withdrawal_id: PathId, decision_id: PathId) -> Envelope[Replayed]:
    """A decision with what was seen then, beside the same numbers now."""
    made, withdrawal = service.find_decision(read.session, withdrawal_id, decision_id)
    review = Review.of(read)
    today = assessment.judgement(review, withdrawal, assessment.assess_one(review, withdrawal))
    listed = next(each for each in views.decisions(read.session, withdrawal_id) if each["id"] == decision_id)
    return read.answer({"decision": listed, "then": made.snapshot, "now": today})
