"""What the product answers is what the oracle counts, after random histories; and no question is without an oracle."""

import inspect
import os
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

import queries
from queries import engine, frames, freshness, health, summary_news
from queries.engine import Warehouse
from tests.mariadb import MariadbServer
from tests.oracle.answers import differences
from tests.oracle.files import over_files
from tests.oracle.questions import QUESTIONS
from tests.oracle.running import Found, LoggedMariadb, Place, live, over_sql, warehouse_in_memory
from tests.stores import Stores

HISTORIES = 300
TOGETHER = 10
FROM_FILES = range(20_000, 20_003)  # in which each table has each format once
ON_OTHERS = range(10_000, 10_015)
# what these say is about landings, not about the store
OF_LANDINGS = (
    freshness.freshness,
    freshness.is_landed,
    health.sources,
    health.runs_page,
    health.failed_runs,
    health.quarantine_choices,
    health.quarantine_counts,
    health.quarantine_groups,
    health.tables_due,
    health.last_verifications,
    health.differences_page,
    summary_news.set_aside_since,
)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    made = warehouse_in_memory()
    yield made
    made.close()


def assert_no_difference(place: Place, seeds: range) -> None:
    found = Found()
    for seed in seeds:
        live(seed, place, found)
    assert found.histories == len(seeds)
    assert not found.differences, "\n".join(found.differences[:20])


@pytest.mark.parametrize("first", range(0, HISTORIES, TOGETHER))
def test_every_answer_after_a_random_history_is_the_oracle_s(stores: Stores, warehouse: Warehouse, first: int) -> None:
    assert_no_difference(over_sql(stores.on("sqlite"), warehouse), range(first, first + TOGETHER))


@pytest.mark.long
def test_thousands_of_histories(stores: Stores, warehouse: Warehouse) -> None:
    count = int(os.environ.get("ORACLE_HISTORIES", "1000"))
    assert_no_difference(over_sql(stores.on("sqlite"), warehouse), range(100_000, 100_000 + count))


def test_on_postgresql(stores: Stores, warehouse: Warehouse) -> None:
    assert_no_difference(over_sql(stores.on("postgresql"), warehouse), ON_OTHERS)


def test_on_mariadb_with_a_change_log(mariadb_server: MariadbServer, warehouse: Warehouse) -> None:
    assert_no_difference(over_sql(LoggedMariadb(mariadb_server), warehouse), ON_OTHERS)


def test_from_files(stores: Stores, warehouse: Warehouse, tmp_path: Path) -> None:
    assert_no_difference(over_files(stores.on("sqlite"), warehouse, tmp_path), FROM_FILES)


def public_questions() -> set[Any]:
    """The functions of `queries` that ask the warehouse something."""
    modules = [import_module(f"queries.{found.name}") for found in pkgutil.iter_modules(queries.__path__)]
    return {
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
        and function.__module__ == module.__name__
        and "connection" in (parameters := inspect.signature(function).parameters)
        and parameters["connection"].annotation is Connection
        and module not in (engine, frames)
    }


def test_every_question_has_an_oracle() -> None:
    without = public_questions() - set(QUESTIONS) - set(OF_LANDINGS)
    assert not {f"{asked.__module__}.{asked.__name__}" for asked in without}


def test_a_wrong_answer_is_a_difference() -> None:
    """The comparison itself: a changed value, a missing row and a missing column are found."""
    right = [{"a": 1, "b": None}]
    assert not list(differences(right, right))
    for wrong in ([{"a": 2, "b": None}], [], [{"a": 1}], [{"a": 1, "b": 0}]):
        assert list(differences(wrong, right))
