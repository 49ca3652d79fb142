"""Real stores for every test that needs one, on SQLite and PostgreSQL, and on MariaDB as a source."""

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, event

from tests.mariadb import MARIADB, NOT_INSTALLED, MariadbServer
from tests.scheduling import pytest_collection_modifyitems, pytest_xdist_make_scheduler
from tests.skips import pytest_make_collect_report, pytest_runtest_makereport
from tests.stores import Stores

__all__ = [
    "pytest_collection_modifyitems",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
    "pytest_xdist_make_scheduler",
]

# no deadline: other tests, and other work, take the processor away at any time; the quick profile tries the same
# examples in every run of the same code, and new ones are looked for by the long one
settings.register_profile("quick", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@event.listens_for(Engine, "connect")
def _give_rows_in_no_order(connection: Any, _record: Any) -> None:
    """Rows without ORDER BY come backwards from SQLite: who relies on an order fails here, not once in a while."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects = ON")


NOW = datetime(2022, 11, 15, 3, tzinfo=UTC)


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """The stores of this worker."""
    made = Stores(tmp_path_factory.mktemp("stores"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def sqlite_template(stores: Stores) -> Path:
    """A migrated store file, to be copied."""
    return stores.sqlite.template


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, stores: Stores) -> str:
    """The URL of an empty, migrated store, on each database."""
    store = stores.on(request.param)
    store.empty()
    return store.url


@pytest.fixture
def store_engine(store_url: str, stores: Stores) -> Engine:
    """An engine of the store; whoever needs one of its own makes it from `store_url`."""
    return stores.at(store_url).engine


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariadbServer]:
    """The MariaDB server of this worker."""
    if MARIADB is None:
        pytest.skip(NOT_INSTALLED)
    server = MariadbServer()
    yield server
    server.close()


@pytest.fixture
def mariadb(mariadb_server: MariadbServer) -> MariadbServer:
    """The same with an empty store: `url` and `engine`. It has no change log."""
    mariadb_server.empty()
    return mariadb_server


@pytest.fixture
def now() -> datetime:
    """The fixed instant of the tests: 15 Nov 2022, 10.00 WIB."""
    return NOW


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Contents of files name no test: some hold the time at which they were made, another one in each worker."""
    return argname if isinstance(val, bytes) else None
