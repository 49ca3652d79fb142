from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.business_hours import BusinessHours, public_holidays
from queries.wib import WIB

OFFICE = BusinessHours()
HOUR = 3600


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2022-11-15 10:00", "2022-11-15 12:30", 2.5),  # a Tuesday
        ("2022-11-15 07:00", "2022-11-15 09:30", 0.5),  # before the office opens
        ("2022-11-15 16:00", "2022-11-16 10:00", 2),  # over a night
        ("2022-11-15 23:59", "2022-11-16 00:01", 0),  # over midnight WIB
        ("2022-11-18 16:00", "2022-11-21 10:00", 2),  # over a weekend
        ("2022-08-16 16:00", "2022-08-18 10:00", 2),  # over Independence Day, a Wednesday
        ("2022-11-19 10:00", "2022-11-20 22:00", 0),  # within a weekend
        ("2022-11-15 12:00", "2022-11-15 10:00", 0),  # the wrong way round
        ("2022-11-14 09:00", "2022-11-18 17:00", 40),
    ],
)
def test_only_office_hours_count(since: str, until: str, hours: float) -> None:
    assert OFFICE.elapsed(wib(since), wib(until)) == hours * HOUR


def test_independence_day_is_known() -> None:
    assert date(2022, 8, 17) in public_holidays(2022)
    assert not OFFICE.is_working_day(date(2022, 8, 17))


def test_the_target_falls_on_the_next_working_day() -> None:
    assert OFFICE.deadline(wib("2022-11-18 15:00"), timedelta(hours=8)) == wib("2022-11-21 15:00")
    assert OFFICE.deadline(wib("2022-11-15 03:00"), timedelta(hours=8)) == wib("2022-11-15 17:00")
    assert OFFICE.deadline(datetime(2022, 11, 15, 3, tzinfo=UTC), timedelta(hours=1)).tzinfo is UTC


INSTANTS = st.datetimes(datetime(2022, 1, 1), datetime(2023, 12, 31)).map(lambda value: value.replace(tzinfo=WIB))


def by_the_minute(since: datetime, until: datetime) -> int:
    """The slow way: every minute is counted."""
    since, until = since.replace(second=0, microsecond=0), until.replace(second=0, microsecond=0)
    worked = 0
    while since < until:
        is_open = time(9) <= since.timetz().replace(tzinfo=None) < time(17) and since.weekday() < 5
        worked += 60 if is_open and since.date() not in public_holidays(since.year) else 0
        since += timedelta(minutes=1)
    return worked


@given(INSTANTS, st.integers(0, 10 * 24 * 60))
def test_the_sum_of_the_minutes_is_the_elapsed_time(since: datetime, minutes: int) -> None:
    since = since.replace(second=0, microsecond=0)
    until = since + timedelta(minutes=minutes)
    assert OFFICE.elapsed(since, until) == by_the_minute(since, until)


@given(INSTANTS, st.integers(1, 100))
def test_the_deadline_is_reached_after_just_that_time(since: datetime, hours: int) -> None:
    until = OFFICE.deadline(since, timedelta(hours=hours))
    assert abs(OFFICE.elapsed(since, until) - hours * HOUR) <= 1
    assert OFFICE.elapsed(since, until - timedelta(minutes=1)) < hours * HOUR


def test_one_layout_answers_for_many() -> None:
    until = wib("2022-11-21 10:00")
    each = [wib("2022-11-18 16:00"), wib("2022-11-21 09:30"), wib("2022-12-01 10:00")]
    assert OFFICE.elapsed_each(each, until) == [2 * HOUR, HOUR // 2, 0]
    assert OFFICE.elapsed_each([], until) == []


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"start": time(17), "end": time(9)}, "begin before"),
        ({"start": time(9), "end": time(9)}, "begin before"),
        ({"weekdays": ()}, "weekdays"),
        ({"weekdays": (0, 7)}, "weekdays"),
    ],
)
def test_an_office_that_never_opens_is_refused(wrong: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        BusinessHours(**wrong)
