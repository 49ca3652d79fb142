"""What an account is still needed for: answered by withdrawals, which stand above bank accounts."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.orm import Session


class WaitingWithdrawals(Protocol):
    """The ids of the withdrawals to an account that are not decided yet, the oldest first."""

    def __call__(self, session: Session, bank_account_id: int) -> Sequence[int]: ...
