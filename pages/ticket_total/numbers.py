"""The headline numbers of Total Tiket."""

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from dashboard import format as fmt
from dashboard.components import Headline, headlines
from dashboard.i18n import _
from queries.wib import Period


@dataclass(frozen=True, slots=True)
class TicketTotals:
    """Tickets per day and courier (day, courier, tickets) of a period, and of the one before where it is compared; of
    one day also per hour (hour, courier, tickets)."""

    rows: pd.DataFrame
    before: pd.DataFrame | None
    period: Period
    hours: pd.DataFrame | None = None
    hours_before: pd.DataFrame | None = None

    @property
    def count(self) -> int:
        """All tickets of the period."""
        return int(self.rows["tickets"].sum())

    @property
    def count_before(self) -> int | None:
        """All tickets of the period before."""
        return None if self.before is None else int(self.before["tickets"].sum())

    @property
    def per_day(self) -> Fraction:
        """Tickets a day, exact."""
        return Fraction(self.count, self.period.days)

    @property
    def busiest_day(self) -> int:
        """The most tickets of one day."""
        return int(self.rows.groupby("day")["tickets"].sum().max())

    @property
    def by_courier(self) -> dict[str, int]:
        """Tickets of each courier."""
        return _by_courier(self.rows)

    @property
    def by_courier_before(self) -> dict[str, int] | None:
        """The same of the period before."""
        return None if self.before is None else _by_courier(self.before)


def _by_courier(rows: pd.DataFrame) -> dict[str, int]:
    return {str(courier): int(count) for courier, count in rows.groupby("courier")["tickets"].sum().items()}


def draw_numbers(totals: TicketTotals) -> None:
    """All tickets, their mean a day, and the busiest day."""
    before = totals.count_before
    headlines(
        [
            Headline(
                _("Tiket"),
                fmt.number(totals.count),
                help=_("Tiket yang dibuat pada rentang ini, per hari WIB."),
                change=None if before is None else fmt.change(totals.count, before),
                good="down",
            ),
            Headline(
                _("Rata-rata per hari"),
                fmt.number(totals.per_day),
                help=_("Tiket dibagi jumlah hari pada rentang ini."),
            ),
            Headline(
                _("Hari tersibuk"),
                fmt.number(totals.busiest_day),
                help=_("Tiket terbanyak dalam satu hari WIB, dari semua tiket pada rentang ini."),
                part=totals.busiest_day,
                whole=totals.count,
            ),
        ]
    )
