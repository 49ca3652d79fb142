"""Verifications at night: when, of what, and what is remembered."""

import threading
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from etl.runner import Runner
from etl.sources.base import SourceUnavailable
from etl.verify.nightly import Nightly, next_night, verified
from queries.schema import etl_differences, etl_verifications, fct_orders
from tests.etl.conftest import Clock
from tests.etl.test_verify import busy, damage

__all__ = ["busy"]


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2022, 11, 14, 18, 59, tzinfo=UTC), datetime(2022, 11, 14, 19, tzinfo=UTC)),
        (datetime(2022, 11, 14, 19, tzinfo=UTC), datetime(2022, 11, 15, 19, tzinfo=UTC)),
        (datetime(2022, 11, 30, 20, tzinfo=UTC), datetime(2022, 12, 1, 19, tzinfo=UTC)),
    ],
)
def test_the_night_is_that_of_jakarta(now: datetime, due: datetime) -> None:
    assert next_night(now, time(2)) == due


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_every_night_the_source_is_verified_and_what_differs_is_remembered(busy: Runner, clock: Clock) -> None:
    damage(busy, update(fct_orders).where(fct_orders.c.order_id == 1).values(qty=7))
    night = Nightly(busy, time(2), look=0.01)
    night.start()
    try:
        clock.at += timedelta(days=1)
        remembered: list[Any] = []
        while not remembered:
            with busy.warehouse.read() as connection:
                remembered = list(connection.execute(select(etl_verifications)))
    finally:
        night.stop()
    assert (remembered[0].status, remembered[0].source) == ("differs", "store")
    with busy.warehouse.read() as connection:
        shown = connection.execute(select(etl_differences.c.row_key, etl_differences.c.warehouse_value)).all()
    assert ("1", "7") in [tuple(row) for row in shown]


def test_no_time_is_no_night(busy: Runner) -> None:
    night = Nightly(busy, None)
    night.start()
    assert "etl-verifier" not in [thread.name for thread in threading.enumerate()]
    night.stop()


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_second_verification_is_refused_while_one_runs(runner: Runner) -> None:
    runner.run()
    with runner.warehouse.verifying, pytest.raises(SourceUnavailable, match="another verification"):
        verified(runner)
    assert verified(runner).last.agrees
