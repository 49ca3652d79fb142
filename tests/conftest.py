"""Real stores for every test that needs one, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.stores import Stores

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


@pytest.fixture
def now() -> datetime:
    """The fixed instant of the tests: 15 Nov 2022, 10.00 WIB."""
    return NOW
