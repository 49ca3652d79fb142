from collections.abc import Callable
from datetime import UTC, datetime

from queries.engine import Warehouse
from queries.pickups import WaitingCounts, waiting_counts
from queries.schema import mart_open_pickups


def test_a_pickup_is_overdue_after_its_due_time_only(warehouse: Warehouse, put: Callable[..., None]) -> None:
    due = (datetime(2022, 11, 15, 2, 59), datetime(2022, 11, 15, 3), datetime(2022, 11, 15, 3, 1))
    put(mart_open_pickups, *({"pickup_order_id": n, "due_at": at} for n, at in enumerate(due)))
    with warehouse.read() as connection:
        assert waiting_counts(connection, datetime(2022, 11, 15, 3, tzinfo=UTC)) == WaitingCounts(3, 1)
