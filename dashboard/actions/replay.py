"""A decision with what was on the screen when it was taken, beside the same numbers now."""

from dashboard.actions.answers import Shape, read
from dashboard.actions.review import Balance
from dashboard.actions.risk import Score
from dashboard.client import ApiClient


class SeenRequest(Shape):
    """Amount and account of the withdrawal."""

    nominal: int
    bank_account_no: str


class SeenOrders(Shape):
    """Counts of the partner's orders."""

    shipped_90: int
    returned_90: int
    problem_90: int
    expected_return_cost: int


class Snapshot(Shape):
    """What was seen; a decision of a batch or of a time before snapshots has only a part of it, or nothing."""

    withdrawal: SeenRequest | None = None
    balance: Balance | None = None
    risk: Score | None = None
    orders: SeenOrders | None = None


class Replay(Shape):
    """Then and now."""

    then: Snapshot
    now: Snapshot


def replay(client: ApiClient, withdrawal_id: int, decision_id: int) -> Replay:
    """What a decision was taken on."""
    return read(Replay, client.call("GET", f"v2/admin/withdrawal/decision/{withdrawal_id}/{decision_id}"))
