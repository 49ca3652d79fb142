"""The days that a request asks for."""

from datetime import date

from api.kernel.errors import Invalid
from queries.wib import Period

EARLIEST, LATEST = date(1970, 1, 2), date(9999, 12, 30)
MOST_DAYS = 1830


def optional_period(start: date | None, end: date | None) -> Period | None:
    """The days between two optional ends; None where neither is given.

    Raises:
        PeriodError: the end is before the start.
    """
    return Period(start or EARLIEST, end or LATEST) if start or end else None


def daily_period(start: date, end: date) -> Period:
    """A period of which every day is answered.

    Raises:
        PeriodError: the end is before the start.
        Invalid: more than five years.
    """
    period = Period(start, end)
    if period.days > MOST_DAYS:
        raise Invalid("start_date to end_date may span {most} days, not {days}", most=MOST_DAYS, days=period.days)
    return period
