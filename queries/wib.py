"""Business time: instants are UTC, business days are Asia/Jakarta (WIB, UTC+7, no daylight saving)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from texts import TextError

WIB_AHEAD = timedelta(hours=7)  # of UTC
WIB = timezone(WIB_AHEAD, "WIB")


def business_day(instant: datetime) -> date:
    """The WIB calendar day of an instant. A naive instant is UTC, as the warehouse stores it."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(WIB).date()


def day_start(day: date) -> datetime:
    """The first instant of a WIB day, as naive UTC: 2022-10-05 begins 2022-10-04 17:00."""
    return datetime.combine(day, time(), WIB).astimezone(UTC).replace(tzinfo=None)


def naive_utc(instant: datetime) -> datetime:
    """An aware instant as the naive UTC that the stores hold; a naive one is returned as it is."""
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


def month_start(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def week_start(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def months_before(day: date, count: int) -> date:
    """The first day of the month `count` months before that of `day`."""
    month = day.year * 12 + day.month - 1 - count
    return date(month // 12, month % 12 + 1, 1)


def months_between(start: date, end: date) -> list[date]:
    """The first days of the months from that of `start` to that of `end`, both included."""
    count = (end.year - start.year) * 12 + end.month - start.month + 1
    return [months_before(start, -at) for at in range(count)]


class PeriodError(TextError):
    """A date range ends before it starts."""


@dataclass(frozen=True, slots=True)
class Period:
    """A range of WIB days, both ends inclusive.

    Raises:
        PeriodError: when `end` is before `start`.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise PeriodError("end_date {end} is before start_date {start}", end=self.end, start=self.start)

    @property
    def days(self) -> int:
        """Number of days, at least 1."""
        return (self.end - self.start).days + 1

    @property
    def since(self) -> datetime:
        """First instant in the period, naive UTC."""
        return day_start(self.start)

    @property
    def until(self) -> datetime:
        """First instant after the period, naive UTC."""
        return day_start(self.end + timedelta(days=1))

    def before(self) -> "Period":
        """The period of equal length that ends the day before this one starts."""
        return Period(self.start - timedelta(days=self.days), self.start - timedelta(days=1))
