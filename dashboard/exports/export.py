"""What an export is: its columns, where its rows come from, and what is to be said about them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from dashboard.components.table import Column
from queries.wib import business_day

Groups = Callable[[], Iterator[pd.DataFrame]]


@dataclass(frozen=True, slots=True)
class Export:
    """`groups` reads all rows that match anew, some thousands at a time; `total` counts them; `facts` say which;
    `dated` names the column whose days the file has."""

    name: str
    columns: Sequence[Column]
    groups: Groups
    total: int
    facts: Sequence[tuple[str, str]]
    dated: str | None = None


class DaysSeen:
    """The first and last WIB day in a column of the rows that went by."""

    def __init__(self, export: Export) -> None:
        self._column = export.dated
        self.first: date | None = None
        self.last: date | None = None
        self.rows = 0

    def through(self, groups: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        """The same groups."""
        for group in groups:
            self.rows += len(group)
            values = group[self._column].dropna() if self._column else ()
            if len(values):
                low, high = _day(min(values)), _day(max(values))
                self.first = low if self.first is None else min(self.first, low)
                self.last = high if self.last is None else max(self.last, high)
            yield group


def _day(value: date) -> date:
    return business_day(value) if isinstance(value, datetime) else value
