"""Money, shares and dates hold for every input, not for chosen ones only."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dashboard import format as fmt
from dashboard import i18n
from queries import metrics
from queries.wib import Period, business_day, day_start, month_start, next_month

COUNTS = st.dictionaries(st.sampled_from(["jne", "sicepat", "idexpress", "sap", "jnt", "pos"]), st.integers(0, 10**9))
MONEY = st.integers(-(2**53), 2**53)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
JAKARTA = ZoneInfo("Asia/Jakarta")


@given(MONEY)
def test_rupiah_is_read_back_as_it_was(amount: int) -> None:
    for language in i18n.LANGUAGES:
        i18n.set_language(language)
        shown = fmt.rupiah(amount)
        i18n.set_language(None)
        assert int(shown.replace("Rp", "").replace(".", "").replace(",", "")) == amount


@given(MONEY)
def test_short_rupiah_is_within_half_a_tenth_of_its_unit(amount: int) -> None:
    units = {"rb": 10**3, "jt": 10**6, "M": 10**9, "T": 10**12}
    shown, _space, unit = fmt.rupiah_short(amount).replace("Rp", "").partition(" ")
    size = units.get(unit, 1)
    value = Decimal(shown.replace(".", "").replace(",", ".")) * size
    assert abs(value - amount) <= (Decimal(size) / 20 if size > 1 else 0)


@given(COUNTS)
def test_shares_add_up_to_a_hundred_and_stay_near_the_truth(counts: dict[str, int]) -> None:
    shares = metrics.largest_remainder(counts)
    total = sum(counts.values())
    assert sum(shares.values()) == (100 if total else 0)
    for name, count in counts.items():
        assert not total or abs(shares[name] - Decimal(count) * 100 / total) < 1


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_percentage_is_within_half_a_hundredth(part: int, whole: int) -> None:
    found = metrics.percent(part, whole)
    if whole == 0:
        assert found is None
    else:
        assert found is not None
        assert abs(found - Decimal(part) * 100 / whole) <= Decimal("0.005")


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
def test_the_business_day_is_jakartas(instant: datetime) -> None:
    day = business_day(instant)
    assert day == instant.replace(tzinfo=UTC).astimezone(JAKARTA).date()
    assert day_start(day) <= instant < day_start(day + timedelta(days=1))


@given(DAYS)
def test_midnight_wib_belongs_to_the_new_day(day: date) -> None:
    start = day_start(day)
    assert business_day(start) == day
    assert business_day(start - timedelta(microseconds=1)) == day - timedelta(days=1)
    assert month_start(day) <= day < next_month(day)


@given(DAYS, st.integers(0, 800))
def test_the_period_before_ends_where_this_one_starts(start: date, length: int) -> None:
    period = Period(start, start + timedelta(days=length))
    before = period.before()
    assert before.days == period.days
    assert before.until == period.since


@given(st.integers(0, 10**9))
def test_a_delay_is_told_in_whole_units_and_never_too_long(seconds: int) -> None:
    words = metrics.delay_text(seconds).split()
    units = {"hari": 86_400, "jam": 3_600, "menit": 60}
    reply = sum(int(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True))
    assert 0 <= seconds - reply < (3_600 if seconds >= 3_600 else 60)
