"""The rules that finance sets: tiers of approval, weights of risk and queue, hours. One YAML file, checked at start."""

from collections.abc import Sequence
from datetime import time, timedelta
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from queries.business_hours import BusinessHours
from vocabulary import Role

DEFAULT = Path(__file__).with_name("policy.yaml")
Band = Literal["low", "medium", "high"]
ApproverRole = Literal["finance", "admin"]
MOST_POINTS = 100


class PolicyError(ValueError):
    """The policy file cannot be used; the message names each wrong field."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tier(_Part):
    """Which withdrawals take which approvals. `below` is exclusive, in rupiah; None = any amount."""

    below: int | None = Field(None, gt=0)
    risk: tuple[Band, ...] = ("low", "medium", "high")
    approvals: tuple[ApproverRole, ...] = Field(min_length=1, max_length=5)


class Approval(_Part):
    """Tiers and the life of an approval."""

    expires_hours: int = Field(gt=0, le=24 * 30)
    tiers: tuple[Tier, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _last_fits_all(self) -> Self:
        last = self.tiers[-1]
        if last.below is not None or set(last.risk) != {"low", "medium", "high"}:
            raise ValueError("the last tier must fit every amount and risk")
        return self


class Account(_Part):
    """When a bank account is trusted."""

    settle_hours: int = Field(ge=0, le=24 * 30)
    name_score: int = Field(ge=0, le=100)


class Payment(_Part):
    """What comes with a transfer proof."""

    require_typed: bool


class _Weights(_Part):
    @model_validator(mode="after")
    def _sum(self) -> Self:
        total = sum(self.model_dump().values())
        if total != MOST_POINTS:
            raise ValueError(f"the weights must add up to {MOST_POINTS}, not {total}")
        return self


class RiskWeights(_Weights):
    """Points of each part of the risk score."""

    retur: int = Field(ge=0)
    problem: int = Field(ge=0)
    retur_trend: int = Field(ge=0)
    exposure: int = Field(ge=0)
    unusual_amount: int = Field(ge=0)
    new_partner: int = Field(ge=0)
    new_account: int = Field(ge=0)
    account_name: int = Field(ge=0)
    shared_account: int = Field(ge=0)


class Risk(_Part):
    """Weights, and the points from which a band begins."""

    medium: int = Field(gt=0, le=MOST_POINTS)
    high: int = Field(gt=0, le=MOST_POINTS)
    weights: RiskWeights

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.medium >= self.high:
            raise ValueError("medium must begin below high")
        return self

    def band(self, points: float) -> Band:
        """The band of a score."""
        return "high" if points >= self.high else "medium" if points >= self.medium else "low"


class QueueWeights(_Weights):
    """Points by which the queue is ordered."""

    age: int = Field(ge=0)
    amount: int = Field(ge=0)
    risk: int = Field(ge=0)


class Queue(_Part):
    """The order and the target of the queue."""

    target_hours: int = Field(gt=0, le=200)
    weights: QueueWeights

    @property
    def target(self) -> timedelta:
        """Working time from request to decision."""
        return timedelta(hours=self.target_hours)


class Hours(_Part):
    """Office hours, WIB."""

    start: time
    end: time
    weekdays: tuple[int, ...]

    @model_validator(mode="after")
    def _open(self) -> Self:
        self.office()
        return self

    def office(self) -> BusinessHours:
        """As a calendar."""
        return BusinessHours(self.start, self.end, self.weekdays)


class Policy(_Part):
    """All rules."""

    approval: Approval
    account: Account
    payment: Payment
    risk: Risk
    queue: Queue
    hours: Hours

    def required(self, nominal: int, band: Band, *, second: bool) -> tuple[Role, ...]:
        """The roles whose different holders must approve; `second`: a second approver whatever the tier."""
        tier = next(
            each for each in self.approval.tiers if band in each.risk and (each.below is None or nominal < each.below)
        )
        roles = tuple(Role[name.upper()] for name in tier.approvals)
        return (*roles, Role.FINANCE) if second and len(roles) < 2 else roles


def load_policy(path: Path | None = None) -> Policy:
    """Read the policy.

    Raises:
        PolicyError: the file is missing, no YAML, or a field is wrong.
    """
    source = path or DEFAULT
    try:
        return Policy.model_validate(yaml.safe_load(source.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PolicyError(f"the policy {source} cannot be read: {error}") from None
    except ValidationError as error:
        raise PolicyError(f"the policy {source} is wrong: {_written(error)}") from None


def _written(error: ValidationError) -> str:
    return "; ".join(f"{_dotted(problem['loc'])}: {problem['msg']}" for problem in error.errors())


def _dotted(location: Sequence[int | str]) -> str:
    return ".".join(map(str, location)) or "policy"
