from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.metrics import (
    delay_text,
    expected_return_cost,
    half_up,
    is_small,
    largest_remainder,
    percent,
    potential_income,
    whole_percent,
)


@given(st.dictionaries(st.sampled_from(["jne", "sap", "pos", "jnt", "sicepat"]), st.integers(0, 10**9), min_size=1))
def test_shares_add_up_to_100_and_stay_within_one_of_the_exact_share(counts: dict[str, int]) -> None:
    shares = largest_remainder(counts)
    total = sum(counts.values())
    assert sum(shares.values()) == (100 if total else 0)
    for name, count in counts.items():
        assert abs(shares[name] - (Decimal(count) * 100 / total if total else 0)) < 1


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(24, 29, 83), (1, 200, 1), (1, 201, 0), (5, 1000, 1), (0, 0, None), (3, 3, 100)]
)
def test_whole_percent_rounds_half_up(part: int, whole: int, expected: int | None) -> None:
    assert whole_percent(part, whole) == expected


@given(st.integers(-(10**18), 10**18), st.integers(1, 10**15))
def test_half_up_is_the_nearest_whole_number_and_halves_go_away_from_zero(dividend: int, divisor: int) -> None:
    exact, found = Fraction(dividend, divisor), half_up(dividend, divisor)
    assert abs(exact - found) <= Fraction(1, 2)
    if abs(exact - found) == Fraction(1, 2):
        assert abs(found) > abs(exact)


@pytest.mark.parametrize(
    ("running", "arriving", "returned", "shipped", "cost"),
    [(3, 10, 1, 6, 11), (1000, 0, 2, 3, 667), (1000, 5, 1, 3, 338), (999, 7, 0, 0, 7), (999, 0, 0, 9, 0)],
)
def test_expected_return_cost_rounds_half_up_once(
    running: int, arriving: int, returned: int, shipped: int, cost: int
) -> None:
    assert expected_return_cost(running, arriving, returned, shipped) == cost


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**6), st.integers(0, 10**6))
def test_expected_return_cost_is_within_half_a_rupiah_of_the_exact_one(
    running: int, arriving: int, returned: int, still_out: int
) -> None:
    shipped = returned + still_out
    exact = Fraction(running * returned, shipped) + arriving if shipped else Fraction(arriving)
    cost = expected_return_cost(running, arriving, returned, shipped)
    assert Fraction(-1, 2) < cost - exact <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("running", "returned", "shipped", "income"), [(10_501, 3, 8, 6_563), (-3, 1, 2, -2), (500, 0, 0, 500)]
)
def test_potential_income_rounds_half_up(running: int, returned: int, shipped: int, income: int) -> None:
    assert potential_income(running, returned, shipped) == income


@given(st.integers(0, 10**15), st.integers(1, 10**15))
def test_percent_is_exact_to_half_a_hundredth(part: int, whole: int) -> None:
    value = percent(part, whole)
    assert value is not None
    assert abs(value * whole - part * 100) * 200 <= whole


def test_percent_of_nothing_is_null() -> None:
    assert percent(0, 0) is None


@pytest.mark.parametrize(("whole", "small"), [(0, True), (19, True), (20, False)])
def test_small_samples_are_under_twenty(whole: int, small: bool) -> None:
    assert is_small(whole) is small


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(29 * 3600, "1 hari 5 jam"), (86_400, "1 hari 0 jam"), (7_199, "1 jam"), (3_599, "59 menit"), (-5, "0 menit")],
)
def test_delay_reads_as_in_the_contract(seconds: int, text: str) -> None:
    assert delay_text(seconds) == text
