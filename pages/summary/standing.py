"""The numbers of the summary, asked for once."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from dashboard.warehouse import ask
from queries import summary
from queries.summary import Churned, Lifetime, PartnerMonth, Trade
from queries.wib import Period

MONTHS = 6  # of the trends that go by month


@dataclass(frozen=True)
class Standing:
    """A period, the couriers that are counted (none: all) and the WIB day of now; numbers of the period before only
    where it `is_compared`."""

    period: Period
    couriers: tuple[str, ...]
    today: date
    is_compared: bool

    @property
    def as_of(self) -> date:
        """The day of what is a standing: the last of the period, but none to come."""
        return min(self.period.end, self.today)

    @property
    def before(self) -> Period | None:
        """The period before, where it is compared."""
        return self.period.before() if self.is_compared else None

    @cached_property
    def trade(self) -> Trade:
        """Trade of the period."""
        return ask(summary.trade, self.period, self.couriers)

    @cached_property
    def trade_before(self) -> Trade | None:
        """Trade of the period before."""
        return ask(summary.trade, self.before, self.couriers) if self.before else None

    @cached_property
    def days(self) -> pd.DataFrame:
        """Trade of each day of the period, as `summary.daily` gives it."""
        return ask(summary.daily, self.period, self.couriers)

    @cached_property
    def lifetime(self) -> Lifetime:
        """What those who trade in the period earned us."""
        return ask(summary.lifetime, self.period, self.couriers)

    @cached_property
    def lifetime_before(self) -> Lifetime | None:
        """What those who traded in the period before earned us."""
        return ask(summary.lifetime, self.before, self.couriers) if self.before else None

    @cached_property
    def months(self) -> list[PartnerMonth]:
        """The months up to that of the day, the oldest first."""
        return ask(summary.partner_months, self.as_of, MONTHS, self.couriers)

    @cached_property
    def churned(self) -> list[Churned]:
        """At the ends of the months before, and on the day."""
        return ask(summary.churned, summary.month_ends(self.as_of, MONTHS))

    @cached_property
    def owed(self) -> list[int]:
        """At the end of the day before the period, and of each of its days."""
        return ask(summary.owed, Period(min(self.period.start, self.as_of), self.as_of))
