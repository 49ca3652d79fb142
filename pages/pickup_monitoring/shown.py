"""The filters of the pickup monitoring, and which airway bills they leave."""

from dataclasses import dataclass

from dashboard.filters import Choice, Filters, PeriodFilter, Search, Several, Toggle, filter_by
from dashboard.i18n import _
from dashboard.links import PICKUP_CELL, PICKUPS_SHOWN
from pages.pickup_monitoring.cell import CellFilter
from queries.pickups import PickupFilter

WAITING, OF_THE_PERIOD, OF_ALL_TIME = "belum", "semua", "semua-tanggal"


def shown_filter() -> Choice:
    """Which airway bills the list has: those that wait, whatever their date; all of the period; all."""
    options = {WAITING: _("Belum Dipickup"), OF_THE_PERIOD: _("Semua"), OF_ALL_TIME: _("Semua tanggal")}
    return Choice(PICKUPS_SHOWN, _("Tampilkan"), options)


@dataclass(frozen=True, slots=True)
class PickupFilters:
    """The filters in the order of the bar."""

    period: PeriodFilter
    couriers: Several
    shown: Choice
    search: Search
    compare: Toggle
    cell: CellFilter

    @property
    def all(self) -> Filters:
        """Every one, as they are drawn."""
        return (self.period, self.couriers, self.shown, self.search, self.compare, self.cell)

    @property
    def of_the_list(self) -> Filters:
        """Those that narrow the list of airway bills: what waits is work whatever its date."""
        return tuple(each for each in self.all if each is not self.period or self.wanted.period)

    @property
    def couriers_and_hour(self) -> tuple[tuple[str, ...], int | None]:
        """The couriers (none = all) and the hour of due (None = any) that are in force."""
        if self.cell.value is None:
            return self.couriers.value, None
        return (self.cell.value.courier,), self.cell.value.hour

    @property
    def wanted(self) -> PickupFilter:
        """The airway bills of the list."""
        only, hour = self.couriers_and_hour
        period = self.period.value if self.shown.value == OF_THE_PERIOD else None
        return PickupFilter(self.shown.value == WAITING, only, self.search.value, period, hour)

    def choose_cell(self, code: str) -> None:
        """Filter by a cell, and by the period, which its numbers are of; the chosen cell again ends it. To be called in
        a callback."""
        if self.cell.value is not None and self.cell.value.code == code:
            self.cell.clear()
        else:
            filter_by(PICKUP_CELL.to(code), self.shown.to(OF_THE_PERIOD))

    def widen(self) -> None:
        """Leave the search alone in force; to be called in a callback."""
        filter_by(self.couriers.key.to(), self.cell.key.to(), self.shown.to(OF_ALL_TIME))
