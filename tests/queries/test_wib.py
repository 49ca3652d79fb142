from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.wib import Period, PeriodError, business_day, day_start, month_start, next_month


def test_a_wib_day_is_seventeen_to_seventeen_utc() -> None:
    period = Period(date(2022, 10, 5), date(2022, 10, 5))
    assert (period.since, period.until) == (datetime(2022, 10, 4, 17), datetime(2022, 10, 5, 17))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2022, 10, 4, 16, 59, 59, 999_999, UTC), date(2022, 10, 4)),
        (datetime(2022, 10, 4, 17, tzinfo=UTC), date(2022, 10, 5)),
        (datetime(2022, 10, 4, 17), date(2022, 10, 5)),  # naive is UTC, as stored
    ],
)
def test_business_day_turns_at_midnight_wib(instant: datetime, day: date) -> None:
    assert business_day(instant) == day


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
def test_each_instant_lies_in_its_own_day(instant: datetime) -> None:
    day = business_day(instant)
    assert day_start(day) <= instant < day_start(day + timedelta(days=1))


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_the_period_before_is_as_long_and_touches(start: date, length: int) -> None:
    period = Period(start, start + timedelta(days=length))
    before = period.before()
    assert before.days == period.days
    assert before.until == period.since


def test_end_before_start_is_refused() -> None:
    with pytest.raises(PeriodError, match="before start_date 2022-10-05"):
        Period(date(2022, 10, 5), date(2022, 10, 4))


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_months_follow_each_other(day: date) -> None:
    first = month_start(day)
    assert first.day == 1
    assert first <= day < next_month(day)
    assert next_month(day).day == 1
