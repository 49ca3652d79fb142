"""The headline numbers of the reliability metrics."""

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from dashboard import format as fmt
from dashboard.components import Headline, headlines
from dashboard.i18n import _
from queries import reliability
from queries.metrics import share

_TICKETS = (*reliability.TICKETS.values(), reliability.OTHER_TICKETS)


@dataclass(frozen=True, slots=True)
class Days:
    """The daily rows of a period: two backlogs at the end of each day, flows and tickets through the day."""

    rows: pd.DataFrame

    def total(self, *columns: str) -> int:
        """The sum of columns over all days."""
        return int(self.rows[list(columns)].to_numpy().sum()) if len(self.rows) else 0

    def at_the_end(self, column: str) -> int | None:
        """A backlog on the last day."""
        return None if self.rows.empty else int(self.rows[column].iloc[-1])

    @property
    def shipped(self) -> int:
        """Orders that became Dikirim."""
        return self.total("total_dikirim")

    @property
    def delivered(self) -> int:
        """Orders that became Diterima."""
        return self.total("total_diterima")

    @property
    def returned(self) -> int:
        """Orders that became Retur."""
        return self.total("total_retur")

    @property
    def ended(self) -> int:
        """Orders that were delivered or turned back."""
        return self.delivered + self.returned

    @property
    def tickets(self) -> int:
        """Tickets of all couriers."""
        return self.total(*_TICKETS)

    @property
    def returned_share(self) -> Fraction | None:
        """Returned of ended orders in percent, exact."""
        return share(self.returned, self.ended)

    @property
    def tickets_per_100(self) -> Fraction | None:
        """Tickets to a hundred orders that were shipped, exact."""
        return share(self.tickets, self.shipped)


def draw_numbers(days: Days, before: Days | None) -> None:
    """Backlogs, flows and two ratios, against the period before where it is compared."""
    headlines([*_backlogs(days, before), *_flows(days, before), *_ratios(days, before)])


def _backlogs(days: Days, before: Days | None) -> list[Headline]:
    shown = [
        (
            "total_verification",
            _("Verifikasi"),
            _("Antrean: pesanan berstatus Diajukan pada akhir hari terakhir (hari ini: sekarang)."),
        ),
        (
            "total_dipacking",
            _("Dipacking"),
            _("Antrean: pesanan berstatus Dipacking pada akhir hari terakhir (hari ini: sekarang)."),
        ),
    ]
    return [
        Headline(
            label,
            fmt.number(days.at_the_end(column)),
            help=definition,
            change=fmt.change(days.at_the_end(column), before.at_the_end(column) if before else None),
            good="down",
        )
        for column, label, definition in shown
    ]


def _flows(days: Days, before: Days | None) -> list[Headline]:
    return [
        Headline(
            _("Dikirim"),
            fmt.number(days.shipped),
            help=_("Arus: pesanan yang menjadi Dikirim pada rentang ini."),
            change=fmt.change(days.shipped, before.shipped if before else None),
            good="up",
        ),
        Headline(
            _("Diterima"),
            fmt.number(days.delivered),
            help=_("Arus: pesanan yang menjadi Diterima pada rentang ini."),
            change=fmt.change(days.delivered, before.delivered if before else None),
            good="up",
        ),
    ]


def _ratios(days: Days, before: Days | None) -> list[Headline]:
    return [
        Headline(
            _("Berakhir retur"),
            fmt.percent(days.returned, days.ended),
            help=_("Arus Retur dibagi arus Diterima dan Retur pada rentang ini."),
            change=fmt.change_in_points(days.returned_share, before.returned_share if before else None),
            good="down",
            part=days.returned,
            whole=days.ended,
        ),
        Headline(
            _("Tiket per 100"),
            fmt.number(days.tickets_per_100),
            help=_("Tiket yang dibuat dibagi pesanan yang dikirim pada rentang ini, kali 100."),
            change=fmt.change(days.tickets_per_100, before.tickets_per_100 if before else None),
            good="down",
            part=days.tickets,
            whole=days.shipped,
        ),
    ]
