from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Boolean, Date, DateTime, Table, delete, insert

from queries.engine import Warehouse
from queries.schema import metadata
from queries.wib import business_day

_SOME_DAY = datetime(2022, 10, 1)


@pytest.fixture(scope="session")
def warehouse_of_the_worker() -> Iterator[Warehouse]:
    """A warehouse in memory."""
    owner = Warehouse(":memory:")
    owner.create_tables()
    yield owner
    owner.close()


@pytest.fixture
def warehouse(warehouse_of_the_worker: Warehouse) -> Iterator[Warehouse]:
    """An empty warehouse in memory: that of the worker, emptied after the test."""
    yield warehouse_of_the_worker
    with warehouse_of_the_worker.write() as connection:
        for table in metadata.tables.values():
            connection.execute(delete(table))


def complete(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """The row with a neutral value in each column that it leaves out; `x_date` follows `x_at` by the WIB day."""
    filled = dict(row)
    for column in table.columns:
        if column.name in filled:
            continue
        stem = column.name.removesuffix("_date") + "_at"
        if column.name.endswith("_date") and filled.get(stem) is not None:
            filled[column.name] = business_day(filled[stem])
        elif column.nullable:
            filled[column.name] = None
        elif isinstance(column.type, Boolean):
            filled[column.name] = False
        elif isinstance(column.type, DateTime | Date):
            filled[column.name] = filled.get("created_at") or filled.get("joined_at") or _SOME_DAY
        else:
            filled[column.name] = 0 if column.type.python_type is int else ""
    return filled


@pytest.fixture
def put(warehouse: Warehouse) -> Callable[..., None]:
    """put(table, row, row, ...): insert rows, each completed with neutral values."""

    def write(table: Table, *rows: dict[str, Any]) -> None:
        with warehouse.write() as connection:
            connection.execute(insert(table), [complete(table, row) for row in rows])

    return write
