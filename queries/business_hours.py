"""Working time: WIB office hours on weekdays that are no public holiday of Indonesia."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from queries.wib import WIB, business_day

_MOST_DAYS = 3660


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of Indonesia in a year, as the `holidays` library knows them."""
    return frozenset(holidays.country_holidays("ID", years=year))


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """Office hours [start, end) WIB on the given weekdays (0 = Monday).

    Raises:
        ValueError: the office would close before it opens, or never open.
    """

    start: time = time(9)
    end: time = time(17)
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"office hours must begin before they end, not {self.start} to {self.end}")
        if not self.weekdays or not set(self.weekdays) <= set(range(7)):
            raise ValueError(f"weekdays must be some of 0 (Monday) to 6, not {self.weekdays}")

    def is_working_day(self, day: date) -> bool:
        """Whether the office opens on a WIB day."""
        return day.weekday() in self.weekdays and day not in public_holidays(day.year)

    def elapsed(self, since: datetime, until: datetime) -> int:
        """Working seconds from `since` to `until`; 0 when `until` is not later.

        Raises:
            ValueError: a naive instant.
        """
        return self.elapsed_each([since], until)[0]

    def elapsed_each(self, since: Sequence[datetime], until: datetime) -> list[int]:
        """Working seconds from each instant to `until`: the days are laid out once for all of them."""
        if not since:
            return []
        first, last = business_day(min(since)), business_day(until)
        if last < first:
            return [0] * len(since)
        first = max(first, last - timedelta(days=_MOST_DAYS))
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        opened = [day for day in days if self.is_working_day(day)]
        end = self._worked(opened, until)
        return [max(0, end - self._worked(opened, instant)) for instant in since]

    def deadline(self, since: datetime, working: timedelta) -> datetime:
        """The instant at which `working` working time has passed since `since`."""
        left = working
        day = business_day(since)
        moment = since.astimezone(WIB)
        while True:
            if self.is_working_day(day):
                opens = datetime.combine(day, self.start, WIB)
                closes = datetime.combine(day, self.end, WIB)
                begin = max(opens, moment)
                if begin < closes and closes - begin >= left:
                    return (begin + left).astimezone(since.tzinfo)
                left -= max(timedelta(0), closes - begin)
            day += timedelta(days=1)

    def _worked(self, opened: Sequence[date], instant: datetime) -> int:
        """Working seconds on the days `opened` before the instant."""
        local = instant.astimezone(WIB)
        length = self._seconds(self.end) - self._seconds(self.start)
        before = bisect_left(opened, local.date())
        worked = before * length
        if before < len(opened) and opened[before] == local.date():
            worked += min(max(self._seconds(local.time()) - self._seconds(self.start), 0), length)
        return worked

    @staticmethod
    def _seconds(moment: time) -> int:
        return moment.hour * 3600 + moment.minute * 60 + moment.second
