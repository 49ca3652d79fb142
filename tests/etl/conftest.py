"""A small store and an empty warehouse for every ETL test."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from etl import marts
from etl.jobs import JOBS
from etl.marts import rollup
from etl.runner import Runner
from etl.sources.sql import SqlSource
from queries.engine import Warehouse
from queries.schema import MARTS
from queries.wib import business_day
from tests.etl import rows

NOW = datetime(2022, 11, 15, 3, tzinfo=UTC)
TODAY = business_day(NOW)


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a warehouse without rows, to be copied: making its tables takes three times as long."""
    path = tmp_path_factory.mktemp("warehouse") / "empty.duckdb"
    made = Warehouse(path)
    made.create_tables()
    made.close()
    return path


@pytest.fixture
def warehouse(empty_warehouse: Path, tmp_path: Path) -> Iterator[Warehouse]:
    """A warehouse without rows, of this test alone."""
    path = tmp_path / "warehouse.duckdb"
    shutil.copy(empty_warehouse, path)
    opened = Warehouse(path)
    yield opened
    opened.close()


@pytest.fixture
def filled(store_engine: Engine) -> Engine:
    with store_engine.begin() as connection:
        rows.fill(connection)
    return store_engine


@pytest.fixture
def clock() -> "Clock":
    return Clock()


class Clock:
    """A now that moves a second with each call."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def runner(warehouse: Warehouse, filled: Engine, store_url: str, clock: Clock) -> Runner:
    return Runner(warehouse, SqlSource(filled, store_url), clock)


@pytest.fixture
def busy(runner: Runner, filled: Engine) -> Runner:
    """A landed store with rows in every table."""
    with filled.begin() as connection:
        rows.everything(connection)
    runner.run()
    assert all(contents(runner.warehouse, tuple(job.target for job in JOBS)).values())
    return runner


def contents(warehouse: Warehouse, tables: tuple) -> dict[str, list[tuple]]:
    """Every row of the tables, in a fixed order."""
    with warehouse.read() as connection:
        return {t.name: sorted(map(repr, connection.execute(select(t)).all())) for t in tables}


def rebuilt_marts(warehouse: Warehouse, today: date = TODAY) -> dict[str, list[tuple]]:
    """The marts after a rebuild from the facts."""
    with warehouse.write() as connection:
        marts.rebuild(connection, today)
        rollup.rebuild(connection)
    return contents(warehouse, MARTS)
