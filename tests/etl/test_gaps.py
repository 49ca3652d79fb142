"""Ids that a log left out: what becomes of them, and what a snapshot of PostgreSQL says of an id."""

from datetime import datetime, timedelta

import pytest

from etl.following.mysql import GIVEN_UP_AFTER, Gap
from etl.following.postgresql import Visible
from etl.following.running import Running

NOTICED = datetime(2022, 11, 15, 3)
GAP = Gap(5, 9, NOTICED.isoformat())


@pytest.mark.parametrize(
    ("found", "left"),
    [((), [(5, 9)]), ((5, 9), [(6, 8)]), ((7,), [(5, 6), (8, 9)]), ((4, 10), [(5, 9)]), (range(5, 10), [])],
)
def test_what_was_found_is_taken_out_of_a_gap(found: tuple[int, ...], left: list[tuple[int, int]]) -> None:
    assert [(gap.first, gap.last) for gap in GAP.without(found)] == left


@pytest.mark.parametrize(
    ("after", "oldest", "is_explained"),
    [
        (0.5, None, False),  # the list of open transactions may be older than the gap
        (2, None, True),
        (2, -60, False),
        (3600, 0, False),
        (2, 1, True),  # it began after the gap was noticed
    ],
)
def test_a_gap_is_explained_when_nothing_is_open_that_was_open_then(
    after: float, oldest: float | None, is_explained: bool
) -> None:
    began = None if oldest is None else NOTICED + timedelta(seconds=oldest)
    assert GAP.is_explained(Running(NOTICED + timedelta(seconds=after), began)) == is_explained


def test_a_gap_is_kept_for_an_hour_where_open_transactions_are_not_shown() -> None:
    kept, given_up = (NOTICED + GIVEN_UP_AFTER + timedelta(seconds=second) for second in (-1, 1))
    assert not GAP.is_explained(Running(kept, None, is_known=False))
    assert GAP.is_explained(Running(given_up, None, is_known=False))


def test_a_snapshot_is_read_as_postgresql_writes_it() -> None:
    assert Visible.of("100:105:101,103") == Visible(105, (101, 103))
    assert Visible.of("100:100:") == Visible(100, ())
    assert Visible.of("100:105:", is_replica=True) == Visible(100, ())
