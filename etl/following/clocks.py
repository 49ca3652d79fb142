"""A store without a change log, followed by the time of change of its rows. Deletes are not seen.

A row that is committed after a snapshot can carry a time from before it: as far back as its transaction began. So the
next landing reads from the start of the oldest transaction that was open, and `MARGIN` more, since a time can be taken
before the transaction begins and the clocks of writers differ.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, func, select

from api.models import Base
from etl.following.base import Changed, Lost, Since, read, written
from etl.following.running import Running
from etl.jobs import JOBS
from etl.sources.base import Position
from queries.wib import naive_utc

KIND = "the time of change"
MARGIN = timedelta(minutes=5)
UNKNOWN = timedelta(hours=1)  # instead of the age of the oldest open transaction, where the account may not see it
TICK = timedelta(seconds=10)  # a row that changed so lately may change again without another time
NEVER = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
CLOCKS = {"order_events": "at", "ledger_transactions": "created_at", "ticket_messages": "created_at"}


class ByClock:
    """See `Follower`."""

    def __init__(self, connection: Connection, running: Running) -> None:
        self._connection = connection
        self._running = running

    def position(self) -> Position:
        """See `Follower`."""
        found = [at for clock in _clocks() if (at := self._connection.scalar(select(func.max(clock))))]
        newest = max(map(naive_utc, found), default=NEVER)
        now, oldest = self._running.now, self._running.oldest
        open_for = (now - oldest if oldest else timedelta(0)) if self._running.is_known else UNKNOWN
        since = min(newest, now) - open_for - MARGIN
        rows = self._rows(since)
        is_settled = not any(now - TICK <= at <= now + TICK for _table, _key, at in rows)
        return Position(
            written(
                KIND,
                newest=newest.isoformat(),
                since=since.isoformat(),
                digest=_digest(rows),
                is_settled=is_settled,
            ),
            None,
        )

    def since(self, watermark: str) -> Since:
        """See `Follower`."""
        known = read(watermark, KIND)
        rows = self._rows(datetime.fromisoformat(known["since"]))
        if max((at for _table, _key, at in rows), default=NEVER).isoformat() < known["newest"]:
            raise Lost(f"nothing is as new as what was landed, of {known['newest']} UTC: the store is older or emptied")
        changed: Changed = {}
        if not known["is_settled"] or _digest(rows) != known["digest"]:
            for table, key, _at in rows:
                changed.setdefault(table, set()).add(key)
        return Since(self.position(), changed)

    def _rows(self, since: datetime) -> list[tuple[str, int, datetime]]:
        """(table, key, time of change) of what changed since, in a fixed order."""
        found: list[tuple[str, int, datetime]] = []
        for clock in _clocks():
            recent = select(clock.table.c.id, clock).where(clock >= since.replace(tzinfo=UTC))
            rows = self._connection.execute(recent)
            found += [(clock.table.name, key, naive_utc(at)) for key, at in rows]
        return sorted(found)


def _digest(rows: list[tuple[str, int, datetime]]) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:32]


def _clocks() -> list[Column[Any]]:
    """Of the tables that are landed, those that have one."""
    found = []
    for name in sorted({feed.table for job in JOBS for feed in job.feeds}):
        columns, clock = Base.metadata.tables[name].c, CLOCKS.get(name, "updated_at")
        if clock in columns:
            found.append(columns[clock])
    return found
