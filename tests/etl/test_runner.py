"""First load, increments, deletes, quarantine and what a failure leaves behind."""

from datetime import UTC, timedelta

import pytest
from sqlalchemy import Engine, func, select, text, update

from api.models import ChangeLog, Order
from etl.jobs import JOBS
from etl.runner import Runner
from queries.freshness import freshness, is_landed
from queries.schema import (
    MARTS,
    etl_runs,
    etl_state,
    fct_order_events,
    fct_orders,
    fct_pickups,
    mart_order_days,
    mart_partner_recent,
    quarantine,
)
from queries.wib import day_start
from tests.etl import rows
from tests.etl.conftest import TODAY, Clock, contents, rebuilt_marts

TARGETS = tuple(job.target for job in JOBS)


def test_first_load_lands_every_order_on_its_wib_day(runner: Runner) -> None:
    report = runner.run()
    assert report.mode == "first_load"
    with runner.warehouse.read() as connection:
        assert connection.scalar(select(func.count()).select_from(fct_orders)) == 12
        days = connection.scalars(select(fct_orders.c.created_date).order_by(fct_orders.c.order_id)).all()
        assert str(days[0]) == "2022-10-02"  # 17.06 UTC is past midnight in Jakarta
        assert connection.scalar(select(func.sum(mart_order_days.c.entered))) == 12


def test_a_change_is_landed_and_nothing_else_is_read(runner: Runner, filled: Engine) -> None:
    runner.run()
    with filled.begin() as connection:
        rows.move(connection, 3, "Dipacking", rows.START + timedelta(days=1))
    report = runner.run()
    assert report.mode == "increment"
    # an order with another state is read with its whole chain of events
    assert {job.job: job.read for job in report.jobs} == {"fct_orders": 1, "fct_order_events": 2}
    with runner.warehouse.read() as connection:
        assert connection.scalar(select(fct_orders.c.state).where(fct_orders.c.order_id == 3)) == "Dipacking"
    assert runner.run().mode == "nothing"


def test_position_and_freshness_follow_the_change_log(runner: Runner, filled: Engine) -> None:
    runner.run()
    with filled.begin() as connection:
        rows.move(connection, 3, "Dipacking", rows.START + timedelta(days=1))
        number = ChangeLog.txid if connection.dialect.name == "postgresql" else ChangeLog.id
        newest = connection.scalar(select(func.max(number)))
    with runner.warehouse.read() as connection:
        assert not is_landed(connection, newest)
    runner.run()
    with runner.warehouse.read() as connection:
        assert is_landed(connection, newest)
        before = freshness(connection)
    runner.run()
    with runner.warehouse.read() as connection:
        after = freshness(connection)
    assert after.landed_at > before.landed_at
    assert after.data_version == before.data_version


def test_increments_and_a_backfill_agree(runner: Runner, filled: Engine) -> None:
    runner.run()
    for seed in range(40):
        with filled.begin() as connection:
            rows.mutate(connection, seed)
        if seed % 4 == 3:
            runner.run()
    grown = contents(runner.warehouse, TARGETS + MARTS)
    assert grown["mart_order_days"]
    assert {name: value for name, value in grown.items() if name.startswith("mart_")} == rebuilt_marts(runner.warehouse)
    runner.backfill()
    assert contents(runner.warehouse, TARGETS + MARTS) == grown


def test_a_bad_order_waits_in_quarantine_with_its_events_until_it_is_mended(runner: Runner, filled: Engine) -> None:
    runner.run()
    with filled.begin() as connection:
        connection.execute(update(Order).where(Order.id == 2).values(payment_method="BARTER"))
    runner.run()
    with runner.warehouse.read() as connection:
        reasons = dict(connection.execute(select(quarantine.c.job, quarantine.c.reason)).all())
        assert "payment_method IN" in reasons["fct_orders"]
        assert reasons["fct_order_events"] == "order_id leads to no row in fct_orders"
        assert connection.scalar(select(func.count()).select_from(fct_order_events)) == 11
    with filled.begin() as connection:
        connection.execute(update(Order).where(Order.id == 2).values(payment_method="COD"))
    runner.run()
    with runner.warehouse.read() as connection:
        assert connection.scalar(select(func.count()).select_from(quarantine)) == 0
        assert connection.scalar(select(func.count()).select_from(fct_order_events)) == 12
    assert contents(runner.warehouse, MARTS) == rebuilt_marts(runner.warehouse)


def test_an_order_that_goes_takes_its_rows_along(runner: Runner, filled: Engine) -> None:
    runner.run()
    with filled.begin() as connection:
        rows._delete_order(connection, 5)
    runner.run()
    with runner.warehouse.read() as connection:
        for table in (fct_orders, fct_order_events, fct_pickups):
            assert connection.scalar(select(func.count()).select_from(table).where(table.c.order_id == 5)) == 0


class Crash(RuntimeError):
    """The process dies here."""


def test_a_crash_at_any_step_loses_and_repeats_nothing(runner: Runner, filled: Engine) -> None:
    runner.run()
    steps: list[str] = []
    with filled.begin() as connection:
        rows.move(connection, 1, "Dipacking", rows.START + timedelta(days=1))
    before = contents(runner.warehouse, TARGETS + MARTS)
    number = 0
    while True:
        seen = 0

        def step(name: str, last: int = number) -> None:
            nonlocal seen
            seen += 1
            if seen == last + 1:
                steps.append(name)
                raise Crash(name)

        runner.step = step
        try:
            runner.run()
        except Crash:
            assert contents(runner.warehouse, TARGETS + MARTS) == before
            number += 1
            continue
        break
    assert {"begin", "stage fct_orders", "land fct_orders", "marts", "checks", "state", "commit"} <= set(steps)
    grown = contents(runner.warehouse, TARGETS + MARTS)
    runner.step = lambda _name: None
    runner.backfill()
    assert contents(runner.warehouse, TARGETS + MARTS) == grown


def test_a_failed_run_is_in_the_run_log(runner: Runner, filled: Engine) -> None:
    runner.run()
    with filled.begin() as connection:
        connection.execute(text("ALTER TABLE pickups RENAME TO lost"))
        connection.execute(update(ChangeLog).values(table_name="pickup_orders").where(ChangeLog.id == -1))
        rows.move(connection, 1, "Dipacking", rows.START + timedelta(days=1))
        connection.execute(
            text(
                "INSERT INTO change_log (txid, table_name, row_key, op, changed_at) "
                "SELECT txid, 'pickups', 1, 'U', changed_at FROM change_log ORDER BY id DESC LIMIT 1"
            )
        )
    with pytest.raises(Exception, match="pickups"):
        runner.run()
    with runner.warehouse.read() as connection:
        failed = connection.execute(select(etl_runs).where(etl_runs.c.status == "failed")).one()
    assert "pickups" in failed.error


def test_numbers_of_the_last_days_change_at_midnight_wib_without_any_change(
    runner: Runner, filled: Engine, clock: Clock
) -> None:
    shipped_at = day_start(TODAY) - timedelta(days=29)  # the first instant that still counts today
    with filled.begin() as connection:
        for number, state in enumerate(("Dipacking", "Dikirim", "Diterima")):
            rows.move(connection, 1, state, (shipped_at + timedelta(minutes=number - 1)).replace(tzinfo=UTC))
    runner.run()
    clock.at = day_start(TODAY + timedelta(days=1)).replace(tzinfo=UTC) - timedelta(seconds=9)
    assert [_shipped_30(runner), _version(runner)] == [2, 1]  # the partner's, and the sum of all

    assert runner.run().mode == "nothing"
    assert [_shipped_30(runner), _version(runner)] == [2, 1]
    clock.at += timedelta(seconds=9)
    assert runner.run().mode == "nothing"
    assert [_shipped_30(runner), _version(runner)] == [0, 2]
    marts_now = contents(runner.warehouse, MARTS)
    assert rebuilt_marts(runner.warehouse, TODAY + timedelta(days=1)) == marts_now


def _shipped_30(runner: Runner) -> int:
    with runner.warehouse.read() as connection:
        return int(connection.scalar(select(func.sum(mart_partner_recent.c.shipped_30))))


def _version(runner: Runner) -> int:
    with runner.warehouse.read() as connection:
        return int(connection.scalar(select(etl_state.c.data_version)))
