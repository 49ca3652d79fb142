"""The risk score of withdrawals: parts with their weights and facts, so that a reader can do the sum again.

Each part is a share of its weight, 0 to 1; the score is their sum. What is not known counts half. The queue scores all
that is open at once, so the sums are taken over columns (arrays with one element per withdrawal).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from api.domains.bank_accounts.models import BankAccount
from api.domains.partners.models import Partner
from api.domains.review.policy import Band, Policy
from api.domains.review.schemas import RiskPart
from api.domains.withdrawals.models import Withdrawal
from queries.metrics import SMALL_SAMPLE
from queries.withdrawal_risk import (
    FULL_AGAINST_COURIERS,
    FULL_AGAINST_OWN_LIFE,
    NEW_ACCOUNT,
    NEW_PARTNER,
    UNUSUAL_FROM,
    UNUSUAL_FULL,
    WORST_NAME,
    OrderFacts,
)
from vocabulary import BLOCKING, ProblemMark

UNKNOWN = 0.5
_NO_ORDERS = OrderFacts()
_READ = (
    "returned_30", "shipped_30", "returned_90", "problem_90", "shipped_90", "returned_life", "shipped_life",
    "expected_returned_90", "expected_problem_90", "expected_return_cost", "usual_nominal",
)  # fmt: skip
Column = NDArray[np.float64]


class Part(NamedTuple):
    """One part of a score: `share` (0 to 1) of `weight` points, the points to a tenth, and the numbers behind it."""

    key: str
    weight: int
    share: float
    points: float
    facts: dict[str, Any]

    def as_dict(self) -> RiskPart:
        """For an answer or a snapshot."""
        return {
            "key": self.key,
            "weight": self.weight,
            "share": self.share,
            "points": self.points,
            "facts": self.facts,
        }


@dataclass(frozen=True, slots=True)
class Risk:
    """The score: points 0 to 100, its band, its parts, and the reasons that lift the band whatever the points."""

    points: float
    band: Band
    parts: tuple[Part, ...]
    overrides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What is known about the account that a withdrawal goes to: the one it was requested for.

    Where the partner has changed its account since (`is_current` is False), age and name check are those of another one
    and say nothing: None.
    """

    details_at: datetime | None
    name_score: int | None
    is_current: bool
    other_partners: int  # with the same account number
    other_blocked: int  # of those: on hold or fake


class Case(NamedTuple):
    """What a score rests on; `balance`: settled rupiah before the payout, `orders`: None where nothing is known."""

    nominal: int
    balance: int
    joined_at: datetime
    problem_status: int
    account: AccountFacts
    orders: OrderFacts | None


_account, _withdrawal = BankAccount.__table__.c, Withdrawal.__table__.c
_IS_CURRENT = and_(
    _account.bank_name == _withdrawal.bank_name,
    _account.account_no == _withdrawal.bank_account_no,
    _account.account_name == _withdrawal.bank_account_name,
)
# the first three fields of AccountFacts, of a withdrawal joined to its account
ACCOUNT_COLUMNS = (
    case((_IS_CURRENT, func.coalesce(_account.details_at, _account.created_at))).label("details_at"),
    case((_IS_CURRENT, _account.name_score)).label("name_score"),
    _IS_CURRENT.label("is_current"),
)


def shared_accounts(session: Session, which: ColumnElement[bool]) -> dict[int, tuple[int, int]]:
    """Of the withdrawals in the condition `which` whose account number other partners have too, by id: how many have
    it, and how many of those are on hold or fake."""
    other, owner = aliased(BankAccount), aliased(Partner)
    rows = session.execute(
        select(
            Withdrawal.id,
            func.count(func.distinct(owner.id)),
            func.count(func.distinct(owner.id)).filter(owner.problem_status.in_(BLOCKING)),
        )
        .join(other, (other.account_no == Withdrawal.bank_account_no) & (other.partner_id != Withdrawal.partner_id))
        .join(owner, owner.id == other.partner_id)
        .where(which)
        .group_by(Withdrawal.id)
    )
    return {key: (others, blocked) for key, others, blocked in rows}


def account_facts(session: Session, withdrawal_ids: Sequence[int]) -> dict[int, AccountFacts]:
    """What is known about the accounts of withdrawals, by the withdrawal's id."""
    which = Withdrawal.id.in_(withdrawal_ids)
    shared = shared_accounts(session, which)
    rows = session.execute(
        select(Withdrawal.id, *ACCOUNT_COLUMNS)
        .join(BankAccount, BankAccount.id == Withdrawal.bank_account_id)
        .where(which)
    )
    return {key: AccountFacts(at, score, same, *shared.get(key, (0, 0))) for key, at, score, same in rows}


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of cases, in their order: `points` 0 to 100, and by part its share and its points."""

    cases: Sequence[Case]
    policy: Policy
    now: datetime
    shares: dict[str, Column]
    parts: dict[str, Column]
    points: Column

    def band(self, at: int) -> Band:
        """The band of one."""
        return "high" if _overrides(self.cases[at]) else self.policy.risk.band(float(self.points[at]))

    def risk(self, at: int) -> Risk:
        """One, with the facts of its parts."""
        about = self.cases[at]
        weights = self.policy.risk.weights.model_dump()
        facts = _facts(about, self.now)
        parts = tuple(
            Part(key, weights[key], float(share[at]), float(self.parts[key][at]), facts.get(key, {}))
            for key, share in self.shares.items()
        )
        return Risk(float(self.points[at]), self.band(at), parts, _overrides(about))


def score(cases: Sequence[Case], policy: Policy, now: datetime) -> Scores:
    """The scores of withdrawals."""
    weights = policy.risk.weights.model_dump()
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = _shares(cases, now)
    parts = {key: np.round(weights[key] * share, 1) for key, share in shares.items()}
    return Scores(cases, policy, now, shares, parts, np.round(sum(parts.values(), np.zeros(len(cases))), 1))


def _shares(cases: Sequence[Case], now: datetime) -> dict[str, Column]:
    known = np.array([each.orders is not None for each in cases], dtype=bool)
    orders = [each.orders or _NO_ORDERS for each in cases]
    of = {name: _column([getattr(each, name) for each in orders]) for name in _READ}
    nominal = _column([each.nominal for each in cases])
    after = _column([each.balance for each in cases]) - nominal
    names = _column([each.account.name_score for each in cases])
    from_orders = {
        "retur": _against_couriers(of["returned_90"], of["shipped_90"], of["expected_returned_90"]),
        "problem": _against_couriers(of["problem_90"], of["shipped_90"], of["expected_problem_90"]),
        "retur_trend": _trend(of["returned_30"], of["shipped_30"], of["returned_life"], of["shipped_life"]),
        "exposure": _exposure(of["expected_return_cost"], after),
        "unusual_amount": _unusual(nominal, of["usual_nominal"]),
    }
    return {key: np.where(known, share, UNKNOWN) for key, share in from_orders.items()} | {
        "new_partner": _age([now - each.joined_at for each in cases], NEW_PARTNER),
        "new_account": _age([_since(each.account.details_at, now) for each in cases], NEW_ACCOUNT),
        "account_name": np.where(np.isnan(names), UNKNOWN, _clamped((100 - names) / (100 - WORST_NAME))),
        "shared_account": _column([each.account.other_partners > 0 for each in cases]),
    }


def _column(values: Sequence[float | None]) -> Column:
    return np.array(values, dtype=np.float64)  # None is NaN


def _clamped(share: Column) -> Column:
    return np.clip(share, 0.0, 1.0)


def _against_couriers(part: Column, whole: Column, expected: Column) -> Column:
    """0 at the couriers' mean for the same orders or below, 1 at three times it; unknown for a small sample."""
    share = np.where(expected > 0, _clamped((part / expected - 1) / (FULL_AGAINST_COURIERS - 1)), part > 0)
    return np.where(whole < SMALL_SAMPLE, UNKNOWN, share)


def _trend(part: Column, whole: Column, own_part: Column, own_whole: Column) -> Column:
    """The last 30 days against the partner's own life: 0 at its usual retur ratio or below, 1 at twice it."""
    usual = own_part / own_whole
    share = np.where(usual > 0, _clamped((part / whole / usual - 1) / (FULL_AGAINST_OWN_LIFE - 1)), 0.0)
    return np.where(whole < SMALL_SAMPLE, UNKNOWN, share)


def _exposure(cost: Column, after: Column) -> Column:
    """Expected return cost against the balance that is left; 1 where it would not be covered."""
    return np.where(cost == 0, 0.0, np.where(after > 0, _clamped(cost / after), 1.0))


def _unusual(nominal: Column, usual: Column) -> Column:
    """0 up to 1.5 times the usual (median) withdrawal, 1 from five times it; unknown before the first."""
    return np.where(
        np.isnan(usual), UNKNOWN, _clamped((nominal / usual - float(UNUSUAL_FROM)) / float(UNUSUAL_FULL - UNUSUAL_FROM))
    )


def _since(instant: datetime | None, now: datetime) -> timedelta | None:
    return None if instant is None else now - instant


def _age(ages: Sequence[timedelta | None], settled: timedelta) -> Column:
    """1 when it is new, 0 from `settled` on."""
    share = _clamped(1 - _column([None if age is None else age / settled for age in ages]))
    return np.where(np.isnan(share), UNKNOWN, share)


def _overrides(about: Case) -> tuple[str, ...]:
    found = []
    if about.problem_status in BLOCKING:
        found.append(f"partner_{ProblemMark(about.problem_status).name.lower()}")
    if about.account.other_blocked:
        found.append("account_of_blocked_partner")
    return tuple(found)


def _facts(about: Case, now: datetime) -> dict[str, dict[str, Any]]:
    """The numbers behind each part, by part."""
    account = about.account
    found: dict[str, dict[str, Any]] = {
        "unusual_amount": {"nominal": about.nominal},
        "new_partner": {"days": max((now - about.joined_at).days, 0)},
        "shared_account": {"partners": account.other_partners, "blocked": account.other_blocked},
    }
    if account.details_at is not None:
        found["new_account"] = {"days": max((now - account.details_at).days, 0)}
    if account.name_score is not None:
        found["account_name"] = {"score": account.name_score}
    of = about.orders
    if of is None:
        return found
    if of.usual_nominal is not None:
        found["unusual_amount"] |= {"usual": of.usual_nominal, "completed": of.completed}
    whole = {"whole": of.shipped_90}
    return found | {
        "retur": {"part": of.returned_90, **whole, "expected": round(of.expected_returned_90, 1)},
        "problem": {"part": of.problem_90, **whole, "expected": round(of.expected_problem_90, 1)},
        "retur_trend": {
            "part": of.returned_30,
            "whole": of.shipped_30,
            "own_part": of.returned_life,
            "own_whole": of.shipped_life,
        },
        "exposure": {
            "cost": of.expected_return_cost,
            "balance_after": about.balance - about.nominal,
            "cod_in_window": of.cod_in_window,
        },
    }
