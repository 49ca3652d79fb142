"""One calendar month."""

from datetime import date, timedelta

from dashboard import format as fmt
from dashboard.filters.base import Chip, Filter, code_in_address, filter_by
from dashboard.filters.choice import WIDTH, draw_select
from dashboard.links import AddressKey
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

        code, self.problems = code_in_address(key, label, self._options)
        if code is not None:
            self.value = date.fromisoformat(f"{code}-01")

    def draw(self) -> None:
        draw_select(self.key, self.label, self._options, f"{self.value:%Y-%m}", self._take, WIDTH)

    def described(self) -> str:
        return fmt.month(self.value)

    def chips(self) -> list[Chip]:
        return [] if self.value == self.default else [Chip(f"{self.label}: {fmt.month(self.value)}", self.clear)]

    def _take(self, code: str) -> None:
        filter_by(self.key.to() if code == f"{self.default:%Y-%m}" else self.key.to(code))
