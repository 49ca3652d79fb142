"""A store without a change log is followed by the time of change; other dialects are read in batches."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, select, text, update

from api.models import Base, ChangeLog, Order
from etl.jobs import JOBS
from etl.runner import Runner
from etl.sources.sql import SqlSource
from queries.engine import Warehouse
from queries.freshness import landed_position
from queries.schema import MARTS, fct_orders
from tests.etl import rows
from tests.etl.conftest import Clock, contents, rebuilt_marts

TARGETS = tuple(job.target for job in JOBS)
NOT_THERE = (ChangeLog.__tablename__, "ledger_imbalances")  # no log; no deferred foreign keys in MariaDB
MARIADB = shutil.which("mariadbd")
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
        assert landed_position(connection) in (None, 0)
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


@pytest.fixture(scope="module")
def mariadb_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("mariadb")
    data, socket = folder / "data", folder / "socket"
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"],
        check=True,
        capture_output=True,
    )
    command = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={socket}", "--skip-networking"]
    command += [f"--pid-file={folder / 'pid'}", f"--log-error={folder / 'log'}", "--user=root"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(socket, process, folder / "log")
        url = "mysql+pymysql://root@localhost/{}?charset=utf8mb4&unix_socket=" + str(socket)
        server = create_engine(url.format("mysql"))
        with server.begin() as connection:
            connection.execute(text("CREATE DATABASE komship CHARACTER SET utf8mb4"))
        server.dispose()
        yield url.format("komship")
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(socket: Path, process: "subprocess.Popen[bytes]", log: Path) -> None:
    give_up = time.monotonic() + 60
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"MariaDB did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)


@pytest.mark.skipif(MARIADB is None, reason="mariadbd is not installed (apt install mariadb-server)")
def test_mariadb_is_read_in_batches_and_followed_by_its_clocks(
    mariadb_url: str, warehouse: Warehouse, clock: Clock
) -> None:
    engine = create_engine(mariadb_url)
    Base.metadata.create_all(
        engine, tables=[table for name, table in Base.metadata.tables.items() if name not in NOT_THERE]
    )
    with engine.begin() as connection:
        rows.fill(connection)
    _follow(Runner(warehouse, SqlSource(engine, mariadb_url), clock), engine)
    engine.dispose()
