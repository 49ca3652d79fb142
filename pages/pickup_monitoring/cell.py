"""One cell of the heat map as a filter: a courier and the WIB hour in which its pickups are due."""

from dataclasses import dataclass

from dashboard import format as fmt
from dashboard.filters import Chip, Filter, Several, unknown
from dashboard.i18n import _
from dashboard.links import PICKUP_CELL

HOURS = range(24)


@dataclass(frozen=True, slots=True)
class Cell:
    """A courier and an hour of the day."""

    courier: str
    hour: int

    @property
    def code(self) -> str:
        """As it stands in the address: JNE-09."""
        return f"{self.courier}-{self.hour:02d}"

    def __str__(self) -> str:
        return f"{self.courier} {fmt.hour(self.hour)}"


class CellFilter(Filter[Cell | None]):
    """The chosen cell, if one is: set by a click in the heat map or by a link, ended by its chip. It has no control in
    the bar. `couriers` has to have its courier."""

    def __init__(self, couriers: Several) -> None:
        super().__init__(PICKUP_CELL, _("Kurir dan jam jadwal"), None)
        text = PICKUP_CELL.get()
        if text is None:
            return
        cell = _cell(text)
        if cell is None or cell.courier not in couriers.codes:
            self.problems = [unknown(text, self.label)]
        elif couriers.value and cell.courier not in couriers.value:
            self.problems = [_("Sel {cell} tidak dipakai: kurirnya tidak dipilih.").format(cell=cell)]
        else:
            self.value = cell

    def draw(self) -> None:
        """Nothing: the heat map is its control."""

    def described(self) -> str | None:
        return None if self.value is None else str(self.value)

    def chips(self) -> list[Chip]:
        return [] if self.value is None else [Chip(_("Jadwal: {cell}").format(cell=self.value), self.clear)]


def _cell(text: str) -> Cell | None:
    courier, _dash, hour = text.rpartition("-")
    is_hour = hour.isascii() and hour.isdigit() and len(hour) <= 2 and int(hour) in HOURS
    return Cell(courier, int(hour)) if courier and is_hour else None
