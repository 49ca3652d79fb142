"""What Prometheus is told of the newest verification of each source."""

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from queries.engine import Warehouse
from queries.health import last_verifications
from queries.wib import naive_utc


class Verifications(Collector):
    """Asks the warehouse whenever it is asked itself. `warehouse` gives None while it is not open."""

    def __init__(self, warehouse: Callable[[], Warehouse | None], now: Callable[[], datetime]) -> None:
        self._warehouse = warehouse
        self._now = now

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: at registration the warehouse need not be there yet."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges; none of a source that was never verified."""
        warehouse = self._warehouse()
        if warehouse is None:
            return
        with warehouse.read() as connection:
            found = last_verifications(connection).to_dict("records")
        now = naive_utc(self._now())
        agrees, differences, age, duration = (
            GaugeMetricFamily(f"komship_verification_{name}", text, labels=["source"])
            for name, text in (
                ("agrees", "1 when source and warehouse agree, 0 when they differ or the verification failed"),
                ("differences", "rows that differ; not there when the verification failed"),
                ("age_seconds", "since the verification ended"),
                ("duration_seconds", "that the verification took"),
            )
        )
        for row in found:
            of = [row["source"]]
            agrees.add_metric(of, float(row["status"] == "agrees"))
            if row["status"] != "failed":
                differences.add_metric(of, row["rows_differing"])
            age.add_metric(of, (now - row["finished_at"]).total_seconds())
            duration.add_metric(of, (row["finished_at"] - row["started_at"]).total_seconds())
        yield from (agrees, differences, age, duration)
