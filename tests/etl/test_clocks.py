"""A store without a change log is followed by the time of change; other dialects are read in batches."""

from datetime import timedelta

from sqlalchemy import Engine, inspect, select, text, update

from api.models import ChangeLog, Order
from etl.jobs import JOBS
from etl.runner import Runner
from etl.sources.sql import SqlSource
from queries.engine import Warehouse
from queries.freshness import is_landed
from queries.schema import MARTS, fct_orders
from tests.etl import rows
from tests.etl.conftest import Clock, contents, rebuilt_marts
from tests.mariadb import MariadbServer

TARGETS = tuple(job.target for job in JOBS)
LATER = rows.START + timedelta(days=2)


def _forget_the_log(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            found = connection.execute(
                text("SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal")
            ).all()
            for name, table in found:
                connection.execute(text(f'DROP TRIGGER "{name}" ON {table}'))
        connection.execute(text("DROP TABLE change_log"))


def _follow(runner: Runner, engine: Engine) -> None:
    """First load, a change, a late row within the overlap, a repeated run: always the same as a backfill."""
    assert runner.run().mode == "first_load"
    with engine.begin() as connection:
        rows.move(connection, 3, "Dipacking", LATER)
        connection.execute(update(Order).where(Order.id == 3).values(updated_at=LATER))
    assert runner.run().mode == "increment"
    with engine.begin() as connection:
        late = rows.add_order(connection, partner_id=1, at=LATER - timedelta(minutes=3))
    assert runner.run().mode == "increment"
    with engine.begin() as connection:
        connection.execute(update(Order).where(Order.id == 4).values(is_problem=True, updated_at=LATER + timedelta(1)))
    runner.run()
    with runner.warehouse.read() as connection:
        states = dict(connection.execute(select(fct_orders.c.order_id, fct_orders.c.state)).all())
        assert not is_landed(connection, 0)
    assert states[3] == "Dipacking"
    assert late in states
    grown = contents(runner.warehouse, TARGETS + MARTS)
    assert runner.run().mode == "nothing"
    assert {name: value for name, value in grown.items() if name.startswith("mart_")} == rebuilt_marts(runner.warehouse)
    runner.backfill()
    assert contents(runner.warehouse, TARGETS + MARTS) == grown


def test_a_store_without_a_log_is_followed_by_its_clocks(runner: Runner, filled: Engine) -> None:
    _forget_the_log(filled)
    assert not inspect(filled).has_table(ChangeLog.__tablename__)
    _follow(runner, filled)


def test_mariadb_is_read_in_batches_and_followed_by_its_clocks(
    mariadb: MariadbServer, warehouse: Warehouse, clock: Clock
) -> None:
    with mariadb.engine.begin() as connection:
        rows.fill(connection)
    _follow(Runner(warehouse, SqlSource(mariadb.engine, mariadb.url), clock), mariadb.engine)
