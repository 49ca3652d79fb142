"""When people order: days of the last 24 months and seconds of a day, weighed; times are epoch seconds (UTC)."""

from datetime import date, datetime, timedelta
from functools import cached_property

import holidays
import numpy as np
from numpy.typing import NDArray

from queries.wib import business_day

Ints = NDArray[np.int64]
NEVER = -1
DAY = 86_400
HOUR = 3_600
WIB_OFFSET = 7 * HOUR
HISTORY_DAYS = 730
_HARBOLNAS = {(9, 9): 3.0, (10, 10): 3.2, (11, 11): 4.5, (12, 12): 5.0}
_WEEKDAY = (1.1, 1.05, 1.0, 1.0, 1.05, 0.9, 0.75)
_HOUR = (2, 1, 1, 1, 1, 2, 4, 6, 8, 10, 11, 10, 9, 9, 9, 8, 7, 7, 9, 11, 12, 11, 8, 4)


class Calendar:
    """The days of history up to `now`, an aware instant."""

    def __init__(self, now: datetime) -> None:
        self.now = int(now.timestamp())
        self.today = business_day(now)
        self.first = self.today - timedelta(days=HISTORY_DAYS)
        self.start = day_epoch(self.first)

    @cached_property
    def cumulative(self) -> NDArray[np.float64]:
        """Share of orders before each day, and 1 at the end: HISTORY_DAYS + 2 numbers."""
        days = [self.first + timedelta(days=n) for n in range(HISTORY_DAYS + 1)]
        eids = _eids(days[0].year, days[-1].year)
        weights = [_weight(day, eids) * (1 + n / HISTORY_DAYS) for n, day in enumerate(days)]
        return np.concatenate([[0.0], np.cumsum(weights) / np.sum(weights)])

    def order_times(self, rng: np.random.Generator, since: Ints) -> Ints:
        """One time for each of `since`, not before it and not after now."""
        day = np.clip((since - self.start) // DAY + 1, 0, HISTORY_DAYS)
        low = self.cumulative[day]
        drawn = low + rng.random(len(since)) * (1 - low)
        day = np.clip(np.searchsorted(self.cumulative, drawn, side="right") - 1, 0, HISTORY_DAYS)
        hour = rng.choice(24, len(since), p=np.array(_HOUR) / sum(_HOUR))
        times: Ints = self.start + day * DAY + hour * HOUR + rng.integers(0, HOUR, len(since))
        today = day_epoch(self.today)
        elapsed = (rng.random(len(since)) * (self.now - today)).astype(np.int64)
        return np.maximum(since, np.where(times > self.now, today + elapsed, times))


def day_epoch(day: date) -> int:
    """Epoch seconds of the first instant of a WIB day."""
    return (day - date(1970, 1, 1)).days * DAY - WIB_OFFSET


def wib_days(times: Ints) -> Ints:
    """WIB day numbers (days since 1970-01-01) of epoch seconds."""
    return (times + WIB_OFFSET) // DAY


def _eids(first_year: int, last_year: int) -> list[date]:
    found = holidays.country_holidays("ID", years=range(first_year - 1, last_year + 2), language="en_US")
    return [day for day, name in found.items() if "Eid al-Fitr" in name and "Second" not in name]


def _weight(day: date, eids: list[date]) -> float:
    weight = _WEEKDAY[day.weekday()] * _HARBOLNAS.get((day.month, day.day), 1.0)
    distance = min((abs((day - eid).days) for eid in eids), default=99)
    if distance <= 4:
        return weight * 0.25
    if any(5 < (eid - day).days < 25 for eid in eids):
        return weight * 1.4
    return weight
