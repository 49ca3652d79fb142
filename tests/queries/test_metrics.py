from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.metrics import delay_text, is_small, largest_remainder, percent, whole_percent


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
