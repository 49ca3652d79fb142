"""Which payout batch holds a withdrawal: answered by payouts, which stand above the review."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Hold:
    """The batch, and the state of the withdrawal's row in it."""

    batch_id: int
    reference: str
    status: str
    state: str


class HoldsOf(Protocol):
    """The holds of withdrawals by their ids; those that no batch holds are left out."""

    def __call__(self, session: Session, withdrawal_ids: Collection[int]) -> Mapping[int, Hold]: ...
