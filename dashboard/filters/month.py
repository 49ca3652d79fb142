"""One calendar month."""

from datetime import date, timedelta

from dashboard import format as fmt
from dashboard.filters.base import Chip, Filter
from dashboard.filters.choice import WIDTH, draw_select
from dashboard.links import AddressKey
from dashboard.state import widget_value
from queries.wib import month_start

MONTHS = 24


class Month(Filter[date]):
    """One of the last two years' months, as its first day; the current one is the default."""

    def __init__(self, key: AddressKey[str], label: str, today: date) -> None:
        super().__init__(key, label, month_start(today))
        self._options: dict[str, str] = {}
        month = self.default
        for _step in range(MONTHS):
            self._options[f"{month:%Y-%m}"] = fmt.month(month)
            month = month_start(month - timedelta(days=1))

    def draw(self) -> None:
        code, self.problems = draw_select(self.key, self.label, self._options, f"{self.default:%Y-%m}", WIDTH)
        self.value = date.fromisoformat(f"{code}-01")

    def described(self) -> str:
        return fmt.month(self.value)

    def chips(self) -> list[Chip]:
        return [] if self.value == self.default else [Chip(fmt.month(self.value), self.clear)]

    def clear(self) -> None:
        code = f"{self.default:%Y-%m}"
        widget_value(self.key.name, code).set(code)
