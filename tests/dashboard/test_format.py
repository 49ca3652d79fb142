from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from dashboard import format as fmt
from dashboard import i18n
from queries.metrics import rounded


@given(st.integers(-(10**15), 10**15))
def test_rupiah_keeps_every_digit(amount: int) -> None:
    shown = fmt.rupiah(amount)
    assert int(shown.replace("Rp", "").replace(".", "")) == amount


@given(st.integers(-(10**9), 10**9) | st.fractions(-(10**6), 10**6) | st.decimals(-(10**6), 10**6, places=4))
@pytest.mark.parametrize(("reader", "locale"), [("id", "id_ID"), ("en", "en_GB")])
def test_numbers_are_written_as_in_the_locale(reader: str, locale: str, value: int | Fraction | Decimal) -> None:
    i18n.set_language(reader)
    try:
        assert fmt.number(value) == format_decimal(rounded(Fraction(value)), format="#,##0.##", locale=locale)
    finally:
        i18n.set_language(None)


@given(st.integers(0, 10**9))
def test_duration_has_at_most_two_units(seconds: int) -> None:
    assert len(fmt.duration(seconds).split()) in (2, 4)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (fmt.rupiah(1234567), "Rp1.234.567"),
        (fmt.rupiah_short(1_234_567), "Rp1,2 jt"),
        (fmt.rupiah_short(3_400_000_000), "Rp3,4 M"),
        (fmt.rupiah_short(999_960_000), "Rp1 M"),
        (fmt.percent(123, 1000), "12,3 %"),
        (fmt.percent(1, 0), "-"),
        (fmt.day(date(2022, 10, 5)), "5 Okt 2022"),
        (fmt.instant(datetime(2022, 10, 5, 7, 32)), "5 Okt 2022 14.32 WIB"),
        (fmt.duration(29 * 3600), "1 hari 5 jam"),
        (fmt.rupiah(None), "-"),
        (fmt.whatsapp("081382261347"), "https://wa.me/6281382261347"),
        (fmt.whatsapp("bukan nomor"), None),
        (fmt.whatsapp("+62 813-8226-1347", "Halo Bu & Pak"), "https://wa.me/6281382261347?text=Halo%20Bu%20%26%20Pak"),
        (fmt.international("6281382261347"), "6281382261347"),
        (fmt.international("(0813) 8226 1347"), "6281382261347"),
        (fmt.international("81382261347"), "6281382261347"),
        (fmt.international("021 5201234"), None),  # a landline
        (fmt.international("0812"), None),
        (fmt.international(None), None),
    ],
)
def test_reads_as_in_the_field(shown: str | None, expected: str | None) -> None:
    assert shown == expected


def test_english_reads_english() -> None:
    i18n.set_language("en")
    try:
        assert fmt.rupiah(1234567) == "Rp1,234,567"
        assert fmt.rupiah_short(1_520_000) == "Rp1.5 million"
        assert fmt.number_short(1_520_000) == "1.5 m"
        assert fmt.duration(29 * 3600) == "1 d 5 h"
    finally:
        i18n.set_language(None)


def test_change_tells_direction_and_size() -> None:
    assert fmt.change(112, 100) == fmt.Change("12 %", "up")
    assert fmt.change(5, 5) == fmt.Change("0 %", "flat")
    assert fmt.change(10**6 + 1, 10**6) == fmt.Change("0 %", "flat")  # an arrow beside 0 would say what is not shown
    assert fmt.change(None, 5) is None


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (1, 7, "14,29 %"),
        (12_345, 100_000, "12,35 %"),
        (1_234_499, 10**7, "12,34 %"),
        (1, 3, "33,33 %"),
        (5, 10**5, "0,01 %"),
    ],
)
def test_a_percentage_is_rounded_once(part: int, whole: int, shown: str) -> None:
    assert fmt.percent(part, whole) == shown


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_change_is_that_of_the_exact_values(now: int, days: int, before: int, days_before: int) -> None:
    exact_now, exact_before = Fraction(now, days), Fraction(before, days_before)
    found = fmt.change(exact_now, exact_before)
    points = fmt.change_in_points(exact_now, exact_before)
    assert found is not None
    assert points is not None
    way = "up" if exact_now > exact_before else "down"
    assert points.direction == ("flat" if points.text.startswith("0 ") else way)
    assert found.direction == ("flat" if found.text == "0 %" else way)
    difference = abs(exact_now - exact_before)
    assert abs(_read(points.text.removesuffix("poin")) - difference) <= Fraction(1, 200)
    if exact_before and difference:
        assert abs(_read(found.text.removesuffix("%")) - difference * 100 / exact_before) <= Fraction(1, 200)


def _read(shown: str) -> Fraction:
    return Fraction(shown.strip().replace(".", "").replace(",", "."))


def test_points_come_from_exact_shares_not_from_rounded_ones() -> None:
    # 33,33 % and 33,34 % as shown, 0,005 points apart: half up, once
    assert fmt.change_in_points(Fraction(33_335, 1000), Fraction(33_33, 100)) == fmt.Change("0,01 poin", "up")
    assert fmt.change_in_points(Fraction(33_334, 1000), Fraction(33_33, 100)) == fmt.Change("0 poin", "flat")
    assert fmt.change_in_points(None, Fraction(1)) is None
