"""Histories over one store and one warehouse, with the whole product."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from queries.engine import Warehouse
from tests.oracle.running import over_sql, warehouse_in_memory
from tests.oracle_outside.lived import Lived, lived
from tests.pages.conftest import run_page
from tests.stores import Stores

__all__ = ["run_page"]
Live = Callable[[int], Lived]


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    made = warehouse_in_memory()
    yield made
    made.close()


@pytest.fixture
def live(stores: Stores, warehouse: Warehouse, tmp_path: Path) -> Live:
    """live(seed) -> the product after the history of that seed."""
    store = stores.on("sqlite")
    return lambda seed: lived(seed, over_sql(store, warehouse), store.url, tmp_path)
