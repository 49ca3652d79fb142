"""Bodies of the review, and its answers: instants as ISO 8601 in UTC, money in whole rupiah."""

from typing import Annotated, Any

from fastapi import Depends
from pydantic import AfterValidator, ConfigDict, Field
from typing_extensions import TypedDict

from api.kernel.answers import Envelope, LaravelPage
from api.kernel.payload import Fields, Sent, Upload
from api.kernel.types import Day, Rupiah
from texts import TextError
from vocabulary import WithdrawalStatus

MOST_SEEN = 100_000  # signs of a signed dossier


def _decided(status: WithdrawalStatus) -> WithdrawalStatus:
    if status is WithdrawalStatus.REQUESTED:
        raise TextError("a withdrawal is requested only once; it does not become so again")
    return status


Target = Annotated[WithdrawalStatus, AfterValidator(_decided)]
LastFour = Annotated[str, Field(pattern=r"^[0-9]{4}\z")]


class TransferFields(Fields):
    """The proof of a transfer, and what the payer typed from it."""

    transfer_proof: Upload | None = None
    paid_amount: Rupiah | None = None
    paid_on: Day | None = None
    last_four: LastFour | None = None


class Update(TransferFields):
    """withdrawal.update_v1 and update_v2; `status` may stand here or in the query.

    Beside the contract, `seen` is the signed dossier that was on the screen.
    """

    status: Target | None = None
    notes: str = Field("", max_length=2000)
    seen: str | None = Field(None, max_length=MOST_SEEN)


class AddedProof(TransferFields):
    """A transfer proof without a decision; the other fields as in `Update`."""

    transfer_proof: Upload
    seen: str | None = Field(None, max_length=MOST_SEEN)


class Comment(Fields):
    """What an approver says, and the signed dossier that was on the screen."""

    model_config = ConfigDict(extra="forbid")

    comment: str = Field("", max_length=2000)
    seen: str | None = Field(None, max_length=MOST_SEEN)


AddedProofBody = Annotated[AddedProof, Depends(Sent(AddedProof))]
UpdateBody = Annotated[Update, Depends(Sent(Update))]
CommentBody = Annotated[Comment, Depends(Sent(Comment))]


class Step(TypedDict):
    """A withdrawal after a step in which no money moved."""

    version: int
    status: str


class GivenApproval(TypedDict):
    """A valid approval."""

    actor_id: int
    name: str
    role: str
    at: str
    expires_at: str
    comment: str


class Needed(TypedDict):
    """What a withdrawal takes: the roles whose different holders must approve, why more than one, and who has."""

    roles: list[str]
    reasons: list[str]
    satisfied: bool
    approvals: list[GivenApproval]


class Approved(Step):
    """A withdrawal after an approval."""

    requirement: Needed


class RiskPart(TypedDict):
    """One part of a score: `share` (0 to 1) of `weight` points, the points, and the numbers behind it."""

    key: str
    weight: int
    share: float
    points: float
    facts: dict[str, Any]


class QueueRow(TypedDict):
    """A withdrawal that waits, with its risk and the points of its place."""

    withdrawal_id: int
    partner_id: int
    partner_name: str
    email: str
    nominal: int
    balance_after: int
    bank_name: str
    bank_account_no: str
    bank_account_name: str
    status: str
    version: int
    created_at: str
    risk_points: float
    risk_band: str
    risk_parts: list[RiskPart]
    priority: float
    priority_parts: dict[str, float]
    working_seconds: int
    target_seconds: int
    is_breached: bool
    batch: str | None
    approvals: int
    approvals_needed: int
    approved_by: list[str]


class Queue(Envelope[LaravelPage[QueueRow]]):
    """A page of the queue, with the rupiah of all that match beside it."""

    nominal: int


class Approver(TypedDict):
    """What one person decided, and how fast."""

    actor_id: int
    name: str
    approved: int
    completed: int
    rejected: int
    nominal: int
    median_seconds: int
    within_target: int
    decisions: int


class JudgedWithdrawal(TypedDict):
    """The withdrawal as it is judged."""

    id: int
    status: str
    version: int
    nominal: int
    bank_name: str
    bank_account_no: str
    bank_account_name: str
    beginning_balance: int
    created_at: str


class JudgedPartner(TypedDict):
    """Its partner."""

    id: int
    full_name: str
    brand_name: str
    problem_status: int
    joined_at: str


class Balance(TypedDict):
    """The partner's money, and what is left of it after the payout."""

    settled: int
    reserved: int
    available: int
    after: int


class JudgedAccount(TypedDict):
    """What is known about the account that the money goes to."""

    details_at: str | None
    name_score: int | None
    is_current: bool
    other_partners: int
    other_blocked: int


class RiskView(TypedDict):
    """The score, and the points from which its bands begin."""

    points: float
    band: str
    parts: list[RiskPart]
    overrides: list[str]
    medium: int
    high: int


class Age(TypedDict):
    """Working seconds since the request, the target, and the instant at which it is breached."""

    seconds: int
    target: int
    deadline: str
    is_breached: bool


class Judgement(TypedDict):
    """What a decision is frozen with."""

    withdrawal: JudgedWithdrawal
    partner: JudgedPartner
    balance: Balance
    orders: dict[str, Any] | None
    account: JudgedAccount
    risk: RiskView
    requirement: Needed
    age: Age
    priority: dict[str, float]
    at: str


class AccountChange(TypedDict):
    """What an account was before a change."""

    bank_name: str
    account_no: str
    account_name: str
    changed_at: str


class NamedPartner(TypedDict):
    """Another partner with the same account number."""

    id: int
    full_name: str
    problem_status: int


class RelatedAccount(TypedDict):
    """The account beside the judgement on it."""

    name_checked_by: str | None
    changes: list[AccountChange]
    other_partners: list[NamedPartner]


class EarlierWithdrawal(TypedDict):
    """One of the partner's last withdrawals."""

    id: int
    nominal: int
    status: str
    bank_name: str
    bank_account_no: str
    created_at: str


class TicketRow(TypedDict):
    """One of the partner's last tickets."""

    id: int
    ticket_no: str
    type: str
    status: str
    description: str
    created_at: str


class Tickets(TypedDict):
    """The number of open tickets, and the last ones."""

    open: int
    last: list[TicketRow]


class Note(TypedDict):
    """A note of staff on the partner."""

    body: str
    created_at: str
    author: str


class DecisionRow(TypedDict):
    """A step that a person took, without its snapshot."""

    id: int
    kind: str
    actor: str
    actor_id: int
    comment: str
    self_approved: bool
    seen: bool
    version: int
    created_at: str
    expires_at: str | None


class HoldingBatch(TypedDict):
    """The batch that holds the withdrawal, and the state of its row."""

    id: int
    reference: str
    status: str
    state: str


class Related(TypedDict):
    """What a reviewer reads beside the judgement."""

    account: RelatedAccount
    last: list[EarlierWithdrawal]
    tickets: Tickets
    notes: list[Note]
    decisions: list[DecisionRow]
    batch: HoldingBatch | None


class You(TypedDict):
    """The reader of a dossier."""

    id: int
    may_self_approve: bool


class DossierAccount(TypedDict):
    """JudgedAccount and RelatedAccount in one; `other_partners` are named."""

    details_at: str | None
    name_score: int | None
    is_current: bool
    other_blocked: int
    name_checked_by: str | None
    changes: list[AccountChange]
    other_partners: list[NamedPartner]


class Dossier(TypedDict):
    """Everything on one withdrawal; `seen` is the judgement, signed, to send back with the decision."""

    withdrawal: JudgedWithdrawal
    partner: JudgedPartner
    balance: Balance
    orders: dict[str, Any] | None
    account: DossierAccount
    risk: RiskView
    requirement: Needed
    age: Age
    priority: dict[str, float]
    at: str
    last: list[EarlierWithdrawal]
    tickets: Tickets
    notes: list[Note]
    decisions: list[DecisionRow]
    batch: HoldingBatch | None
    seen: str
    you: You


class Replayed(TypedDict):
    """A decision with what was seen then, beside the same numbers now. Older snapshots have other keys."""

    decision: DecisionRow
    then: dict[str, Any]
    now: Judgement
