"""Transactions that are open while others commit, in any order: nothing is held back, nothing is lost."""

import random
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, Transaction, create_engine, select, text, update

from api.kernel import changelog
from api.models import ChangeLog, Order
from etl.jobs import JOBS
from etl.runner import Runner
from etl.sources.sql import SqlSource
from queries.engine import Warehouse
from queries.freshness import is_landed
from queries.schema import MARTS, etl_state, fct_orders
from tests.etl import rows
from tests.etl.conftest import Clock, contents
from tests.mariadb import MariadbServer

EVERYTHING = tuple(job.target for job in JOBS) + MARTS
LATER = rows.START + timedelta(days=2)
postgresql = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)


def problems(warehouse: Warehouse) -> dict[int, bool]:
    """Which orders are landed as a problem."""
    with warehouse.read() as connection:
        found = connection.execute(select(fct_orders.c.order_id, fct_orders.c.is_problem))
        return {row.order_id: row.is_problem for row in found}


def marked(warehouse: Warehouse) -> list[int]:
    return sorted(number for number, is_problem in problems(warehouse).items() if is_problem)


def mark(connection: Connection, order_id: int) -> None:
    """A change of one order."""
    connection.execute(update(Order).where(Order.id == order_id).values(is_problem=True))


def committed(engine: Engine, change: Callable[[Connection], object]) -> None:
    with engine.begin() as connection:
        change(connection)


@pytest.fixture(params=["postgresql", "mariadb"])
def concurrent(request: pytest.FixtureRequest) -> Engine:
    """A filled store with a change log, of a database in which several write at once."""
    if request.param == "mariadb":
        server: MariadbServer = request.getfixturevalue("mariadb")
        with server.engine.begin() as connection:
            changelog.install(connection)
            rows.fill(connection)
        return server.engine
    store = request.getfixturevalue("stores").postgresql
    store.empty()
    with store.engine.begin() as connection:
        rows.fill(connection)
    return store.engine


@pytest.fixture
def following(concurrent: Engine, warehouse: Warehouse, clock: Clock) -> Runner:
    runner = Runner(warehouse, SqlSource(concurrent, concurrent.url.render_as_string(hide_password=False)), clock)
    runner.run()
    return runner


def test_an_open_transaction_holds_back_nothing_of_others(following: Runner, concurrent: Engine) -> None:
    with closing(concurrent.connect()) as slow:
        mark(slow, 1)
        committed(concurrent, lambda connection: mark(connection, 2))
        assert following.run().mode == "increment"
        assert problems(following.warehouse)[2]
        assert not problems(following.warehouse)[1]
        slow.commit()
    assert following.run().mode == "increment"
    assert problems(following.warehouse)[1]
    assert following.run().mode == "nothing"


def test_what_is_rolled_back_is_never_landed(following: Runner, concurrent: Engine) -> None:
    with closing(concurrent.connect()) as slow:
        mark(slow, 1)
        committed(concurrent, lambda connection: mark(connection, 2))
        following.run()
        slow.rollback()
    assert following.run().mode == "nothing"
    committed(concurrent, lambda connection: mark(connection, 3))
    assert following.run().mode == "increment"
    assert marked(following.warehouse) == [2, 3]


def test_savepoints_that_commit_out_of_order_are_landed(following: Runner, concurrent: Engine) -> None:
    with closing(concurrent.connect()) as slow:
        with slow.begin_nested():
            mark(slow, 1)
        lost = slow.begin_nested()
        mark(slow, 2)
        lost.rollback()
        committed(concurrent, lambda connection: mark(connection, 3))
        following.run()
        with slow.begin_nested():
            mark(slow, 4)
        slow.commit()
    following.run()
    assert marked(following.warehouse) == [1, 3, 4]


def test_a_transaction_that_was_open_at_the_first_load_is_landed(
    concurrent: Engine, warehouse: Warehouse, clock: Clock
) -> None:
    runner = Runner(warehouse, SqlSource(concurrent, concurrent.url.render_as_string(hide_password=False)), clock)
    with closing(concurrent.connect()) as slow:
        mark(slow, 1)
        committed(concurrent, lambda connection: mark(connection, 2))
        assert runner.run().mode == "first_load"
        slow.commit()
    runner.run()
    assert marked(warehouse) == [1, 2]


@postgresql
def test_another_database_of_the_cluster_holds_back_nothing(runner: Runner, filled: Engine) -> None:
    runner.run()
    other = create_engine(filled.url.set(database="postgres"))
    with closing(other.connect()) as slow:
        slow.execute(text("SELECT pg_current_xact_id()"))
        committed(filled, lambda connection: mark(connection, 2))
        assert runner.run().mode == "increment"
        assert problems(runner.warehouse)[2]
        assert runner.run().mode == "nothing"
    other.dispose()


@postgresql
def test_a_write_is_visible_when_it_is_landed_and_not_before(runner: Runner, filled: Engine) -> None:
    runner.run()

    def number(connection: Connection) -> int:
        own = changelog.transaction_id(connection)
        return connection.scalar(select(ChangeLog.txid).where(ChangeLog.txid == own).limit(1)) or 0

    with closing(filled.connect()) as slow, closing(filled.connect()) as quick:
        mark(slow, 1)
        mark(quick, 2)
        held, passed = number(slow), number(quick)
        quick.commit()
        runner.run()
        with runner.warehouse.read() as connection:
            assert is_landed(connection, passed)  # though an earlier one is open
            assert not is_landed(connection, held)
        slow.commit()
    with runner.warehouse.read() as connection:
        assert not is_landed(connection, held)
    runner.run()
    with runner.warehouse.read() as connection:
        assert is_landed(connection, held)


@postgresql
def test_the_scanner_reads_all_tables_of_one_snapshot(runner: Runner, filled: Engine) -> None:
    """An order and its event that are committed in the middle of a first load are in neither table, or in both."""
    added = []

    def step(name: str) -> None:
        if name == "land fct_orders" or (name == "land fct_order_events" and not added):
            with filled.begin() as connection:
                added.append(rows.add_order(connection, partner_id=1, at=LATER))

    runner.step = step
    runner.run()
    with runner.warehouse.read() as connection:
        landed = set(connection.scalars(select(fct_orders.c.order_id)))
    assert added
    assert not landed & set(added)
    runner.step = lambda _name: None
    assert runner.run().mode == "increment"
    assert set(added) <= set(problems(runner.warehouse))


def test_freshness_is_the_instant_at_which_the_source_was_asked(following: Runner, concurrent: Engine) -> None:
    committed(concurrent, lambda connection: mark(connection, 2))
    asked: list[object] = []
    plain = following.now
    following.now = lambda: asked.append(at := plain()) or at
    following.run()
    with following.warehouse.read() as connection:
        landed_at = connection.scalar(select(etl_state.c.landed_at))
    assert landed_at == asked[0].replace(tzinfo=None)
    assert len(asked) > 1


class Session:
    """One client: it begins, changes an order of its own, and ends in either way."""

    def __init__(self, engine: Engine, order_id: int) -> None:
        self._connection = engine.connect()
        self._order = order_id
        self._transaction: Transaction | None = None
        self.is_problem = False
        self._next = False

    def act(self, rng: random.Random) -> None:
        if self._transaction is None:
            self._transaction = self._connection.begin()
            self._next = self.is_problem
        match rng.choice(("write", "write", "savepoint", "commit", "roll back")):
            case "write":
                self._write(not self._next)
            case "savepoint":
                nested = self._connection.begin_nested()
                before = self._next
                self._write(not self._next)
                if rng.random() < 0.5:
                    nested.rollback()
                    self._next = before
                else:
                    nested.commit()
            case "commit":
                self.end(is_kept=True)
            case "roll back":
                self.end(is_kept=False)

    def _write(self, is_problem: bool) -> None:
        changed = update(Order).where(Order.id == self._order).values(is_problem=is_problem)
        self._connection.execute(changed)
        self._next = is_problem

    def end(self, *, is_kept: bool) -> None:
        if self._transaction is not None:
            (self._transaction.commit if is_kept else self._transaction.rollback)()
            self.is_problem = self._next if is_kept else self.is_problem
            self._transaction = None

    def close(self) -> None:
        self._connection.close()


@pytest.mark.parametrize("seed", range(4))
def test_any_interleaving_lands_all_that_was_committed(following: Runner, concurrent: Engine, seed: int) -> None:
    rng = random.Random(seed)
    with ExitStack() as stack:
        sessions = {number: stack.enter_context(closing(Session(concurrent, number))) for number in range(1, 7)}
        for _turn in range(120):
            rng.choice(list(sessions.values())).act(rng)
            if rng.random() < 0.2:
                following.run()
                landed = problems(following.warehouse)
                assert {n: landed[n] for n in sessions} == {n: s.is_problem for n, s in sessions.items()}
        for session in sessions.values():
            session.end(is_kept=rng.random() < 0.7)
    following.run()
    grown = contents(following.warehouse, EVERYTHING)
    following.backfill()
    assert contents(following.warehouse, EVERYTHING) == grown
