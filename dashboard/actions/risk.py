"""The risk of a withdrawal: points, band, and the parts of the score with the numbers that each rests on."""

from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import BeforeValidator, Field

from dashboard.actions.answers import Shape

F = TypeVar("F")
Band: TypeAlias = Literal["low", "medium", "high"]
# a part of which nothing is known has no facts at all
Known = Annotated[F | None, BeforeValidator(lambda facts: facts or None)]


class _Part(Shape):
    points: float
    weight: int


class RatioFacts(Shape):
    """Orders with a mark of all that were shipped; `expected` is the couriers' mean for the same orders."""

    part: int
    whole: int
    expected: float


class RatioPart(_Part):
    """Retur or problems of 90 days against the couriers' mean."""

    key: Literal["retur", "problem"]
    facts: Known[RatioFacts]


class TrendFacts(Shape):
    """The last 30 days, and the partner's own life."""

    part: int
    whole: int
    own_part: int
    own_whole: int


class TrendPart(_Part):
    """Retur of 30 days against the partner's own ratio."""

    key: Literal["retur_trend"]
    facts: Known[TrendFacts]


class ExposureFacts(Shape):
    """Expected return cost in rupiah, and the balance that is left for it."""

    cost: int
    balance_after: int


class ExposurePart(_Part):
    """Expected return cost against the balance after this payout."""

    key: Literal["exposure"]
    facts: Known[ExposureFacts]


class AmountFacts(Shape):
    """The amount, and the median of the completed withdrawals with their number; None before the first."""

    nominal: int
    usual: int | None = None
    completed: int = 0


class AmountPart(_Part):
    """The amount against the partner's usual one."""

    key: Literal["unusual_amount"]
    facts: AmountFacts


class DaysFacts(Shape):
    """An age in days."""

    days: int


class AgePart(_Part):
    """How new the partner or its account is."""

    key: Literal["new_partner", "new_account"]
    facts: Known[DaysFacts]


class NameFacts(Shape):
    """How well the account's name fits, 0 to 100."""

    score: int


class NamePart(_Part):
    """The name check of the account."""

    key: Literal["account_name"]
    facts: Known[NameFacts]


class SharedFacts(Shape):
    """Other partners with the same account number."""

    partners: int


class SharedPart(_Part):
    """Whether others use the account."""

    key: Literal["shared_account"]
    facts: SharedFacts


Part = Annotated[
    RatioPart | TrendPart | ExposurePart | AmountPart | AgePart | NamePart | SharedPart, Field(discriminator="key")
]
PartKey = Literal[
    "retur", "problem", "retur_trend", "exposure", "unusual_amount", "new_partner", "new_account", "account_name",
    "shared_account",
]  # fmt: skip


class Score(Shape):
    """Points 0 to 100, and their band."""

    points: float
    band: Band


class Risk(Score):
    """The score with its parts; `overrides` lift the band whatever the points; bands begin at `medium` and `high`."""

    parts: list[Part]
    overrides: list[str]
    medium: int
    high: int
