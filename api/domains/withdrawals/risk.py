"""The risk score of a withdrawal: parts with their weights and facts, so that a reader can do the sum again.

Each part is a share of its weight, 0 to 1; the score is their sum. What is not known counts half.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from api.domains.partners.models import BLOCKING, BankAccount, Partner
from api.domains.withdrawals.models import Withdrawal
from api.domains.withdrawals.policy import Band, Policy
from queries.metrics import is_small
from queries.withdrawal_risk import OrderFacts

UNKNOWN = 0.5
NEW_PARTNER = timedelta(days=90)
NEW_ACCOUNT = timedelta(days=30)
_WORST_NAME = 50  # a name check at or below this counts in full


class Part(NamedTuple):
    """One part of the score: `share` (0 to 1) of `weight` points, and the numbers it came from."""

    key: str
    weight: int
    share: float
    facts: dict[str, Any] | None = None

    @property
    def points(self) -> float:
        """Points of this part, to a tenth."""
        return round(self.weight * self.share, 1)

    def told(self) -> dict[str, Any]:
        """For an answer or a snapshot."""
        return self._asdict() | {"facts": self.facts or {}, "points": self.points}


@dataclass(frozen=True, slots=True)
class Risk:
    """The score: points 0 to 100, its band, its parts, and the reasons that lift the band whatever the points."""

    points: float
    band: Band
    parts: tuple[Part, ...]
    overrides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What is known about the account a withdrawal goes to."""

    details_at: datetime
    name_score: int | None
    other_partners: int  # with the same account number
    other_blocked: int  # of those: on hold or fake


def account_facts(session: Session, account_ids: Sequence[int]) -> dict[int, AccountFacts]:
    """Age, name check and sharing of bank accounts, by id."""
    twin, owner = aliased(BankAccount), aliased(Partner)
    others = func.count(func.distinct(owner.id))
    blocked = func.count(func.distinct(owner.id)).filter(owner.problem_status.in_(BLOCKING))
    rows = session.execute(
        select(
            BankAccount.id,
            func.coalesce(BankAccount.details_at, BankAccount.created_at),
            BankAccount.name_score,
            others,
            blocked,
        )
        .outerjoin(twin, (twin.account_no == BankAccount.account_no) & (twin.partner_id != BankAccount.partner_id))
        .outerjoin(owner, owner.id == twin.partner_id)
        .where(BankAccount.id.in_(set(account_ids)))
        .group_by(BankAccount.id, BankAccount.details_at, BankAccount.created_at, BankAccount.name_score)
    )
    return {key: AccountFacts(at, checked, shared, stopped) for key, at, checked, shared, stopped in rows}


def score(
    withdrawal: Withdrawal,
    partner: Partner,
    balance: int,
    account: AccountFacts,
    orders: OrderFacts | None,
    policy: Policy,
    now: datetime,
) -> Risk:
    """The score of one withdrawal."""
    weights = policy.risk.weights
    after = balance - withdrawal.nominal
    parts = (
        _against_couriers("retur", weights.retur, orders),
        _against_couriers("problem", weights.problem, orders),
        _trend(weights.retur_trend, orders),
        _exposure(weights.exposure, orders, after),
        _unusual(weights.unusual_amount, orders, withdrawal.nominal),
        _age("new_partner", weights.new_partner, now - partner.joined_at, NEW_PARTNER),
        _age("new_account", weights.new_account, now - account.details_at, NEW_ACCOUNT),
        _name(weights.account_name, account.name_score),
        Part(
            "shared_account",
            weights.shared_account,
            float(account.other_partners > 0),
            {"partners": account.other_partners, "blocked": account.other_blocked},
        ),
    )
    points = round(sum([part.points for part in parts]), 1)
    overrides = []
    if partner.problem_status in BLOCKING:
        overrides.append(f"partner_{BLOCKING[partner.problem_status]}")
    if account.other_blocked:
        overrides.append("account_of_blocked_partner")
    return Risk(points, "high" if overrides else policy.risk.band(points), parts, tuple(overrides))


def _clamped(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _against_couriers(key: str, weight: int, orders: OrderFacts | None) -> Part:
    """0 at the couriers' mean for the same orders or below, 1 at three times it; unknown for a small sample."""
    if orders is None:
        return Part(key, weight, UNKNOWN)
    part = orders.returned_90 if key == "retur" else orders.problem_90
    expected = orders.expected_returned_90 if key == "retur" else orders.expected_problem_90
    facts = {"part": part, "whole": orders.shipped_90, "expected": round(expected, 1)}
    if is_small(orders.shipped_90):
        return Part(key, weight, UNKNOWN, facts)
    return Part(key, weight, _clamped((part / expected - 1) / 2) if expected else float(part > 0), facts)


def _trend(weight: int, orders: OrderFacts | None) -> Part:
    """The last 30 days against the partner's own life: 0 at its usual retur ratio or below, 1 at twice it."""
    if orders is None:
        return Part("retur_trend", weight, UNKNOWN)
    facts = {
        "part": orders.returned_30,
        "whole": orders.shipped_30,
        "own_part": orders.returned_life,
        "own_whole": orders.shipped_life,
    }
    if is_small(orders.shipped_30):
        return Part("retur_trend", weight, UNKNOWN, facts)
    usual = orders.returned_life / orders.shipped_life
    recent = orders.returned_30 / orders.shipped_30
    return Part("retur_trend", weight, _clamped(recent / usual - 1) if usual else 0.0, facts)


def _exposure(weight: int, orders: OrderFacts | None, after: int) -> Part:
    """Expected return cost against the balance that is left; 1 where it would not be covered."""
    if orders is None:
        return Part("exposure", weight, UNKNOWN)
    cost = orders.expected_return_cost
    facts = {"cost": cost, "balance_after": after, "cod_in_window": orders.cod_in_window}
    return Part("exposure", weight, 0.0 if cost == 0 else _clamped(cost / after) if after > 0 else 1.0, facts)


def _unusual(weight: int, orders: OrderFacts | None, nominal: int) -> Part:
    """0 up to 1.5 times the usual (median) withdrawal, 1 from five times it."""
    if orders is None or orders.usual_nominal is None:
        return Part("unusual_amount", weight, UNKNOWN, {"nominal": nominal})
    facts = {"nominal": nominal, "usual": orders.usual_nominal, "completed": orders.completed}
    return Part("unusual_amount", weight, _clamped((nominal / orders.usual_nominal - 1.5) / 3.5), facts)


def _age(key: str, weight: int, age: timedelta, settled: timedelta) -> Part:
    """1 when it is new, 0 from `settled` on."""
    return Part(key, weight, _clamped(1 - age / settled), {"days": max(age.days, 0)})


def _name(weight: int, checked: int | None) -> Part:
    """0 at a full match, 1 at a score of 50 or below."""
    if checked is None:
        return Part("account_name", weight, UNKNOWN)
    return Part("account_name", weight, _clamped((100 - checked) / (100 - _WORST_NAME)), {"score": checked})
