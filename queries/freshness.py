"""How fresh the warehouse is."""

import json
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


def is_landed(connection: Connection, change: int) -> bool:
    """Whether a change of the operational store is in the warehouse: a number that the API gave (X-Change-Seq)."""
    known = connection.execute(
        select(etl_state.c.change_seq, etl_state.c.pending).where(etl_state.c.source == STORE)
    ).first()
    if known is None or known.change_seq is None:
        return False
    return change <= known.change_seq and change not in json.loads(known.pending or "[]")


def freshness(connection: Connection) -> Freshness:
    """Freshness over all sources."""
    row = connection.execute(
        select(func.min(etl_state.c.landed_at), func.coalesce(func.sum(etl_state.c.data_version), 0))
    ).one()
    return Freshness(row[0], int(row[1]))
