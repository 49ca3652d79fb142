"""How fresh the warehouse is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from queries.schema import etl_state

STORE = "store"


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the sources were last landed (naive UTC, the oldest of them) and the version of the data."""

    landed_at: datetime | None
    data_version: int


def landed_position(connection: Connection) -> int | None:
    """The newest change-log id of the operational store that is landed; None before the first load."""
    return connection.scalar(select(etl_state.c.change_seq).where(etl_state.c.source == STORE))


def freshness(connection: Connection) -> Freshness:
    """Freshness over all sources."""
    row = connection.execute(
        select(func.min(etl_state.c.landed_at), func.coalesce(func.sum(etl_state.c.data_version), 0))
    ).one()
    return Freshness(row[0], int(row[1]))
