"""Questions of the pickup monitoring. Definitions: docs/metrics.md, Pickup monitoring."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from queries.schema import mart_open_pickups
from queries.wib import naive_utc


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """Airway bills not yet handed to the courier; `overdue`: those of them past due."""

    waiting: int
    overdue: int


def waiting_counts(connection: Connection, now: datetime) -> WaitingCounts:
    """How many wait now, and how many of them are past due."""
    row = connection.execute(
        select(func.count(), func.count().filter(mart_open_pickups.c.due_at < naive_utc(now)))
    ).one()
    return WaitingCounts(int(row[0]), int(row[1]))
