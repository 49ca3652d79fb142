"""WIB days, rounding and percentages, by the ground rules of docs/metrics.md."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import floor

WIB = timedelta(hours=7)
DAY = timedelta(days=1)


def day_of(instant: datetime) -> date:
    """The WIB day of a naive UTC instant."""
    return (instant + WIB).date()


def midnight(day: date) -> datetime:
    """The first instant of a WIB day, naive UTC."""
    return datetime.combine(day, time()) - WIB


def days(start: date, end: date) -> Iterator[date]:
    """Every day from start to end, both included."""
    for number in range((end - start).days + 1):
        yield start + timedelta(days=number)


def month_of(day: date) -> date:
    """The first day of the month."""
    return date(day.year, day.month, 1)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def seconds(span: timedelta) -> int:
    """Whole seconds of a span, rounded down."""
    return span // timedelta(seconds=1)


def exact_seconds(span: timedelta) -> Fraction:
    """The seconds of a span, to the microsecond."""
    return Fraction(span // timedelta(microseconds=1), 1_000_000)


def half_up(number: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    return floor(number + Fraction(1, 2)) if number >= 0 else -floor(-number + Fraction(1, 2))


def whole_percent(part: int, whole: int) -> int | None:
    """part / whole in whole percent, None where there is no whole."""
    return half_up(Fraction(part * 100, whole)) if whole else None


def median(numbers: list[Fraction]) -> Fraction | None:
    """The number in the middle, or the mean of the two."""
    ordered = sorted(numbers)
    if not ordered:
        return None
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
