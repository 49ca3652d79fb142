"""The queue of withdrawals and the dossier of one, read fresh through the API."""

from datetime import datetime

from dashboard.actions.answers import Listing, Shape, read, read_part
from dashboard.actions.risk import Band, Risk
from dashboard.client import ApiClient
from vocabulary import DecisionKind, TicketStatus, WithdrawalStatus


class PriorityPoints(Shape):
    """The points of a place in the queue."""

    age: float
    amount: float
    risk: float

    @property
    def total(self) -> float:
        """Their sum, to a tenth."""
        return round(self.age + self.amount + self.risk, 1)


class QueuedRequest(Shape):
    """A withdrawal that waits, with what its place rests on."""

    withdrawal_id: int
    partner_id: int
    partner_name: str
    nominal: int
    bank_name: str
    bank_account_no: str
    bank_account_name: str
    status: WithdrawalStatus
    version: int
    created_at: datetime
    risk_points: float
    risk_band: Band
    priority_parts: PriorityPoints
    batch: str | None
    working_seconds: int
    is_breached: bool
    approvals: int
    approvals_needed: int


class Waiting(Listing[QueuedRequest]):
    """A page of the queue; `nominal` is the sum of all that match."""

    nominal: int


class Approver(Shape):
    """What a person decided in 30 days; `within_target` of the decisions came in time."""

    name: str
    decisions: int
    nominal: int
    median_seconds: int
    within_target: int


class Request(Shape):
    """The withdrawal itself."""

    id: int
    status: WithdrawalStatus
    version: int
    nominal: int
    bank_name: str
    bank_account_no: str
    bank_account_name: str


class Partner(Shape):
    """Who asks for it."""

    id: int
    full_name: str
    problem_status: int


class Balance(Shape):
    """The partner's money in rupiah; `after` this payout."""

    settled: int
    reserved: int
    after: int


class Orders(Shape):
    """What the partner's orders say; `expected_*` is what the couriers' mean would give for the same orders."""

    shipped_30: int
    returned_30: int
    problem_30: int
    shipped_90: int
    returned_90: int
    problem_90: int
    shipped_life: int
    returned_life: int
    problem_life: int
    expected_returned_90: float
    expected_problem_90: float
    cod_in_window: int
    arriving_return_shipping: int
    running_return_shipping: int
    expected_return_cost: int


class AccountHolder(Shape):
    """Another partner with the same account number."""

    id: int
    full_name: str
    problem_status: int


class AccountChange(Shape):
    """An account that the partner had before."""

    bank_name: str
    account_no: str
    account_name: str
    changed_at: datetime


class Account(Shape):
    """The account that the money goes to; where it `is_current` no more, age and name check are unknown."""

    details_at: datetime | None
    name_score: int | None
    is_current: bool
    changes: list[AccountChange]
    other_partners: list[AccountHolder]


class Approval(Shape):
    """A valid approval."""

    actor_id: int
    name: str


class Requirement(Shape):
    """The roles whose different holders must approve, why, and who has."""

    roles: list[str]
    reasons: list[str]
    satisfied: bool
    approvals: list[Approval]

    @property
    def missing(self) -> int:
        """How many people are still to approve."""
        return len(self.roles) - len(self.approvals)


class Age(Shape):
    """Working seconds since the request, against the target."""

    seconds: int
    target: int
    is_breached: bool


class EarlierWithdrawal(Shape):
    """Another withdrawal of the partner."""

    id: int
    nominal: int
    status: WithdrawalStatus
    bank_account_no: str
    created_at: datetime


class Ticket(Shape):
    """A ticket of the partner; decisions of earlier versions kept no id."""

    id: int | None = None
    ticket_no: str
    type: str
    status: TicketStatus
    description: str
    created_at: datetime


class Tickets(Shape):
    """How many are open, and the last ones."""

    open: int
    last: list[Ticket]


class Note(Shape):
    """A note about the partner."""

    body: str
    author: str
    created_at: datetime


class Decision(Shape):
    """A step that a person took; `seen`: the snapshot is what was on the screen."""

    id: int
    kind: DecisionKind
    actor: str
    comment: str
    self_approved: bool
    seen: bool
    created_at: datetime


class Batch(Shape):
    """The batch that holds the withdrawal."""

    id: int
    reference: str


class Reader(Shape):
    """The person who reads the dossier."""

    id: int
    may_self_approve: bool


class Dossier(Shape):
    """Everything on one withdrawal; `seen` is the same, signed, and goes back with the decision."""

    withdrawal: Request
    partner: Partner
    balance: Balance
    orders: Orders | None
    account: Account
    risk: Risk
    requirement: Requirement
    age: Age
    priority: PriorityPoints
    last: list[EarlierWithdrawal]
    tickets: Tickets
    notes: list[Note]
    decisions: list[Decision]
    batch: Batch | None
    seen: str
    you: Reader


def queue(client: ApiClient, page: int, size: int, *, search: str = "", band: str = "", sort: str) -> Waiting:
    """A page of what waits, most urgent first."""
    return _queue(client, {"page": page, "total_per_page": size, "search": search, "band": band, "sort": sort})


def free_queue(client: ApiClient, size: int) -> Waiting:
    """What waits and is in no batch, most urgent first."""
    return _queue(client, {"page": 1, "total_per_page": size, "sort": "priority", "free": "true"})


def _queue(client: ApiClient, query: dict[str, str | int]) -> Waiting:
    answer = client.call("GET", "v2/admin/withdrawal-queue", params=query)
    found = read(Listing[QueuedRequest], answer)
    nominal = read_part(int, answer.envelope.get("nominal"), answer)
    return Waiting(data=found.data, total=found.total, nominal=nominal)


def whole_queue(client: ApiClient, *, search: str = "", band: str = "", sort: str) -> list[QueuedRequest]:
    """All that waits at one moment, most urgent first."""
    query = {"search": search, "band": band, "sort": sort}
    return read(list[QueuedRequest], client.call("GET", "v2/admin/withdrawal-queue/all", params=query))


def dossier(client: ApiClient, withdrawal_id: int) -> Dossier:
    """Everything on one withdrawal."""
    return read(Dossier, client.call("GET", f"v2/admin/withdrawal/dossier/{withdrawal_id}"))


def approvers(client: ApiClient) -> list[Approver]:
    """Who decided how many withdrawals, how fast, in 30 days."""
    return read(list[Approver], client.call("GET", "v2/admin/withdrawal-approvers"))
