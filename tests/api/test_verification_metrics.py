"""The newest verification of each source, as Prometheus reads it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import insert

from api.verification_metrics import Verifications
from queries.engine import Warehouse
from queries.schema import etl_verifications

NOW = datetime(2022, 11, 15, 3, tzinfo=UTC)


def registered(warehouse: Warehouse | None) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Verifications(lambda: warehouse, lambda: NOW))
    return registry


@pytest.mark.parametrize(
    ("status", "agrees", "differences"), [("agrees", 1.0, 0.0), ("differs", 0.0, 7.0), ("failed", 0.0, None)]
)
def test_each_result_has_its_gauges(status: str, agrees: float, differences: float | None) -> None:
    warehouse = Warehouse(":memory:")
    warehouse.create_tables()
    row: dict[str, Any] = {
        "verification_id": "v",
        "source": "store",
        "status": status,
        "rows_compared": 100,
        "rows_differing": 7 if status == "differs" else 0,
        "started_at": datetime(2022, 11, 15, 1),
        "finished_at": datetime(2022, 11, 15, 1, 0, 30),
    }
    with warehouse.write() as connection:
        connection.execute(insert(etl_verifications), [row])
    registry = registered(warehouse)

    def value(name: str) -> float | None:
        return registry.get_sample_value(f"komship_verification_{name}", {"source": "store"})

    found = [value(name) for name in ("agrees", "differences", "age_seconds", "duration_seconds")]
    warehouse.close()
    assert found == [agrees, differences, 7170.0, 30.0]


def test_without_a_warehouse_there_is_nothing_to_tell() -> None:
    assert list(registered(None).collect()) == []
