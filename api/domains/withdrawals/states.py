"""The state machine of withdrawals, in one table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from api.domains.ledger import service as ledger
from vocabulary import Role
from vocabulary import WithdrawalStatus as S

MovesMoney = Callable[[Session, int, int, int, datetime], None]


@dataclass(frozen=True, slots=True)
class Transition:
    """What a change of status needs and does. `money`: the ledger movement of its own transaction."""

    roles: frozenset[Role]
    needs_note: bool
    needs_proof: bool
    money: MovesMoney | None


_FINANCE = frozenset({Role.FINANCE})
_FINANCE_OR_ADMIN = frozenset({Role.FINANCE, Role.ADMIN})

TRANSITIONS: dict[tuple[S, S], Transition] = {
    (S.REQUESTED, S.ON_REVIEW): Transition(_FINANCE, True, False, None),
    (S.REQUESTED, S.COMPLETED): Transition(_FINANCE, True, True, ledger.settle),
    (S.REQUESTED, S.REJECTED): Transition(_FINANCE, True, False, ledger.release),
    (S.REQUESTED, S.CANCELED): Transition(_FINANCE_OR_ADMIN, True, False, ledger.release),
    (S.ON_REVIEW, S.COMPLETED): Transition(_FINANCE, False, True, ledger.settle),
    (S.ON_REVIEW, S.REJECTED): Transition(_FINANCE, True, False, ledger.release),
    (S.COMPLETED, S.REVERSED): Transition(_FINANCE, True, False, ledger.give_back),
}
