"""A store without a change log is followed by the time of change; other dialects are read in batches."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, create_engine, func, insert, inspect, select, text, update

from api.kernel import changelog
from api.models import ChangeLog, Order, Shipment
from etl.following.running import REPEATED_AFTER, Running, Watch
from etl.jobs import JOBS
from etl.runner import Runner
from etl.sources.sql import SqlSource
from queries.engine import Warehouse
from queries.freshness import is_landed
from queries.schema import MARTS, fct_orders
from queries.wib import naive_utc
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


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def without_log(request: pytest.FixtureRequest) -> Engine:
    """A filled store that has no change log."""
    if request.param == "mariadb":
        engine: Engine = request.getfixturevalue("mariadb").engine
        with engine.begin() as connection:
            rows.fill(connection)
        return engine
    store = request.getfixturevalue("stores").on(request.param)
    store.empty()
    _forget_the_log(store.engine)
    with store.engine.begin() as connection:
        rows.fill(connection)
    return store.engine


@pytest.fixture
def following(without_log: Engine, warehouse: Warehouse, clock: Clock) -> Runner:
    url = without_log.url.render_as_string(hide_password=False)
    runner = Runner(warehouse, SqlSource(without_log, url), clock)
    runner.run()
    return runner


def _name(connection: Connection, order_id: int, name: str, at: datetime) -> None:
    changed = update(Order).where(Order.id == order_id).values(customer_name=name, updated_at=at)
    connection.execute(changed)


def _names(runner: Runner) -> dict[int, str]:
    with runner.warehouse.read() as connection:
        return {row.order_id: row.customer_name for row in connection.execute(select(fct_orders))}


class _StandingStill:
    """A store in which it stays this time, and nothing is open."""

    def __init__(self, at: datetime) -> None:
        self._running = Running(naive_utc(at), None)

    def ask(self) -> Running:
        return self._running


def test_changes_of_one_second_are_all_landed(following: Runner, without_log: Engine) -> None:
    second = datetime.now(UTC).replace(microsecond=0)
    following.source._watch = _StandingStill(second)  # landings take longer than the ten seconds of a row at times
    for turn in range(3):
        for order_id in (1, 2):
            with without_log.begin() as connection:
                _name(connection, order_id, f"{order_id}-{turn}", second)
            following.run()
            assert _names(following)[order_id] == f"{order_id}-{turn}"


def test_a_time_in_the_future_hides_no_later_change(following: Runner, without_log: Engine) -> None:
    now = datetime.now(UTC)
    with without_log.begin() as connection:
        _name(connection, 1, "besok", now + timedelta(days=400))
    following.run()
    with without_log.begin() as connection:
        _name(connection, 2, "kini", now)
    following.run()
    assert _names(following)[2] == "kini"


def test_a_store_that_is_older_than_what_was_landed_is_landed_whole(following: Runner, without_log: Engine) -> None:
    with without_log.begin() as connection:
        ghost = rows.add_order(connection, partner_id=1, at=LATER)
    following.run()
    with without_log.begin() as connection:
        rows._delete_order(connection, ghost)
    assert following.run().mode == "reconcile"
    assert ghost not in _names(following)


class _OpenFor:
    """A store whose oldest transaction began an hour and a half before its snapshots."""

    def __init__(self, *, is_known: bool = True) -> None:
        self.now = (LATER + timedelta(days=1)).replace(tzinfo=None)
        self._is_known = is_known

    def ask(self) -> Running:
        return Running(self.now, self.now - timedelta(minutes=90) if self._is_known else None, is_known=self._is_known)


@pytest.mark.parametrize(("is_known", "late"), [(True, 90), (False, 60)])
def test_rows_are_read_again_as_far_back_as_the_oldest_transaction_began(
    following: Runner, without_log: Engine, is_known: bool, late: int
) -> None:
    following.source._watch = _OpenFor(is_known=is_known)
    with without_log.begin() as connection:
        _name(connection, 1, "baru", LATER)
    following.run()
    with without_log.begin() as connection:
        _name(connection, 2, "lama", LATER - timedelta(minutes=late))
    following.run()
    assert _names(following)[2] == "lama"


@pytest.mark.parametrize("database", ["postgresql", "mariadb"])
def test_the_oldest_open_transaction_is_known(request: pytest.FixtureRequest, database: str) -> None:
    if database == "mariadb":
        engine: Engine = request.getfixturevalue("mariadb").engine
    else:
        engine = request.getfixturevalue("stores").postgresql.engine
    watch = Watch(engine)
    assert watch.ask().is_known
    give_up = time.monotonic() + 20
    with engine.connect() as slow:
        slow.execute(select(func.count()).select_from(Order))
        while (during := watch.ask()).oldest is None and time.monotonic() < give_up:
            time.sleep(REPEATED_AFTER)  # the server shows a list that is older while it is asked more often
        slow.rollback()
    assert during.oldest is not None
    assert during.oldest <= during.now


def test_an_account_that_may_not_see_transactions_is_told_apart(mariadb: MariadbServer) -> None:
    with mariadb.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE OR REPLACE USER reader@localhost"))
        connection.execute(text("GRANT SELECT ON komship.* TO reader@localhost"))
    reader = create_engine(mariadb.url_of("komship", "reader"))
    assert not Watch(reader).ask().is_known
    reader.dispose()


def test_a_log_of_mariadb_shows_deletes_and_replaced_rows(
    mariadb: MariadbServer, warehouse: Warehouse, clock: Clock
) -> None:
    with mariadb.engine.begin() as connection:
        changelog.install(connection)
        assert changelog.install(connection) == []
        rows.fill(connection)
        connection.execute(insert(Shipment).values(id=8, code="SAP", name="SAP", updated_at=rows.START))
    runner = Runner(warehouse, SqlSource(mariadb.engine, mariadb.url), clock)
    runner.run()
    with mariadb.engine.begin() as connection:
        rows._delete_order(connection, 5)
        connection.execute(
            text("REPLACE INTO shipments SELECT 30, code, name, service_fee_bp, cashback_bp, is_active, updated_at "
                 "FROM shipments WHERE id = 8")
        )  # fmt: skip
    assert runner.run().mode == "increment"
    grown = contents(warehouse, TARGETS + MARTS)
    runner.backfill()
    assert contents(warehouse, TARGETS + MARTS) == grown
