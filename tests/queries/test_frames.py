"""Frames hold the same types whatever they hold."""

import pytest
from sqlalchemy import literal, null, select

from queries.frames import frame
from tests.oracle.running import warehouse_in_memory


@pytest.mark.parametrize("rows", [0, 1])
def test_instants_are_exact_to_the_microsecond_also_where_there_are_none(rows: int) -> None:
    warehouse = warehouse_in_memory()
    with warehouse.read() as connection:
        found = frame(connection, select(null().label("decided_at")).where(literal(rows) == 1))
    warehouse.close()
    assert len(found) == rows
    assert str(found["decided_at"].dtype) == "datetime64[us]"
