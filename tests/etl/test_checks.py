"""Checks over everything: a key that repeats is found whatever the keys are."""

import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, insert

from etl.checks import MOST_BITS, CheckFailed, check_table
from queries.engine import Warehouse

FAR = 1 << 62
numbers = Table("numbers", MetaData(), Column("k", BigInteger, nullable=False))
numbers.info.update(key=("k",), grain="one row per number", invariants=())


@pytest.mark.parametrize(
    ("keys", "repeated"),
    [
        ([], 0),
        ([7], 0),
        ([3, -5, 0, 4], 0),
        ([7, 8, 7], 1),
        ([*range(5000), 4999, 17, 17], 2),
        ([0, MOST_BITS - 1], 0),
        ([0, MOST_BITS - 1, MOST_BITS - 1], 1),
        ([-FAR, FAR], 0),
        ([-FAR, FAR, FAR], 1),
    ],
)
def test_a_key_that_repeats_is_found_near_and_far(keys: list[int], repeated: int) -> None:
    warehouse = Warehouse(":memory:")
    with warehouse.write() as connection:
        numbers.create(connection)
        if keys:
            connection.execute(insert(numbers), [{"k": key} for key in keys])
        if repeated:
            with pytest.raises(CheckFailed, match=f"numbers has {repeated} keys with more than one row"):
                check_table(connection, numbers)
        else:
            check_table(connection, numbers)
    warehouse.close()
