"""Verification of a store on MariaDB: what differs is found with both sides and repaired."""

from sqlalchemy import delete, select, update

from etl.runner import Runner
from etl.sources.sql import SqlSource
from etl.verify import compare, repair
from queries.engine import Warehouse
from queries.schema import MARTS, etl_runs, fct_orders
from tests.etl import rows
from tests.etl.conftest import Clock, contents
from tests.etl.damages import TARGETS
from tests.mariadb import MariadbServer
from vocabulary import DifferenceKind


def test_a_changed_value_and_a_row_that_is_gone_are_found_and_repaired(
    mariadb: MariadbServer, warehouse: Warehouse, clock: Clock
) -> None:
    with mariadb.engine.begin() as connection:
        rows.fill(connection)
        rows.everything(connection)
    runner = Runner(warehouse, SqlSource(mariadb.engine, mariadb.url), clock)
    runner.run()
    assert compare(runner).agrees
    landed = contents(warehouse, TARGETS + MARTS)
    with warehouse.write() as connection:
        assert connection.execute(update(fct_orders).where(fct_orders.c.order_id == 1).values(qty=77)).rowcount == 1
        assert connection.execute(delete(fct_orders).where(fct_orders.c.order_id == 2)).rowcount == 1
    first, last = repair(runner)
    shown = [(each.key, each.kind, each.warehouse) for each in first.differences if each.table == "fct_orders"]
    assert shown == [("1", DifferenceKind.CHANGED, "77"), ("2", DifferenceKind.MISSING, "no row")]
    assert last.agrees, last
    assert contents(warehouse, TARGETS + MARTS) == landed
    with warehouse.read() as connection:
        of = (etl_runs.c.mode == "repair", etl_runs.c.job == "fct_orders")
        assert connection.scalars(select(etl_runs.c.rows_landed).where(*of)).all() == [2]
